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
    install("squeue", "echo '1|main|Priority'")
    seen = queue.Queue()
    for states in (PENDING, PENDING, {"1": "RUNNING", "2": "PENDING"}, {}, {}):
        seen.look(JOBS, states, LOGGER)
    assert [record.waiting for record in caplog.records] == [4, 3, 0]


def warnings(caplog) -> list[str]:
    return [record.message for record in caplog.records if record.levelno == logging.WARNING]


def test_a_reason_that_lasts_is_told_once_and_with_a_job_that_has_it(caplog):
    limit = "main|PartitionTimeLimit"
    install("squeue", f"echo '1|{limit}'; echo '2|{limit}'; echo '3|main|JobHeldAdmin'")
    seen = queue.Queue()
    seen.look(JOBS, PENDING, LOGGER)
    seen.look(JOBS, PENDING, LOGGER)
    assert warnings(caplog) == [
        "SLURM job 1 and 1 more waits for what may never come: PartitionTimeLimit"
    ]
    assert set(seen.refused) == {"1", "2"}


def test_a_reason_that_names_other_nodes_each_time_is_told_once(caplog):
    seen = queue.Queue()
    for nodes in ("n1", "n[1-3]"):
        install("squeue", f"echo '1|main|ReqNodeNotAvail, UnavailableNodes:{nodes}'")
        seen.look(JOBS, PENDING, LOGGER)
    assert warnings(caplog) == ["SLURM job 1 waits for what may never come: ReqNodeNotAvail"]
    assert seen.refused == {}


def test_a_controller_that_does_not_answer_leaves_what_is_known():
    install("squeue", "echo '1|main|PartitionTimeLimit'")
    seen = queue.Queue()
    seen.look(JOBS, PENDING, LOGGER)
    install("squeue", "exit 1")
    seen.look(JOBS, PENDING, LOGGER)
    assert seen.refused == {"1": "PartitionTimeLimit"}


def test_what_a_site_lets_squeue_say_beside_is_passed_over():
    install("squeue", "echo 'CLUSTER: x'; echo; echo '1|main|PartitionTimeLimit'")
    seen = queue.Queue()
    seen.look(JOBS, PENDING, LOGGER)
    assert set(seen.refused) == {"1"}
