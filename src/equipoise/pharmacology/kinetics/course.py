"""What subjects go through between the start and the last row: the one form in which engines read a regimen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from equipoise.model.schedule import Floats, Indices

Operations = NDArray[np.int32]


class Op(IntEnum):
    """An operation and its three numbers.

    RUN slot, count, row: count times: go on for the slot's duration, then write this row and the next ones (-1: none)
    WRITE row
    BOLUS state, column: the column's amount is added
    RATE state, column: the state's whole input rate from here on (-1: none)
    RESET: the initial state; the input rates stay as they are
    STEADY mode, state, column: five columns: amount (0 for an infusion), rate (0 for a bolus), duration, interval and
        phase. The state that long after the last of endless doses began. Mode 1 sets it, 2 adds it
    STEADY_RATE mode, state, column: the state that an endless infusion at the column's rate leads to
    EPOCH number: the covariates, or the occasion, change
    """

    RUN = 0
    WRITE = 1
    BOLUS = 2
    RATE = 3
    RESET = 4
    STEADY = 5
    STEADY_RATE = 6
    EPOCH = 7


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """Operations that some subjects go through in the same order, each with durations and amounts of its own.

    `subjects` (m,): which of those that were asked for. `operations` (k, 4). `durations` (slots, m or 1) and `values`
    (columns, m or 1): one column where all are alike. `covariates`: what the epochs say, (epochs,) by name; epoch 0
    comes first; `occasions`: the occasion of each (epochs,). `start`: the time at which the
    initial state holds. `rows`: rows written, all of them, in order.
    """

    subjects: Indices
    operations: Operations
    durations: Floats
    values: Floats
    covariates: Mapping[str, Floats]
    start: float
    rows: int
    occasions: Indices = field(default_factory=lambda: np.zeros(1, dtype=np.intp))
