"""The draw: one order out of all admissible ones, each as likely as its rule says, the same for a seed everywhere.

Only SHA-256 and whole numbers are used, so the platform, the versions of Python and of libraries cannot matter.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator
from fractions import Fraction

from equipoise import __version__
from equipoise.design.layout import randomisation, some_order
from equipoise.errors import Fault, InputError
from equipoise.model.admissible import MOST_UNITS, Admissible
from equipoise.model.allocation import Allocation, commitment
from equipoise.model.trial_design import TrialDesign

BLOCK_BITS = 256
SPARE_BITS = 256
"""Random bits beyond those that number the orders: no order's chance is off by more than one part in 2**256."""
MOST_SEEDS = 2**256
"""A longer seed adds nothing: 256 bits of its hash number the order."""
NAME = "equipoise.draw.1"


def draw(design: TrialDesign, start: dt.date, *, seed: int, nonce: str) -> Allocation:
    """The allocation of a randomised design that begins on `start`. `nonce`: 64 hexadecimal digits, random and secret.

    The order follows from design and seed alone. Raises InputError for a design without a draw and a negative seed.
    """
    faults: list[Fault] = []
    if not design.template.randomised:
        mend = "Nothing is drawn in this template: use the plan itself."
        faults.append(Fault("template", design.template, "a randomised template", mend))
    if design.units > MOST_UNITS:
        mend = "Plan fewer units."
        faults.append(Fault("blocks", f"{design.units} drawn units", f"at most {MOST_UNITS}", mend))
    if not 0 <= seed < MOST_SEEDS:
        found = str(seed) if seed < 0 else "a longer number"
        expected = f"0 or a positive whole number below 2**{MOST_SEEDS.bit_length() - 1}"
        faults.append(Fault("seed", found, expected, "Leave it out to have one drawn."))
    if faults:
        raise InputError("draw", faults)
    orders = Admissible(randomisation(design, some_order(design)))
    sequence = drawn_order(orders, seed)
    hashed = design_hash(design)
    return Allocation(
        algorithm="sha256-coin" if design.rule == "independent" else "sha256-unranked",
        program_version=__version__,
        seed=str(seed),
        nonce=nonce,
        admissible=str(orders.count),
        sequence=sequence,
        start=start,
        design_hash=hashed,
        commitment=commitment(hashed, start, str(seed), nonce, sequence),
    )


def drawn_order(orders: Admissible, seed: int) -> tuple[int, ...]:
    """The order that a seed stands for.

    >>> from equipoise.model.schedule import Randomisation
    >>> two = Randomisation("blocks", (0.0, 7.0, 14.0, 21.0), (0, 1, 1, 0), blocks=(1, 1, 2, 2))
    >>> [drawn_order(Admissible(two), seed) for seed in range(3)]
    [(0, 1, 0, 1), (1, 0, 1, 0), (0, 1, 1, 0)]
    """
    stream = _numbers(seed)
    if orders.rule.rule == "independent":
        return _coins(orders, stream)
    count = orders.count
    blocks = -(-(count.bit_length() + SPARE_BITS) // BLOCK_BITS)
    number = 0
    for _ in range(blocks):
        number = number << BLOCK_BITS | next(stream)
    return orders.unranked(number * count >> BLOCK_BITS * blocks)


def _coins(orders: Admissible, stream: Iterator[int]) -> tuple[int, ...]:
    """Each unit by its own toss, but for those that the longest run forces."""
    past: tuple[int, ...] = ()
    for _ in range(orders.units):
        odds = Fraction(orders.odds(past))
        past = (*past, int(next(stream) < odds * 2**BLOCK_BITS))
    return past


def _numbers(seed: int) -> Iterator[int]:
    """Whole numbers of 256 random bits."""
    count = 0
    while True:
        yield int.from_bytes(hashlib.sha256(f"{NAME}|{seed}|{count}".encode()).digest())
        count += 1


def design_hash(design: TrialDesign) -> str:
    """The SHA-256 of all that the plan says: what it leaves at its default is left out, so that new fields keep it."""
    said = design.model_dump(mode="json", exclude_defaults=True)
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
