"""What a program reads of one course and the subjects that go through it."""

from __future__ import annotations

from typing import NamedTuple

from equipoise.model.schedule import Floats, Indices


class Script(NamedTuple):
    """A course with the numbers of its subjects, flat; `width` subjects stand side by side, a multiple of eight.

    `operations` (operations, 4). `durations` (slots, durations_width), `values` (columns, values_width): a width of 1
    where all are alike. `matrix` (epochs, entries, width); `stills` (epochs, stills, width): what outputs need of
    parameters; `initial` (epochs, states, width).
    """

    operations: Indices
    durations: Floats
    durations_width: int
    values: Floats
    values_width: int
    matrix: Floats
    stills: Floats
    initial: Floats
    width: int
    start: float
