# What can I do here? Each target sets up what it needs: uv in .tools/, the environment in .venv/.
#
#   make reproduce [STUDY=file] [CORES=n] [PROFILE=slurm]    compute a study; prints its report's path
#   make explain   [STUDY=file]                              what would run, and why; runs nothing
#   make cost    [STUDY=file]                                networks, core-hours, memory it takes
#   make index                                               all studies, any two side by side
#   make verify    [STUDY=file] [SAMPLE=4]                   files against the manifest, blocks anew
#   make clean-stale [STUDY=file] [REMOVE=yes]               results of cells that the study has not
#   make test      [ARGS='tests/unit -k name']               the whole test suite, or a part of it
#   make lint                                                style, import laws, spelling
#   make bench                                               speed and memory, side by side
#   make clean     [RESULTS=yes]                             caches; with RESULTS=yes results as well

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help reproduce explain cost index verify clean-stale test lint bench clean

PYTHON ?= python3
CORES ?= $(shell getconf _NPROCESSORS_ONLN)
PROFILE ?= default
STUDY ?=
ARGS ?=
RESULTS ?= no
REMOVE ?= no
SAMPLE ?= 4

# A name may hold anything, $ and ' too. Recipes put it between single quotes, where the shell takes
# all but these as they are.
override STUDY := $(subst ','\'',$(value STUDY))

UV := .tools/uv/bin/uv
ENVIRONMENT := .venv/.stamp
BIN := .venv/bin

# A profile is a folder, or the name of one in workflow/profiles. One for a cluster says itself how
# many cores a job has, unless CORES is given.
override PROFILE := $(value PROFILE)
PROFILE_FOLDER := $(if $(wildcard $(PROFILE)/config.yaml),$(PROFILE),workflow/profiles/$(PROFILE))
PROFILE_FOLDER := $(subst ','\'',$(PROFILE_FOLDER))
ON_THIS_MACHINE := $(filter %profiles/default,$(PROFILE_FOLDER:/=))
CORES_GIVEN := $(filter-out file,$(firstword $(origin CORES)))
CORES_OPTION := $(if $(ON_THIS_MACHINE)$(CORES_GIVEN),--cores $(CORES))

# Snakemake loads SLURM's plugin whatever the profile, and where SLURM is installed this asks its
# controller: 10 s for nothing, should there be none. Without a configuration it is told so at once.
WITHOUT_SLURM := $(if $(ON_THIS_MACHINE),SLURM_CONF=/dev/null)
SNAKEMAKE := $(WITHOUT_SLURM) $(BIN)/snakemake $(if $(STUDY),--configfile '$(STUDY)')

help:
	@sed -n 's/^#   //p' Makefile

reproduce: $(ENVIRONMENT)
	@$(BIN)/python -m initatlas unlock $(if $(STUDY),--study '$(STUDY)')
	@$(SNAKEMAKE) $(CORES_OPTION) --workflow-profile '$(PROFILE_FOLDER)' --rerun-incomplete
	@if test "$$(ls results/*/report.json | wc -l)" -gt 1; then \
		$(BIN)/python -m initatlas index > /dev/null; fi
	@$(BIN)/python -m initatlas where $(if $(STUDY),--study '$(STUDY)')

# Snakemake unfolds what a file repeats by reference before anybody can refuse it.
explain: $(ENVIRONMENT)
	@$(BIN)/python -m initatlas where $(if $(STUDY),--study '$(STUDY)') >/dev/null
	@$(SNAKEMAKE) --cores $(CORES) --dry-run --logger initatlas --logger-initatlas-explain

cost: $(ENVIRONMENT)
	@$(BIN)/python -m initatlas cost $(if $(STUDY),--study '$(STUDY)')

index: $(ENVIRONMENT)
	@$(BIN)/python -m initatlas index

verify: $(ENVIRONMENT)
	@$(BIN)/python -m initatlas verify $(if $(STUDY),--study '$(STUDY)') --sample $(SAMPLE)

clean-stale: $(ENVIRONMENT)
	@$(BIN)/python -m initatlas stale $(if $(STUDY),--study '$(STUDY)') \
		$(if $(filter yes,$(REMOVE)),--remove)

# Files side by side, unless a part was asked for, for which more processes would take longer.
test: $(ENVIRONMENT)
	$(BIN)/python -m pytest $(or $(ARGS),--numprocesses $(CORES) --dist loadfile)

lint: $(ENVIRONMENT)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/snakefmt --check Snakefile workflow
	$(BIN)/codespell
	$(BIN)/lint-imports --no-cache

bench: $(ENVIRONMENT)
	$(BIN)/python -m benchmarks

clean:
	rm -rf .cache/warm .cache/digests .pytest_cache .ruff_cache .hypothesis .grimp_cache .import_linter_cache
	find src tests benchmarks workflow -name __pycache__ -type d -prune -exec rm -rf {} +
ifeq ($(RESULTS),yes)
	@echo "Deleting all results, and Snakemake's records of them:"
	find results -mindepth 1 -maxdepth 1 ! -name README.md -print -exec rm -rf {} +
	rm -rf .snakemake .cache/results
else
	@echo "Kept: results/, downloaded data, .venv/. To delete all results: make clean RESULTS=yes"
endif

$(UV):
	$(PYTHON) -m venv .tools/uv
	.tools/uv/bin/pip install --quiet --disable-pip-version-check 'uv>=0.13'

# A half-finished installation is not repaired but redone: .building tells that one was interrupted.
$(ENVIRONMENT): requirements.lock | $(UV)
	@if [ -e .venv/.building ]; then rm -rf .venv; fi
	$(UV) venv --quiet --allow-existing --no-python-downloads --python '$(PYTHON)' .venv
	@touch .venv/.building
	$(UV) pip sync --quiet --python $(BIN)/python --require-hashes --compile-bytecode requirements.lock
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	@rm .venv/.building
	@touch $@
