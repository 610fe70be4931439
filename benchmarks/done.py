"""Snakemake, but that all jobs are taken for done and recorded so. To be run as a program.

--touch does this, too, a job at a time: an hour for 100,000.
"""

from snakemake.cli import main
from snakemake.scheduling.job_scheduler import JobScheduler


def schedule(scheduler: JobScheduler) -> bool:
    workflow = scheduler.workflow

    async def record() -> None:
        for job in workflow.dag.needrun_jobs():
            await workflow.persistence.finished(job)

    workflow.async_run(record())
    return True


JobScheduler.schedule = schedule
main()
