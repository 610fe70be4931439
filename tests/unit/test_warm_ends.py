"""Claims about ends: a job dies with its client and its run, and nothing is left of either."""

import os
import signal
from collections.abc import Iterator

import pytest

from initatlas import warm
from tests.unit.warm_run import SLEEP, Run, assert_gone, client, finish, owner, started


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    folder = tmp_path_factory.mktemp("run")
    with owner(folder) as (process, _):
        yield folder, process


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_job_dies_with_its_client(run, number):
    job = client(run, SLEEP)
    pid = started(job)
    job.send_signal(number)
    finish(job)
    assert_gone(pid)


def test_a_job_that_will_not_end_is_killed_with_what_it_started(run):
    code = (
        "import signal, subprocess, os, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "print(subprocess.Popen(['sleep', '600']).pid, flush=True); print(os.getpid(), flush=True);"
        "time.sleep(600)"
    )
    job = client(run, code)
    pids = started(job), started(job)
    job.kill()
    finish(job)
    assert_gone(*pids)


@pytest.mark.parametrize("whole_group", [False, True])
def test_nothing_survives_a_killed_run(tmp_path, whole_group):
    with owner(tmp_path) as (process, server):
        job = client((tmp_path, process), SLEEP, process_group=process.pid)
        pid = started(job)
        if whole_group:
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
        assert_gone(pid, server, job.pid)
        assert finish(job)[0] != 0


def test_a_job_dies_with_the_server_and_the_next_one_is_a_plain_process(tmp_path):
    with owner(tmp_path) as (process, server):
        job = client((tmp_path, process), SLEEP)
        pid = started(job)
        os.kill(server, signal.SIGKILL)
        assert_gone(pid)
        assert finish(job)[::2] == (
            1,
            "initatlas: the job's parent process ended, and the job with it\n",
        )
        plain = client((tmp_path, process), "import sys; print('torch' in sys.modules)")
        assert finish(plain)[1] == "False\n"


def test_the_server_takes_its_folder_along_and_the_next_sweeps_what_the_killed_left(tmp_path):
    with owner(tmp_path) as (process, server):
        finish(client((tmp_path, process), ""))
        os.kill(server, signal.SIGKILL)
        left = tmp_path / warm.folder_of(process.pid)
    assert left.exists()
    with owner(tmp_path) as (process, _):
        finish(client((tmp_path, process), ""))
    assert list((tmp_path / warm.FOLDER).iterdir()) == []
