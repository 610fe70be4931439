"""What is a finding, and which numbers does it rest on?"""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number with its 95 % interval; NaN where there is none.

    name: what it is a number of, in the same words in every study. An end that is infinite or NaN
    while the other is not is open: how far it reaches is not known.
    """

    name: str
    value: float
    low: float = math.nan
    high: float = math.nan


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A sentence or two, and the name of the figure, or else of the chapter, that shows it.

    kind: what was looked for, by which findings of two studies are matched. numbers: those that
    the text cites, and others of the same kind.
    """

    text: str
    figure: str = ""
    chapter: str = ""
    kind: str = ""
    numbers: tuple[Number, ...] = ()
