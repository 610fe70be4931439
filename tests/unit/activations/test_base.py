"""The activation record: what it refuses, and what it makes of φ alone."""

import pytest
import torch

from initatlas.activations import ACTIVATIONS, Activation, find_activation


def test_a_record_needs_a_name_and_phi_only():
    cube = Activation(name="cube", phi=lambda z: z**3)
    z = torch.tensor([-2.0, 0.0, 1.5])
    assert cube.slope(z).tolist() == pytest.approx([12.0, 0.0, 6.75])
    h, out = torch.empty_like(z), torch.empty_like(z)
    cube.forward(z, h)
    cube.backward(torch.ones(3), z, h, out)
    assert h.tolist() == pytest.approx([-8.0, 0.0, 3.375])
    assert torch.equal(out, cube.slope(z))


def test_the_slope_is_found_where_gradients_are_switched_off():
    cube = Activation(name="cube", phi=lambda z: z**3)
    with torch.no_grad():
        assert cube.slope(torch.tensor([2.0])).tolist() == [12.0]


def test_a_phi_that_is_constant_between_jumps_has_slope_0():
    step = Activation(name="step", phi=lambda z: torch.where(z > 0, 1.0, -1.0))
    assert step.slope(torch.tensor([-1.0, 2.0])).tolist() == [0.0, 0.0]


def test_names_that_no_column_could_hold_are_refused():
    with pytest.raises(ValueError, match=r"must be an identifier; got 'my relu'"):
        Activation(name="my relu", phi=torch.relu)


def test_kinks_out_of_order_are_refused():
    for kinks in ((1.0, 0.0), (0.0, 0.0)):
        with pytest.raises(ValueError, match="mine: kinks must increase strictly"):
            Activation(name="mine", phi=torch.relu, kinks=kinks)


def test_an_activation_is_found_by_name_or_is_itself():
    assert find_activation("gelu") is ACTIVATIONS["gelu"]
    mine = Activation(name="mine", phi=torch.relu)
    assert find_activation(mine) is mine


def test_an_unknown_name_is_answered_with_the_likely_one_and_all_known_ones():
    with pytest.raises(KeyError, match=r"Did you mean 'leaky_relu'\?.*sigmoid, silu"):
        find_activation("leakyrelu")
    with pytest.raises(KeyError, match=r"Unknown activation 'xyzzy'\. Known: elu"):
        find_activation("xyzzy")
