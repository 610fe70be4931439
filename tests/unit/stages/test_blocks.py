"""A network's numbers are its own: no block, chunk, order or thread count changes them."""

import math

import numpy as np
import pyarrow as pa
import pytest
import torch

from initatlas.stages.evaluation import class_pairs, prescribed_pairs
from initatlas.stages.initialize import initialize
from initatlas.stages.train import train_block
from initatlas.tables import DATASET, INITIALIZATION, TRAINING, content_digest, read, write_arrow
from tests.unit.stages.small import block, dataset, training_block

STAGES = [(initialize, block), (train_block, training_block)]
KEYS = ["width", "seed", "sigma_w2", "layer", "learning_rate", "step"]


def frame(table: pa.Table):
    keys = [key for key in KEYS if key in table.column_names]
    return table.to_pandas().sort_values(keys, ignore_index=True)


def assert_same_numbers(first, second, rtol):
    assert list(first.columns) == list(second.columns)
    for name in first.columns:
        if first[name].dtype == np.float64:
            np.testing.assert_allclose(first[name], second[name], rtol=rtol, atol=rtol)


@pytest.mark.parametrize(("stage", "job"), STAGES, ids=["initialize", "train"])
def test_a_rerun_is_byte_identical(stage, job):
    first, second = (content_digest(stage(job(), dataset())) for _ in range(2))
    assert first == second


@pytest.mark.parametrize(("stage", "job"), STAGES, ids=["initialize", "train"])
def test_blocks_of_one_network_give_what_the_whole_block_gives(stage, job):
    whole = frame(stage(job(), dataset()))
    sigma = job()["initializer"]["sigma_w2"]
    parts = [
        stage(job(seeds=[s], initializer=job()["initializer"] | {"sigma_w2": [v]}), dataset())
        for s in job()["seeds"]
        for v in sigma
    ]
    # float32 rounding in training: a batched product may add in another order.
    assert_same_numbers(whole, frame(pa.concat_tables(parts)), rtol=2e-4)


@pytest.mark.parametrize(("stage", "job"), STAGES, ids=["initialize", "train"])
def test_chunks_that_fit_a_small_memory_give_the_same_numbers(stage, job):
    whole, chunked = stage(job(), dataset()), stage(job(memory_mb=0.01), dataset())
    assert_same_numbers(frame(whole), frame(chunked), rtol=2e-4)


@pytest.mark.parametrize(("stage", "job"), STAGES, ids=["initialize", "train"])
def test_two_threads_give_the_same_numbers(stage, job):
    one = frame(stage(job(), dataset()))
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        assert_same_numbers(one, frame(stage(job(), dataset())), rtol=2e-4)
    finally:
        torch.set_num_threads(before)


@pytest.mark.parametrize(
    ("stage", "job", "kind"), [(*STAGES[0], INITIALIZATION), (*STAGES[1], TRAINING)]
)
def test_a_block_has_its_tables_schema_and_no_row_twice(stage, job, kind, tmp_path):
    table = stage(job(), dataset())
    write_arrow(tmp_path / "block.arrow", kind, table, {"made": "by a test"})
    rows = read(tmp_path / "block.arrow", kind).to_pandas()
    assert not rows.duplicated(subset=list(kind.grain)).any()
    for field in table.schema:
        assert field.metadata[b"unit"]
        assert field.metadata[b"definition"]


def test_a_64_layer_sigmoid_network_has_finite_log_norms_in_float32():
    job = block(
        activation={"name": "sigmoid"},
        depth=64,
        initializer={"name": "torch_default"},
        measurement=block()["measurement"] | {"dtype": "float32"},
    )
    rows = initialize(job, dataset()).to_pandas()
    hidden = rows[rows.layer > 0]
    assert np.isfinite(hidden.log_delta_norm2).all()
    assert np.isfinite(hidden.log_weight_gradient_norm2).all()
    # χ₁ is 0.0200 at σ_w² = 1/3 (SCIENCE 3.4): the first layer's gradient is 0.02⁶³ of the
    # last's, ln = −246, far below float32's smallest number (ln 1e−45 = −104). The seeds'
    # scatter of a log-norm at depth 64 and width 24 is about √(64 κ/24) with κ of order 1.
    per_layer = hidden.groupby("layer").log_delta_norm2.mean()
    assert (per_layer[64] - per_layer[1]) / 63 == pytest.approx(-math.log(0.02001), rel=0.05)


def test_layer_0_holds_what_theory_starts_from():
    table = initialize(block(), dataset()).to_pandas()
    first = table[table.layer == 0]
    np.testing.assert_allclose(first.correlation, 0.5, rtol=1e-12)
    assert first.q.nunique() == 1
    inputs = np.stack(dataset().to_pandas().query("split == 'train'").inputs)
    assert first.q.iloc[0] == pytest.approx(np.square(inputs).mean(), rel=0.2)
    assert first.log_delta_norm2.isna().all()


