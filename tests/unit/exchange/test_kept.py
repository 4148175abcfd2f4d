"""A recorded plan and what was really taken of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.errors import InputError
from equipoise.exchange.kept import levels_at, without
from equipoise.exchange.table_in import read_table
from equipoise.exchange.trial_folder import Recorded
from equipoise.exchange.trial_in import Reading, trial_of
from equipoise.model.schedule import Exposure

PLANNED = Recorded(exposure=Exposure((0.0, 4.0), (0.0, 1.0)))


def diary(folder: Path, kept: list[str]) -> Path:
    """Eight days of ratings with a column that says whether the plan was kept."""
    rows = [f"{day + 1},{day % 3},{cell}" for day, cell in enumerate(kept)]
    path = folder / "diary.csv"
    path.write_text("\n".join(["day,mood,kept", *rows]) + "\n")
    return path


def test_a_day_that_was_not_kept_is_a_day_without(tmp_path: Path) -> None:
    """The plan is on after day 4; `no` on days 6 and 7 puts these two days to none, and a note says so."""
    table = read_table(diary(tmp_path, ["yes", "1", "", "yes", "yes", "no", "NO", "yes"]))
    schedule, _, notes = trial_of(table, Reading("day", "mood", None, kept="kept"), PLANNED)
    middles = np.arange(8) + 0.5
    assert levels_at(schedule.exposure, middles).tolist() == [0, 0, 0, 0, 1, 0, 0, 1]
    assert "The plan was not kept in lines 7, 8: nothing was taken then." in notes
    assert "Whether the plan was kept is not said in line 4: that it was is assumed." in notes


def test_a_day_without_that_was_not_kept_is_not_said_to_be_one_on_which_nothing_was_taken(tmp_path: Path) -> None:
    """`no` on day 2, planned without, stays a day without; the note leaves open what was taken and asks for it."""
    table = read_table(diary(tmp_path, ["yes", "no", "yes", "yes", "yes", "no", "yes", "yes"]))
    schedule, _, notes = trial_of(table, Reading("day", "mood", None, kept="kept"), PLANNED)
    assert levels_at(schedule.exposure, np.arange(8) + 0.5).tolist() == [0, 0, 0, 0, 1, 0, 1, 1]
    assert "The plan was not kept in line 7: nothing was taken then." in notes
    assert any(note.startswith("The plan was not kept in line 3, where it was to be without") for note in notes)


def test_words_that_are_neither_yes_nor_no_are_refused(tmp_path: Path) -> None:
    """The message names the lines."""
    table = read_table(diary(tmp_path, ["yes", "maybe", "", "yes", "yes", "no", "no", "half"]))
    with pytest.raises(InputError, match=r"'maybe' in line 3.*'half' in line 9"):
        trial_of(table, Reading("day", "mood", None, kept="kept"), PLANNED)


def test_without_a_column_an_exposure_has_to_be_recorded(tmp_path: Path) -> None:
    """Nothing is guessed where neither a column nor a record says what was taken."""
    table = read_table(diary(tmp_path, ["yes"] * 8))
    with pytest.raises(InputError, match=r"record the exposure in a trial\.yaml"):
        trial_of(table, Reading("day", "mood", None))


@given(st.lists(st.booleans(), min_size=1, max_size=12), st.lists(st.sampled_from([0.0, 0.5, 1.0]), min_size=1))
def test_only_the_missed_days_change(missed: list[bool], levels: list[float]) -> None:
    """On kept days the level is the planned one, on missed days none, whatever plan and days."""
    planned = Exposure(np.arange(len(levels)) * 1.5, levels, before=0.5)
    days = np.flatnonzero(missed).astype(float)
    taken = without(planned, days, days + 1.0)
    at = np.arange(0.25, len(missed), 0.5)
    expected = np.where(np.array(missed)[at.astype(int)], 0.0, levels_at(planned, at))
    assert levels_at(taken, at).tolist() == expected.tolist()


def test_a_step_that_was_not_kept_may_have_been_more(tmp_path: Path) -> None:
    """On a step of a taper `no` counts as none, and a note asks for the exposure where it was more."""
    table = read_table(diary(tmp_path, ["yes"] * 6 + ["no", "yes"]))
    taper = Recorded(exposure=Exposure((0.0, 4.0), (1.0, 0.5), before=1.0))
    _, _, notes = trial_of(table, Reading("day", "mood", None, kept="kept", drawn_by="taper"), taper)
    assert any("more than planned may have been taken" in note for note in notes)
