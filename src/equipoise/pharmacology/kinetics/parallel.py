"""Pieces of work on threads, and working space that the processor reads in whole lines."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import TypeVar

import numpy as np

from equipoise.model.schedule import Floats
from equipoise.pharmacology.kinetics.source import LANES

Piece = TypeVar("Piece")
Progress = Callable[[float], None]


def on_threads(
    work: Callable[[Piece], None], pieces: Sequence[Piece], threads: int | None, progress: Progress | None = None
) -> None:
    """Does the work of every piece, on so many threads (None: one for each core); `progress` is told the share done.

    >>> done = []
    >>> on_threads(done.append, [1, 2, 3], threads=1)
    >>> sorted(done)
    [1, 2, 3]
    """
    if threads == 1 or len(pieces) == 1:
        for i, piece in enumerate(pieces):
            work(piece)
            if progress:
                progress((i + 1) / len(pieces))
        return
    with ThreadPoolExecutor(threads or os.cpu_count() or 1) as pool:
        waiting = [pool.submit(work, piece) for piece in pieces]
        for i, done in enumerate(as_completed(waiting)):
            done.result()
            if progress:
                progress((i + 1) / len(waiting))


def aligned(size: int) -> Floats:
    """Zeroed working space (size,) whose rows of eight begin where the processor's lines begin."""
    space = np.zeros(size + LANES)
    shift = -space.ctypes.data % 64 // 8
    return space[shift : shift + size]
