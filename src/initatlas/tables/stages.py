"""What kind of table does each stage write a block as?"""

from initatlas.tables.blocks import INITIALIZATION, TRAINABILITY, TRAINING
from initatlas.tables.kinds import Table
from initatlas.tables.spectra import SPECTRA

KINDS: dict[str, Table] = {
    "initialization": INITIALIZATION,
    "contrast": INITIALIZATION,
    "phase_plane": INITIALIZATION,
    "spectra": SPECTRA,
    "training": TRAINING,
    "trainability": TRAINABILITY,
    "trainability_map": TRAINABILITY,
}
