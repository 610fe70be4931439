"""What does a benchmark say? A small table, in Markdown, with the remarks that it needs."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One table: numbers are formatted already, the first column names the row."""

    title: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    remarks: tuple[str, ...] = ()

    def markdown(self) -> str:
        lines = [f"### {self.title}", "", _line(self.columns)]
        lines.append(_line(("---", *("---:" for _ in self.columns[1:]))))
        lines += [_line(row) for row in self.rows]
        lines += ["", *(f"{remark}\n" for remark in self.remarks)]
        return "\n".join(lines)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def seconds(value: float) -> str:
    """Three digits: 0.0123 s, 1.23 s, 123 s."""
    return f"{value:.3g} s" if value < 100 else f"{value:.0f} s"


def share(value: float) -> str:
    return f"{100 * value:.0f} %" if value >= 0.1 else f"{100 * value:.1f} %"
