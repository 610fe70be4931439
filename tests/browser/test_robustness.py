"""Reports of odd studies in Chromium: each still draws its figures, or says why it does not."""

import numpy as np
import pandas as pd
import pytest

from tests import synthetic
from tests.browser.conftest import mount_all, too_wide
from tests.presented import presented

MARKS = ", ".join(
    f".live [class*='mark-{kind}'] path" for kind in ("line", "rect", "area", "shape", "symbol")
)
NOTHING = "no networks that answer the question."
NAMES = (
    "<script>alert(1)</script>",
    """it's "<b>" \\ ${x} & [0]""",
    "ein_sehr_langer_Name_mit_漢字_und_🙂_" * 4,
    "</svg><img src=x onerror=alert(1)>",
    "'); alert(1); ('",
)
MINE = [{f"mine_{k}": {"distribution": "normal", "sigma_w2": [1 + k / 30]}} for k in range(30)]
ONE_SEED = {"seeds": {"count": 1, "per_block": 1}}
STATISTICS = r"_(mean|geomean|se|theory)$"


def named(frame: pd.DataFrame) -> pd.DataFrame:
    """With names that a user should not have given."""
    own = {f"mine_{k}": name for k, name in enumerate(NAMES)}
    return frame.replace({"initializer": own, "activation": {"tanh": NAMES[0]}})


def with_holes(frame: pd.DataFrame) -> pd.DataFrame:
    """A third of what was measured or predicted lost, in different ways."""
    frame = frame.copy()
    for place, name in enumerate(frame.select_dtypes("float").filter(regex=STATISTICS)):
        for offset, lost in enumerate((np.nan, np.inf)):
            frame.loc[frame.index[place + 3 * offset :: 6], name] = lost
    return frame


STUDIES = {
    "thirty initializers of ill names, one activation, one seed, 200 layers": (
        {"initializers": MINE, "activations": ["tanh"], "depths": [200], "spectra": None}
        | ONE_SEED
        | synthetic.UNTRAINED,
        named,
    ),
    "a third of all numbers lost": ({}, with_holes),
    "one network": (
        {"initializers": ["he_normal"], "activations": ["relu"], "depths": [1], "spectra": None}
        | ONE_SEED
        | synthetic.UNTRAINED,
        lambda frame: frame,
    ),
}


@pytest.fixture(scope="module", params=STUDIES)
def odd(request, tmp_path_factory):
    changes, altered = STUDIES[request.param]
    folder = tmp_path_factory.mktemp("study")
    path = folder / "report.html"
    path.write_text(presented(folder, synthetic.config(**changes), altered), encoding="utf-8")
    return path


@pytest.mark.parametrize("width", [1280, 390])
def test_every_figure_has_marks_or_says_why_not(visit, odd, width):
    page = visit(odd, width=width)
    page.on("dialog", lambda dialog: page.complaints.append(dialog.message) or dialog.dismiss())
    for name in mount_all(page):
        figure = page.locator(f"#fig-{name}")
        assert figure.get_attribute("data-state") == "ready", name
        said = figure.locator(".live").inner_text()
        assert figure.locator(MARKS).count() or NOTHING in said, name
    wide = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert wide[0] <= wide[1]
    assert too_wide(page) == []


def test_names_stay_text(visit, tmp_path):
    """In labels, legends, choices, tables and tooltips: quotes, brackets and markup."""
    changes = {"initializers": MINE[: len(NAMES)], "depths": [3], "spectra": None} | ONE_SEED
    path = tmp_path / "report.html"
    settings = synthetic.config(**changes, **synthetic.UNTRAINED)
    path.write_text(presented(tmp_path, settings, named), encoding="utf-8")
    page = visit(path)
    mount_all(page)
    for name in NAMES:
        shown = page.locator("#fig-correlation .live text", has_text=name[:20])
        assert shown.count() >= 1, name
    assert page.locator("main b, main img, main script").count() == 0
