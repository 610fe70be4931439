"""Layers beside theory: each network's own readout, and what theory says in the right row."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from initatlas import tables
from initatlas.reducers.layers import compare, reduce, with_gain
from initatlas.tables import INITIALIZATION
from initatlas.tables.columns import CELL_KEYS
from tests import synthetic


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    folder = tmp_path_factory.mktemp("layers")
    return folder, synthetic.write(folder, synthetic.config())


def cell(study, **wanted: object) -> pa.Table:
    folder, plan = study
    blocks = [
        b
        for b in plan.grid("initialization").blocks()
        if all(getattr(b, name) == value for name, value in wanted.items())
    ]
    return pa.concat_tables(
        tables.read(folder / b.path("initialization"), INITIALIZATION) for b in blocks
    )


def profiles(study, activation: str) -> pa.Table:
    folder, _ = study
    return tables.read(folder / f"theory/profiles-{activation}.arrow", tables.PROFILES)


def test_a_gain_is_measured_from_the_networks_own_readout(study):
    rows = cell(study, initializer="gaussian", activation="relu", depth=3)
    found = with_gain(rows).to_pandas()
    networks = list(found.groupby(["seed", "sigma_w2"]))
    assert len(networks) == 4 * 5
    for _, network in networks:
        readout = network[network.layer == 4].log_delta_norm2.item()
        expected = network.log_delta_norm2 - readout
        pd.testing.assert_series_equal(network.log_delta_gain, expected, check_names=False)


def test_theory_stands_in_the_row_of_its_cell_and_layer(study):
    predicted = profiles(study, "relu")
    measured = reduce(cell(study, activation="relu", initializer="gaussian", depth=12))
    found = compare(measured, predicted).to_pandas()
    assert len(found) == measured.num_rows
    keys = [*CELL_KEYS, "layer"]
    joined = found.merge(predicted.to_pandas(), on=keys, suffixes=("", "_said"))
    assert len(joined) == len(found)
    for ours, theirs in (
        ("q_theory", "q"),
        ("correlation_theory", "correlation"),
        ("q_theory_beta", "q_beta"),
        ("log_delta_gain_theory", "log_delta_gain"),
    ):
        np.testing.assert_array_equal(joined[ours], joined[theirs])
    # ReLU's q is multiplied by σ_w²/2 in every layer.
    rows = found[(found.sigma_w2 == 3.0) & found.layer.between(1, 12)].sort_values("layer")
    np.testing.assert_allclose(rows.q_theory.to_numpy()[1:] / rows.q_theory.to_numpy()[:-1], 1.5)


def test_theorys_gradient_starts_from_the_readout_as_measured(study):
    measured = reduce(cell(study, activation="relu", initializer="he_normal", depth=12))
    found = compare(measured, profiles(study, "relu")).to_pandas().set_index("layer")
    assert found.log_delta_norm2_theory[13] == found.log_delta_norm2_mean[13]
    gain = found.log_delta_gain_theory
    np.testing.assert_allclose(
        found.log_delta_norm2_theory - found.log_delta_norm2_mean[13], gain, atol=1e-12
    )


def test_cells_of_which_theory_says_nothing_stay(study):
    measured = reduce(cell(study, activation="relu", initializer="orthogonal", depth=3))
    others = profiles(study, "relu").filter(pa.compute.field("initializer") != "orthogonal")
    found = compare(measured, others).to_pandas()
    assert len(found) == measured.num_rows
    assert found.q_theory.isna().all()
    assert found.q_mean.notna().any()
