"""Claims about MNIST and its like, in files of the real format from a server on this machine."""

import gc
import hashlib
import socket
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torchvision

from initatlas import plan
from initatlas.datasets import DATASETS, Dataset, downloads
from initatlas.datasets.files import OFFLINE, DatasetError, damaged
from initatlas.datasets.idx import published
from initatlas.stages.prepare import prepare
from initatlas.study import StudyError
from tests.unit.datasets.mirror import (
    CONTENT,
    FILES,
    IMAGES,
    LABELS,
    NUMBERS,
    PIXELS,
    TEST,
    TEST_LABELS,
    TRAIN,
    Server,
    archive,
    serving,
)
from tests.unit.study.small import changed

MD5 = {name: hashlib.md5(content).hexdigest() for name, content in CONTENT.items()}
TINY = published(name="tiny", kind="MNIST", md5=MD5, train=TRAIN, test=TEST, source="a test")
ALL = {"train_points": TRAIN, "test_points": TEST}


@pytest.fixture
def server(monkeypatch) -> Iterator[Server]:
    with serving(CONTENT) as server:
        use(monkeypatch, f"http://127.0.0.1:{server.server_port}/")
        yield server


def use(monkeypatch: pytest.MonkeyPatch, *mirrors: str) -> None:
    monkeypatch.setattr(torchvision.datasets.MNIST, "mirrors", list(mirrors))
    monkeypatch.setattr(torchvision.datasets.MNIST, "resources", list(MD5.items()))
    monkeypatch.setitem(DATASETS, "tiny", TINY)
    monkeypatch.setenv("no_proxy", "*")


def closed_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}/"


def refused(cache: Path) -> str:
    with pytest.raises(DatasetError) as caught:
        TINY.fetch(cache)
    return str(caught.value)


def contents(cache: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(cache)): path.read_bytes()
        for path in cache.rglob("*")
        if path.is_file()
    }


def job() -> dict:
    return {"study": "s", "seed": 1, "dataset": {"name": "tiny", **ALL}}


def test_what_is_downloaded_is_kept_as_published_and_nothing_else(server, tmp_path):
    TINY.fetch(tmp_path)
    assert contents(tmp_path) == {f"tiny/{name}": content for name, content in CONTENT.items()}
    assert set(server.asked) == set(FILES)


def test_what_is_loaded_is_what_was_published_in_its_order(server, tmp_path):
    TINY.fetch(tmp_path)
    points = TINY.load(ALL, tmp_path, np.random.default_rng(0))
    assert (points.inputs == PIXELS.reshape(TRAIN + TEST, -1)).all()
    assert (points.labels == NUMBERS).all()
    assert (points.test == (np.arange(TRAIN + TEST) >= TRAIN)).all()
    assert contents(tmp_path).keys() == {f"tiny/{name}" for name in FILES}


def test_fewer_points_are_drawn_from_every_class_of_their_part(server, tmp_path):
    TINY.fetch(tmp_path)
    options = {"train_points": 30, "test_points": 10}
    points = TINY.load(options, tmp_path, np.random.default_rng(0))
    assert points.inputs.shape == (40, 784)
    assert (np.bincount(points.labels[~points.test]) == 3).all()
    assert (np.bincount(points.labels[points.test]) == 1).all()
    rows = {row.tobytes() for row in PIXELS[:TRAIN].reshape(TRAIN, -1)}
    assert {row.tobytes() for row in points.inputs[~points.test]} <= rows


def test_what_is_in_the_cache_is_not_downloaded_again(server, tmp_path):
    TINY.fetch(tmp_path)
    server.asked.clear()
    TINY.fetch(tmp_path)
    table, facts = prepare(job(), tmp_path)
    assert server.asked == []
    assert table.num_rows == TRAIN + TEST
    assert (facts["training_points"], facts["input_dimension"]) == (TRAIN, 784)
    assert facts["q0"] == pytest.approx(1, abs=1e-6)


def test_a_file_that_is_not_as_published_is_refused(server, tmp_path):
    server.files[LABELS] = archive(NUMBERS[:TRAIN][::-1])
    assert f"Error downloading {LABELS}:" in refused(tmp_path)
    assert contents(tmp_path) == {}


def test_a_file_that_only_torchvision_takes_for_right_is_refused(server, monkeypatch, tmp_path):
    server.files[LABELS] = archive(NUMBERS[:TRAIN][::-1])
    unchecked = [(name, None) for name in FILES]
    monkeypatch.setattr(torchvision.datasets.MNIST, "resources", unchecked)
    said = refused(tmp_path)
    assert f"{LABELS}: is not the file that tiny consists of" in said
    assert contents(tmp_path) == {}


