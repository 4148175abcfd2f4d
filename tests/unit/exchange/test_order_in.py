"""How an order came about: as it was said; what nobody said is not known to be randomised."""

from __future__ import annotations

import numpy as np
import pytest

from equipoise.errors import InputError
from equipoise.exchange.levels_in import Taken
from equipoise.exchange.order_in import DrawnBy, Order, Rows, order_of

WEEKS = "0" * 7 + "1" * 7 + "1" * 7 + "0" * 7
DAILY = "01101001100101101001"
ABA = "0" * 10 + "1" * 10 + "0" * 10
SWITCH = "0" * 14 + "1" * 14


def _order(
    levels: str, said: DrawnBy = "auto", max_run: int | None = None, *, top: float = 1.0, rated: str | None = None
) -> Order:
    """A daily diary with these levels, one digit a day, as shares of `top`; `rated`: 1 where a rating was given."""
    days = np.arange(1.0, len(levels) + 1.0)
    given = np.array([digit == "1" for digit in rated or "1" * len(levels)])
    rows = Rows(days, days - 1.0, given, tuple(range(2, len(levels) + 2)))
    return order_of(rows, Taken(np.array([float(level) / top for level in levels])), said, max_run)


DESIGNS = [
    (WEEKS, "auto", "undeclared", "blocks", True),
    (WEEKS, "blocks", "randomised_blocks", "blocks", False),
    (DAILY, "auto", "undeclared", "run_length", True),
    (DAILY, "daily", "alternating_days", "run_length", True),
    (DAILY, "coin", "alternating_days", "independent", False),
    (ABA, "auto", "undeclared", None, False),
    (SWITCH, "auto", "undeclared", None, False),
    (SWITCH, "blocks", "randomised_blocks", "blocks", False),
    (WEEKS, "observational", "observational", None, False),
    (WEEKS, "taper", "supervised_taper", None, False),
]


@pytest.mark.parametrize(("levels", "said", "design", "rule", "assumed"), DESIGNS)
def test_how_the_order_was_drawn(levels: str, said: DrawnBy, *, design: str, rule: str | None, assumed: bool) -> None:
    """As it was said; unsaid it is undeclared, with a rule for the tests only where one fits, never for one switch."""
    found = _order(levels, said)
    assert found.design == design
    assert (found.randomisation and found.randomisation.rule) == rule
    assert (found.randomisation is not None and found.randomisation.assumed) == assumed
    assert any("not known whether chance drew it" in note for note in found.notes) == (said == "auto")


def test_periods_that_were_found_are_told() -> None:
    """A reader sees which pairs were understood, how long they are, and what was not taken for drawn."""
    assert _order(WEEKS, "blocks").notes == (
        "Pairs of periods that were found (7 rows each): without–with, with–without.",
    )
    found = _order("0" * 14 + "1" * 7 + "0" * 14 + "1" * 7, "blocks")
    assert found.notes[0].endswith("with–without, without–with; not drawn: 14 rows before them.")
    assert found.randomisation is not None
    assert found.randomisation.unit_starts_days == (14.0, 21.0, 28.0, 35.0)
    assert found.randomisation.blocks == (1, 1, 2, 2)
    assert "and 3 more" in _order("0011" * 15, "blocks").notes[0]


def test_a_washout_ends_the_unit_before_it() -> None:
    """Days off without a rating between two periods belong to neither: the drawn unit ends where they begin."""
    found = _order("111000000000001110000000", "blocks", rated="111000011100001110000111")
    assert found.randomisation is not None
    assert found.randomisation.drawn == (1, 0, 1, 0)
    assert found.randomisation.unit_starts_days == (0.0, 7.0, 14.0, 21.0)
    assert found.randomisation.unit_ends_days == (3.0, 10.0, 17.0, 24.0)
    assert "washouts without ratings from lines 5, 12, 19" in found.notes[0]
    assert [(period.start, period.end) for period in found.washouts] == [(3, 7), (10, 14), (17, 21)]


def test_blocks_that_are_none_are_refused() -> None:
    """A sequence that is no series of pairs, or of which nobody can know the periods, is refused with its rows."""
    with pytest.raises(InputError, match=r"blocks, and runs of 7, 21, 7, 7, 7 rows; expected an even number"):
        _order("0" * 7 + "1" * 21 + "0" * 7 + "1" * 7 + "0" * 7, "blocks")
    with pytest.raises(InputError, match=r"periods that could begin in lines (2, 12|12, 2); expected pairs of periods"):
        _order(ABA, "blocks")


def test_levels_that_rise_are_no_taper() -> None:
    """Steps that only fall are taken for a taper, which is said; steps that rise are asked about, with their lines."""
    found = _order("4422110000", top=4.0)
    assert (found.design, found.notes) == (
        "supervised_taper",
        ("Levels only fall: they were taken for a taper, which nobody said.",),
    )
    with pytest.raises(
        InputError, match=r"auto, and 3 levels that rise in lines 3, 4; expected taper or observational"
    ):
        _order("0120", top=2.0)
    with pytest.raises(InputError, match="the levels are not two: on and off"):
        _order("0120", "daily", top=2.0)
    told = _order("2212100000", "taper", top=2.0)
    assert told.notes == ("The level rises in line 5, although a taper only falls.",)
    assert _order("0120", "observational", top=2.0).notes == ()


def test_a_longest_run_that_nobody_said_is_that_of_the_sequence() -> None:
    """It is said as assumed; a run of a week makes one ask whether periods were drawn; a shorter limit is refused."""
    found = _order(DAILY, "daily")
    assert found.notes == ("The longest run allowed was not said; that of the longest that occurs, 2, was assumed.",)
    assert _order(DAILY, "daily", 3).notes == ()
    assert "were periods drawn instead" in _order(WEEKS, "daily").notes[1]
    with pytest.raises(InputError, match="a run of 2 equal units; expected no run longer than 1"):
        _order(DAILY, "daily", 1)


def test_units_that_are_no_days_are_told() -> None:
    """Ratings of a unit share its draw; one that spans a midnight or changes its level is named with its lines."""
    times = np.array([day + part / 4 for day in range(1, 21) for part in (1, 2, 3)])
    levels = np.array([float(DAILY[int(day) - 1]) for day in times])
    lines = tuple(range(2, 62))
    rows = Rows(times, times - 0.25, np.full(60, True), lines)
    found = order_of(rows, Taken(levels), "daily", 4)
    assert found.randomisation is not None
    assert found.randomisation.drawn == tuple(int(level) for level in DAILY)
    assert found.notes == ()
    units = np.array([f"d{int(time)}" for time in times])
    units[3] = "d1"
    found = order_of(Rows(times, times - 0.25, np.full(60, True), lines, units), Taken(levels), "daily", 4)
    assert found.notes == (
        "What was taken changes within the drawn unit d1 in line 5; its first row counts as drawn.",
        "The drawn unit d1 goes on after midnight in line 5.",
    )
