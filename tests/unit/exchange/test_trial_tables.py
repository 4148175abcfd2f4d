"""Tables of trials: what is read, what is assumed, and what is refused with its lines."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from equipoise.errors import InputError
from equipoise.exchange import table_in
from equipoise.exchange.table_in import Table, numbers, read_table, times_of
from equipoise.exchange.trial_folder import Recorded
from equipoise.exchange.trial_in import Reading, scale_of, trial_of
from equipoise.model.observations import Observations
from equipoise.model.schedule import Exposure, Schedule

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
    assert "in line 4" in str(numbers(found, "y", "--outcome")[1][0])


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
    (
        "1,5,0\n2,abc,1\n3,7o,1\n4,abc,1\n",
        "y: found 'abc' in lines 3, 5; '7o' in line 4; expected numbers. Write numbers with a decimal point",
    ),
    ("1,5,0\n2,inf,1\n", "y: found 'inf' in line 3"),
    ("1,5,0\n2,1_0,1\n", "y: found '1_0' in line 3"),
    ("1,5,0\n1,6,1\n", "day: found the time of the row before in line 3; expected each time once. Several people"),
    (
        "3,5,0\n2,6,1\n1,6,1\n",
        "day: found an earlier time than the row before in lines 3, 4; expected ascending times",
    ),
    ("1,5,0\nsoon,6,1\n", "day: found 'soon' in line 3; expected a day number"),
    ("1,5,0\n,6,1\n", "day: found '' in line 3; expected a day number"),
    ("1,5,0\ninf,6,1\n", "day: found 'inf' in line 3; expected a day number"),
    ("2026-01-01,5,0\n2026-13-01,6,1\n", "day: found '2026-13-01' in line 3; expected a day number, or a date"),
    ("01.02.2026,5,0\n02.02.2026,6,1\n", "Write dates as 2026-11-22: in other orders day and month cannot be told"),
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
    times, _ = times_of(found, "t")
    assert times.days == pytest.approx([0.5, 1.25, 2.0])
    assert times.day_zero == dt.date(2026, 2, 27)
    assert times_of(table(tmp_path, "t\n1\n2\n"), "t")[0].day_zero is None


def test_eight_digits_throughout_are_dates(tmp_path: Path) -> None:
    """YYYYMMDD in every row is a date; a day number of eight digits among others is none."""
    times, _ = times_of(table(tmp_path, "t\n20260227\n20260228\n20260301\n"), "t")
    assert (times.days.tolist(), times.day_zero) == ([0.0, 1.0, 2.0], dt.date(2026, 2, 27))
    times, _ = times_of(table(tmp_path, "t\n1\n20260301\n"), "t")
    assert (times.days.tolist(), times.day_zero) == ([1.0, 20_260_301.0], None)


def test_several_offsets_are_read_by_the_clock_and_it_is_said(tmp_path: Path) -> None:
    """Where zones of time change, the day is that of the patient's clock; one zone throughout needs no note."""
    rows = "t\n2026-03-28T10:00+01:00\n2026-03-29T10:00+02:00\n"
    times, _ = times_of(table(tmp_path, rows), "t")
    assert np.diff(times.days).tolist() == [1.0]
    assert times.notes == (
        "Times have several offsets (UTC+01:00, UTC+02:00): each was taken as the clock showed it there.",
    )
    assert times_of(table(tmp_path, rows.replace("+02", "+01")), "t")[0].notes == ()


def test_a_row_of_separators_alone_is_no_row_and_is_said(tmp_path: Path) -> None:
    """Lines of commas, as spreadsheets leave them, are left out with a note; a blank line is nothing at all."""
    found = table(tmp_path, "day,y,on\n1,5,0\n,,\n2,6,0\n\n3,4,1\n4,5,1\n, ,\n")
    assert (found.lines, found.empty) == ((2, 4, 6, 7), (3, 8))
    _, _, notes = trial_of(found, replace(READING, drawn_by="observational"))
    assert notes == ("Without any value, and left out: lines 3, 8 of the table.",)


