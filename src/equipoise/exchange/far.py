"""Ratings far from all others: codes for a missing rating are refused, the rest is named."""

from __future__ import annotations

import re

import numpy as np

from equipoise.errors import Fault
from equipoise.exchange.table_in import Table
from equipoise.model.schedule import Floats

FAR = 5.0
ROBUST = 1.4826
"""The SD of normal ratings in units of the median distance from their median."""
FEW, FEW_SHARE = 3, 0.03
"""Slips are rare: with more ratings than this far away, far ones belong to the diary."""
CODE = re.compile(r"-1|-?(7{2,}|8{2,}|9{2,})|-[789]")
"""How tables without empty cells write that a rating is missing."""


def far_rows(values: Floats) -> list[int]:
    """Rows more than five robust SDs from the median; none where more than half of the ratings are alike.

    >>> import numpy as np
    >>> far_rows(np.array([4.0, 5.0, 6.0, 999.0, 5.0, 3.0, np.nan]))
    [3]
    """
    if np.isnan(values).all():
        return []
    distance = np.abs(values - np.nanmedian(values))
    spread = ROBUST * float(np.nanmedian(distance))
    return np.flatnonzero(distance > FAR * spread).tolist() if spread > 0.0 else []


def far_ratings(table: Table, name: str, values: Floats) -> tuple[tuple[str, ...], list[Fault]]:
    """A note that names the few ratings far from the others, and a fault where they are codes for a missing one.

    For ratings whose range nobody said: where it is known, a rating lies in it or is refused.
    """
    rows = far_rows(values)
    codes = [row for row in rows if CODE.fullmatch(f"{values[row]:g}")]
    if codes:
        expected = "scores; far from all others, this looks like a code for a missing rating"
        mend = "Leave the cell empty where there is no rating; where it is a score, say the range: --bounds LOW,HIGH."
        return (), [Fault(name, table.cells_at(name, codes), expected, mend)]
    if not rows or len(rows) > max(FEW, FEW_SHARE * values.size):
        return (), []
    return (
        f"Ratings more than {FAR:g} robust SDs from the others, which may be slips: {table.cells_at(name, rows)}.",
    ), []
