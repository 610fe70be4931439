"""Changes to a finished study, by the rows of the README's table of what runs again."""

from dataclasses import dataclass

from tests.workflow.project import SMOKE

EVERY = "."  # matches any path
NO = "$^"  # and this none
BLOBS = "{blobs: {dimension: 64, classes: 10, points: 1000, separation: 3.0}}"
RECIPE = "again: {distribution: uniform, mode: fan_in, sigma_w2: [0.25], sigma_b2: [0.0]}"
CODE = "src/initatlas"
Edit = tuple[str, str, str]  # file, old text, new text


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A row of the README's table: what is edited, and which files that concerns."""

    row: str
    edit: Edit
    blocks: str = NO  # those that match are computed, and no others
    remakes: tuple[str, ...] = ()  # of the other files some that match each of these are made again
    leaves: tuple[str, ...] = ()  # and none that match one of these


def study(old: str, new: str) -> Edit:
    return SMOKE, old, new


def code(file: str, record: str) -> Edit:
    return f"{CODE}/{file}.py", f"{record} = ", f"UNUSED = 1\n{record} = "


def version(distribution: str) -> Edit:
    """Another one in front of the one that is installed."""
    text = f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 99.0\n"
    return f"src/{distribution}-99.0.dist-info/METADATA", "", text


