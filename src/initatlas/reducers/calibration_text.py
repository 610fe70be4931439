"""How is a calibration written down? As a Python module that holds it, in the project's style."""

from collections.abc import Iterator

from initatlas.reducers.score import Calibration, Constants, Scale

DIGITS = 6  # significant ones: the last two are beyond every interval
HEAD = '''"""The score's constants, fitted once and frozen. Made by `initatlas calibrate`: no edits.

Provenance: the study in workflow/studies/{study}.yaml; {cells}.
To fit them anew, run that study, and

    python -m initatlas calibrate --results results/{study} --output <this file>
"""

{imports}from initatlas.reducers.score import Calibration, Constants, Scale

CALIBRATION = Calibration(
    study="{study}",
    datasets={datasets},
    depths={depths},
    tables="{tables}",
    scores={{
'''
TAIL = "    },\n)\n"


def module_text(calibration: Calibration) -> str:
    """Source of a module with CALIBRATION equal to this one, to six digits."""
    body = "".join(_lines(calibration))
    counts = sorted({constants.n_cells for constants in calibration.scores.values()})
    head = HEAD.format(
        study=calibration.study,
        cells=f"{' or '.join(map(str, counts))} cells whose parts are all finite",
        imports="from math import inf\n\n" if "inf" in body else "",
        datasets=_tuple([f'"{name}"' for name in calibration.datasets]),
        depths=_tuple([str(depth) for depth in calibration.depths]),
        tables=calibration.tables,
    )
    return head + body + TAIL


def _lines(calibration: Calibration) -> Iterator[str]:
    for name, constants in calibration.scores.items():
        yield f'        "{name}": Constants(\n            scales={{\n'
        yield from (_scale(part, scale) for part, scale in constants.scales.items())
        yield "            },\n"
        yield from _facts(constants)
        yield "        ),\n"


def _scale(part: str, scale: Scale) -> str:
    ends = ", ".join(f"{end}={_number(getattr(scale, end))}" for end in ("value", "low", "high"))
    return f'                "{part}": Scale({ends}),\n'


def _facts(constants: Constants) -> Iterator[str]:
    for name in ("log_likelihood", "null_log_likelihood", "auc"):
        yield f"            {name}={_number(getattr(constants, name))},\n"
    yield f"            n_cells={constants.n_cells},\n"


def _number(value: float) -> str:
    return repr(float(f"{value:.{DIGITS}g}"))


def _tuple(items: list[str]) -> str:
    return f"({', '.join(items)}{',' if len(items) == 1 else ''})"
