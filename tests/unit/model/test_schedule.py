"""What was taken and how its order was drawn: units of time, and an order that nobody declared."""

from __future__ import annotations

import numpy as np
import pytest

from equipoise.errors import InputError
from equipoise.model.schedule import Exposure, Randomisation, Schedule

STARTS = (0.0, 7.0, 14.0, 21.0)
RULE = Randomisation("blocks", STARTS, (0, 1, 1, 0), (1, 1, 2, 2))
ASSUMED = Randomisation("blocks", STARTS, (0, 1, 1, 0), (1, 1, 2, 2), assumed=True)
EXPOSURE = Exposure(STARTS, (0.0, 1.0, 1.0, 0.0))


def test_a_rating_belongs_to_the_unit_that_ends_with_it() -> None:
    """A unit holds the times after its start up to its end; before the first, and after an end, there is none."""
    times = np.array([0.0, 1.0, 7.0, 7.5, 30.0])
    assert RULE.units_at(times).tolist() == [-1, 0, 0, 1, 3]
    ended = Randomisation("blocks", STARTS, (0, 1, 1, 0), (1, 1, 2, 2), unit_ends_days=(5.0, 14.0, 21.0, 28.0))
    assert ended.units_at(times).tolist() == [-1, 0, -1, 1, -1]


@pytest.mark.parametrize("ends", [(5.0, 14.0), (8.0, 14.0, 21.0, 28.0), (0.0, 14.0, 21.0, 28.0)])
def test_unit_ends_lie_after_their_start_and_before_the_next(ends: tuple[float, ...]) -> None:
    """One end for each unit, inside it; else the ends are refused."""
    with pytest.raises(InputError, match="an end after its start and no later than the next start"):
        Randomisation("blocks", STARTS, (0, 1, 1, 0), (1, 1, 2, 2), unit_ends_days=ends)


def test_a_block_of_one_level_was_not_drawn() -> None:
    """Several units at one level are no block; a unit that stands alone is a baseline and no fault."""
    with pytest.raises(InputError, match="one level only in blocks 1, 2; expected on and off in each block"):
        Randomisation("blocks", STARTS, (0, 0, 1, 1), (1, 1, 2, 2))
    assert Randomisation("blocks", STARTS[:3], (0, 1, 0), (1, 2, 2)).drawn == (0, 1, 0)


def test_an_undeclared_order_has_an_assumed_draw_at_most() -> None:
    """What nobody declared is not known to be randomised: a rule beside it is one that was assumed, and says so."""
    assert Schedule("undeclared", EXPOSURE).assumed_draw == ""
    assert "nobody said that chance drew the order" in Schedule("undeclared", EXPOSURE, ASSUMED).assumed_draw
    with pytest.raises(InputError, match="found a recorded randomisation; expected an assumed one"):
        Schedule("undeclared", EXPOSURE, RULE)
    with pytest.raises(InputError, match="none: this design was not drawn"):
        Schedule("observational", EXPOSURE, ASSUMED)


def test_a_rule_recorded_in_part_says_so() -> None:
    """A randomised order whose rule was inferred in part has that beside its tests; a recorded one has nothing."""
    assert "a part of the rule" in Schedule("randomised_blocks", EXPOSURE, ASSUMED).assumed_draw
    assert Schedule("randomised_blocks", EXPOSURE, RULE).assumed_draw == ""
