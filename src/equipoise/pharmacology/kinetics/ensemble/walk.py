"""How eight subjects walk through their courses side by side, each at its own pace.

Read as text: a generated program consists of the numbers and equations of one system, of a method's step, and of the
functions below. No lane waits for another: one that has arrived at its next operation carries it out, and one whose
subject is done takes the next subject. Lanes never mix, so a subject's numbers do not depend on its neighbours.

`w` holds rows of eight numbers, `w[ROW + lane]`; `m` holds rows of eight whole numbers, `m[ROW, lane]`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from equipoise.model.schedule import Floats, Indices
from equipoise.pharmacology.kinetics.ensemble.script import Script

if TYPE_CHECKING:
    from equipoise.pharmacology.kinetics.ensemble.search import search_on, start_search
    from equipoise.pharmacology.kinetics.ensemble.supplied import *


def walk(w: Floats, m: Indices, first: int, end: int, script: Script, out: Floats, told: Indices) -> None:
    """Simulates the subjects from `first` to `end` of a script, in zeroed `w` (SIZE,) and `m` (FIELDS, LANES).

    Writes outputs into `out` (outputs, subjects, rows) and what happened into `told` (subjects, columns).
    """
    for i in range(STATES):
        for lane in range(LANES):
            w[ATOL + i * LANES + lane] = script.atol[i]
    waiting = first
    for lane in range(LANES):
        waiting = take(w, m, lane, waiting, end, script, out, told)
    refresh(w, script.rtol)
    while m[RUNNING].sum() > 0:
        measure(w)
        step(w, script.rtol)
        arrived = judge(w, script.most_steps)
        commit(w)
        if arrived > 0:
            for lane in range(LANES):
                if w[ARRIVED + lane] > 0.0:
                    waiting = serve(w, m, lane, waiting, end, script, out, told)
            refresh(w, script.rtol)


def take(w: Floats, m: Indices, lane: int, waiting: int, end: int, script: Script, out: Floats, told: Indices) -> int:
    """Gives a lane the next subject that has a way to go; returns who waits then."""
    while waiting < end:
        begin(w, m, lane, waiting, script)
        waiting += 1
        if not proceed(w, m, lane, script, out):
            m[RUNNING, lane] = 1
            w[LIVE + lane] = 1.0
            return waiting
        tell(w, m, lane, told)
    m[RUNNING, lane] = 0
    w[LIVE + lane] = 0.0
    w[TARGET + lane] = w[T + lane]
    return waiting


def begin(w: Floats, m: Indices, lane: int, subject: int, script: Script) -> None:
    """Puts a subject at the beginning of its course."""
    for i in range(NAMES):
        w[VALUE + i * LANES + lane] = script.parameters[subject, i]
    m[SUBJECT, lane] = subject
    m[OP, lane] = script.places[subject, FIRST_OP]
    m[END, lane] = script.places[subject, END_OP]
    m[STAGE, lane] = NO_STAGE
    m[CYCLES, lane] = 0
    m[WRITTEN, lane] = 0
    m[FAILURE, lane] = 0
    w[T + lane] = script.starts[subject]
    w[TAKEN + lane] = 0.0
    w[REFUSED + lane] = 0.0
    w[H_JUMP + lane] = 0.0
    w[H_NEXT + lane] = 0.0
    if script.places[subject, EPOCHS] > 0:
        set_covariates(w, m, lane, 0, script)
    else:
        hoist(w)
    restart(w, lane)
    silence(w, lane)


def set_covariates(w: Floats, m: Indices, lane: int, epoch: int, script: Script) -> None:
    """Covariates have the values of an epoch from here on."""
    row = script.places[m[SUBJECT, lane], EPOCH_AT] + epoch
    for i in range(NAMES):
        if not math.isnan(script.covariates[row, i]):
            w[VALUE + i * LANES + lane] = script.covariates[row, i]
    hoist(w)
    w[JUMPED + lane] = 1.0


def restart(w: Floats, lane: int) -> None:
    """The states of one lane as at the beginning."""
    initial(w)
    for i in range(STATES):
        w[Y + i * LANES + lane] = w[BEGIN + i * LANES + lane]
    w[JUMPED + lane] = 1.0


def write(w: Floats, m: Indices, lane: int, out: Floats, row: int) -> None:
    """Writes a row of one subject: outputs, and then integrals."""
    report(w)
    subject = m[SUBJECT, lane]
    m[WRITTEN, lane] = row + 1
    for i in range(OUTPUTS):
        out[i, subject, row] = w[OUT + i * LANES + lane]
    for i in range(CONTROLLED, STATES):
        out[OUTPUTS + i - CONTROLLED, subject, row] = w[Y + i * LANES + lane]


def silence(w: Floats, lane: int) -> None:
    """No input into any state from here on."""
    for i in range(STATES):
        w[INPUT + i * LANES + lane] = 0.0
    w[JUMPED + lane] = 1.0


def proceed(w: Floats, m: Indices, lane: int, script: Script, out: Floats) -> bool:
    """Carries out operations until the lane has a way to go; True when nothing is left."""
    while m[OP, lane] < m[END, lane]:
        op = m[OP, lane]
        m[OP, lane] += 1
        code = script.operations[op, 0]
        if code == RUN:
            if start_run(w, m, lane, op, script, out):
                return False
        elif code in (STEADY, STEADY_RATE):
            start_search(w, m, lane, op, script)
            return False
        else:
            carry_out(w, m, lane, op, script, out)
    return True


def carry_out(w: Floats, m: Indices, lane: int, op: int, script: Script, out: Floats) -> None:
    """One operation that takes no time."""
    code, a, b = int(script.operations[op, 0]), int(script.operations[op, 1]), int(script.operations[op, 2])
    if code == WRITE:
        write(w, m, lane, out, a)
    elif code == BOLUS:
        w[Y + a * LANES + lane] += amount(m, lane, b, script)
        w[JUMPED + lane] = 1.0
    elif code == RATE:
        w[INPUT + a * LANES + lane] = 0.0 if b < 0 else amount(m, lane, b, script)
        w[JUMPED + lane] = 1.0
    elif code == RESET:
        restart(w, lane)
    else:
        set_covariates(w, m, lane, a, script)


def amount(m: Indices, lane: int, column: int, script: Script) -> float:
    """A subject's value in a column of its course."""
    places = script.places[m[SUBJECT, lane]]
    return float(script.values[places[VALUES_AT] + column * places[VALUES_STRIDE]])


