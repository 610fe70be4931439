"""Which parts has the report, in which order? A figure names the one that it belongs to."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from initatlas.report import agreement, listings, phases, recommendations, verdicts
from initatlas.report.charts import Chart
from initatlas.report.derivation import derivation
from initatlas.report.evidence import Tables
from initatlas.report.listing import Listing
from initatlas.report.selectors import selectors


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """A part of the report: words that open it, figures that name it, tables behind them.

    What is `appended` comes after method and provenance.
    """

    name: str
    short: str
    title: str
    words: Callable[[Tables], Markup] = lambda _: Markup()
    listings: Callable[[Tables], list[Listing]] = lambda _: []
    appended: bool = False


OPENING = "findings"  # the chapter that is there also where nothing was found

CHAPTERS = (
    Chapter(name=OPENING, short="Findings", title="What was found"),
    Chapter(
        name="recommendation",
        short="Use",
        title="Which initializer to use",
        listings=verdicts.recommendation,
    ),
    Chapter(
        name="theory",
        short="Why He",
        title="Why He, and what else",
        words=derivation,
        listings=recommendations.listings,
    ),
    Chapter(
        name="signals",
        short="Signals",
        title="Signals on their way forward",
        listings=listings.zeros,
    ),
    Chapter(name="gradients", short="Gradients", title="Gradients on their way back"),
    Chapter(
        name="phases",
        short="Phases",
        title="Correlation and phase",
        listings=phases.listings,
    ),
    Chapter(name="spectra", short="Spectra", title="Jacobian and kernels"),
    Chapter(
        name="training",
        short="Training",
        title="What training makes of them",
        listings=listings.endings,
    ),
    Chapter(
        name="trainability",
        short="Trainability",
        title="What makes a network trainable?",
        listings=verdicts.leaderboard,
    ),
    Chapter(
        name="architectures",
        short="Architectures",
        title="Skip connections, convolutions, normalization",
    ),
    Chapter(name="data", short="Data", title="Other data"),
    Chapter(
        name="agreement",
        short="Agreement",
        title="Does measurement agree with theory?",
        words=agreement.words,
        listings=agreement.listings,
        appended=True,
    ),
)


def in_order(charts: Sequence[Chart]) -> list[Chart]:
    """The charts as the page has them: by chapter, within it in the order given."""
    order = [chapter.name for chapter in CHAPTERS]
    return sorted(charts, key=lambda chart: order.index(chart.meta["chapter"]))


def chapters(charts: Sequence[Chart], tables: Tables) -> list[Mapping[str, object]]:
    """What each chapter shows, figures numbered through; one with nothing to show is left out."""
    numbers = numbered(charts)
    found = []
    for chapter in CHAPTERS:
        own = [chart for chart in in_order(charts) if chart.meta["chapter"] == chapter.name]
        found.append(
            {
                "anchor": chapter.name,
                "short": chapter.short,
                "title": chapter.title,
                "words": chapter.words(tables),
                "selectors": selectors(own) if chapter.name != OPENING else [],
                "figures": [_figure(chart, numbers) for chart in own],
                "tables": chapter.listings(tables),
                "appended": chapter.appended,
            }
        )
    return [
        chapter
        for chapter in found
        if chapter["figures"] or chapter["tables"] or chapter["anchor"] == OPENING
    ]


def numbered(charts: Sequence[Chart]) -> dict[str, int]:
    """The number of each figure, by its name."""
    return {chart.meta["name"]: place for place, chart in enumerate(in_order(charts), start=1)}


def _figure(chart: Chart, numbers: Mapping[str, int]) -> dict[str, object]:
    extra = {"number": numbers[chart.meta["name"]], "choices": chart.choices, "live": chart.live}
    return chart.meta | extra | {"picture": Markup(chart.picture)}
