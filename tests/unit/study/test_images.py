"""Claims about studies with convolutional networks: they need images, and channels enough."""

from initatlas.study import Study
from tests.unit.study.small import changed, problem, problems

CNN = {"architectures": ["mlp", "cnn"], "dataset": "digits"}


def test_the_shape_of_the_images_reaches_every_job():
    study = Study.from_config(changed(**CNN))
    for block in study.grid("initialization").blocks():
        assert study.job("initialization", block)["input_shape"] == [1, 8, 8]
    flat = Study.from_config(changed())
    assert "input_shape" not in flat.job(
        "initialization", next(iter(flat.grid("initialization").blocks()))
    )


def test_points_that_are_no_images_are_refused_with_data_sets_that_have_some():
    assert problem(changed(architectures=["mlp", "cnn"])) == (
        "architectures: 'cnn' needs images, and 'blobs' has none; take a data set that has: "
        "digits, mnist, fashion_mnist, cifar10, or your own with a shape"
    )


def test_a_normalized_cnn_needs_images_as_well():
    recipe = {"normal": {"base": "cnn", "normalization": "layer_norm"}}
    assert "'normal' needs images" in problem(changed(architectures=["mlp", recipe]))


def test_kernels_that_cannot_be_drawn_are_named_with_their_width():
    config = changed(
        architectures=["cnn"],
        dataset={"cifar10": {"train_points": 100, "test_points": 100}},
        initializers=["he_normal", "delta_orthogonal", "looks_linear"],
        widths=[2, 3, 8],
        training=None,
    )
    assert problems(config) == [
        "initializers: 'looks_linear' cannot have width 3: ValueError: looks_linear pairs units, "
        "so widths must be even; got 3",
        "architectures: 'delta_orthogonal' cannot have width 2 and images of 3 channels: "
        "ValueError: delta_orthogonal kernels need as many channels as enter; got 2 for 3",
    ]


def test_delta_orthogonal_is_left_out_where_there_is_nothing_to_convolve():
    config = changed(**CNN, initializers=["he_normal", "delta_orthogonal"], training=None)
    blocks = Study.from_config(config).grid("initialization").blocks()
    assert {b.architecture for b in blocks if b.initializer == "delta_orthogonal"} == {"cnn"}
    assert {b.architecture for b in blocks if b.initializer == "he_normal"} == {"mlp", "cnn"}
