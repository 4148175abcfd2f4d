"""Tables of trials: what is read, what is assumed, and what is refused with its lines."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from equipoise.errors import InputError
from equipoise.exchange import table_in
from equipoise.exchange.table_in import Table, days, numbers, read_table
from equipoise.exchange.trial_in import Reading, scale_of, trial_of
from equipoise.model.observations import Observations
from equipoise.model.schedule import Schedule

READING = Reading(time="day", outcome="y", on="on")


def table(tmp_path: Path, text: str) -> Table:
    path = tmp_path / "diary.csv"
    path.write_text(text, "utf-8")
    return read_table(path)


def trial(tmp_path: Path, levels: str, reading: Reading = READING) -> tuple[Schedule, Observations, tuple[str, ...]]:
    """A daily diary with these levels, one character a day."""
    rows = "".join(f"{i + 1},{i % 7},{level}\n" for i, level in enumerate(levels))
    return trial_of(table(tmp_path, "day,y,on\n" + rows), reading)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_commas_semicolons_and_tabs_are_read(tmp_path: Path, delimiter: str) -> None:
    """The delimiter is the one of the header; a byte-order mark, blank lines and spaces do no harm."""
    text = "\ufeffday, y ,on\n1,5,0\n\n2,6,1\n".replace(",", delimiter)
    found = table(tmp_path, text)
    assert found.columns == {"day": ("1", "2"), "y": ("5", "6"), "on": ("0", "1")}
    assert found.lines == (2, 4)


def test_lines_are_those_of_the_file(tmp_path: Path) -> None:
    """A quoted cell that runs over several lines does not shift the numbers that messages name."""
    found = table(tmp_path, 'day,y,note\n1,5,"two\nlines"\n2,x,plain\n')
    assert found.lines == (3, 4)
    assert "in lines 4" in str(numbers(found, "y", "--outcome")[1][0])


SHAPES = [
    ("", "no header line; expected a header and rows. Write the column names first."),
    ("day,y,on\n", "a header without rows"),
    ("day,y,y\n1,2,3\n", "twice: y; expected each column name once"),
    ("day,y,on\n1,2,0\n2,3\n3,4,1,9\n", "another number of cells in lines 3, 4; expected 3 cells"),
    ("day,y,on\n1," + "9" * 140_000 + ",0\n", "in line 2; expected cells that can be told apart. Check the quotes"),
]


@pytest.mark.parametrize(("text", "told"), SHAPES)
def test_no_table_is_refused(tmp_path: Path, text: str, told: str) -> None:
    """A file that is no table is refused with its lines and the mend."""
    with pytest.raises(InputError) as refused:
        table(tmp_path, text)
    assert told in str(refused.value)


def test_unreadable_files_are_refused(tmp_path: Path) -> None:
    """A file that is not there, and one that is no text."""
    with pytest.raises(InputError, match="No such file"):
        read_table(tmp_path / "absent.csv")
    (tmp_path / "bytes.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="no UTF-8 text"):
        read_table(tmp_path / "bytes.csv")


def test_too_many_rows_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A table beyond the limit (a million rows) is refused with a way to make it smaller."""
    assert table_in.MOST_ROWS == 1_000_000
    monkeypatch.setattr(table_in, "MOST_ROWS", 3)
    with pytest.raises(InputError, match=r"4 rows; expected at most 3\. Give one person's diary, or daily means"):
        table(tmp_path, "day,y,on\n" + "1,2,0\n" * 4)


