"""How eight subjects go through a course side by side.

Read as text: the program of a system consists of its numbers and unrolled step, the kernel, and the functions below.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.model.schedule import Floats, Indices
from equipoise.pharmacology.kinetics.closed.script import Script

if TYPE_CHECKING:
    from equipoise.pharmacology.kinetics.closed.supplied import *


def walk(w: Floats, table: Floats, built: Indices, script: Script, count: int, places: Indices, out: Floats) -> None:
    """Simulates the subjects of a script into `out` (outputs and integrals, subjects, rows), each at its place there.

    `table` has room for all rows of eight subjects, `built` for the epoch in which each slot was made.
    """
    for lane in range(0, count, LANES):
        follow(w, table, built, script, lane)
        spread(table, out, places, min(LANES, count - lane), lane)


def walk_reduced(
    w: Floats,
    table: Floats,
    built: Indices,
    script: Script,
    count: int,
    places: Indices,
    wanted: Indices,
    levels: Floats,
    times: Floats,
    out: Floats,
) -> None:
    """Simulates the subjects of a script into `out` (wanted, subjects), each at its place there.

    `wanted` (wanted, 2): a line of results and what is wanted of it; `levels` (wanted,); `times` (rows,).
    """
    for lane in range(0, count, LANES):
        follow(w, table, built, script, lane)
        for i in range(wanted.shape[0]):
            store(w, FOUND, reduce(table, wanted[i, 0], wanted[i, 1], levels[i], times))
            for one in range(min(LANES, count - lane)):
                out[i, places[lane + one]] = w[FOUND + one]


def follow(w: Floats, table: Floats, built: Indices, script: Script, lane: int) -> None:
    """Goes through the course in the eight lanes from `lane` on; writes the outputs of its rows into `table`."""
    epoch = 0
    begin_epoch(w, script, lane, epoch)
    begin(w, script, lane, epoch)
    store(w, NOW, every(script.start))
    for slot in range(built.size):
        built[slot] = -1
        store(w, slot_at(slot) + FULL * LANES, duration(script, slot, lane))
    for k in range(script.operations.shape[0]):
        code, a = script.operations[k, 0], script.operations[k, 1]
        b, c = script.operations[k, 2], script.operations[k, 3]
        if code == RUN:
            if built[a] != epoch:
                exponential(w, slot_at(a))
                built[a] = epoch
            run(w, table, slot_at(a), b, c)
        elif code == WRITE:
            write(w, table, a)
        elif code == EPOCH:
            epoch = a
            begin_epoch(w, script, lane, epoch)
        else:
            change(w, script, lane, epoch, code, a, b, c)


def spread(table: Floats, out: Floats, places: Indices, count: int, first: int) -> None:
    """Copies the rows of a table, eight subjects side by side, to the places of the subjects."""
    for line in range(LINES):
        for lane in range(count):
            place = places[first + lane]
            for row in range(table.size // (LINES * LANES)):
                out[line, place, row] = table[(row * LINES + line) * LANES + lane]


def slot_at(slot: int) -> int:
    """Where the exponential of a slot stands; the row after it holds its time."""
    return SLOTS + slot * (FULL + 1) * LANES