def test_layer_facts_follow_the_rule_of_the_initializer():
    job = block(initializer={"name": "glorot_normal"})
    rows = initialize(job, dataset()).to_pandas()
    rows = rows[(rows.seed == 0) & (rows.layer > 0)]
    expected = 2 * rows.fan_in / (rows.fan_in + rows.fan_out)
    np.testing.assert_allclose(rows.layer_sigma_w2, expected)
    assert (rows.sigma_w2 == 1).all()


def test_a_recipe_from_the_config_is_drawn_as_it_says():
    recipe = {
        "name": "wide",
        "distribution": "uniform",
        "mode": "fan_out",
        "sigma_w2": [3.0],
        "sigma_b2": [0.2],
    }
    rows = initialize(block(initializer=recipe), dataset()).to_pandas()
    square = rows[(rows.layer == 2) & (rows.seed == 0)].iloc[0]
    # ‖W‖² = σ_w² n on average; its relative scatter is √(0.8)/n (kurtosis 1.8), 5 wide.
    assert square.weight_norm**2 == pytest.approx(3 * 24, rel=5 * math.sqrt(0.8) / 24)
    assert square.sigma_b2 == 0.2


def test_a_diverging_network_is_an_outcome_and_nothing_is_dropped():
    plan = training_block()["training"]
    rates = [{"name": "sgd", "learning_rate": rate, "momentum": 0.0} for rate in (0.05, 1e25)]
    job = training_block(activation={"name": "relu"}, training=plan | {"optimizers": rates})
    rows = train_block(job, dataset()).to_pandas()
    counts = rows.groupby(["seed", "sigma_w2", "learning_rate"]).size()
    assert counts.nunique() == 1
    readout = rows[rows.layer == job["depth"] + 1]
    wild = readout[(readout.learning_rate == 1e25) & (readout.step > 0)]
    losses = wild.groupby(["seed", "sigma_w2"]).batch_loss.apply(lambda x: np.concatenate(list(x)))
    for seen in losses:
        assert np.isfinite(seen[:-1]).all()
        assert not np.isfinite(seen[-1])
    assert wild.train_loss.isna().any()
    calm = readout[readout.learning_rate == 0.05]
    assert np.isfinite(calm.train_loss).all()
    lengths = calm.groupby(["seed", "sigma_w2"]).batch_loss.apply(lambda x: sum(map(len, x)))
    assert (lengths == plan["steps"]).all()
    last = calm[calm.step == plan["steps"]]
    assert (last.train_loss.to_numpy() < calm[calm.step == 0].train_loss.to_numpy()).all()


def test_update_ratio_is_that_of_the_last_step():
    """Plain SGD on one network at a vanishing rate: ‖ΔW‖ = η ‖∂C/∂W‖, so it scales with η."""
    plan = training_block()["training"]

    def ratios(rate):
        entry = {"name": "sgd", "learning_rate": rate, "momentum": 0.0}
        job = training_block(training=plan | {"optimizers": [entry], "dtype": "float64"})
        rows = train_block(job, dataset()).to_pandas()
        assert rows[(rows.step == 0) | (rows.layer == 0)].update_ratio.isna().all()
        return rows[(rows.step == 1) & (rows.layer > 0)].update_ratio.to_numpy()

    np.testing.assert_allclose(ratios(1e-6) / ratios(1e-8), 100, rtol=1e-4)


@pytest.mark.parametrize("correlation", [-1.0, 0.0, 0.5, 0.999, 1.0])
def test_prescribed_pairs_have_exactly_their_correlation_and_length(correlation):
    pairs = prescribed_pairs(np.random.default_rng(0), 7, 20, 31.0, correlation)
    a, b = pairs[0::2], pairs[1::2]
    np.testing.assert_allclose((a * a).sum(axis=1), 31, rtol=1e-12)
    np.testing.assert_allclose((a * b).sum(axis=1) / 31, correlation, atol=1e-12)


def test_class_pairs_are_of_the_kind_they_say():
    labels = np.array([0, 0, 1, 1, 2])
    same, different = class_pairs(np.random.default_rng(0), labels, 50)
    assert (labels[same[:, 0]] == labels[same[:, 1]]).all()
    assert (labels[different[:, 0]] != labels[different[:, 1]]).all()
    assert len(same) == 2
    assert len(different) == 8
    assert len({frozenset(pair) for pair in same.tolist() + different.tolist()}) == 10


def test_the_dataset_table_is_what_the_stages_read():
    assert dataset().schema.names == DATASET.schema().names


@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_lsuv_gives_every_layer_unit_variance_on_what_it_saw(activation):
    job = block(initializer={"name": "lsuv"}, activation={"name": activation}, depth=20)
    rows = initialize(job, dataset()).to_pandas()
    np.testing.assert_allclose(rows[rows.layer > 0].preactivation_variance, 1, rtol=1e-12)
    assert rows.sigma_w2.isna().all()


def test_a_recipe_that_asks_theory_reports_the_variances_it_used():
    rows = initialize(block(initializer={"name": "critical"}), dataset()).to_pandas()
    # tanh at σ_b² = 0.05: SCIENCE 3.3.
    np.testing.assert_allclose(rows.sigma_w2, 1.760955, atol=1e-6)
    assert (rows.sigma_b2 == 0.05).all()
