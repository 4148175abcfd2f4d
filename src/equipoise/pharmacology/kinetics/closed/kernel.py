"""Exponentials of the matrices of eight subjects side by side, what takes no time, and what is wanted of the rows.

Read as text: the program of a system consists of its numbers and unrolled step, of the functions below, and of those
that follow a course. `w` holds rows of eight numbers, `w[ROW + lane]`, each read and written as one value.

The exponential of A t is exp(-s t) exp((A + s I) t), s the largest loss of a state. For compartments nothing in it is
negative: no digit is lost to cancellation, in the smallest entry neither, and rates that are equal need no care.
Source: shao_gao_xue_2014.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from equipoise.model.schedule import Floats
from equipoise.pharmacology.kinetics.closed.script import Script

if TYPE_CHECKING:
    from equipoise.pharmacology.kinetics.closed.supplied import *


def begin_epoch(w: Floats, script: Script, lane: int, epoch: int) -> None:
    """Takes an epoch's matrix and what outputs need of its parameters."""
    for e in range(ENTRIES):
        store(w, MATRIX + e * LANES, load(script.matrix, (epoch * ENTRIES + e) * script.width + lane))
    for e in range(STILLS):
        store(w, STILL + e * LANES, load(script.stills, (epoch * STILLS + e) * script.width + lane))


def exponential(w: Floats, to: int) -> None:
    """exp(matrix x time) for the times in the row after its place: its entries from `to` on."""
    halvings = scale(w, to + FULL * LANES)
    for e in range(FULL):
        store(w, TERM + e * LANES, every(0.0))
        store(w, to + e * LANES, every(0.0))
    for i in range(SIZE):
        store(w, TERM + DIAGONAL[i] * LANES, every(1.0))
        store(w, to + DIAGONAL[i] * LANES, every(1.0))
    term, other = TERM, OTHER
    for k in range(1, TERMS):
        for e in range(FULL):
            total = every(0.0)
            for p in range(POWER_ENDS[e], POWER_ENDS[e + 1]):
                total = fma(load(w, SCALED + POWER_LEFT[p] * LANES), load(w, term + POWER_RIGHT[p] * LANES), total)
            total = total / k
            store(w, other + e * LANES, total)
            store(w, to + e * LANES, load(w, to + e * LANES) + total)
        term, other = other, term
    factor = exp(load(w, SHIFT))
    for e in range(FULL):
        store(w, to + e * LANES, load(w, to + e * LANES) * factor)
    for k in range(halvings):
        square(w, to, every(float(k)))


def scale(w: Floats, time: int) -> int:
    """Shifts and scales the matrix to powers that do not grow; returns by how many halvings, the most of all lanes."""
    shift, length = every(0.0), load(w, time)
    for i in range(STATES):
        shift = max(shift, -load(w, MATRIX + OWN[i] * LANES))
    growth = every(0.0)
    for j in range(SIZE):
        total = shift + load(w, MATRIX + OWN[j] * LANES)
        for p in range(TOGETHER_ENDS[j], TOGETHER_ENDS[j + 1]):
            total = total + fabs(load(w, MATRIX + TOGETHER[p] * LANES))
        growth = max(growth, total)
    store(w, HALVINGS, growth * fabs(length))
    most = 0
    for lane in range(LANES):
        count, size = 0, w[HALVINGS + lane]
        while 1.0 < size < math.inf:
            size, count = size * 0.5, count + 1
        w[HALVINGS + lane] = count
        w[FACTOR + lane] = 0.5**count
        most = max(most, count)
    length = length * load(w, FACTOR)
    store(w, SHIFT, -shift * length)
    for e in range(ENTRIES):
        store(w, SCALED + e * LANES, load(w, MATRIX + e * LANES) * length)
    for i in range(SIZE):
        store(w, SCALED + OWN[i] * LANES, (load(w, MATRIX + OWN[i] * LANES) + shift) * length)
    return most


def square(w: Floats, to: int, done: Lanes) -> None:
    """Squares the exponential in the lanes whose halvings are not yet undone."""
    for e in range(FULL):
        total = every(0.0)
        for p in range(SQUARE_ENDS[e], SQUARE_ENDS[e + 1]):
            total = fma(load(w, to + SQUARE_LEFT[p] * LANES), load(w, to + SQUARE_RIGHT[p] * LANES), total)
        store(w, TERM + e * LANES, total)
    halvings = load(w, HALVINGS)
    for e in range(FULL):
        place = to + e * LANES
        store(w, place, if_less(done, halvings, load(w, TERM + e * LANES), load(w, place)))


