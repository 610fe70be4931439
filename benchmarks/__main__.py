"""Run the benchmarks: `python -m benchmarks`, or some of them by name."""

import argparse
import importlib
import sys

from benchmarks import machine
from benchmarks.project import ROOT

PARTS = {
    "side_by_side": "(a) the same grid as a study, and one network a process",
    "trainer": "(b) arithmetic of the trainer, beside the machine's matrix products",
    "recording": "(b) what recording costs",
    "reruns": "(c) planning and rerunning, by number of jobs",
    "reducing": "(e) tables, manifest and crate of very many blocks",
    "choices": "(f) how soon a choice shows in the report, with eight charts in view",
    "shares": "(d) what the cores did during a study",
    "theory": "phase diagrams, and kernels beside neural-tangents",
}
RESULTS = ROOT / "results" / "bench"


def main() -> None:
    listed = "\n".join(f"  {name:<14}{what}" for name, what in PARTS.items())
    parser = argparse.ArgumentParser(
        prog="benchmarks",
        description=__doc__,
        epilog=f"parts:\n{listed}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], metavar="PART")
    parts = parser.parse_args().parts or list(PARTS)
    head = [f"Measured {machine.describe()}.", machine.other_work()]
    text = "\n\n".join(part for part in head if part) + "\n"
    say(text)
    for name in parts:
        for result in importlib.import_module(f"benchmarks.{name}").measure():
            text += f"\n{result.markdown()}"
            say(f"\n{result.markdown()}")
    RESULTS.mkdir(parents=True, exist_ok=True)
    path = RESULTS / "results.md"
    path.write_text(text)
    say(f"Written to {path.relative_to(ROOT)}")


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
