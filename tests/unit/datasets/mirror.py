"""A small data set in MNIST's format, and a server on this machine that has it."""

import gzip
import http.server
import struct

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


class Server(http.server.ThreadingHTTPServer):
    """Files by name, and what was asked for."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = dict(files)
        self.asked: list[str] = []
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
            self.wfile.write(content)

    do_HEAD = do_GET

    def log_message(self, *arguments: object) -> None:
        """Not on the terminal."""