def duration(script: Script, slot: int, lane: int) -> Lanes:
    """How long a slot takes."""
    if script.durations_width == 1:
        return every(script.durations[slot])
    return load(script.durations, slot * script.durations_width + lane)


def value(script: Script, column: int, lane: int) -> Lanes:
    """The numbers of a column."""
    if script.values_width == 1:
        return every(script.values[column])
    return load(script.values, column * script.values_width + lane)


def begin(w: Floats, script: Script, lane: int, epoch: int) -> None:
    """The initial state; nothing has run, and nothing flows in but what the system itself makes."""
    reset(w, script, lane, epoch)
    for i in range(STATES, SIZE):
        store(w, STATE + i * LANES, every(0.0))
    if CONSTANT >= 0:
        store(w, STATE + CONSTANT * LANES, every(1.0))


def reset(w: Floats, script: Script, lane: int, epoch: int) -> None:
    """The initial state of an epoch."""
    for i in range(STATES):
        store(w, STATE + i * LANES, load(script.initial, (epoch * STATES + i) * script.width + lane))


def change(w: Floats, script: Script, lane: int, epoch: int, code: int, a: int, b: int, c: int) -> None:
    """What takes no time."""
    if code == BOLUS:
        place = STATE + a * LANES
        store(w, place, load(w, place) + value(script, b, lane))
    elif code == RATE:
        rate = every(0.0) if b < 0 else value(script, b, lane)
        store(w, STATE + INPUT_OF[a] * LANES, rate)
    elif code == RESET:
        reset(w, script, lane, epoch)
    elif code == STEADY:
        steady(w, script, lane, a, b, c)
    else:
        endless(w, value(script, c, lane), a, b)


def steady(w: Floats, script: Script, lane: int, mode: int, state: int, column: int) -> None:
    """The state after endless doses, at their phase; over one interval it comes back to itself."""
    amount, rate = value(script, column, lane), value(script, column + 1, lane)
    length, interval = value(script, column + 2, lane), value(script, column + 3, lane)
    phase = value(script, column + 4, lane)
    whole = whole_number(w, length / interval)
    rest = fma(-whole, interval, length)
    more, less = (whole + 1.0) * rate, whole * rate
    clear(w, mode)
    on(w, rest, state, more)
    on(w, interval - rest, state, less)
    place = FOUND + state * LANES
    store(w, place, load(w, place) + amount)
    for i in range(SIZE):
        store(w, KEPT + i * LANES, load(w, FOUND + i * LANES))
    on(w, interval, state, every(0.0))  # for the exponential of one interval alone
    for one in range(LANES):
        return_to_itself(w, one)
    first = min(phase, rest)
    on(w, first, state, more)
    on(w, phase - first, state, less)
    take(w, mode)


def whole_number(w: Floats, ratio: Lanes) -> Lanes:
    """The largest whole number that is not above it."""
    store(w, HALVINGS, ratio)
    for lane in range(LANES):
        w[HALVINGS + lane] = math.floor(w[HALVINGS + lane])
    return load(w, HALVINGS)


def clear(w: Floats, mode: int) -> None:
    """An empty system to look for a steady state in; what the system itself makes counts where the state is set."""
    for i in range(SIZE):
        store(w, FOUND + i * LANES, every(0.0))
    if CONSTANT >= 0 and mode == 1:
        store(w, FOUND + CONSTANT * LANES, every(1.0))


def on(w: Floats, time: Lanes, state: int, rate: Lanes) -> None:
    """Goes on with what was found so far, under an input into one state."""
    if INPUT_OF[state] >= 0:
        store(w, FOUND + INPUT_OF[state] * LANES, rate)
    store(w, SCRATCH + FULL * LANES, time)
    exponential(w, SCRATCH)
    for i in range(STATES):
        total = every(0.0)
        for e in range(ROWS[i], ROWS[i + 1]):
            total = fma(load(w, SCRATCH + e * LANES), load(w, FOUND + COLUMNS[e] * LANES), total)
        store(w, NEXT + i * LANES, total)
    for i in range(STATES):
        store(w, FOUND + i * LANES, load(w, NEXT + i * LANES))


