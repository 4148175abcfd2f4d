"""What was taken: which cells mean taken and not taken is known or asked, never guessed."""

from __future__ import annotations

import pytest

from equipoise.exchange.levels_in import levels_of
from equipoise.exchange.table_in import Table


def _table(cells: str) -> Table:
    values = tuple(cells.split(","))
    return Table("diary", {"on": values}, tuple(range(2, len(values) + 2)))


@pytest.mark.parametrize(
    ("cells", "on_value", "levels", "notes"),
    [
        ("0,1,1,0", None, [0, 1, 1, 0], ()),
        ("0,5,5,0", None, [0, 1, 1, 0], ("Taken: 5; not taken: 0.",)),
        ("none,kratom", None, [0, 1], ("Taken: kratom; not taken: none.",)),
        ("placebo,active", None, [0, 1], ("Taken: active; not taken: placebo.",)),
        ("No,Yes", None, [0, 1], ("Taken: Yes; not taken: No.",)),
        ("0,kratom", None, [0, 1], ("Taken: kratom; not taken: 0.",)),
        ("A,B,A", "A", [1, 0, 1], ("Taken: A; not taken: B.",)),
        ("1,2,2", "2", [0, 1, 1], ("Taken: 2; not taken: 1.",)),
        ("-1,1", "1", [0, 1], ("Taken: 1; not taken: -1.",)),
    ],
)
def test_words_and_numbers_of_on_and_off(
    cells: str, on_value: str | None, levels: list[int], notes: tuple[str, ...]
) -> None:
    """0 and 1 speak for themselves; what was understood of any other coding is said."""
    found, faults = levels_of(_table(cells), "on", on_value, steps=False)
    assert not faults
    assert (found.levels.tolist(), found.notes) == (levels, notes)
    assert found.binary


REFUSED = [
    ("A,B,A", "the values 'A', 'B'; expected 0 and 1, or two values of which one is known as off"),
    ("1,2,2", "the values '1', '2'; expected 0 for none, or one value that is said to be the one that was taken"),
    ("5,10", "Say which value means that the adjunct was taken: --on-value VALUE; steps of a taper: --design taper"),
    ("-1,1", "the values '-1', '1'"),
    ("0,1,2,-1", "'-1' in line 5; expected 0 for none, or a level above it"),
    ("0,,1,NA,0", "nothing in lines 3, 5; expected what was taken. Write what was taken in every row"),
    ("0,0,1,maybe,1,1,0", "the values '0', '1', 'maybe' ('maybe' in line 5)"),
    ("baseline,usual", "the values 'baseline', 'usual'"),
]


@pytest.mark.parametrize(("cells", "told"), REFUSED)
def test_a_coding_that_is_not_clear_is_asked_for(cells: str, told: str) -> None:
    """Two values of which none is known as off, rows that say nothing and slips are refused with their lines."""
    _, faults = levels_of(_table(cells), "on", None, steps=False)
    assert told in " ".join(map(str, faults))


def test_blank_cells_and_a_slip_are_told_together() -> None:
    """A column with a blank and with a word that is none of the two names both, each with its line."""
    _, faults = levels_of(_table("0,0,0,1,1,1,,maybe"), "on", None, steps=False)
    told = " ".join(map(str, faults))
    assert "nothing in line 8" in told
    assert "'maybe' in line 9" in told


def test_an_on_value_that_no_row_holds_is_refused() -> None:
    """The values that occur are named; a long list of them is cut."""
    _, faults = levels_of(_table("0,1"), "on", "yes", steps=False)
    assert str(faults[0]).startswith("--on-value: found 'yes'; expected one of '0', '1'")
    _, faults = levels_of(_table(",".join(f"w{i}" for i in range(30))), "on", "yes", steps=False)
    assert "'w9', and 20 more" in str(faults[0])


def test_steps_are_shares_of_the_largest() -> None:
    """More than two levels, or two that were said to be steps of a taper, are divided by the largest, which is said."""
    found, faults = levels_of(_table("4,4,2,2,0,0"), "on", None, steps=False)
    assert not faults
    assert (found.levels.tolist(), found.binary, found.falls) == ([1.0, 1.0, 0.5, 0.5, 0.0, 0.0], False, True)
    assert "divided by the largest" in found.notes[0]
    found, faults = levels_of(_table("2,2,1,1"), "on", None, steps=True)
    assert not faults
    assert found.levels.tolist() == [1.0, 1.0, 0.5, 0.5]


def test_a_level_in_very_few_rows_is_named() -> None:
    """One 2 among zeros and ones may be a slip: it is named with its line, a level that many rows hold is not."""
    found, _ = levels_of(_table("0,0,0,2,1,1,1,0"), "on", None, steps=False)
    assert found.notes[1] == "A level in very few rows may be a slip ('2' in line 5)."
    assert not found.falls
