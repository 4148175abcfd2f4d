"""Random numbers of a subject: they depend on the seed, a stream's name and the subject's number, on nothing else."""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from equipoise.model.schedule import Floats

MOST_SEED = 2**64 - 1
_BLOCK = 4  # numbers that Philox makes of one counter


def uniforms(seed: int, stream: str, first: int, count: int) -> Floats:
    """Numbers inside (0, 1) of the subjects `first`, `first` + 1, ... (count,).

    Philox is keyed by the seed and the stream's name and its counter is the subject's number: whatever the portion in
    which subjects are made, each has the same number, and another stream changes none.

    >>> whole = uniforms(1, "CL", 0, 10)
    >>> bool(np.array_equal(uniforms(1, "CL", 3, 4), whole[3:7])), bool((uniforms(1, "V", 0, 10) == whole).any())
    (True, False)
    """
    before = first % _BLOCK
    return _inside(_philox(seed, stream, first // _BLOCK).random_raw(before + count)[before:])


def uniform_rows(seed: int, stream: str, first: int, count: int, width: int) -> Floats:
    """The same with `width` numbers for each subject: (count, width).

    >>> whole = uniform_rows(1, "day", 0, 10, 5)
    >>> bool(np.array_equal(uniform_rows(1, "day", 3, 4, 5), whole[3:7]))
    True
    """
    blocks = -(-width // _BLOCK)
    raw = _philox(seed, stream, first * blocks).random_raw(count * blocks * _BLOCK)
    return _inside(raw.reshape(count, -1)[:, :width])


def _philox(seed: int, stream: str, counter: int) -> np.random.Philox:
    digest = hashlib.blake2b(stream.encode(), digest_size=8).digest()
    key = np.array([seed, int.from_bytes(digest, "little")], dtype=np.uint64)
    return np.random.Philox(key=key, counter=counter)


def _inside(raw: NDArray[np.uint64]) -> Floats:
    return ((raw >> np.uint64(12)).astype(np.float64) + 0.5) * 2.0**-52


def normals(seed: int, stream: str, first: int, count: int) -> Floats:
    """Standard normal numbers of the subjects (count,), by the inverse of their distribution."""
    return np.asarray(ndtri(uniforms(seed, stream, first, count)), dtype=np.float64)
