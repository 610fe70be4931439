"""Which files of the repository go along with a study that is archived? Its workflow, its citation.

They are copied into the study's folder, since what lies outside it is no part of an archive of it.
"""

import os
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]  # the clone that this package is installed from
FOLDER = "source"  # of the copies, in the study's folder
CITATION = "CITATION.cff"
SNAKEFILE = "Snakefile"
CONFIG = "config.yaml"  # the study's configuration, whatever file it was read from
WORKFLOW = ("workflow/rules/*.smk", "workflow/envs/*.yaml", "requirements.lock")
ALWAYS = (SNAKEFILE, CITATION, CONFIG)  # whatever rules there are
ENVIRONMENT = REPOSITORY / "workflow/envs/initatlas.yaml"
METADATA = "ro-crate-metadata.json"  # a name that RO-Crate prescribes


def environment() -> str:
    """The environment that all rules have, as Snakemake reads a path: braces would be wildcards."""
    return str(ENVIRONMENT).replace("{", "{{").replace("}", "}}")


def root(rules: str) -> str:
    """The repository with this folder of rules, from where the run is: that may be anywhere.

    A workflow that Snakemake reads from the network, by `github(…)`, has no folder on this machine.
    What its rules call is here, in the clone that the package is installed from.
    """
    here = Path(rules).is_dir()
    return os.path.relpath(Path(rules).parents[1] if here else REPOSITORY)


def names(root: str = ".") -> list[str]:
    """Paths, within the repository at `root`, of the files to copy; the Snakefile comes first."""
    found = (path for pattern in WORKFLOW for path in Path(root).glob(pattern))
    others = sorted(path.relative_to(root).as_posix() for path in found)
    return [SNAKEFILE, CITATION, *others]


def paths(root: str) -> list[str]:
    """The files themselves."""
    return [str(Path(root, name)) for name in names(root)]


def copies(results: str, root: str = ".") -> list[str]:
    """Where their copies go in the study's folder `results`, and its configuration with them."""
    return [f"{results}/{FOLDER}/{name}" for name in (*names(root), CONFIG)]