CELLS = [
    ("1,5,0\n2,abc,1\n3,7o,1\n", "y: found 'abc' in lines 3, 4; expected numbers. Write numbers with a decimal point"),
    ("1,5,0\n2,inf,1\n", "y: found 'inf' in lines 3"),
    ("1,5,0\n1,6,1\n", "day: found the time of the row before in lines 3; expected each time once. Several people"),
    (
        "3,5,0\n2,6,1\n1,6,1\n",
        "day: found an earlier time than the row before in lines 3, 4; expected ascending times",
    ),
    ("1,5,0\nsoon,6,1\n", "day: found 'soon' in lines 3; expected a day number"),
    ("1,5,0\n,6,1\n", "day: found '' in lines 3; expected a day number"),
    ("1,5,0\ninf,6,1\n", "day: found 'inf' in lines 3; expected a day number"),
    ("2026-01-01,5,0\n2026-13-01,6,1\n", "day: found '2026-13-01' in lines 3; expected a day number, or a date"),
    ("1,5,0\n2,6,\n", "on: found nothing in lines 3; expected what was taken. Write what was taken in every row"),
    (
        "1,5,tea\n2,6,coffee\n",
        "on: found the values 'tea', 'coffee'; expected 0 and 1, or a value that is known as off",
    ),
]


@pytest.mark.parametrize(("rows", "told"), CELLS)
def test_cells_that_cannot_be_read_name_their_lines(tmp_path: Path, rows: str, told: str) -> None:
    """Each bad cell is refused with the lines of the file, what was expected, and the mend."""
    with pytest.raises(InputError) as refused:
        trial_of(table(tmp_path, "day,y,on\n" + rows), READING)
    assert told in str(refused.value)


def test_all_faults_of_a_table_are_told_together(tmp_path: Path) -> None:
    """Bad times, ratings and levels of one table come in one message."""
    with pytest.raises(InputError) as refused:
        trial_of(table(tmp_path, "day,y,on\nx,5,0\n2,y,\n"), READING)
    assert [fault.path for fault in refused.value.faults] == ["day", "y", "on"]


NAMES = [
    (replace(READING, outcome="mood"), "--outcome: found 'mood'; expected one of the columns day, y, on"),
    (replace(READING, on_value="yes"), "--on-value: found 'yes'; expected one of '0', '1'"),
]


@pytest.mark.parametrize(("reading", "told"), NAMES)
def test_names_that_are_not_there_are_refused(tmp_path: Path, reading: Reading, told: str) -> None:
    """A column or value that the table lacks is refused with those that it has."""
    with pytest.raises(InputError) as refused:
        trial_of(table(tmp_path, "day,y,on\n1,5,0\n2,6,1\n"), reading)
    assert told in str(refused.value)


def test_rows_are_chosen_by_value(tmp_path: Path) -> None:
    """`--where` keeps the rows with their lines; a value that does not occur is refused with those that do."""
    found = table(tmp_path, "who,y\na,1\nb,2\na,3\n")
    assert found.where("who", "a").lines == (2, 4)
    with pytest.raises(InputError, match="who=c; expected one of 'a', 'b'"):
        found.where("who", "c")


def test_missing_ratings_are_no_numbers_and_stay(tmp_path: Path) -> None:
    """Empty cells and the usual words for missing are ratings that were not given; the row remains."""
    found = table(tmp_path, "day,y\n1,\n2,NA\n3,n/a\n4,.\n5,3\n")
    values, faults = numbers(found, "y", "--outcome")
    assert not faults
    assert np.isnan(values).tolist() == [True, True, True, True, False]


def test_dates_count_from_midnight_of_the_first_day(tmp_path: Path) -> None:
    """Dates and times of day become days since the first one's midnight."""
    found = table(tmp_path, "t\n2026-02-27 12:00\n2026-02-28T06:00\n2026-03-01\n")
    times, day_zero, _ = days(found, "t")
    assert times == pytest.approx([0.5, 1.25, 2.0])
    assert day_zero == dt.date(2026, 2, 27)
    assert days(table(tmp_path, "t\n1\n2\n"), "t")[1] is None


