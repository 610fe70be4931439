# One study, from its configuration to its report.
#
#   make reproduce                                     the default study, config.yaml
#   .venv/bin/snakemake --cores 2 --configfile FILE    another one, with Snakemake's own output
#   .venv/bin/snakemake --list                         the rules
import os
import shlex
import sys

from snakemake.utils import min_version

from initatlas import runs, slurm, warm
from initatlas.plan import CACHE, Plan
from initatlas.study import StudyError

min_version("9.27")


# A file named on the command line replaces this one; Snakemake would merge the two.
if not workflow.config_settings.configfiles:

    configfile: "config.yaml"


try:
    PLAN = Plan.of(config, sources=workflow.configfiles)
except StudyError as error:
    raise WorkflowError(str(error)) from None

# In shell commands, `initatlas` is forked from a warm parent where there is one, and else is
# `python -m initatlas`.
CLIENT = shlex.join([sys.executable, "-I", "-S", str(warm.CLIENT)])
PREFIX = f'set -euo pipefail; initatlas() {{{{ exec {CLIENT} "$@"; }}}}; '
shell.prefix(PREFIX)


# On a cluster: what is light, or needs the network, is done where Snakemake runs.
localrules:
    all,
    download_dataset,
    prepare_dataset,
    reduce_table,
    draw_figure,
    write_report,
    write_manifest,


# Small blocks share a job on a cluster: how many, says the profile (group-components).
GROUPED = workflow.resource_settings.nodes is not None

if slurm.PLUGIN in sys.modules:  # Snakemake has loaded it; here its executor is made patient
    slurm.guard(sys.modules[slurm.PLUGIN], PLAN.study.name)


rule all:
    """The study's report, and the list of everything that it consists of."""
    input:
        PLAN.path("report.html"),
        PLAN.path("manifest.json"),


include: "workflow/rules/prepare.smk"
include: "workflow/rules/theory.smk"
include: "workflow/rules/initialize.smk"


if PLAN.study.contrast:

    include: "workflow/rules/contrast.smk"


include: "workflow/rules/spectra.smk"
include: "workflow/rules/train.smk"
include: "workflow/rules/trainability.smk"
include: "workflow/rules/reduce.smk"
include: "workflow/rules/draw.smk"
include: "workflow/rules/report.smk"


onstart:
    try:
        HELD = runs.hold(PLAN.study.name)
    except runs.StudyBusyError as error:
        raise WorkflowError(str(error)) from None
    if not workflow.touch:
        warm.start()
        # For the jobs that run here: through the environment, SLURM would hand it to all others.
        address = os.environ.pop(warm.ADDRESS, "")
        shell.prefix(f"export {warm.ADDRESS}={shlex.quote(address)}; {PREFIX}")
    if workflow.local_exec and not workflow.touch:
        # Snakemake limits the jobs that it starts per second, and for that looks at all of them
        # a second after each time it has done so: after n jobs n times a second (see its pull
        # request 3744). Here the cores are the limit.
        workflow.scheduler.job_rate_limiter = None