def start_run(w: Floats, m: Indices, lane: int, op: int, script: Script, out: Floats) -> bool:
    """Sets out for the rows of a run; False where it takes no time and is done."""
    places = script.places[m[SUBJECT, lane]]
    gap = script.durations[places[STEPS_AT] + script.operations[op, 1] * places[STEPS_STRIDE]]
    count, row = script.operations[op, 2], script.operations[op, 3]
    if gap <= 0.0:
        for i in range(count if row >= 0 else 0):
            write(w, m, lane, out, row + i)
        return False
    if row < 0:
        gap, count = gap * count, 1
    m[ROW, lane] = row
    m[LEFT, lane] = count
    m[DONE, lane] = 0
    w[BASE + lane] = w[T + lane]
    w[GAP + lane] = gap
    aim(w, m, lane)
    return True


def aim(w: Floats, m: Indices, lane: int) -> None:
    """Sets out for the next row of a run."""
    w[TARGET + lane] = w[BASE + lane] + (m[DONE, lane] + 1) * w[GAP + lane]


def measure(w: Floats) -> None:
    """The size of the next step of each lane: as planned, or what is left to its next row or operation."""
    for lane in range(LANES):
        planned = w[H_NEXT + lane]
        rest = w[TARGET + lane] - w[T + lane]
        last = planned * 1.0001 >= rest
        w[H + lane] = rest if last else planned
        w[LAST + lane] = 1.0 if last else 0.0


def judge(w: Floats, most_steps: float) -> int:
    """Accepts or refuses each lane's step and sets the size of the one after; returns how many lanes arrived."""
    found = 0
    for lane in range(LANES):
        h = w[H + lane]
        live = w[LIVE + lane] > 0.0
        fine = (w[ERROR + lane] < 1.0) & live
        grow = factor(w[ERROR + lane])
        grow = max(0.2, grow)  # a NaN is no error below 1 and shrinks the step too
        grow = min(w[CAP + lane], grow)
        wanted = h * grow
        planned = w[H_NEXT + lane]
        cut = fine & (h < planned) & (wanted < planned)  # a step that ended early says little about the next
        reached = w[TARGET + lane] if w[LAST + lane] > 0.0 else w[T + lane] + h
        now = reached if fine else w[T + lane]
        refused = live & (not fine)
        small = refused & (w[T + lane] + 0.1 * h == w[T + lane])
        w[TAKEN + lane] += 1.0 if fine else 0.0
        w[REFUSED + lane] += 1.0 if refused else 0.0
        many = live & (w[TAKEN + lane] + w[REFUSED + lane] >= most_steps) & (now < w[TARGET + lane])
        w[FAILED + lane] = 1.0 if small else (2.0 if many else 0.0)
        first = fine & (w[FRESH + lane] > 0.0)
        w[H_JUMP + lane] = wanted if first else w[H_JUMP + lane]
        w[FRESH + lane] = 0.0 if fine else w[FRESH + lane]
        w[H_NEXT + lane] = planned if cut else wanted
        w[CAP + lane] = MOST_GROWTH if fine else 1.0
        w[FINE + lane] = 1.0 if fine else 0.0
        w[T_NEW + lane] = now
        arrived = (fine & (now >= w[TARGET + lane])) | small | many
        w[ARRIVED + lane] = 1.0 if arrived else 0.0
        found += 1 if arrived else 0
    return found


