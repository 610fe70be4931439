"""Where does a random number come from? The address of what it belongs to, and nothing else."""

import hashlib
import json

import numpy as np


def generator(study_seed: int, *address: str | int | float) -> np.random.Generator:
    """A stream of its own for every address: the same address gives the same bits in any order.

    The address is hashed to 256 bits, which seed a Philox counter. torch.Generator is not used:
    its Mersenne twister keeps only 32 bits of a seed, so 10⁵ networks would already be expected
    to share streams.

    Raises:
        TypeError: a part of the address is not a string or a plain Python number.
        ValueError: a part of the address is NaN or infinite.
    """
    for part in (study_seed, *address):
        if type(part) not in (str, int, float):
            raise TypeError(f"an address is made of str, int and float; got {part!r}")
    canonical = json.dumps([study_seed, *address], ensure_ascii=True, allow_nan=False)
    digest = hashlib.sha256(canonical.encode()).digest()
    words = np.frombuffer(digest, dtype="<u4")
    return np.random.Generator(np.random.Philox(np.random.SeedSequence(words.tolist())))
