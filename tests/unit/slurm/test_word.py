"""Claims about patience: jobs are kept while SLURM is silent, and given up in the end."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from initatlas.slurm import plugin, queue
from tests.unit.slurm.clients import ONE, install
from tests.unit.slurm.theirs import Theirs, executor, job


class Asking(Theirs):
    """Its check asks SLURM, and names the jobs that are still there if it got an answer."""

    answer: dict | None = None

    async def check_active_jobs(self, active: list):
        async def ask(command, logger):
            return (self.answer, None if self.answer is None else 0.1)

        if active:  # else there is nothing to ask
            await self.word.listening(ask)("squeue", None)
        for one in active if self.answer is not None else ():
            yield one


def check(run: Asking, answer: dict | None, active: list) -> list:
    async def collect():
        return [one async for one in run.check_active_jobs(active)]

    run.answer = answer
    # A thread of its own: in this one a browser of other tests may have a loop running.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, collect()).result()


def at(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    monkeypatch.setattr(plugin.time, "monotonic", lambda: seconds)


def test_jobs_are_kept_while_the_controller_is_silent_and_given_up_in_the_end(monkeypatch):
    run, one = executor(Asking), job()
    for seconds in (0.0, 500.0, plugin.PATIENCE - 1):
        at(monkeypatch, seconds)
        assert check(run, None, [one]) == [one]
    assert run.failed == []
    at(monkeypatch, plugin.PATIENCE)
    assert check(run, None, [one]) == []
    assert "its controller has not answered for 15 minutes" in run.failed[0]


def test_an_answer_makes_patience_begin_anew(monkeypatch):
    run, one = executor(Asking), job()
    at(monkeypatch, 0.0)
    check(run, None, [one])
    at(monkeypatch, plugin.PATIENCE - 1)
    assert check(run, {ONE: "RUNNING"}, [one]) == [one]
    at(monkeypatch, 2 * plugin.PATIENCE - 2)
    assert check(run, None, [one]) == [one]
    assert run.failed == []


def test_a_job_that_slurm_no_longer_lists_is_given_up(monkeypatch):
    run, one = executor(Asking), job()
    at(monkeypatch, 0.0)
    assert check(run, {"18": "RUNNING"}, [one]) == [one]
    at(monkeypatch, plugin.PATIENCE)
    assert check(run, {"18": "RUNNING"}, [one]) == []
    assert "SLURM has not listed it for 15 minutes" in run.failed[0]


def waits(monkeypatch, reason: str, partitions: str = "main") -> None:
    """The job is in the queue, and SLURM says why."""
    monkeypatch.setattr(queue, "ASKED_EVERY", 0.0)
    install("squeue", f"echo '{ONE}|{partitions}|{reason}'; echo '99|main|PartitionTimeLimit'")
    install("scancel", 'echo "$@" > cancelled')


@pytest.mark.parametrize(
    "reason",
    [
        "Resources",
        "AssocMaxJobsLimit",
        "QOSMaxJobsPerUserLimit",
        "JobHeldUser",
        "PartitionNodeLimit",
        "ReqNodeNotAvail, UnavailableNodes:n[1-3]",
    ],
)
def test_jobs_whose_turn_may_come_are_waited_for(monkeypatch, reason):
    waits(monkeypatch, reason)
    run, one = executor(Asking), job()
    for seconds in (0.0, 10 * plugin.PATIENCE):
        at(monkeypatch, seconds)
        assert check(run, {ONE: "PENDING"}, [one]) == [one]
    assert run.failed == []


@pytest.mark.parametrize(
    "reason",
    ["PartitionTimeLimit", "BadConstraints", "QOSMaxWallDurationPerJobLimit", "MaxMemPerLimit"],
)
def test_a_job_that_asks_for_more_than_is_allowed_is_given_up_for_good(monkeypatch, reason):
    waits(monkeypatch, reason)
    run, one = executor(Asking), job()
    at(monkeypatch, 0.0)
    assert check(run, {ONE: "PENDING"}, [one]) == [one]
    at(monkeypatch, plugin.PATIENCE)
    assert check(run, {ONE: "PENDING"}, [one]) == []
    (told,) = run.failed
    assert told.startswith(f"SLURM job {ONE} is given up: it would not start as it is ({reason})")
    assert Path("cancelled").read_text() == f"{ONE}\n"
    assert one.job._attempt > one.job.restart_times  # one that asks for more would wait, too


def test_a_job_that_another_of_its_partitions_may_start_is_waited_for(monkeypatch):
    waits(monkeypatch, "PartitionTimeLimit", partitions="long,short")
    run, one = executor(Asking), job()
    for seconds in (0.0, 10 * plugin.PATIENCE):
        at(monkeypatch, seconds)
        assert check(run, {ONE: "PENDING"}, [one]) == [one]


def test_a_job_that_has_been_started_after_all_is_not_given_up(monkeypatch):
    waits(monkeypatch, "PartitionTimeLimit")
    run, one = executor(Asking), job()
    at(monkeypatch, 0.0)
    check(run, {ONE: "PENDING"}, [one])
    at(monkeypatch, plugin.PATIENCE)
    assert check(run, {ONE: "RUNNING"}, [one]) == [one]
    assert run.failed == []


def test_when_no_job_is_left_none_waits(monkeypatch):
    waits(monkeypatch, "Priority")
    run = executor(Asking)
    check(run, {ONE: "PENDING"}, [job()])
    assert run.word.queue.waiting == 2
    check(run, None, [])
    assert run.word.queue.waiting == 0


def test_all_who_submit_wait_for_the_controller_together(monkeypatch):
    install("scontrol", "exit 1")
    word = plugin.Word()
    monkeypatch.setattr(plugin, "PATIENCE", 0.1)
    word.wait_for_controller()  # in vain
    install("scontrol", "echo asked >> asked; exit 1")
    word.wait_for_controller()
    assert Path("asked").read_text() == "asked\n"  # the next does not begin anew
    install("scontrol", "true")
    word.wait_for_controller()
    assert word.away is None


def test_who_waits_for_the_controller_is_let_go_when_the_run_ends():
    install("scontrol", "exit 1")
    word = plugin.Word()
    waiting = threading.Thread(target=word.wait_for_controller)
    waiting.start()
    word.ended.set()
    waiting.join(timeout=10)
    assert not waiting.is_alive()