def commit(w: Floats) -> None:
    """Takes accepted steps over."""
    for i in range(STATES):
        for lane in range(LANES):
            fine = w[FINE + lane] > 0.0
            w[Y + i * LANES + lane] = w[Y_NEW + i * LANES + lane] if fine else w[Y + i * LANES + lane]
            w[F + i * LANES + lane] = w[F_NEW + i * LANES + lane] if fine else w[F + i * LANES + lane]
    for lane in range(LANES):
        w[T + lane] = w[T_NEW + lane]


def serve(w: Floats, m: Indices, lane: int, waiting: int, end: int, script: Script, out: Floats, told: Indices) -> int:
    """What a lane does that has arrived or failed; returns who waits then."""
    if w[FAILED + lane] > 0.0:
        m[FAILURE, lane] = int(w[FAILED + lane]) if m[STAGE, lane] == NO_STAGE else NOT_STEADY
        w[FAILED + lane] = 0.0
    elif m[STAGE, lane] != NO_STAGE:
        if not search_on(w, m, lane, script):
            return waiting
    elif m[ROW, lane] >= 0:
        write(w, m, lane, out, m[ROW, lane])
        m[ROW, lane] += 1
        m[DONE, lane] += 1
        m[LEFT, lane] -= 1
        if m[LEFT, lane] > 0:
            aim(w, m, lane)
            return waiting
    if m[FAILURE, lane] == 0 and not proceed(w, m, lane, script, out):
        return waiting
    tell(w, m, lane, told)
    return take(w, m, lane, waiting, end, script, out, told)


def tell(w: Floats, m: Indices, lane: int, told: Indices) -> None:
    """Notes how a subject went."""
    subject = m[SUBJECT, lane]
    told[subject, 0] = int(w[TAKEN + lane])
    told[subject, 1] = int(w[REFUSED + lane])
    told[subject, 2] = m[FAILURE, lane]
    told[subject, 3] = m[CYCLES, lane]
    told[subject, 4] = m[WRITTEN, lane]


def refresh(w: Floats, rtol: float) -> None:
    """New slopes, and a first step, for the lanes that a jump put elsewhere."""
    jumped = 0.0
    for lane in range(LANES):
        jumped = max(jumped, w[JUMPED + lane])
    if jumped == 0.0:
        return
    slopes(w)
    for lane in range(LANES):
        if w[JUMPED + lane] > 0.0:
            for i in range(STATES):
                w[F + i * LANES + lane] = w[F_NEW + i * LANES + lane]
            w[H_NEXT + lane] = first_step(w, lane, rtol)
            w[CAP + lane] = MOST_GROWTH
            w[FRESH + lane] = 1.0
            w[JUMPED + lane] = 0.0


def first_step(w: Floats, lane: int, rtol: float) -> float:
    """The size of a step after a jump: what the last jump bore, at first a hundredth of the states' own time scale."""
    before = w[H_JUMP + lane]
    if before > 0.0:
        return min(before, w[H_NEXT + lane])
    size, speed = 0.0, 0.0
    for i in range(CONTROLLED):
        weight = 1.0 / (w[ATOL + i * LANES + lane] + rtol * abs(w[Y + i * LANES + lane]))
        size += (w[Y + i * LANES + lane] * weight) ** 2
        speed += (w[F + i * LANES + lane] * weight) ** 2
    if size > 0.0 and speed > 0.0:
        return 0.01 * math.sqrt(size / speed)
    return 1e-3 * (w[TARGET + lane] - w[T + lane])
