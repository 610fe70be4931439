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
    """A row of the README's table: what is edited, and which files are other for it.

    All that is made of these is made again, too, and nothing else.
    """

    row: str
    edit: Edit
    blocks: str = NO  # those that match
    others: tuple[str, ...] = ()  # of the other files all that match one of these


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
LISTING = "theory/(correlation_map|phases|profiles)"  # of each initializer
# Tables of theory alone, which know the activations; tables of a stage, which know its cells.
OF_THEORY = "tables/(correlation_map|depth_scales|edge_of_chaos|phase_diagram|phases)"
SPECTRA = "tables/(jacobian_density|kernel_condition|spectra)"
HISTORIES = "tables/(histograms|rates|traces)"
TRAINED = "tables/(outcomes|predictors)"
MAPPED = "tables/(map_outcomes|map_theory|trainability_theory)"
OF_INTERVALS = "figures/(final_accuracy|learning_rates|saturation|training_curves)"  # through scipy
CHANGES = {
    "an initializer is added": Change(
        row=INITIALIZER,
        edit=study("  - torch_default\n", "  - torch_default\n  - lecun_normal\n"),
        blocks="^initialization/.*initializer=lecun_normal/",
        others=(LISTING, "figures/"),
    ),
    "an initializer has another name": Change(
        row=INITIALIZER,
        edit=study("  - torch_default\n", f"  - {RECIPE}\n"),
        blocks="^initialization/.*initializer=again/",
        others=(LISTING, "figures/"),
    ),
    "an initializer is removed": Change(
        row=REMOVED,
        edit=study("  - torch_default\n", ""),
        others=(LISTING, "tables/rates", "figures/"),
    ),
    "an activation is added": Change(
        row="an activation, added",
        edit=study("[relu, tanh]", "[relu, tanh, gelu]"),
        blocks="/activation=gelu/",
        others=("theory/.*-gelu",),
    ),
    "an activation is removed": Change(
        row=REMOVED,
        edit=study("[relu, tanh]", "[tanh]"),
        others=(OF_THEORY, "tables/layers", SPECTRA, HISTORIES, TRAINED, MAPPED),
    ),
    "a depth is added": Change(
        row="a depth, added",
        edit=study("depths: [2, 6]\nwidths", "depths: [2, 4, 6]\nwidths"),
        blocks="^initialization/.*/depth=4/",
        others=("theory/profiles",),
    ),
    "a depth is removed": Change(
        row=REMOVED,
        edit=study("depths: [2, 6]", "depths: [6]"),
        others=("theory/(profiles|trainability_theory)", HISTORIES, TRAINED),
    ),
    "seeds are added": Change(
        row="seeds, added",
        edit=study("{count: 4, per_block: 2}", "{count: 6, per_block: 2}"),
        blocks="^(initialization|spectra|training)/.*/seeds=4-5",
    ),
    "seeds are removed": Change(
        row=REMOVED,
        edit=study("{count: 4, per_block: 2}", "{count: 2, per_block: 2}"),
        others=("tables/(layers|spectra)", HISTORIES),
    ),
    "σ_w² of gaussian": Change(
        row="the σ_w² list of `gaussian`",
        edit=study("sigma_w2: [1.0, 2.0]", "sigma_w2: [1.0, 3.0]"),
        blocks="^initialization/.*initializer=gaussian/",
        others=(LISTING,),
    ),
    "another data set": Change(
        row="the data set, or an option of it",
        edit=study("dataset: digits", f"dataset: {BLOBS}"),
        blocks=EVERY,
        others=(r"dataset\.arrow",),
    ),
    "steps of training": Change(
        row="a number of `training`",
        edit=study(f"steps: 60{TRACED}", f"steps: 50{TRACED}"),
        blocks="^training/",
    ),
    "a learning rate of trainability": Change(
        row="a learning rate of `trainability`",
        edit=study("[0.5, 2.0, 8.0]", "[0.5, 2.0]"),
        blocks="^trainability/",
        others=("theory/trainability_theory",),
    ),
    "another device": Change(
        row="`device`: what computes networks",
        edit=study("\nmemory_mb:", "\ndevice: cuda\nmemory_mb:"),
        blocks=EVERY,
    ),
    "what counts as trained": Change(
        row="`outcomes`: what counts as trained",
        edit=study("threshold: 0.8", "threshold: 0.7"),
        others=("tables/(map_outcomes|outcomes)",),
    ),
    "an activation's code": Change(
        row="an activation's or an initializer's code",
        edit=code("activations/relu", "RELU"),
        blocks="/activation=relu/",
        others=("theory/.*-relu",),
    ),
    "an initializer's code": Change(
        row="an activation's or an initializer's code",
        edit=code("initializers/torch_default", "TORCH_DEFAULT"),
        blocks="/initializer=torch_default/",
        others=(LISTING,),
    ),
    "a probe's code": Change(
        row="a probe's code",
        edit=code("probes/q", "Q"),
        blocks=EVERY,
        others=("theory/(?!correlation_map|depth_scales|edge|phase|plane_curves)",),
    ),
    "a table's code": Change(
        row="a table's code",
        edit=code("reducers/traces", "TRACES"),
        others=("tables/traces",),
    ),
    "a figure's code": Change(
        row="a figure's code",
        edit=code("figures/saturation", "SATURATION"),
        others=(r"figures/saturation\.",),
    ),
    "the version of altair": Change(
        row=LIBRARY,
        edit=version("altair"),
        others=("figures/",),
    ),
    "the version of scipy": Change(
        row=LIBRARY,
        edit=version("scipy"),
        others=("theory/", "tables/crossings", OF_INTERVALS),
    ),
    "the version of torch": Change(
        row=LIBRARY,
        edit=version("torch"),
        blocks=EVERY,
        others=("theory/",),
    ),
    "a docstring": Change(
        row="a comment, a docstring, a file's date",
        edit=(f"{CODE}/stages/initialize.py", FIRST_LINE, f"In other words: {FIRST_LINE}"),
    ),
}