def test_yes_and_no_are_one_and_zero(tmp_path: Path) -> None:
    """A column of yes and no, or true and false, in any letters, is read; a third word is refused with its lines."""
    found = table(tmp_path, "day,y,on\n1,Yes,no\n2,NO,yes\n3,,yes\n4,true,no\n")
    _, seen, _ = trial_of(found, replace(READING, drawn_by="observational", guess="on"))
    assert seen.values.tolist() == pytest.approx([1.0, 0.0, np.nan, 1.0], nan_ok=True)
    assert seen.guesses is not None
    assert seen.guesses.tolist() == [0.0, 1.0, 1.0, 0.0]
    with pytest.raises(InputError, match="'yes' in lines 2; expected numbers"):
        trial_of(table(tmp_path, "day,y,on\n1,yes,0\n2,3,1\n"), READING)


def _weekly(tmp_path: Path, reading: Reading = READING) -> tuple[Observations, tuple[str, ...]]:
    """Daily rows of twelve weeks with a score on every seventh day."""
    rows = "".join(f"{day},{day % 9 if day % 7 == 0 else ''},{day // 7 % 2}\n" for day in range(1, 85))
    _, seen, notes = trial_of(table(tmp_path, "day,y,on\n" + rows), replace(reading, drawn_by="observational"))
    return seen, notes


def test_a_row_without_a_planned_rating_lacks_none(tmp_path: Path) -> None:
    """Weekly scores in daily rows are found as such, and it is said; what was told stands above what was found."""
    seen, notes = _weekly(tmp_path)
    assert (seen.n, seen.missing) == (12, 0)
    assert notes == ("Ratings come every 7 days: rows between them say what was taken and lack no rating.",)
    seen, notes = _weekly(tmp_path, replace(READING, every_days=1.0))
    assert (seen.n, seen.missing, notes) == (12, 72, ())
    seen, notes = _weekly(tmp_path, replace(READING, every_days=3.5))
    assert (seen.n, seen.missing, notes) == (12, 12, ())


def test_words_of_on_and_off(tmp_path: Path) -> None:
    """A word that is known as off needs no option; any other pair needs to be told which one means taken."""
    schedule, _, _ = trial_of(table(tmp_path, "day,y,on\n1,5,placebo\n2,6,active\n"), READING)
    assert schedule.exposure.levels.tolist() == [0.0, 1.0]
    told = replace(READING, on_value="tea")
    schedule, _, _ = trial_of(table(tmp_path, "day,y,on\n1,5,tea\n2,6,coffee\n"), told)
    assert schedule.exposure.levels.tolist() == [1.0, 0.0]


def test_a_level_counts_from_the_rating_before(tmp_path: Path) -> None:
    """What a row says was taken acts since the rating before it, but no longer than a day (or the usual gap)."""
    found = table(tmp_path, "day,y,on\n1,5,0\n2,6,1\n5,6,0\n")
    schedule, _, _ = trial_of(found, replace(READING, drawn_by="observational"))
    assert schedule.exposure.starts_days == pytest.approx([-1.0, 1.0, 3.0])


WEEKS = "0" * 7 + "1" * 7 + "1" * 7 + "0" * 7
DAILY = "01101001100101101001"
DESIGNS = [
    (WEEKS, "auto", "randomised_blocks", "blocks", True),
    (WEEKS, "blocks", "randomised_blocks", "blocks", False),
    (DAILY, "auto", "alternating_days", "run_length", True),
    (DAILY, "daily", "alternating_days", "run_length", True),
    ("0" * 10 + "1" * 10 + "0" * 10, "auto", "observational", None, False),
    (WEEKS, "observational", "observational", None, False),
    (WEEKS, "taper", "supervised_taper", None, False),
]


@pytest.mark.parametrize(("levels", "said", "design", "rule", "assumed"), DESIGNS)
def test_how_the_order_was_drawn(
    tmp_path: Path, *, levels: str, said: str, design: str, rule: str | None, assumed: bool
) -> None:
    """Pairs of periods, daily draws or no draw: as said, else as the sequence looks, and then it is said as assumed."""
    schedule, _, notes = trial(tmp_path, levels, replace(READING, drawn_by=said))
    assert schedule.design == design
    assert (schedule.randomisation and schedule.randomisation.rule) == rule
    assert (schedule.randomisation is not None and schedule.randomisation.assumed) == assumed
    assert any("was assumed" in note for note in notes) == assumed


