"""Do results come out again as they are? Compared byte for byte, or within a tolerance elsewhere.

On the kind of processor that made them, blocks are the same to the last bit. Another one adds
numbers in another order: a float64 measurement then differs by rounding, which deep networks
amplify, and a float32 training by what rounding does to its course. `TOLERANCE` is relative to the
largest value of a column.
"""

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import unquote

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from initatlas import machines, sources
from initatlas.manifest import checksum
from initatlas.output import Output
from initatlas.plan import STAGES

STAGE_OF = {rule: stage for stage, (rule, _) in STAGES.items()}
TOLERANCE = dict.fromkeys(("initialization", "contrast", "phase_plane", "spectra"), 1e-6)  # float64
TRAINED = 0.05  # of float32, after some hundred steps
LIMIT = 86_400  # seconds that a block may take
REMEDY = "delete it and run again"


class VerificationError(RuntimeError):
    """There is nothing to verify, or nothing to verify it by."""


def read_manifest(path: Path) -> dict:
    """The manifest of a finished study.

    Raises:
        VerificationError: there is none, or it cannot be read.
    """
    try:
        return json.loads(path.read_text())
    except FileNotFoundError:
        raise VerificationError(f"{path}: is missing; `make reproduce` writes it last") from None
    except json.JSONDecodeError as error:
        raise VerificationError(f"{path}: is no manifest ({error}); {REMEDY}") from None


def made_here(entries: Iterable[Mapping]) -> set[str]:
    """The files that this kind of machine made; one with a GPU's help is of another kind."""
    here = machines.kind()
    return {entry["path"] for entry in entries if entry.get("host") == here}


def altered(entries: Iterable[Mapping]) -> list[str]:
    """One sentence for every file that is not as the manifest says."""
    found = []
    for entry in entries:
        path = Path(entry["path"])
        made = path.with_suffix(".parquet") if path.suffix == ".csv" else path
        remedy = REMEDY if made == path else f"delete {made} and run again"
        if not path.is_file():
            found.append(f"{path}: is missing; {'run again' if made == path else remedy}")
        elif checksum(path) != entry["sha256"]:
            found.append(f"{path}: its content is not that of the manifest; {remedy}")
    return found


def misdescribed(results: Path, entries: Iterable[Mapping]) -> list[str]:
    """One sentence for every file that is not as the crate says, or of which it says nothing.

    What the manifest lists is compared with the manifest; the crate's other files, which are the
    manifest itself and the copies in the source folder, with what is on disk.
    """
    path = results / sources.METADATA
    try:
        graph = json.loads(path.read_text(encoding="utf-8"))["@graph"]
        files = {results / unquote(e["@id"]): e["sha256"] for e in graph if "sha256" in e}
    except FileNotFoundError:
        return [f"{path}: is missing; run again"]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        return [f"{path}: is no crate ({type(error).__name__}: {error}); {REMEDY}"]
    listed = {Path(entry["path"]): entry["sha256"] for entry in entries}
    always = [results / "manifest.json", *(results / sources.FOLDER / n for n in sources.ALWAYS)]
    unknown = [name for name in (*listed, *always) if name not in files]
    found = [f"{path}: says nothing of {name}; {REMEDY}" for name in unknown]
    for name, digest in files.items():
        if name not in listed and not name.is_file():
            found.append(f"{name}: is missing; run again")
        elif digest != (listed.get(name) or checksum(name)):
            found.append(f"{name}: {path.name} has another checksum of it; delete both, run again")
    return found


def recompute(output: Output, dataset: str, folder: str, exactly: bool) -> str:
    """Compute a block again in a process of its own; what is wrong with the one there, or ""."""
    again = Path(folder, "again.arrow")
    again.unlink(missing_ok=True)
    words = ["--key", output.key().text(), "--dataset", dataset, "--output", str(again)]
    command = [sys.executable, "-m", "initatlas", output.command, *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT)
    if done.returncode:
        return f"{output.path}: cannot be computed again: {done.stderr.strip()}"
    if again.read_bytes() == Path(output.path).read_bytes():
        return ""
    stage = STAGE_OF[output.rule]
    tolerance = 0.0 if exactly else TOLERANCE.get(stage, TRAINED)
    names = different(_read(Path(output.path)), _read(again), tolerance)
    if not names and not exactly:
        return ""
    what = f"in {', '.join(names)}" if names else "in what it says of itself"
    return f"{output.path}: comes out otherwise {what}; {REMEDY}"


def different(ours: pa.Table, again: pa.Table, tolerance: float) -> list[str]:
    """Columns that differ by more than `tolerance` times their largest value; NaN equals NaN."""
    if ours.schema.names != again.schema.names or len(ours) != len(again):
        return ["columns or rows"]
    return [n for n in ours.schema.names if not _close(ours[n], again[n], tolerance)]


def _close(ours: pa.ChunkedArray, again: pa.ChunkedArray, tolerance: float) -> bool:
    if pa.types.is_list(ours.type):
        lengths = pc.list_value_length(ours).equals(pc.list_value_length(again))
        return lengths and _close(pc.list_flatten(ours), pc.list_flatten(again), tolerance)
    if not pa.types.is_floating(ours.type):
        return ours.equals(again)
    a, b = (column.to_numpy(zero_copy_only=False).astype(float) for column in (ours, again))
    finite = np.isfinite(a) & np.isfinite(b)
    scale = np.abs(a[finite]).max(initial=0.0)
    rest = np.array_equal(a[~finite], b[~finite], equal_nan=True)
    return rest and bool((np.abs(a[finite] - b[finite]) <= tolerance * scale).all())


def _read(path: Path) -> pa.Table:
    return pa.ipc.open_file(pa.BufferReader(path.read_bytes())).read_all()
