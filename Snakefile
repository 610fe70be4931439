# One study, from its configuration to its report.
#
#   make reproduce                                     the default study, config.yaml
#   .venv/bin/snakemake --cores 2 --configfile FILE    another one, with Snakemake's own output
from snakemake.executors import local
from snakemake.utils import min_version

from initatlas import leftovers, runs, sources, warm
from initatlas.plan import CACHE, Plan
from initatlas.slurm import plugin
from initatlas.study import StudyError
from snakemake_logger_plugin_initatlas import beside

min_version("9.27")


# A file named on the command line replaces this one; Snakemake would merge the two.
if not workflow.config_settings.configfiles:

    configfile: "config.yaml"


try:
    PLAN = Plan.of(config, sources=workflow.configfiles)
except StudyError as error:
    raise WorkflowError(str(error)) from None

# In shell commands `initatlas` is a fork of a warm parent, or else `python -m initatlas`.
shell.prefix(warm.shell_prefix())
warm.start_with_first_job(local.Executor, shell.prefix, sources.ENVIRONMENT)
runs.finish_groups(local.Executor)
beside.stand(workflow.logger_manager)

# Small blocks share a job on a cluster: how many, says the profile (group-components).
GROUPED = workflow.resource_settings.nodes is not None

plugin.guard(PLAN.study.name)


rule all:
    """The study's report, and the list of everything that it consists of, for an archive, too."""
    input:
        PLAN.path("report.html"),
        PLAN.path("manifest.json"),
        PLAN.path(sources.METADATA),
        PLAN.output_paths,  # or what the manifest lists could be missing


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
    global HELD  # until this process ends
    try:
        HELD = runs.hold(PLAN.study.name)
        leftovers.clear(PLAN.study.name)
        if workflow.local_exec and not workflow.touch:
            runs.require_device(PLAN.study.device)
            # Snakemake limits the jobs started per second, and looks at all of them n times a
            # second after n jobs (its pull request 3744). Here the cores are the limit.
            workflow.scheduler.job_rate_limiter = None
    except runs.RunError as error:
        raise WorkflowError(str(error)) from None
