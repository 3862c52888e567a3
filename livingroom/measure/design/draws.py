"""Chance that can be repeated: numbers between 0 and 1 from a seed and words, the same on every machine and for ever.

numpy promises no such thing between its versions, and an assignment log must be provable from its seed years later.
"""

from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

_BITS = 53  # what a float holds exactly


def uniform(seed: int, *words: str) -> float:
    """A number in [0, 1) that depends on the seed and the words alone, and looks like chance.

    Parameters
    ----------
    seed : int
        The stored seed; any integer.
    words : str
        What is drawn for: a unit, a visitor, a block.

    Source
    ------
    Keyed BLAKE2b (RFC 7693), the first 53 bits of the digest.
    """
    digest = blake2b("\x1f".join(words).encode(), digest_size=8, key=str(seed).encode()[:64]).digest()
    return (int.from_bytes(digest, "big") >> (64 - _BITS)) / float(1 << _BITS)


def uniforms(seed: int, name: str, shape: tuple[int, ...]) -> NDArray[np.float64]:
    """An array of such numbers, each by its name and place."""
    flat = [uniform(seed, name, str(place)) for place in range(int(np.prod(shape)))]
    return np.array(flat, dtype=np.float64).reshape(shape)