def test_a_double_period_is_two_units(tmp_path: Path) -> None:
    """Off, on, on, off in weeks is two pairs of weeks, although the middle is one run of fourteen days."""
    schedule, _, _ = trial(tmp_path, WEEKS)
    assert schedule.randomisation is not None
    assert schedule.randomisation.drawn == (0, 1, 1, 0)
    assert schedule.randomisation.blocks == (1, 1, 2, 2)
    assert schedule.randomisation.unit_starts_days == (0.0, 7.0, 14.0, 21.0)


def test_blocks_that_are_none_are_refused(tmp_path: Path) -> None:
    """A sequence that is no series of pairs cannot have been drawn in blocks; a dose is no on and off."""
    with pytest.raises(InputError, match="an even number of equal periods"):
        trial(tmp_path, "0" * 10 + "1" * 10 + "0" * 10, replace(READING, drawn_by="blocks"))
    with pytest.raises(InputError, match="the levels are not 0 and 1"):
        trial(tmp_path, "0" * 10 + "2" * 10, replace(READING, drawn_by="daily"))


def test_a_dose_is_a_taper_in_shares_of_the_largest(tmp_path: Path) -> None:
    """Levels other than 0 and 1 are divided by the largest, which is said; the first was held long before."""
    schedule, _, notes = trial(tmp_path, "4422110000")
    assert schedule.design == "supervised_taper"
    assert schedule.exposure.levels.tolist() == [1, 1, 0.5, 0.5, 0.25, 0.25, 0, 0, 0, 0]
    assert schedule.exposure.before == 1.0
    assert any("divided by the largest" in note for note in notes)


@pytest.mark.parametrize(
    ("levels", "said", "before"), [("0011", None, 0.0), ("0011", 1.0, 1.0), ("4410", None, 1.0), ("4410", 0.0, 0.0)]
)
def test_what_was_taken_before_the_first_row(tmp_path: Path, levels: str, said: float | None, before: float) -> None:
    """As said; else nothing, or in a taper its first level."""
    schedule, _, _ = trial(tmp_path, levels, replace(READING, before=said))
    assert schedule.exposure.before == before


def test_labels_of_case_and_adjunct_go_with_the_trial(tmp_path: Path) -> None:
    """Whose diary it is and what was tried are those of the reading; unsaid, they stay open."""
    schedule, seen, _ = trial(tmp_path, WEEKS, replace(READING, case_label="p-07", adjunct="black tea"))
    assert (seen.case, schedule.adjunct) == ("p-07", "black tea")
    schedule, seen, _ = trial(tmp_path, WEEKS)
    assert (seen.case, schedule.adjunct) == (None, None)


def test_ratings_of_one_day_share_its_draw(tmp_path: Path) -> None:
    """Three ratings a day are one drawn unit a day."""
    rows = "".join(f"{d + part / 4:.2f},{d % 5},{DAILY[d]}\n" for d in range(20) for part in (1, 2, 3))
    schedule, seen, _ = trial_of(table(tmp_path, "day,y,on\n" + rows), READING)
    assert schedule.randomisation is not None
    assert schedule.randomisation.drawn == tuple(int(level) for level in DAILY)
    assert seen.n == 60


def test_likelihoods_have_their_kind_of_number() -> None:
    """Each likelihood says what kind of number a rating is; the Gaussian takes any."""
    words = ("auto", "gaussian", "ordinal_sum", "ordinal", "binary", "poisson")
    kinds = ["continuous", "continuous", "ordinal_sum", "ordinal_item", "binary", "count"]
    assert [scale_of(word) for word in words] == kinds
