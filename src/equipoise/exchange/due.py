"""Which rows of a diary were to hold a rating: a row says what was taken also on days on which nobody asked."""

from __future__ import annotations

import numpy as np

from equipoise.model.schedule import Bools, Floats

FEWEST = 4
OFF_BEAT = 0.25
REGULAR = 0.8


def interval(times_days: Floats, given: Bools) -> float | None:
    """The days from one rating to the next where they keep a beat that leaves rows out; else None.

    The beat is the usual gap. It counts where it is at least two rows long and four fifths of the gaps are whole
    multiples of it, to a quarter: so missing ratings of a daily diary, which keep none, stay missing.

    >>> import numpy as np
    >>> days = np.arange(1.0, 43.0)
    >>> interval(days, days % 7 == 0)
    7.0
    """
    rated = times_days[given]
    if rated.size < FEWEST or rated.size == times_days.size:
        return None
    gaps = np.diff(rated)
    usual = float(np.median(gaps))
    if usual < 2.0 * float(np.median(np.diff(times_days))) * (1.0 - OFF_BEAT):
        return None
    beats = np.round(gaps / usual)
    kept = (beats >= 1) & (np.abs(gaps - beats * usual) <= OFF_BEAT * usual)
    return usual if np.mean(kept) >= REGULAR else None


def due_rows(times_days: Floats, given: Bools, every_days: float) -> Bools:
    """Rows with a rating, and those nearest to where one was due: in gaps of several beats, before and after."""
    due = given.copy()
    rated = times_days[given]
    if not rated.size:
        return np.ones_like(given)
    half_a_row = 0.5 * float(np.median(np.diff(times_days))) if times_days.size > 1 else 0.0
    ahead = np.arange(rated[0] - every_days, times_days[0] - half_a_row, -every_days)
    behind = np.arange(rated[-1] + every_days, times_days[-1] + half_a_row, every_days)
    for moment in (*ahead, *_between(rated, every_days), *behind):
        due[np.argmin(np.abs(times_days - moment))] = True
    return due


def _between(rated: Floats, every_days: float) -> Floats:
    """Where ratings were due between two that were given."""
    gaps = np.diff(rated)
    beats = np.maximum(np.round(gaps / every_days), 1.0).astype(int)
    found: list[float] = []
    for start, gap, count in zip(rated[:-1].tolist(), gaps.tolist(), beats.tolist(), strict=True):
        found += [start + gap * part / count for part in range(1, count)]
    return np.array(found)