def test_a_transfer_that_breaks_off_is_refused(server, tmp_path):
    server.breaks_off = 100
    assert f"Error downloading {IMAGES}:" in refused(tmp_path)
    assert contents(tmp_path) == {}


def test_a_missing_file_is_asked_for_at_the_next_mirror(server, monkeypatch, tmp_path):
    here = f"http://127.0.0.1:{server.server_port}/"
    use(monkeypatch, closed_port(), here)
    TINY.fetch(tmp_path)
    assert len(contents(tmp_path)) == 4
    del server.files[TEST_LABELS]
    with warnings.catch_warnings():
        # urllib leaves the connection of an error page to the garbage collector.
        warnings.simplefilter("ignore", ResourceWarning)
        assert "HTTP Error 404" in refused(tmp_path / "other")
        gc.collect()


def test_without_a_network_the_data_sets_that_need_none_are_named(monkeypatch, tmp_path):
    use(monkeypatch, closed_port())
    said = refused(tmp_path)
    assert said.startswith(f"data set 'tiny' cannot be downloaded: Error downloading {IMAGES}:")
    assert "Connection refused" in said
    assert said.endswith(
        f"Try again later, put its files into {tmp_path}/tiny by hand, "
        "or choose a data set that needs no network: digits, blobs, two_moons, spirals"
    )
    assert contents(tmp_path) == {}
    assert OFFLINE.split(", ") == [n for n, d in DATASETS.items() if not d.downloads]


def test_a_server_that_falls_silent_is_not_waited_for(monkeypatch, tmp_path):
    monkeypatch.setattr(downloads, "PATIENCE", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        use(monkeypatch, f"http://127.0.0.1:{silent.getsockname()[1]}/")
        assert "timed out" in refused(tmp_path)
    assert socket.getdefaulttimeout() is None


DAMAGES = {
    "cut short": lambda content: content[:-7],
    "empty": lambda content: b"",
    "altered": lambda content: content[:20] + bytes([content[20] ^ 1]) + content[21:],
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
@pytest.mark.parametrize("name", FILES)
def test_a_damaged_file_is_named_before_any_job_and_by_the_job(
    server, tmp_path, monkeypatch, name, damage
):
    monkeypatch.setattr(plan, "CACHE", tmp_path)
    TINY.fetch(tmp_path)
    path = tmp_path / "tiny" / name
    path.write_bytes(damage(CONTENT[name]))
    sentence = (
        f"{path}: is not the file that tiny consists of (cut short or altered: "
        f"{path.stat().st_size:,} bytes, md5 should be {MD5[name]}); "
        f"delete {tmp_path}/tiny and run again"
    )
    assert damaged(TINY, tmp_path) == [sentence]
    with pytest.raises(StudyError) as before:
        plan.Plan.of(changed(dataset="tiny"))
    assert str(before.value) == sentence
    with pytest.raises(DatasetError) as during:
        prepare(job(), tmp_path)
    assert str(during.value) == sentence
    TINY.fetch(tmp_path)
    assert path.read_bytes() == CONTENT[name]
    assert plan.Plan.of(changed(dataset="tiny")).downloads()


def test_files_that_are_missing_are_no_problem_before_the_download_and_one_after(tmp_path):
    assert damaged(TINY, tmp_path) == []
    with pytest.raises(DatasetError) as caught:
        prepare({"study": "s", "seed": 1, "dataset": {"name": "mnist", **ALL}}, tmp_path)
    lines = str(caught.value).splitlines()
    assert lines[0] == (
        f"{tmp_path}/mnist/{IMAGES}: is missing; delete {tmp_path}/mnist and run again to "
        "download it"
    )
    assert len(lines) == 4


@pytest.mark.parametrize(("name", "kind"), [("mnist", "MNIST"), ("fashion_mnist", "FashionMNIST")])
def test_checksums_are_those_that_torchvision_knows(name, kind):
    resources = getattr(torchvision.datasets, kind).resources
    dataset: Dataset = DATASETS[name]
    assert dataset.files == {f"{name}/{file}": md5 for file, md5 in resources}
    assert [option.default for option in dataset.options.values()] == [60_000, 10_000]
    assert dataset.downloads
    assert dataset.shape == (1, 28, 28)