INITIALIZER = "an initializer, added or renamed"
REMOVED = "any of these, removed"
LIBRARY = "the version of a library"
FIRST_LINE = "How do signals and gradients travel"  # of a docstring
TRACED = "\n  batch_size: 32\n  records"  # what follows in `training`, and in no other section
REPORT = r"report\.html"
CHANGES = {
    "an initializer is added": Change(
        row=INITIALIZER,
        edit=study("  - torch_default\n", "  - torch_default\n  - lecun_normal\n"),
        blocks="^initialization/.*initializer=lecun_normal/",
        remakes=("tables/layers", REPORT),
        leaves=("dataset", "theory/kernel_condition", "tables/(traces|spectra|outcomes)"),
    ),
    "an initializer has another name": Change(
        row=INITIALIZER,
        edit=study("  - torch_default\n", f"  - {RECIPE}\n"),
        blocks="^initialization/.*initializer=again/",
        remakes=("tables/layers", REPORT),
        leaves=("dataset", "theory/kernel_condition", "tables/(traces|spectra|outcomes)"),
    ),
    "an initializer is removed": Change(
        row=REMOVED,
        edit=study("  - torch_default\n", ""),
        remakes=("tables/layers", "figures/variance_scaling", REPORT),
        leaves=("dataset", "tables/(traces|spectra|outcomes)"),
    ),
    "an activation is added": Change(
        row="an activation, added",
        edit=study("[relu, tanh]", "[relu, tanh, gelu]"),
        blocks="/activation=gelu/",
        remakes=("theory/.*-gelu", "tables/layers", REPORT),
        leaves=("dataset", "theory/.*-(relu|tanh)"),
    ),
    "an activation is removed": Change(
        row=REMOVED,
        edit=study("[relu, tanh]", "[tanh]"),
        remakes=("tables/layers", "tables/outcomes", REPORT),
        leaves=("dataset", "theory/"),
    ),
    "a depth is added": Change(
        row="a depth, added",
        edit=study("depths: [2, 6]\nwidths", "depths: [2, 4, 6]\nwidths"),
        blocks="^initialization/.*/depth=4/",
        remakes=("theory/profiles", "tables/layers", REPORT),
        leaves=("dataset", "theory/phases", "tables/(traces|spectra|outcomes)"),
    ),
    "a depth is removed": Change(
        row=REMOVED,
        edit=study("depths: [2, 6]", "depths: [6]"),
        remakes=("tables/layers", "tables/traces", REPORT),
        leaves=("dataset", "tables/spectra"),
    ),
    "seeds are added": Change(
        row="seeds, added",
        edit=study("{count: 4, per_block: 2}", "{count: 6, per_block: 2}"),
        blocks="^(initialization|spectra|training)/.*/seeds=4-5",
        remakes=("tables/layers", "tables/traces", REPORT),
        leaves=("dataset", "theory/", "tables/outcomes"),
    ),
    "seeds are removed": Change(
        row=REMOVED,
        edit=study("{count: 4, per_block: 2}", "{count: 2, per_block: 2}"),
        remakes=("tables/layers", "tables/traces", REPORT),
        leaves=("dataset", "theory/", "tables/outcomes"),
    ),
    "σ_w² of gaussian": Change(
        row="the σ_w² list of `gaussian`",
        edit=study("sigma_w2: [1.0, 2.0]", "sigma_w2: [1.0, 3.0]"),
        blocks="^initialization/.*initializer=gaussian/",
        remakes=("theory/profiles", "tables/phases", "figures/variance_scaling", REPORT),
        leaves=("dataset", "theory/kernel_condition", "tables/(traces|spectra|outcomes)"),
    ),
    "another data set": Change(
        row="the data set, or an option of it",
        edit=study("dataset: digits", f"dataset: {BLOBS}"),
        blocks=EVERY,
        remakes=(r"dataset\.arrow", "tables/layers", REPORT),
        leaves=("theory/phases",),
    ),
    "steps of training": Change(
        row="a number of `training`",
        edit=study(f"steps: 60{TRACED}", f"steps: 50{TRACED}"),
        blocks="^training/",
        remakes=("tables/traces", "figures/training_curves", REPORT),
        leaves=("dataset", "theory/", "tables/(layers|spectra|outcomes)"),
    ),
    "a learning rate of trainability": Change(
        row="a learning rate of `trainability`",
        edit=study("[0.5, 2.0, 8.0]", "[0.5, 2.0]"),
        blocks="^trainability/",
        remakes=("tables/outcomes", "figures/learning_rates", REPORT),
        leaves=("dataset", "theory/(phases|profiles)", "tables/(layers|spectra|traces)"),
    ),
    "another device": Change(
        row="`device`: what computes networks",
        edit=study("\nmemory_mb:", "\ndevice: cuda\nmemory_mb:"),
        blocks=EVERY,
        remakes=("tables/layers", REPORT),
        leaves=("dataset", "theory/"),
    ),
    "what counts as trained": Change(
        row="`outcomes`: what counts as trained",
        edit=study("threshold: 0.8", "threshold: 0.7"),
        remakes=("tables/outcomes", "tables/map_outcomes", REPORT),
        leaves=("dataset", "theory/", "tables/(layers|spectra|traces)"),
    ),
    "an activation's code": Change(
        row="an activation's or an initializer's code",
        edit=code("activations/relu", "RELU"),
        blocks="/activation=relu/",
        remakes=("theory/.*-relu", "tables/layers", REPORT),
        leaves=("dataset", "theory/.*-tanh"),
    ),
    "an initializer's code": Change(
        row="an activation's or an initializer's code",
        edit=code("initializers/torch_default", "TORCH_DEFAULT"),
        blocks="/initializer=torch_default/",
        remakes=("tables/layers", REPORT),
        leaves=("dataset", "tables/(traces|spectra|outcomes)"),
    ),
    "a probe's code": Change(
        row="a probe's code",
        edit=code("probes/q", "Q"),
        blocks=EVERY,
        remakes=("tables/layers", REPORT),
        leaves=("dataset", "theory/phases"),
    ),
    "a table's code": Change(
        row="a table's code",
        edit=code("reducers/traces", "TRACES"),
        remakes=("tables/traces", "figures/training_curves", REPORT),
        leaves=("dataset", "theory/", "tables/(layers|spectra|outcomes)", "figures/correlation"),
    ),
    "a figure's code": Change(
        row="a figure's code",
        edit=code("figures/saturation", "SATURATION"),
        remakes=("figures/saturation", REPORT),
        leaves=("dataset", "theory/", "tables/", "figures/(?!saturation)"),
    ),
    "the version of altair": Change(
        row=LIBRARY,
        edit=version("altair"),
        remakes=("figures/", REPORT),
        leaves=("dataset", "theory/", "tables/"),
    ),
    "the version of scipy": Change(
        row=LIBRARY,
        edit=version("scipy"),
        remakes=("theory/", REPORT),
        leaves=("dataset", "tables/(traces|spectra|outcomes)"),
    ),
    "the version of torch": Change(
        row=LIBRARY,
        edit=version("torch"),
        blocks=EVERY,
        remakes=("theory/", REPORT),
    ),
    "a docstring": Change(
        row="a comment, a docstring, a file's date",
        edit=(f"{CODE}/stages/initialize.py", FIRST_LINE, f"In other words: {FIRST_LINE}"),
        leaves=(EVERY,),
    ),
}
