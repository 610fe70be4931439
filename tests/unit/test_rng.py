"""Claims about random streams: an address, and nothing else, decides what is drawn."""

import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from initatlas.rng import generator

ADDRESS = ("network", "mlp", "he_normal", "relu", 16, 128, 0, 2.0, 0.0)
parts = st.one_of(
    st.text(max_size=6), st.integers(), st.floats(allow_nan=False, allow_infinity=False)
)
addresses = st.tuples(st.integers(), st.lists(parts, max_size=4).map(tuple))


def words(*address: str | int | float) -> list[int]:
    """The first 128 bits of a stream."""
    return generator(*address).integers(0, 2**64, 2, dtype=np.uint64).tolist()


def test_the_same_address_gives_the_same_bits_whatever_ran_before():
    expected = generator(1, *ADDRESS).standard_normal(1000)
    other = generator(2, "x")
    again = generator(1, *ADDRESS)
    found = []
    for _ in range(100):
        other.standard_normal(7)
        np.random.default_rng().standard_normal(3)
        found.append(again.standard_normal(10))
    assert (np.concatenate(found) == expected).all()


@given(addresses, addresses)
def test_streams_are_the_same_where_addresses_are(first, second):
    same = repr((first[0], *first[1])) == repr((second[0], *second[1]))
    assert (words(first[0], *first[1]) == words(second[0], *second[1])) == same


PAIRS = {
    "parts that join": (("ab", "c"), ("a", "bc")),
    "a part more": (("ab",), ("ab", "")),
    "order": (("a", "b"), ("b", "a")),
    "number and text": ((1,), ("1",)),
    "whole number and float": ((1,), (1.0,)),
    "quotes": (('a", "b',), ("a", "b")),
    "case": (("a",), ("A",)),
    "accents": (("é",), ("e\u0301",)),
    "half a character": (("\ud800",), ("\udfff",)),
    "the next float": ((1.0,), (np.nextafter(1.0, 2).item(),)),
    "beyond 64 bits": ((2**64,), (2**65,)),
}


@pytest.mark.parametrize(("first", "second"), PAIRS.values(), ids=PAIRS)
def test_addresses_that_look_alike_have_streams_of_their_own(first, second):
    assert words(0, *first) != words(0, *second)
    assert words(0, *first) == words(0, *first)


def test_the_studys_seed_is_part_of_the_address():
    assert words(1, *ADDRESS) != words(2, *ADDRESS)


@pytest.mark.parametrize("part", [True, None, b"a", np.int64(1), np.float64(1), (1,), 1j])
def test_what_is_no_text_and_no_plain_number_is_refused(part):
    with pytest.raises(TypeError, match="an address is made of str, int and float; got"):
        generator(0, "a", part)
    with pytest.raises(TypeError, match="an address is made of str, int and float; got"):
        generator(part, "a")


@pytest.mark.parametrize("part", [float("nan"), float("inf"), -float("inf")])
def test_numbers_that_are_not_finite_address_nothing(part):
    with pytest.raises(ValueError, match="Out of range float values"):
        generator(0, part)


def test_neighbouring_addresses_are_independent():
    """First draws of 20,000 neighbouring seeds: uniform, and uncorrelated with the next seed's."""
    draws = np.array([generator(0, "network", seed).random(2) for seed in range(20_000)])
    n = len(draws)
    for column in draws.T:
        # Kolmogorov's distance exceeds 1.95/√n in 0.1 % of all samples.
        assert np.abs(np.sort(column) - (np.arange(n) + 0.5) / n).max() < 1.95 / np.sqrt(n)
    # A correlation of n pairs has a standard error of 1/√n; four of them.
    for a, b in ((draws[:-1, 0], draws[1:, 0]), (draws[:, 0], draws[:, 1])):
        assert abs(np.corrcoef(a, b)[0, 1]) < 4 / np.sqrt(n)


def test_no_two_of_many_addresses_share_a_stream():
    """32-bit seeds would have about 9 collisions among as many."""
    firsts = {tuple(words(0, "network", "relu", seed)) for seed in range(20_000)}
    firsts |= {tuple(words(0, "network", "tanh", seed)) for seed in range(20_000)}
    assert len(firsts) == 40_000


def test_draws_do_not_depend_on_the_process():
    code = f"from initatlas.rng import generator; print(generator(7, *{ADDRESS!r}).random(3))"
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert outputs == {f"{generator(7, *ADDRESS).random(3)}\n".encode()}


def test_streams_are_those_of_earlier_results():
    """A change here changes every number of every study."""
    assert words(2010, *ADDRESS) == [15359893467390211859, 4281683640254497185]
    shuffled = generator(2010, "split", "digits").permutation(10)
    assert shuffled.tolist() == [
        1,
        0,
        2,
        6,
        5,
        9,
        7,
        8,
        4,
        3,
    ]
