"""How far is a run, and how long will the rest take? Counts, durations, and one line of text."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(slots=True)
class Progress:
    """What has been heard of a run so far. Times are seconds on one clock."""

    workers: int | None = 1  # jobs that may run at once; None on a cluster
    waiting: int = 0  # of the jobs that run, those that the cluster has not yet begun
    started: float | None = None
    expected: Counter = field(default_factory=Counter)  # jobs of each rule in this run
    done: Counter = field(default_factory=Counter)
    spent: Counter = field(default_factory=Counter)  # seconds in finished jobs of each rule
    running: dict[int, tuple[str, float]] = field(default_factory=dict)  # job → rule, start
    failed: set[int] = field(default_factory=set)

    def plan(self, jobs: Mapping[str, int], now: float) -> None:
        """Set the number of jobs of each rule."""
        self.expected = Counter({rule: n for rule, n in jobs.items() if rule != "total"})
        self.started = now

    def start(self, job: int, rule: str, now: float) -> None:
        """Note that a job has started, for the first time or once more."""
        self.failed.discard(job)
        self.running[job] = (rule, now)

    def finish(self, job: int, now: float) -> None:
        """Note that a job has succeeded."""
        rule, began = self.running.pop(job, ("", now))
        self.done[rule] += 1
        self.spent[rule] += now - began

    def fail(self, job: int) -> None:
        """Note that a job has failed."""
        self.stop(job)
        self.failed.add(job)

    def stop(self, job: int) -> None:
        """Note that a job has ended without a result, and not by a fault of its own."""
        self.running.pop(job, None)

    def remaining(self, now: float) -> tuple[float, bool]:
        """Seconds of wall time left, and whether every rule to come has been timed already.

        A job is taken to need its rule's mean so far; of a rule without a finished job nothing is
        known, so that the figure is then a lower bound.
        """
        work, complete = 0.0, True
        active = Counter(rule for rule, _ in self.running.values())
        for rule, n in self.expected.items():
            waiting = n - self.done[rule] - active[rule]
            if self.done[rule]:
                work += max(0, waiting) * self.spent[rule] / self.done[rule]
            elif waiting > 0 or active[rule]:
                complete = False
        longest = 0.0
        for rule, began in self.running.values():
            if self.done[rule]:
                left = max(0.0, self.spent[rule] / self.done[rule] - (now - began))
                work, longest = work + left, max(longest, left)
        workers = self.workers or max(1, len(self.running) - self.waiting)
        return max(longest, work / workers), complete

    def line(self, now: float) -> str:
        """`41 of 300 jobs done · 2 running (draw_figure) · 1 failed · 2 min · about 9 min left`."""
        done = self.done.total()
        parts = [f"{done} of {self.expected.total()} jobs done"]
        rules = ", ".join(sorted({rule for rule, _ in self.running.values()}))
        if (active := len(self.running) - self.waiting) > 0:
            parts.append(f"{active} running ({rules})")
        if self.running and self.waiting:
            parts.append(f"{self.waiting} in the queue" + (f" ({rules})" if active <= 0 else ""))
        if self.failed:
            parts.append(f"{len(self.failed)} failed")
        parts.append(duration(now - (now if self.started is None else self.started)))
        if done and self.running:
            seconds, complete = self.remaining(now)
            if complete or seconds:
                parts.append(f"{'about' if complete else 'at least'} {duration(seconds)} left")
        return " · ".join(parts)


def duration(seconds: float) -> str:
    """Two figures at most: `8 s`, `2 min`, `1 h 5 min`."""
    seconds = round(seconds)
    if seconds < 60:
        return f"{seconds} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min"
