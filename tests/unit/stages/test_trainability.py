"""The fair protocol: plain torch training on the same split, at rates that only validation sees."""

import itertools

import numpy as np
import pyarrow as pa
import pytest
import torch

from initatlas.activations import ACTIVATIONS
from initatlas.networks import MLP
from initatlas.predictors import PREDICTORS
from initatlas.rng import generator
from initatlas.stages.cells import ensemble_of, networks_of
from initatlas.stages.rates import usable
from initatlas.stages.splits import batch_of, split_of
from initatlas.stages.trainability import trainability
from initatlas.tables import TRAINABILITY, content_digest, read, write_arrow
from initatlas.training.loop import batches
from tests.unit.networks.test_mlp import module_of
from tests.unit.spectra.test_output_kernel import rows_of
from tests.unit.stages.small import dataset
from tests.unit.stages.trainability_job import RATES, trainability_block

KEYS = ["seed", "sigma_w2", "optimizer", "learning_rate", "relative_learning_rate"]
SERIES = [
    f"{part}_{what}" for part in ("train", "validation", "test") for what in ("loss", "accuracy")
]
ADAM = {"name": "adam", "learning_rate": 0.01, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}


def relative(*rates):
    return [{"name": "sgd", "relative_learning_rate": r, "momentum": 0.0} for r in rates]


def rows(job, data=None):
    table = trainability(job, dataset() if data is None else data)
    return table.to_pandas().sort_values(KEYS, ignore_index=True)


def assert_same(first, second, rtol):
    assert list(first.columns) == list(second.columns)
    for name in first.columns:
        for ours, theirs in zip(first[name], second[name], strict=True):
            if isinstance(ours, str):
                assert ours == theirs
            else:
                np.testing.assert_allclose(ours, theirs, rtol=rtol, atol=rtol)


def test_the_split_keeps_classes_and_shares_no_point():
    job = trainability_block()
    split = split_of(job, dataset(), torch.float64)
    sizes = [len(points.labels) for points in split.sets().values()]
    assert sizes == [72, 18, 30]
    assert split.validation.labels.bincount().tolist() == [6, 6, 6]
    points = [tuple(row) for part in split.sets().values() for row in part.inputs.tolist()]
    assert len(set(points)) == 120
    again = split_of(trainability_block(depth=5), dataset(), torch.float64)
    assert torch.equal(again.validation.inputs, split.validation.inputs)


def test_training_is_that_of_a_plain_sequential_on_the_same_split_and_batches():
    job = trainability_block(plan={"dtype": "float64"})
    found = rows(job)
    split = split_of(job, dataset(), torch.float64)
    networks = networks_of(job, 24)
    ensemble = ensemble_of(job, networks, MLP.shapes((12,), 24, 3, 3), split.train.inputs)
    for position, rate in itertools.product(range(len(networks)), RATES):
        module = module_of(ensemble, position, ACTIVATIONS["tanh"])
        rule = torch.optim.SGD(module.parameters(), lr=rate)
        order = batches(generator(job["seed"], "batches", "blobs", 16), 72, 16)
        losses = []
        for positions in itertools.islice(order, 12):
            rule.zero_grad()
            output = module(split.train.inputs[positions])
            loss = torch.nn.functional.cross_entropy(output, split.train.labels[positions])
            loss.backward()
            rule.step()
            losses.append(loss.item())
        network = networks[position]
        row = found[
            (found.seed == network.seed)
            & (found.sigma_w2 == network.sigma_w2)
            & (found.learning_rate == rate)
        ].iloc[0]
        np.testing.assert_allclose(row.batch_loss, losses, rtol=1e-6)
        for name, points in split.sets().items():
            output = module(points.inputs)
            end = torch.nn.functional.cross_entropy(output, points.labels)
            right = (output.argmax(dim=1) == points.labels).double().mean()
            assert row[f"{name}_loss"][-1] == pytest.approx(end.item(), rel=1e-9)
            assert row[f"{name}_accuracy"][-1] == pytest.approx(right.item(), rel=1e-12)


def test_checkpoints_are_taken_on_some_points_and_the_end_on_all():
    job = trainability_block()
    found = rows(job)
    assert found.checkpoint[0].tolist() == [0, 1, 5, 12]
    for name in SERIES:
        assert all(len(values) == len(found.checkpoint[0]) for values in found[name])
    accuracy = np.stack(found.train_accuracy)
    # 12 points at the checkpoints; at the end 72, of which twelfths alone would be a chance of 1/6.
    np.testing.assert_allclose(accuracy[:, :-1] * 12, (accuracy[:, :-1] * 12).round(), atol=1e-6)
    np.testing.assert_allclose(accuracy[:, -1] * 72, (accuracy[:, -1] * 72).round(), atol=1e-5)
    more = rows(trainability_block(plan={"loss_points": 60}))
    assert not np.allclose(np.stack(more.train_loss)[:, 0], np.stack(found.train_loss)[:, 0])
    assert_same(more[["kernel_drift"]], found[["kernel_drift"]], rtol=0)


@pytest.mark.parametrize("part", ["test", "validation"])
def test_points_that_are_not_trained_on_change_nothing_but_their_own_scores(part):
    """Other inputs there: the same losses in training, and the same weights at the end."""
    job = trainability_block([*relative(0.5, 4.0), ADAM])
    before = rows(job)
    split = split_of(job, dataset(), torch.float32)
    held = {tuple(row) for row in split.sets()[part].inputs.tolist()}
    data = dataset()
    inputs = [
        [9.0 - value for value in row] if tuple(row) in held else row
        for row in data["inputs"].to_pylist()
    ]
    column = pa.array(inputs, pa.list_(pa.float32()))
    after = rows(job, data.set_column(2, data.schema.field("inputs"), column))
    for name in before.columns:
        if name.startswith(f"{part}_"):
            assert any(
                not np.array_equal(a, b) for a, b in zip(before[name], after[name], strict=True)
            )
        else:
            assert_same(before[[name]], after[[name]], rtol=0)


