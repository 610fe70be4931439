"""Claims about the queue: its length is told as it changes, and a reason that lasts once."""

import logging
from types import SimpleNamespace

import pytest

from initatlas.slurm import queue
from tests.unit.slurm.clients import install

LOGGER = logging.getLogger("of these tests")
JOBS = [SimpleNamespace(external_jobid=str(i), job=range(blocks)) for i, blocks in ((1, 1), (2, 3))]
PENDING = {"1": "PENDING", "2": "PENDING"}


@pytest.fixture(autouse=True)
def _asked_each_time(monkeypatch, caplog):
    monkeypatch.setattr(queue, "ASKED_EVERY", 0.0)
    caplog.set_level(logging.INFO)


def test_the_blocks_that_wait_are_told_when_their_number_changes(caplog):
    install("squeue", "echo '1|Priority'")
    seen = queue.Queue()
    for states in (PENDING, PENDING, {"1": "RUNNING", "2": "PENDING"}, {}, {}):
        seen.look(JOBS, states, LOGGER)
    assert [record.waiting for record in caplog.records] == [4, 3, 0]


def test_a_reason_that_lasts_is_told_once_and_with_a_job_that_has_it(caplog):
    install(
        "squeue", "echo '1|PartitionTimeLimit'; echo '2|PartitionTimeLimit'; echo '3|JobHeldAdmin'"
    )
    seen = queue.Queue()
    seen.look(JOBS, PENDING, LOGGER)
    seen.look(JOBS, PENDING, LOGGER)
    told = [record.message for record in caplog.records if record.levelno == logging.WARNING]
    assert told == ["SLURM job 1 and 1 more will not start as it is: PartitionTimeLimit"]
    assert set(seen.refused) == {"1", "2"}


def test_a_controller_that_does_not_answer_leaves_what_is_known(caplog):
    install("squeue", "echo '1|PartitionTimeLimit'")
    seen = queue.Queue()
    seen.look(JOBS, PENDING, LOGGER)
    install("squeue", "exit 1")
    seen.look(JOBS, PENDING, LOGGER)
    assert seen.refused == {"1": "PartitionTimeLimit"}
