"""Non-compartmental analysis of sampled concentrations, as clinical studies do it.

Source: gabrielsson_2012
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from equipoise.model.schedule import Bools, Floats

Line = Literal["second_half", "best_fit"]

FEWEST = 3
"""Samples on which a terminal slope rests at least."""

FLAT = 1e-9
"""A line that falls by no more log units than this does not fall."""

CLOSE = 1e-4
"""Of two lines whose fit differs by less, the one over more samples is taken."""


@dataclass(frozen=True, slots=True)
class Analysed:
    """Figures of each subject, arrays (subjects,): peak and its time, half-life, areas to the last sample and to
    infinity. NaN where a subject's samples do not give them.
    """

    cmax: Floats
    tmax: Floats
    half_life: Floats
    auc_last: Floats
    auc_inf: Floats


def noncompartmental(times: Floats, samples: Floats, floor: Floats | float = 0.0, line: Line = "best_fit") -> Analysed:
    """The figures of samples (subjects, times) at shared ascending times (h after a dose).

    What lies below the `floor`, the limit of quantification, counts as 0 before the peak and as not measured after it.
    The area is linear where concentrations rise and logarithmic where they fall. The terminal slope is that of a line
    through the logs of the last samples after the peak, at least three: those whose line fits best by adjusted R², as
    programs choose them, or those in the second half of the time up to the last one. It must fall.

    >>> times = np.array([0.0, 1.0, 2.0, 4.0, 8.0])
    >>> found = noncompartmental(times, np.array([[0.0, 8.0, 4.0, 1.0, 0.0625]]), floor=0.01)
    >>> found.half_life.round(6).tolist(), found.auc_last.round(4).tolist(), found.auc_inf.round(4).tolist()
    ([1.0], [15.4514], [15.5416])
    """
    kept = np.where(samples >= np.reshape(floor, (-1, 1)), samples, 0.0)
    subjects = np.arange(len(kept))
    peak = np.argmax(kept, axis=1)
    measured = kept > 0.0
    last = np.where(measured.any(axis=1), kept.shape[1] - 1 - np.argmax(measured[:, ::-1], axis=1), 0)
    usable = measured & (np.arange(times.size) > peak[:, None])
    rate = _best_fit(times, kept, usable) if line == "best_fit" else _second_half(times, kept, usable, times[last])
    areas = np.concatenate([np.zeros((len(kept), 1)), np.cumsum(pieces(times, kept), axis=1)], axis=1)
    auc_last = np.where(last > 0, areas[subjects, last], np.nan)
    beyond = kept[subjects, last] / rate
    return Analysed(kept[subjects, peak], times[peak], np.log(2.0) / rate, auc_last, auc_last + beyond)


def pieces(times: Floats, samples: Floats) -> Floats:
    """The area between neighbouring times: straight where the samples rise, logarithmic where they fall.

    >>> pieces(np.array([0.0, 1.0, 2.0]), np.array([[0.0, 4.0, 2.0]])).round(4).tolist()
    [[2.0, 2.8854]]
    """
    begin, end = samples[:, :-1], samples[:, 1:]
    falls = (end < begin) & (end > 0.0)
    low = np.where(falls, end, 1.0)
    excess = np.where(falls, (begin - end) / low, 1.0)
    return np.diff(times) * np.where(falls, low * excess / np.log1p(excess), (begin + end) / 2.0)


def _second_half(times: Floats, samples: Floats, usable: Bools, last: Floats) -> Floats:
    """The rate of the line through the usable samples from half of the last time on, the last three at least."""
    left = np.cumsum(usable[:, ::-1], axis=1)[:, ::-1]  # usable samples from here to the end
    chosen = usable & ((times >= last[:, None] / 2.0) | (left <= FEWEST))
    enough = chosen.sum(axis=1) >= FEWEST
    slope = _line(times, samples, chosen)[0]
    return np.where(enough & (slope < 0.0), -slope, np.nan)


def _best_fit(times: Floats, samples: Floats, usable: Bools) -> Floats:
    """The rate of the best terminal line of each subject; NaN where none falls."""
    best, rate = np.full(len(samples), -np.inf), np.full(len(samples), np.nan)
    for start in range(times.size - FEWEST, -1, -1):
        chosen = usable & (np.arange(times.size) >= start)
        slope, adjusted = _line(times, samples, chosen)
        enough = usable[:, start] & (chosen.sum(axis=1) >= FEWEST)
        better = enough & (slope < 0.0) & (adjusted > best - CLOSE)
        rate = np.where(better, -slope, rate)
        best = np.where(better, np.maximum(best, adjusted), best)
    return rate


def _line(times: Floats, samples: Floats, chosen: Bools) -> tuple[Floats, Floats]:
    """The slope of the logs of the chosen samples and its adjusted R²: each (subjects,)."""
    weight = chosen.astype(np.float64)
    n = np.maximum(weight.sum(axis=1), 1.0)
    logs = np.log(np.where(chosen, samples, 1.0))
    x = times - (weight @ times / n)[:, None]
    y = logs - ((weight * logs).sum(axis=1) / n)[:, None]
    xx, xy, yy = ((weight * a * b).sum(axis=1) for a, b in ((x, x), (x, y), (y, y)))
    with np.errstate(all="ignore"):
        slope = np.where(np.abs(xy) > FLAT * np.sqrt(xx), xy / xx, 0.0)
        return slope, 1.0 - (1.0 - slope * xy / yy) * (n - 1.0) / (n - 2.0)
