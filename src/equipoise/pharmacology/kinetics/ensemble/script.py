"""What a program reads: the courses of all its subjects as flat arrays."""

from __future__ import annotations

from typing import NamedTuple

from equipoise.model.schedule import Floats, Indices


class Script(NamedTuple):
    """Courses one after the other, and for each subject where its own begins.

    `operations` (operations, 4): code and three whole numbers. `durations`, `values`: flat; a subject's number in a
    column stands at its place + column x its stride. `covariates` (epochs, names): NaN for what does not change.
    `places` (subjects, 8): first operation and the one after the last, place and stride of durations, of values,
    first row and number of epochs. `starts` (subjects,): the time of the beginning. `parameters` (subjects, names).
    `atol` (states,) in the states' units; `rtol` relative; `most_steps`: after which a subject is given up.
    """

    operations: Indices
    durations: Floats
    values: Floats
    covariates: Floats
    places: Indices
    starts: Floats
    parameters: Floats
    atol: Floats
    rtol: float
    most_steps: float
