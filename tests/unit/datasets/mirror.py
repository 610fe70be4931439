"""Small data sets in the formats of MNIST and CIFAR-10, and a server on this machine for them."""

import gzip
import http.server
import io
import struct
import tarfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

TRAIN, TEST = 60, 20
IMAGES, LABELS, TEST_IMAGES, TEST_LABELS = FILES = (
    "train-images-idx3-ubyte.gz",
    "train-labels-idx1-ubyte.gz",
    "t10k-images-idx3-ubyte.gz",
    "t10k-labels-idx1-ubyte.gz",
)
rng = np.random.default_rng(0)
PIXELS = rng.integers(0, 256, (TRAIN + TEST, 28, 28)).astype(np.uint8)
NUMBERS = (np.arange(TRAIN + TEST) % 10).astype(np.uint8)


def archive(array: np.ndarray) -> bytes:
    """An array of bytes in the IDX format: a magic number, the sizes, the bytes; gzipped."""
    header = struct.pack(f">I{array.ndim}I", 0x0800 + array.ndim, *array.shape)
    return gzip.compress(header + array.tobytes(), mtime=0)


CONTENT = dict(
    zip(
        FILES,
        map(archive, (PIXELS[:TRAIN], NUMBERS[:TRAIN], PIXELS[TRAIN:], NUMBERS[TRAIN:])),
        strict=True,
    )
)


BATCHES = (*(f"data_batch_{number}.bin" for number in range(1, 6)), "test_batch.bin")
COLOURS = rng.integers(0, 256, (len(BATCHES), 20, 3, 32, 32)).astype(np.uint8)
KINDS = (np.arange(len(BATCHES) * 20) % 10).astype(np.uint8).reshape(len(BATCHES), 20)


def colour_archive(colours: np.ndarray, kinds: np.ndarray) -> bytes:
    """CIFAR-10's binary version: in each file, one image after the other, its label before it."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as packed:
        for name, images, labels in zip(BATCHES, colours, kinds, strict=True):
            records = np.concatenate([labels[:, None], images.reshape(len(labels), -1)], axis=1)
            entry = tarfile.TarInfo(f"cifar-10-batches-bin/{name}")
            entry.size = records.size
            packed.addfile(entry, io.BytesIO(records.tobytes()))
    return content.getvalue()


class Server(http.server.ThreadingHTTPServer):
    """Files by name, what was asked for, and after how many bytes a transfer breaks off."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = dict(files)
        self.asked: list[str] = []
        self.breaks_off: int | None = None
        super().__init__(("127.0.0.1", 0), Handler)


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        name = self.path.rpartition("/")[2]
        self.server.asked.append(name)
        content = self.server.files.get(name)
        if content is None:
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(content[: self.server.breaks_off])

    do_HEAD = do_GET

    def log_message(self, *arguments: object) -> None:
        """Not on the terminal."""


@contextmanager
def serving(files: dict[str, bytes]) -> Iterator[Server]:
    """A server of these files, for as long as it is needed."""
    server = Server(files)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