def test_chunks_that_fit_a_small_memory_give_the_same_numbers():
    job = trainability_block([*relative(0.5, 4.0), ADAM])
    whole, chunked = rows(job), rows(job | {"memory_mb": 0.01})
    # float32 rounding in training: a batched product may add in another order.
    assert_same(whole, chunked, rtol=2e-4)
    order = trainability(job, dataset()).select(["seed", "optimizer", "relative_learning_rate"])
    small = trainability(job | {"memory_mb": 0.01}, dataset()).select(order.column_names)
    assert order.to_pandas().equals(small.to_pandas())


def test_the_rate_of_a_network_does_not_depend_on_the_others():
    whole = rows(trainability_block(relative(0.5, 2.0)))
    alone = rows(trainability_block(relative(2.0), seeds=[1]))
    same = whole[(whole.seed == 1) & (whole.relative_learning_rate == 2.0)]
    assert_same(same.reset_index(drop=True), alone, rtol=2e-4)


def test_a_relative_rate_is_in_units_of_two_over_autograds_sharpness():
    job = trainability_block(relative(0.5, 3.0))
    found = rows(job)
    networks = networks_of(job, 24)
    inputs = batch_of(job, dataset(), torch.float64).inputs
    ensemble = ensemble_of(job, networks, MLP.shapes((12,), 24, 3, 3), inputs.float())
    for position, network in enumerate(networks):
        module = module_of(ensemble, position, ACTIVATIONS["tanh"]).double()
        jacobian = rows_of(module, inputs[:6])
        sharpness = torch.linalg.matrix_norm(jacobian, ord=2).item() ** 2 / 6
        own = found[(found.seed == network.seed) & (found.sigma_w2 == network.sigma_w2)]
        assert own.learning_rate.tolist() == pytest.approx([1 / sharpness, 6 / sharpness])
        assert own.log_ntk_largest_eigenvalue.tolist() == pytest.approx([np.log(sharpness)] * 2)


def test_a_rate_that_diverges_leaves_its_twin_at_a_small_one_unharmed():
    relu = {"activation": {"name": "relu"}}
    small = [{"name": "sgd", "learning_rate": 0.05, "momentum": 0.0}]
    wild = [*small, {"name": "sgd", "learning_rate": 1e25, "momentum": 0.0}]
    both, alone = rows(trainability_block(wild, **relu)), rows(trainability_block(small, **relu))
    lost = both[both.learning_rate > 1]
    for name in SERIES:
        assert np.isnan([values[-1] for values in lost[name]]).all()
        assert np.isfinite([values[0] for values in lost[name]]).all()
    assert all(len(values) < 12 for values in lost.batch_loss)
    assert not np.isfinite([values[-1] for values in lost.batch_loss]).any()
    assert lost.kernel_drift.isna().all()
    assert_same(both[both.learning_rate < 1].reset_index(drop=True), alone, rtol=2e-4)


def test_a_network_whose_steepness_is_no_number_gets_rows_and_is_not_moved():
    """σ_w² = 10³⁰⁰ in float32: infinite outputs from the start."""
    gaussian = {"name": "gaussian", "sigma_w2": [2.0, 1e300], "sigma_b2": [0.0]}
    job = trainability_block(relative(1.0), initializer=gaussian, activation={"name": "relu"})
    found = rows(job)
    lost = found[found.sigma_w2 > 1e9]
    assert not np.isfinite(lost.learning_rate).any()
    assert np.isnan([values[-1] for values in lost.train_loss]).all()
    assert np.isfinite([v[-1] for v in found[found.sigma_w2 < 9].train_loss]).all()


def test_rates_that_a_format_cannot_hold_move_nothing():
    rates = torch.tensor([0.1, 0.0, torch.inf, torch.nan, 1e-60, 1e60], dtype=torch.float64)
    assert usable(rates, torch.float32).tolist() == pytest.approx([0.1, 0, 0, 0, 0, 0])
    assert usable(rates, torch.float64).tolist() == [0.1, 0, 0, 0, 1e-60, 1e60]


def test_a_network_that_hardly_moves_is_lazy_and_one_that_learns_is_not():
    """At a vanishing rate the kernel is that of the start; at a large one it has moved."""
    found = rows(trainability_block(relative(1e-12, 4.0)))
    small = found[found.relative_learning_rate < 1]
    assert (small.kernel_drift < 1e-6).all()
    assert (found[found.relative_learning_rate > 1].kernel_drift > 0.05).all()


def test_a_block_has_its_tables_schema_its_predictors_and_no_row_twice(tmp_path):
    table = trainability(trainability_block([*relative(0.5, 4.0), ADAM]), dataset())
    write_arrow(tmp_path / "block.arrow", TRAINABILITY, table, {"made": "by a test"})
    found = read(tmp_path / "block.arrow", TRAINABILITY).to_pandas()
    assert len(found) == 2 * 2 * 3
    assert not found.duplicated(subset=list(TRAINABILITY.grain)).any()
    assert set(PREDICTORS) <= set(found.columns)
    networks = found.groupby(["seed", "sigma_w2"])
    assert (networks[list(PREDICTORS)].nunique(dropna=False) == 1).all(axis=None)
    assert found.forward_stability.nunique() == 4
    first, second = (content_digest(trainability(trainability_block(), dataset())) for _ in "ab")
    assert first == second
