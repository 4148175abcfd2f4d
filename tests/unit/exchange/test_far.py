"""Ratings far from all others: a code for a missing rating is refused, the rest is named."""

from __future__ import annotations

import numpy as np
import pytest

from equipoise.exchange.far import far_ratings
from equipoise.exchange.table_in import Table, numbers

NEAR = ["4", "5", "6", "5", "4", "6", "7", "3", "", "5"]


def _told(*more: str) -> tuple[str, str]:
    """Note and refusal for ten ratings near 5 and some more, which stand from line 12 on."""
    cells = (*NEAR, *more)
    table = Table("diary", {"y": cells}, tuple(range(2, len(cells) + 2)))
    notes, faults = far_ratings(table, "y", numbers(table, "y", "--outcome")[0])
    return " ".join(notes), " ".join(map(str, faults))


@pytest.mark.parametrize("code", ["999", "-99", "99", "-9", "888"])
def test_codes_for_a_missing_rating_are_refused(code: str) -> None:
    """A number that stands for no rating, far from all others, is refused with its lines and the mend."""
    note, fault = _told(code, "6", code)
    assert note == ""
    assert f"y: found {code!r} in lines 12, 14; expected scores" in fault
    assert "Leave the cell empty where there is no rating; where it is a score, say the range: --bounds" in fault


def test_other_ratings_far_away_are_named() -> None:
    """A rating more than five robust SDs from the others is noted with its line; ratings near each other are not."""
    note, fault = _told("30")
    assert (note, fault) == (
        "Ratings more than 5 robust SDs from the others, which may be slips: '30' in line 12.",
        "",
    )
    assert _told("9") == _told("-1") == ("", "")


def test_many_far_ratings_are_no_slips() -> None:
    """A diary with more than a few ratings far from the middle is such a diary: nothing is called a slip."""
    assert _told("30", "31", "32")[0].endswith("'30' in line 12; '31' in line 13; '32' in line 14.")
    assert _told("30", "31", "32", "33") == ("", "")


def test_ratings_that_are_mostly_alike_have_no_far_ones() -> None:
    """With no spread to measure by, and without any rating, nothing is called far."""
    table = Table("diary", {"y": ("0",) * 9 + ("4",)}, tuple(range(2, 12)))
    assert far_ratings(table, "y", np.array([0.0] * 9 + [4.0])) == ((), [])
    assert far_ratings(table, "y", np.full(10, np.nan)) == ((), [])
