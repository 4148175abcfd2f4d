"""How a lane finds the steady state of a repeated dose: cycle after cycle until one ends as it began.

Read as text, like `walk`. Where the changes of two cycles in a row shrink by the same factor, the rest of the way is a
geometric series and is gone in one leap; the cycles after it check the leap.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from equipoise.model.schedule import Floats, Indices
from equipoise.pharmacology.kinetics.ensemble.script import Script

if TYPE_CHECKING:
    from equipoise.pharmacology.kinetics.ensemble.supplied import *
    from equipoise.pharmacology.kinetics.ensemble.walk import amount, restart, silence


def start_search(w: Floats, m: Indices, lane: int, op: int, script: Script) -> None:
    """Begins the search for a steady state; what is there now is kept aside."""
    for i in range(STATES):
        w[KEPT + i * LANES + lane] = w[Y + i * LANES + lane]
        w[KEPT_INPUT + i * LANES + lane] = w[INPUT + i * LANES + lane]
    restart(w, lane)
    silence(w, lane)
    for i in range(STATES):
        w[BEFORE + i * LANES + lane] = w[Y + i * LANES + lane]
        w[ORIGIN + i * LANES + lane] = w[Y + i * LANES + lane]
    column = script.operations[op, 3]
    m[ADDS, lane] = script.operations[op, 1] == 2
    m[TARGET_STATE, lane] = script.operations[op, 2]
    m[CYCLE, lane] = 0
    w[SEARCH_T + lane] = w[T + lane]
    w[CHANGE + lane] = 0.0
    w[RATIO + lane] = 0.0
    if script.operations[op, 0] == STEADY_RATE:
        w[DOSE + lane], w[FLOW + lane], w[FLOW_TIME + lane] = 0.0, amount(m, lane, column, script), math.inf
        w[INTERVAL + lane], w[PHASE + lane] = 1.0, 0.0
    else:
        w[DOSE + lane], w[FLOW + lane] = amount(m, lane, column, script), amount(m, lane, column + 1, script)
        w[FLOW_TIME + lane] = amount(m, lane, column + 2, script)
        w[INTERVAL + lane], w[PHASE + lane] = amount(m, lane, column + 3, script), amount(m, lane, column + 4, script)
    start_cycle(w, m, lane, w[INTERVAL + lane])


def start_cycle(w: Floats, m: Indices, lane: int, length: float) -> None:
    """Gives the dose of a cycle. Infusions longer than the interval overlap: so many always run, one more at first."""
    state = m[TARGET_STATE, lane] * LANES + lane
    w[T + lane] = w[SEARCH_T + lane]
    w[LENGTH + lane] = length
    w[JUMPED + lane] = 1.0
    m[STAGE, lane] = TO_END
    if w[FLOW + lane] == 0.0:
        w[Y + state] += w[DOSE + lane]
        w[TARGET + lane] = w[T + lane] + length
    elif math.isinf(w[FLOW_TIME + lane]):
        w[INPUT + state] = w[FLOW + lane]
        w[TARGET + lane] = w[T + lane] + length
    else:
        always = math.floor(w[FLOW_TIME + lane] / w[INTERVAL + lane])
        rest = w[FLOW_TIME + lane] - always * w[INTERVAL + lane]
        w[INPUT + state] = (always + 1.0) * w[FLOW + lane] if rest > 0.0 else always * w[FLOW + lane]
        m[STAGE, lane] = TO_STOP if 0.0 < rest < length else TO_END
        w[TARGET + lane] = w[T + lane] + (rest if 0.0 < rest < length else length)


def search_on(w: Floats, m: Indices, lane: int, script: Script) -> bool:
    """What comes at the end of a part of a cycle; True when the states are those that were looked for."""
    if m[STAGE, lane] == TO_STOP:
        state = m[TARGET_STATE, lane] * LANES + lane
        w[INPUT + state] -= w[FLOW + lane]
        w[JUMPED + lane] = 1.0
        m[STAGE, lane] = TO_END
        w[TARGET + lane] = w[SEARCH_T + lane] + w[LENGTH + lane]
        return False
    if m[CYCLE, lane] < 0:
        finish_search(w, m, lane)
        return True
    m[CYCLE, lane] += 1
    m[CYCLES, lane] += 1
    endless = math.isinf(w[FLOW_TIME + lane])
    if m[CYCLE, lane] >= (MOST_DOUBLINGS if endless else MOST_CYCLES):
        m[FAILURE, lane] = NOT_STEADY
        return True
    if settled(w, m, lane, script.rtol):
        m[CYCLE, lane] = -1
        if endless or w[PHASE + lane] >= w[INTERVAL + lane]:
            finish_search(w, m, lane)
            return True
        start_cycle(w, m, lane, w[PHASE + lane])
        if w[PHASE + lane] <= 0.0:
            finish_search(w, m, lane)
            return True
        return False
    if endless:
        w[INTERVAL + lane] *= 2.0
    start_cycle(w, m, lane, w[INTERVAL + lane])
    return False


def settled(w: Floats, m: Indices, lane: int, rtol: float) -> bool:
    """Whether the cycle ended as it began, within the tolerance of what is still to come; leaps where it may."""
    change = 0.0
    for i in range(CONTROLLED):
        at = i * LANES + lane
        scale = w[ATOL + at] + rtol * max(abs(w[Y + at]), abs(w[BEFORE + at]))
        change += ((w[Y + at] - w[BEFORE + at]) / scale) ** 2
    change = math.sqrt(change / CONTROLLED)
    ratio = change / w[CHANGE + lane] if w[CHANGE + lane] > 0.0 else math.inf
    steady = abs(ratio - w[RATIO + lane]) < 0.02 * ratio
    to_come = change * ratio / (1.0 - ratio) if ratio < 1.0 else math.inf
    done = change == 0.0 or to_come <= 0.1 or (m[CYCLE, lane] > 1 and change < 0.01)
    leap = ratio / (1.0 - ratio) if steady and 0.1 < ratio < 1.0 and change > 1.0 else 0.0
    for i in range(STATES):
        at = i * LANES + lane
        moved = w[Y + at] - w[BEFORE + at]
        if not done:
            w[Y + at] += leap * moved
        w[BEFORE + at] = w[Y + at]
    w[CHANGE + lane] = 0.0 if leap > 0.0 else change
    w[RATIO + lane] = 0.0 if leap > 0.0 else ratio
    return done


def finish_search(w: Floats, m: Indices, lane: int) -> None:
    """Back to the course: the steady state in place of what was there, or in addition to it."""
    m[STAGE, lane] = NO_STAGE
    w[T + lane] = w[SEARCH_T + lane]
    adds = m[ADDS, lane] > 0
    for i in range(STATES):
        at = i * LANES + lane
        if i >= CONTROLLED:
            w[Y + at] = w[KEPT + at]
        elif adds:
            w[Y + at] += w[KEPT + at] - w[ORIGIN + at]
        w[INPUT + at] = w[KEPT_INPUT + at] if adds else 0.0
    w[JUMPED + lane] = 1.0
