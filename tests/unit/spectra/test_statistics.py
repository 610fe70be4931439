"""Each statistic of a network gives the number that its definition says."""

import math

import pytest
import torch

from initatlas.spectra import SPECTRA, Spectra
from initatlas.spectra.tangent_kernel import Kernel

LABELS = torch.tensor([0, 1, 1])


def spectra_of(logs):
    logs = torch.tensor(logs, dtype=torch.float64)
    diagonals = torch.tensor([[1.0, 2.0, 5.0], [1.0, 1.0, 1.0]], dtype=torch.float64)
    scale = torch.zeros(1, dtype=torch.float64)
    kernels = [Kernel(matrix=torch.diag(d)[None], log_scale=scale) for d in diagonals]
    return Spectra(log_singular_values=logs, ntk=kernels[0], standard_ntk=kernels[1], labels=LABELS)


def measured(name, logs):
    return SPECTRA[name].measure(spectra_of(logs)).tolist()


LN2 = math.log(2)
# One network at two points: s = 2, 1, 0 and s = 1, 1, 1.
TWO_POINTS = [[[LN2, 0.0, -math.inf], [0.0, 0.0, 0.0]]]
EXPECTED = {
    "log_mean_squared_singular_value": math.log((5 / 3 + 1) / 2),
    # s² = 4, 1, 0: variance 26/9 over (5/3)²; no variance at the other point.
    "squared_singular_value_variance": (26 / 9) / (25 / 9) / 2,
    "mean_log_singular_value": -math.inf,
    "log_largest_singular_value": LN2 / 2,
    "log_smallest_singular_value": 0.0,
    "singular_fraction": 1 / 6,
    "log_ntk_largest_eigenvalue": math.log(5),
    "log_ntk_condition_number": math.log(5),
    # ⟨diag(1, 2, 5), YYᵀ⟩ = 8; norms √30 and √5.
    "ntk_alignment": 8 / math.sqrt(30 * 5),
    "ntk_unresolved_eigenvalues": 0.0,
    "log_standard_ntk_largest_eigenvalue": 0.0,
    "log_standard_ntk_condition_number": 0.0,
    "standard_ntk_alignment": 3 / math.sqrt(3 * 5),
    "standard_ntk_unresolved_eigenvalues": 0.0,
}


@pytest.mark.parametrize("name", SPECTRA)
def test_a_statistic_is_what_its_definition_says(name):
    assert measured(name, TWO_POINTS) == pytest.approx([EXPECTED[name]], abs=1e-14)


@pytest.mark.parametrize("shift", [-2000.0, 2000.0])
def test_no_square_leaves_float64(shift):
    logs = (torch.tensor(TWO_POINTS, dtype=torch.float64) + shift).tolist()
    for name in ("squared_singular_value_variance", "singular_fraction"):
        assert measured(name, logs) == pytest.approx([EXPECTED[name]])
    found = measured("log_mean_squared_singular_value", logs)
    assert found == pytest.approx([EXPECTED["log_mean_squared_singular_value"] + 2 * shift])


def test_a_network_that_passes_nothing_is_all_zeros():
    logs = [[[-math.inf] * 3] * 2]
    assert measured("singular_fraction", logs) == [1]
    for name in ("log_mean_squared_singular_value", "log_smallest_singular_value"):
        assert measured(name, logs) == [-math.inf]
    assert math.isnan(measured("squared_singular_value_variance", logs)[0])


@pytest.mark.parametrize("name", [name for name in SPECTRA if "ntk" not in name])
def test_what_is_no_number_stays_none(name):
    assert math.isnan(measured(name, [[[math.nan] * 3, [0.0] * 3]])[0])
