"""Which colour and dash has an initializer? The same one in every figure of a report.

Hue tells the family: blue normal, orange and red uniform, purple orthogonal, green and teal
fitted to the activation; those of residual branches, which stand in other panels, take from all.
Dashes, the second code, tell initializers of equal variance apart, whose lines often coincide: one
shows through the gaps of the other.
"""

import json
from collections import Counter
from collections.abc import Sequence

import altair as alt
import pandas as pd

from initatlas.figures.theme import LIGHT

SOLID, LONG, SHORT, MIXED = [1, 0], [7, 3], [2, 2], [7, 2, 2, 2]
OURS = {
    "he_normal": ("s0", SOLID),
    "he_uniform": ("s1", LONG),
    "he_fan_out": ("s2", SHORT),
    "glorot_normal": ("s3", SOLID),
    "glorot_uniform": ("s4", LONG),
    "lecun_normal": ("s5", SHORT),
    "truncated_normal": ("s6", SHORT),
    "orthogonal": ("s7", MIXED),
    "torch_default": ("s8", LONG),
    "gaussian": ("s9", SOLID),
    "student_t": ("s10", MIXED),
    "sparse": ("s11", SHORT),
    "critical": ("s12", SOLID),
    "critical_orthogonal": ("s15", MIXED),
    "delta_orthogonal": ("s14", MIXED),
    "second_moment_gain": ("s14", LONG),
    "gradient_gain": ("s11", SOLID),
    "lsuv": ("s10", LONG),
    "looks_linear": ("s13", SHORT),
    "identity": ("s13", SOLID),
    "scaled_branch": ("s1", SOLID),
    "zero_branch": ("s4", MIXED),
    "fixup": ("s8", SOLID),
    "skip_init": ("s12", SHORT),
}
# For initializers of the user's own: colours in an order that keeps neighbours apart.
RESERVE = ("s10", "s11", "s14", "s13", "s12", "s15", "s4", "s5", "s8", "s7")
DASHES = (SHORT, LONG, MIXED, SOLID)
POINT = " σ_w²="  # of a sweep: follows the initializer's name


def assign(initializers: Sequence[str]) -> dict[str, tuple[str, list[int]]]:
    """Colour and dash of each initializer of a study, in the study's order.

    A sweep's only point looks like the sweep.
    """
    sweeps = {name: name.partition(POINT)[0] for name in initializers if POINT in name}
    points = Counter(sweeps.values())
    looks = {n: sweeps[n] if points[sweeps.get(n)] == 1 else n for n in initializers}
    foreign = [name for name in initializers if looks[name] not in OURS]
    styles = {
        name: (RESERVE[i % len(RESERVE)], DASHES[i // len(RESERVE) % len(DASHES)])
        for i, name in enumerate(foreign)
    }
    styles |= {name: OURS[look] for name, look in looks.items() if look in OURS}
    return {name: (LIGHT[styles[name][0]], styles[name][1]) for name in initializers}


def ordered(shown: Sequence[str], initializers: Sequence[str]) -> list[str]:
    """What is shown: the study's initializers in its order, then points of sweeps."""
    known = [name for name in initializers if name in set(shown)]
    return [*known, *sorted(set(shown) - set(known))]


def channels(
    shown: Sequence[str], initializers: Sequence[str], legend: alt.Legend
) -> tuple[alt.Color, alt.StrokeDash]:
    """Colour and dash of the initializers `shown`, of the study's `initializers`; one legend."""
    domain = ordered(shown, initializers)
    styles = assign([*initializers, *(name for name in domain if name not in initializers)])
    color = alt.Scale(domain=domain, range=[styles[name][0] for name in domain])
    dash = alt.Scale(domain=domain, range=[styles[name][1] for name in domain])
    return (
        alt.Color("initializer:N", scale=color, title=None, legend=legend),
        alt.StrokeDash("initializer:N", scale=dash, title=None, legend=legend),
    )


def legend(frame: pd.DataFrame, column: str = "group") -> alt.Legend:
    """A legend of the initializers of the chosen `column`; of all, where there is no choice."""
    groups = frame.groupby(column, sort=False).initializer.unique()
    if len(groups) < 2:
        return alt.Legend()
    members = json.dumps({name: list(parts) for name, parts in groups.items()}, ensure_ascii=False)
    return alt.Legend(values=alt.expr(f"({members})[sel_{column}]"))
