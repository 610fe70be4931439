"""On which other data are networks measured as well? The `contrast` section."""

from collections.abc import Mapping

from initatlas.study import entries, images
from initatlas.study.entries import Entry
from initatlas.study.place import Place

SECTION = {"dataset": "a second data set, such as blobs with its options"}
GRID = {"grid": "axes of the networks that are measured on it, where these are not all"}


def contrast(given: Mapping[str, Place]) -> Entry:
    """The second data set."""
    return {"dataset": entries.dataset(given["dataset"])}


def check(section: Place, study: Mapping[str, object]) -> None:
    """It is another one than the study's, and its networks can see it."""
    named = study["contrast"]["dataset"]
    place = section.at("dataset", named)
    if study["dataset"] and study["dataset"]["name"] == named["name"]:
        place.problem(f"'{named['name']}' is the study's own; name another one")
    for part in study["axes"]["contrast"]:
        images.check(place, part, named)