def return_to_itself(w: Floats, lane: int) -> None:
    """Solves x = P x + what an interval adds, in one lane, P being the exponential in SCRATCH."""
    for i in range(STATES):
        for j in range(STATES):
            w[SYSTEM + i * STATES + j] = 1.0 if i == j else 0.0
        for e in range(ROWS[i], ROWS[i + 1]):
            if COLUMNS[e] < STATES:
                w[SYSTEM + i * STATES + COLUMNS[e]] -= w[SCRATCH + e * LANES + lane]
        w[RIGHT + i] = w[KEPT + i * LANES + lane]
    solve(w)
    for i in range(STATES):
        w[FOUND + i * LANES + lane] = w[RIGHT + i]


def solve(w: Floats) -> None:
    """Solves the equations in SYSTEM and RIGHT in place, by elimination with the largest pivots."""
    for k in range(STATES):
        best = k
        for i in range(k + 1, STATES):
            if abs(w[SYSTEM + i * STATES + k]) > abs(w[SYSTEM + best * STATES + k]):
                best = i
        for j in range(STATES):
            here, there = SYSTEM + k * STATES + j, SYSTEM + best * STATES + j
            w[here], w[there] = w[there], w[here]
        w[RIGHT + k], w[RIGHT + best] = w[RIGHT + best], w[RIGHT + k]
        for i in range(k + 1, STATES):
            factor = w[SYSTEM + i * STATES + k] / w[SYSTEM + k * STATES + k]
            for j in range(k, STATES):
                w[SYSTEM + i * STATES + j] -= factor * w[SYSTEM + k * STATES + j]
            w[RIGHT + i] -= factor * w[RIGHT + k]
    for i in range(STATES - 1, -1, -1):
        for j in range(i + 1, STATES):
            w[RIGHT + i] -= w[SYSTEM + i * STATES + j] * w[RIGHT + j]
        w[RIGHT + i] /= w[SYSTEM + i * STATES + i]


def endless(w: Floats, rate: Lanes, mode: int, state: int) -> None:
    """The plateau of an endless infusion: what the matrix loses equals what comes in."""
    clear(w, mode)
    store(w, HALVINGS, rate)
    for lane in range(LANES):
        for i in range(STATES * STATES):
            w[SYSTEM + i] = 0.0
        for i in range(STATES):
            w[RIGHT + i] = w[HALVINGS + lane] if i == state else 0.0
        for e in range(ENTRIES):
            i, j = ENTRY_ROW[e], ENTRY_COLUMN[e]
            if i < STATES and j < STATES:
                w[SYSTEM + i * STATES + j] = -w[MATRIX + e * LANES + lane]
            elif i < STATES and j == CONSTANT:
                w[RIGHT + i] += w[MATRIX + e * LANES + lane] * w[FOUND + CONSTANT * LANES + lane]
        solve(w)
        for i in range(STATES):
            w[FOUND + i * LANES + lane] = w[RIGHT + i]
    take(w, mode)


def take(w: Floats, mode: int) -> None:
    """Sets the state to what was found (mode 1), or adds it (2)."""
    for i in range(STATES):
        place = STATE + i * LANES
        found = load(w, FOUND + i * LANES)
        store(w, place, found if mode == 1 else load(w, place) + found)


def reduce(table: Floats, line: int, kind: int, level: float, times: Floats) -> Lanes:
    """One number of a line of results for each of the eight subjects; NaN where a row that it looks at is."""
    step = LINES * LANES
    first = load(table, line * LANES)
    last = load(table, (times.size - 1) * step + line * LANES)
    if kind == AUC:
        return last - first
    if kind == CLAST:
        return last
    best, at, total, before = first, every(times[0]), every(0.0), first
    sound = first - first  # 0; NaN where a value is none
    for row in range(1, times.size):
        here = load(table, row * step + line * LANES)
        sound = sound + (here - here)
        if kind == CMAX:
            best = max(best, here)
        elif kind == CMIN:
            best = min(best, here)
        elif kind == TMAX:
            at = if_less(best, here, every(times[row]), at)
            best = max(best, here)
        else:
            total = fma(share_above(before - level, here - level), times[row] - times[row - 1], total)
        before = here
    if kind == TMAX:
        best = at
    elif kind == TIME_ABOVE:
        best = total
    return best + sound


def share_above(start: Lanes, end: Lanes) -> Lanes:
    """The part of a straight way between two heights that is above 0."""
    zero = every(0.0)
    length = fabs(start) + fabs(end)
    return if_less(zero, length, (max(start, zero) + max(end, zero)) / length, zero)