def test_rows_of_a_message_are_lines_of_the_file(tmp_path: Path) -> None:
    """A score outside its bounds is named by its line, also where rows were chosen before."""
    rows = "".join(f"{who},{day},{30 if day == 4 else day},{day % 2}\n" for who in "AB" for day in range(1, 9))
    found = table(tmp_path, "who,day,y,on\n" + rows).where("who", "B")
    with pytest.raises(InputError, match="ratings outside 0 to 27 in line 13"):
        trial_of(found, replace(READING, drawn_by="observational", bounds=(0.0, 27.0)))


def test_yes_and_no_are_one_and_zero(tmp_path: Path) -> None:
    """A column of yes and no, or true and false, in any letters, is read; a third word is refused with its lines."""
    found = table(tmp_path, "day,y,on\n1,Yes,no\n2,NO,yes\n3,,yes\n4,true,no\n")
    _, seen, _ = trial_of(found, replace(READING, drawn_by="observational", guess="on"))
    assert seen.values.tolist() == pytest.approx([1.0, 0.0, np.nan, 1.0], nan_ok=True)
    assert seen.guesses is not None
    assert seen.guesses.tolist() == [0.0, 1.0, 1.0, 0.0]
    with pytest.raises(InputError, match="'yes' in line 2; expected numbers"):
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


def test_a_level_counts_from_the_rating_before(tmp_path: Path) -> None:
    """What a row says was taken acts since the rating before it, but no longer than a day (or the usual gap)."""
    found = table(tmp_path, "day,y,on\n1,5,0\n2,6,1\n5,6,0\n")
    schedule, _, _ = trial_of(found, replace(READING, drawn_by="observational"))
    assert schedule.exposure.starts_days == pytest.approx([-1.0, 1.0, 3.0])


WEEKS = "0" * 7 + "1" * 7 + "1" * 7 + "0" * 7


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


def test_likelihoods_have_their_kind_of_number() -> None:
    """Each likelihood says what kind of number a rating is; the Gaussian takes any."""
    words = ("auto", "gaussian", "ordinal_sum", "ordinal", "binary", "poisson")
    kinds = ["continuous", "continuous", "ordinal_sum", "ordinal_item", "binary", "count"]
    assert [scale_of(word) for word in words] == kinds


def test_gaps_in_the_record_are_named_with_their_lines(tmp_path: Path) -> None:
    """Where rows are missing the level before goes on, which is said with the lines; a recorded exposure has no gap."""
    rows = "".join(f"{day},{day % 5},{on}\n" for day, on in ((1, 0), (2, 0), (3, 1), (4, 1), (12, 0), (13, 0)))
    found = table(tmp_path, "day,y,on\n" + rows)
    reading = replace(READING, drawn_by="observational")
    schedule, _, notes = trial_of(found, reading)
    (note,) = notes
    assert note.startswith("Nothing is recorded between lines 5 and 6 (8 days): what was taken before is taken to have")
    assert note.endswith("where it was not, add rows that say so, without a rating.")
    assert schedule.exposure.starts_days.tolist() == [0.0, 1.0, 2.0, 3.0, 11.0, 12.0]
    assert trial_of(found, reading, Recorded(Exposure((0.0, 2.0, 4.0), (0.0, 1.0, 0.0))))[2] == ()


def test_a_washout_lacks_no_rating(tmp_path: Path) -> None:
    """Days off without a rating between drawn periods were not to be rated; a missing rating of a period is one."""
    rated = [*range(1, 4), *range(8, 11), *range(15, 18), 22, 24]
    rows = "".join(
        f"{day},{day % 5 if day in rated else ''},{int(day in (1, 2, 3, 15, 16, 17))}\n" for day in range(1, 25)
    )
    _, seen, _ = trial_of(table(tmp_path, "day,y,on\n" + rows), replace(READING, drawn_by="blocks", every_days=1.0))
    assert (seen.n, seen.missing) == (11, 1)


def test_options_of_daily_draws_are_refused_elsewhere() -> None:
    """A longest run or drawn units belong to daily draws; a run of no day is none; all at once."""
    with pytest.raises(InputError) as refused:
        replace(READING, drawn_by="blocks", max_run=0, unit="study_day")
    assert [fault.path for fault in refused.value.faults] == ["--max-run", "--unit", "--max-run"]
    assert "--design blocks beside it" in str(refused.value)
    assert "expected at least 1 day" in str(refused.value)
