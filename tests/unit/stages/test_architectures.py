"""A residual or normalized network's numbers are its own, as those of a plain one are."""

import numpy as np
import pyarrow as pa
import pytest

from initatlas.stages.initialize import initialize
from initatlas.stages.train import train_block
from initatlas.stages.trainability import trainability
from tests.unit.stages.small import block, dataset, training_block
from tests.unit.stages.test_blocks import assert_same_numbers, frame
from tests.unit.stages.trainability_job import trainability_block

ARCHITECTURES = [
    {"name": "resmlp"},
    {"name": "plain_layers", "base": "mlp", "normalization": "layer_norm"},
    {"name": "residual_batches", "base": "resmlp", "normalization": "batch_norm"},
]
STAGES = [(initialize, block), (train_block, training_block), (trainability, trainability_block)]
STAGE_NAMES = ["initialize", "train", "trainability"]


@pytest.mark.parametrize("architecture", ARCHITECTURES, ids=lambda named: named["name"])
@pytest.mark.parametrize(("stage", "job"), STAGES, ids=STAGE_NAMES)
def test_neither_blocks_nor_chunks_change_a_number(stage, job, architecture):
    whole = job(architecture=architecture)
    table = stage(whole, dataset())
    assert set(table["architecture"].to_pylist()) == {architecture["name"]}
    chunked = stage(whole | {"memory_mb": 0.01}, dataset())
    parts = [stage(whole | {"seeds": [seed]}, dataset()) for seed in whole["seeds"]]
    for other in (chunked, pa.concat_tables(parts)):
        # float32 rounding in training: a batched product may add in another order.
        assert_same_numbers(frame(table), frame(other), rtol=2e-4)


def test_normalization_keeps_every_layer_at_one_length_whatever_the_variance():
    """E[z²] = σ_w² E[φ(ẑ)²] with ẑ of variance 1: no product over layers."""
    named = ARCHITECTURES[1]
    initializer = {"name": "gaussian", "sigma_w2": [0.25, 4.0], "sigma_b2": [0.0]}
    job = block(architecture=named, initializer=initializer, depth=16, widths=[64])
    rows = initialize(job, dataset()).to_pandas()
    deep = rows[(rows.layer >= 2) & (rows.layer <= 16)]
    # E tanh² of a standard normal is 0.394; q of one layer scatters by √(2/64) around it.
    ratio = deep.q / deep.sigma_w2
    assert ratio.mean() == pytest.approx(0.394, rel=4 * np.sqrt(2 / 64 / len(deep)) + 2 / 64)
    # z scales with σ_w and its δ with 1/σ_w: layer by layer, the gradient is the same.
    by_layer = deep.groupby(["sigma_w2", "layer"]).log_delta_norm2.mean().unstack(0)
    growth = by_layer.diff().dropna()
    assert (growth[0.25] - growth[4.0]).abs().max() < 8 * np.sqrt(2 / 64)


def test_lsuv_gives_every_matrix_of_a_residual_network_unit_variance():
    """Of the stream it makes p = 1, 2, 3, …: every branch adds 1."""
    job = block(architecture={"name": "resmlp"}, initializer={"name": "lsuv"}, depth=8)
    job |= {"widths": [128], "seeds": list(range(6))}
    rows = initialize(job, dataset()).to_pandas()
    first = rows[rows.layer == 1]
    np.testing.assert_allclose(first.preactivation_variance, 1, rtol=1e-12)
    stream = rows[(rows.layer >= 1) & (rows.layer <= 8)].groupby("layer").preactivation_variance
    mean, error = stream.mean(), stream.std() / np.sqrt(6)
    # The branch is independent of the stream but for the 1/width of a finite network.
    assert ((mean - mean.index).abs() <= 4 * error + mean.index * 8 / 128).all()
