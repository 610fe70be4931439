"""Claims about the progress display: it counts right, and estimates from what it has timed."""

import pytest

from snakemake_logger_plugin_initatlas.progress import Progress, duration


@pytest.fixture
def progress() -> Progress:
    progress = Progress(workers=2)
    progress.plan({"train": 4, "draw": 2, "total": 6}, now=100.0)
    return progress


def test_the_line_counts_what_is_done_running_and_failed(progress):
    assert progress.line(100.0) == "0 of 6 jobs done · 0 s"
    progress.start(1, "train", 100.0)
    progress.start(2, "train", 100.0)
    assert progress.line(101.0) == "0 of 6 jobs done · 2 running (train) · 1 s"
    progress.finish(1, 110.0)
    progress.fail(2)
    assert progress.line(110.0) == "1 of 6 jobs done · 1 failed · 10 s"


def test_a_job_that_is_tried_again_has_not_failed_until_it_does_so_for_good(progress):
    progress.start(1, "train", 100.0)
    progress.start(2, "train", 100.0)  # which shares a job of a cluster's with it
    progress.stop(2)
    progress.fail(1)
    progress.start(1, "train", 110.0)
    assert progress.line(110.0) == "0 of 6 jobs done · 1 running (train) · 10 s"
    progress.fail(1)
    assert progress.line(120.0) == "0 of 6 jobs done · 1 failed · 20 s"


def test_nothing_is_said_of_the_time_left_while_nothing_is_known_of_it(progress):
    progress.start(1, "draw", 100.0)
    progress.finish(1, 101.0)
    progress.start(2, "draw", 101.0)
    progress.start(3, "train", 101.0)
    assert progress.line(103.0) == "1 of 6 jobs done · 2 running (draw, train) · 3 s"


def test_the_time_left_is_the_work_left_over_the_workers(progress):
    progress.start(1, "train", 100.0)
    progress.finish(1, 110.0)
    progress.start(2, "train", 110.0)
    progress.start(3, "train", 110.0)
    # Two half-done jobs of 10 s and one to come make 20 s of work for two workers.
    assert progress.remaining(115.0) == (10.0, False)
    assert progress.line(115.0).endswith("at least 10 s left")


def test_the_estimate_is_whole_once_every_rule_has_been_timed(progress):
    for job, rule in enumerate(["train", "train", "train", "draw"]):
        progress.start(job, rule, 100.0)
        progress.finish(job, 110.0)
    progress.start(9, "train", 110.0)
    assert progress.remaining(110.0) == (10.0, True)  # a train and a draw, side by side
    assert progress.line(110.0).endswith("about 10 s left")


def test_the_rest_takes_no_less_than_the_longest_running_job():
    progress = Progress(workers=8)
    progress.plan({"train": 2}, now=0.0)
    progress.start(1, "train", 0.0)
    progress.finish(1, 80.0)
    progress.start(2, "train", 80.0)
    assert progress.remaining(80.0) == (80.0, True)


def test_a_job_that_outlasts_the_mean_is_expected_to_end_now_and_not_earlier(progress):
    progress.start(1, "train", 0.0)
    progress.finish(1, 1.0)
    progress.start(2, "train", 1.0)
    assert progress.remaining(50.0)[0] >= 0


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.4, "0 s"), (59.4, "59 s"), (61, "1 min"), (3560, "59 min"), (3900, "1 h 5 min")],
)
def test_durations_are_rounded_to_what_matters(seconds, text):
    assert duration(seconds) == text


def test_what_waits_in_a_clusters_queue_is_not_said_to_run():
    progress = Progress(workers=None)
    progress.plan({"train": 4}, now=0.0)
    for job in range(3):
        progress.start(job, "train", 0.0)
    progress.waiting = 2
    assert progress.line(1.0) == "0 of 4 jobs done · 1 running (train) · 2 in the queue · 1 s"
    progress.waiting = 3
    assert progress.line(1.0) == "0 of 4 jobs done · 3 in the queue (train) · 1 s"


def test_on_a_cluster_the_work_left_is_shared_by_what_it_runs_at_the_time():
    progress = Progress(workers=None)
    progress.plan({"train": 9}, now=0.0)
    for job in range(5):
        progress.start(job, "train", 0.0)
    progress.finish(0, 10.0)
    progress.waiting = 2
    # Four to come of 10 s, and four that should have ended by now: 40 s for the two that run.
    assert progress.remaining(10.0) == (20.0, True)
