"""What is a finding?"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A sentence or two, and the name of the figure, or else of the chapter, that shows it."""

    text: str
    figure: str = ""
    chapter: str = ""
