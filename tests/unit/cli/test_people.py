"""Several people in one table: who has no answer, and why, is told for all together."""

from __future__ import annotations

from equipoise.cli.people import people, refusal
from equipoise.errors import Fault, InputError
from equipoise.exchange.table_in import Table


def test_rows_are_those_of_each_person() -> None:
    """A column tells people apart, in the order of their first rows; without one all rows are one person's."""
    table = Table("diary", {"who": ("b", "a", "b"), "y": ("1", "2", "3")}, (2, 3, 4))
    assert [(name, rows.lines) for name, rows in people(table, "who")] == [("b", (2, 4)), ("a", (3,))]
    assert people(table, None) == [(None, table)]


def test_the_same_fault_of_several_people_is_told_once() -> None:
    """Each fault names those whom it concerns; a long list of them is cut."""
    few, flat = Fault("values", "3 ratings", "at least 8", "Go on."), Fault("values", "the same", "others", "Check.")
    refused = {name: InputError(name, [few]) for name in "abcdefg"} | {"h": InputError("h", [few, flat])}
    error = refusal("diary.csv", refused)
    assert str(error).splitlines() == [
        "diary.csv: 2 faults",
        "  - cases 'a', 'b', 'c', 'd', 'e', 3 more, values: found 3 ratings; expected at least 8. Go on.",
        "  - case 'h', values: found the same; expected others. Check.",
    ]
