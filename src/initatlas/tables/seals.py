"""Is a file, byte for byte, what was written? A seal inside it tells, before anything is parsed.

The formats' own checks do not suffice: a flipped bit in the metadata of an Arrow file can end the
process that reads it, and Parquet's checksums cover its pages but not its footer.
"""

import hashlib
import re
from pathlib import Path

PREFIX = b"initatlas:sha256:"
BLANK = PREFIX + b"0" * 64  # to be written into the file's metadata, wherever and how often
SEAL = re.compile(PREFIX + rb"[0-9a-f]{64}")


def seal(path: Path) -> None:
    """Fill the blank seals of a file with the sha256 of the file as it is with blank ones."""
    content = path.read_bytes()
    path.write_bytes(content.replace(BLANK, _seal_of(content)))


def broken(content: bytes) -> str:
    """What is wrong with a sealed file's bytes, or ""."""
    if not content:
        return "it is empty"
    found = set(SEAL.findall(content))
    if not found:
        return "it has no seal: it was cut short, or something else wrote it"
    blank = content
    for each in found:
        blank = blank.replace(each, BLANK)
    if found != {_seal_of(blank)}:
        return "its content does not match its checksum"
    return ""


def _seal_of(content: bytes) -> bytes:
    return PREFIX + hashlib.sha256(content).hexdigest().encode()
