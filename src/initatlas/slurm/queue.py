"""How many jobs wait in SLURM's queue, and do they wait for what will never come?"""

import re
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence

from initatlas import slurm

ASKED_EVERY = 300.0  # seconds: the controller has others to answer, too
# SLURM's names of reasons to wait. They go by as other jobs end (Priority, Resources, …), but for
# those that last until somebody does something, and those that last as long as the job asks for
# what it asks for: such a job is refused at once where SLURM enforces its partitions' limits.
LASTING = re.compile(
    r"[Hh]eld|JobHold|NeverSatisfied|Partition(Down|Inactive|NodeLimit|Config)|ReqNodeNotAvail"
    r"|ReservationDeleted"
)
REFUSED = re.compile(
    r"PartitionTimeLimit|BadConstraints|Invalid(Account|QOS)|NotAllowed|MaxMemPerLimit"
    r"|Max\w+Per(Job|Node)|QOSMin"
)
OF_A_PARTITION = re.compile(r"Partition|NotAllowed")  # another of several may start the job


class Queue:
    """What is known of a run's jobs that wait."""

    def __init__(self) -> None:
        self.waiting = 0
        self.refused: dict[str, str] = {}  # jobs that will not start as they are, and why
        self.told: set[str] = set()  # reasons
        self.asked = -ASKED_EVERY

    def look(self, jobs: Sequence, states: Mapping[str, str], logger: object) -> None:
        """Tell how many of the Snakemake's jobs wait, and of reasons that will not go by.

        `jobs` are those that were submitted (Snakemake's `SubmittedJobInfo`), `states` SLURM's.
        """
        pending = [job for job in jobs if states.get(job.external_jobid) == "PENDING"]
        waiting = sum(len(job.job) for job in pending)  # blocks, of which some share a job
        if waiting != self.waiting:
            self.waiting = waiting
            logger.info(f"{waiting} wait in SLURM's queue", extra={"waiting": waiting})
        known = {job.external_jobid for job in pending}
        self.refused = {job: why for job, why in self.refused.items() if job in known}
        now = time.monotonic()
        if pending and now - self.asked >= ASKED_EVERY:
            self.asked = now
            self._ask(known, logger)

    def _ask(self, pending: set[str], logger: object) -> None:
        try:
            listed = slurm.listed("%i|%P|%r", "--states=PENDING")
        except slurm.SlurmError:
            return
        reasons = {job: why for job, where, why in listed if job in pending and _lasts(where, why)}
        self.refused = {job: why for job, why in reasons.items() if REFUSED.search(why)}
        jobs = defaultdict(list)
        for job, why in reasons.items():
            jobs[why.partition(",")[0]].append(
                job
            )  # what follows names nodes, now these, now those
        for why in jobs.keys() - self.told:
            self.told.add(why)
            first, *others = jobs[why]
            more = f" and {len(others)} more" if others else ""
            logger.warning(f"SLURM job {first}{more} waits for what may never come: {why}")


def _lasts(partitions: str, reason: str) -> bool:
    """Whether the reason for which a job waits does not go by as other jobs end."""
    elsewhere = "," in partitions and OF_A_PARTITION.search(reason)
    return not elsewhere and bool(REFUSED.search(reason) or LASTING.search(reason))
