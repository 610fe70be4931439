"""Do convolutional networks have images to see, and can their kernels be drawn?"""

from initatlas.study.axes import Axes, suits
from initatlas.study.entries import Entry
from initatlas.study.names import distribution_of, record_of, records
from initatlas.study.place import Place
from initatlas.study.trials import try_width

CONVOLUTIONAL = ("cnn",)  # architectures of points that are (channels, height, width)


def check(place: Place, networks: Axes, named: Entry) -> None:
    """The data set says the shape of its images, and each width suits its channels."""
    convolutional = [entry for entry in networks.architectures if _base(entry) in CONVOLUTIONAL]
    if not convolutional:
        return
    shape = record_of(named, "datasets").shape
    if shape is None:
        images = [name for name, record in records("datasets").items() if record.shape]
        place.problem(
            f"'{convolutional[0]['name']}' needs images, and '{named['name']}' has none; take a "
            f"data set that has: {', '.join(images)}, or your own with a shape"
        )
        return
    for entry in networks.initializers:
        if any(suits(entry, each) for each in convolutional):
            _check_kernels(place, entry, networks.widths, shape[0])


def _check_kernels(place: Place, entry: Entry, widths: tuple[int, ...], channels: int) -> None:
    distribution = distribution_of(entry)
    for width in widths:
        complaint = try_width(distribution, width, channels)
        if complaint and not try_width(distribution, width):  # else it has been said
            place.problem(
                f"'{entry['name']}' cannot have width {width} and images of {channels} channels: "
                f"{complaint}"
            )


def _base(entry: Entry) -> str:
    return entry.get("base", entry["name"])
