"""Claims about CIFAR-10, in a file of its real format from a server on this machine."""

import gc
import hashlib
import pickle
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from initatlas.datasets import DATASETS
from initatlas.datasets.cifar10 import ARCHIVE, binary
from initatlas.datasets.files import DatasetError
from initatlas.stages.prepare import prepare
from tests.unit.datasets.mirror import COLOURS, KINDS, Server, colour_archive, serving

TRAIN, TEST = 100, 20
ALL = {"train_points": TRAIN, "test_points": TEST}
CONTENT = colour_archive(COLOURS, KINDS)
MD5 = hashlib.md5(CONTENT).hexdigest()
PIXELS, LABELS = COLOURS.reshape(-1, 3 * 32 * 32), KINDS.ravel()


@pytest.fixture
def server(monkeypatch) -> Iterator[Server]:
    monkeypatch.setenv("no_proxy", "*")
    with serving({ARCHIVE: CONTENT}) as server:
        url = f"http://127.0.0.1:{server.server_port}/{ARCHIVE}"
        tiny = binary(name="tiny", url=url, md5=MD5, train=TRAIN, test=TEST)
        monkeypatch.setitem(DATASETS, "tiny", tiny)
        yield server


def refused(cache: Path) -> str:
    with pytest.raises(DatasetError) as caught:
        DATASETS["tiny"].fetch(cache)
    assert not any(path.is_file() for path in cache.rglob("*"))
    return str(caught.value)


def job() -> dict:
    return {"study": "s", "seed": 1, "dataset": {"name": "tiny", **ALL}}


def test_what_is_loaded_is_what_was_published_channel_by_channel(server, tmp_path):
    DATASETS["tiny"].fetch(tmp_path)
    points = DATASETS["tiny"].load(ALL, tmp_path, np.random.default_rng(0))
    assert (points.inputs == PIXELS).all()
    assert (points.labels == LABELS).all()
    assert (points.test == (np.arange(TRAIN + TEST) >= TRAIN)).all()
    images = points.inputs.reshape(-1, *DATASETS["tiny"].shape)
    assert (images[7, 2, 5] == COLOURS[0, 7, 2, 5]).all()


def test_the_archive_is_kept_as_published_and_not_downloaded_again(server, tmp_path):
    DATASETS["tiny"].fetch(tmp_path)
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert kept == [tmp_path / "tiny" / ARCHIVE]
    assert kept[0].read_bytes() == CONTENT
    server.asked.clear()
    DATASETS["tiny"].fetch(tmp_path)
    table, facts = prepare(job(), tmp_path)
    assert server.asked == []
    assert (table.num_rows, facts["input_dimension"]) == (TRAIN + TEST, 3072)
    assert facts["q0"] == pytest.approx(1, abs=1e-6)


def test_a_transfer_that_breaks_off_is_refused(server, tmp_path):
    server.breaks_off = len(CONTENT) - 1
    assert "cannot be downloaded: File not found or corrupted" in refused(tmp_path)
    server.breaks_off = None
    DATASETS["tiny"].fetch(tmp_path)
    assert (tmp_path / "tiny" / ARCHIVE).read_bytes() == CONTENT


def test_an_archive_with_another_checksum_is_refused(server, tmp_path):
    server.files[ARCHIVE] = colour_archive(COLOURS, KINDS[:, ::-1])
    assert "cannot be downloaded: File not found or corrupted" in refused(tmp_path)


def test_without_a_server_the_data_sets_that_need_none_are_named(server, tmp_path):
    server.files.clear()
    with warnings.catch_warnings():
        # urllib leaves the connection of an error page to the garbage collector.
        warnings.simplefilter("ignore", ResourceWarning)
        assert refused(tmp_path).endswith("needs no network: digits, blobs, two_moons, spirals")
        gc.collect()


def test_an_archive_that_was_damaged_later_is_not_read(server, tmp_path, monkeypatch):
    DATASETS["tiny"].fetch(tmp_path)
    path = tmp_path / "tiny" / ARCHIVE
    path.write_bytes(CONTENT[:-3] + b"\0\0\0")
    with pytest.raises(DatasetError, match="is not the file that tiny consists of"):
        prepare(job(), tmp_path)
    DATASETS["tiny"].fetch(tmp_path)
    assert path.read_bytes() == CONTENT


def test_nothing_is_unpickled(server, tmp_path, monkeypatch):
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("pickle was used")

    DATASETS["tiny"].fetch(tmp_path)
    for name in ("load", "loads", "Unpickler"):
        monkeypatch.setattr(pickle, name, refuse)
    assert prepare(job(), tmp_path)[0].num_rows == TRAIN + TEST


def test_the_published_one_has_its_sizes_and_its_place():
    dataset = DATASETS["cifar10"]
    assert [option.default for option in dataset.options.values()] == [50_000, 10_000]
    assert dataset.shape == (3, 32, 32)
    assert dataset.downloads
    assert list(dataset.files) == [f"cifar10/{ARCHIVE}"]
