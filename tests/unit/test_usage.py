"""Claims about the costs of jobs: measured, and found again behind whatever the job said."""

import json
import time

from initatlas import machines, usage


def test_a_line_holds_wall_and_processor_seconds_memory_and_machine():
    began, processor = time.monotonic(), time.process_time()
    while time.process_time() - processor < 0.05:
        pass
    values = json.loads(usage.line(usage.values(began)))["usage"]
    assert 0.05 <= values["seconds"] < 60
    assert values["cpu_seconds"] >= 0.05
    assert values["peak_memory_mb"] > 5  # an interpreter alone takes more
    assert values["host"] == machines.kind()


def test_costs_are_collected_by_rule_and_unfinished_jobs_have_none(tmp_path):
    spent = {"seconds": 1.5, "cpu_seconds": 1.25, "peak_memory_mb": 100.0}
    line = json.dumps({"usage": spent})
    for name, text in {
        "train_networks/a/b.log": f"said something\n{line}\n",
        "train_networks/a/c.log": f"{line}\nkilled\n",
        "write_report.log": line,
        "draw_figure/x.log": "",
        "draw_figure/x.txt": line,
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    assert usage.collect(tmp_path) == [
        {"rule": "train_networks", **spent},
        {"rule": "write_report", **spent},
    ]
    assert usage.collect(tmp_path / "none") == []
    named = ["write_report", "train_networks/a/c", "train_networks/none"]
    assert usage.collect(tmp_path, named) == [{"rule": "write_report", **spent}]
    assert usage.of(tmp_path / "write_report.log") == spent
    assert usage.of(tmp_path / "train_networks/a/c.log") is None
    assert usage.of(tmp_path / "none.log") is None
