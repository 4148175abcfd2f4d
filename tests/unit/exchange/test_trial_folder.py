"""A trial as a folder: what was planned, drawn and taken stands above what the rows of the diary suggest."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from equipoise.errors import InputError
from equipoise.exchange.table_in import read_table
from equipoise.exchange.trial_folder import read_trial
from equipoise.exchange.trial_in import Reading, trial_of

TRIAL = """
options: {time: day, outcome: mood, on: taken, half-life: "lognormal(2,0.5)", mcid: 5, before: 0.25}
exposure: [{from_day: 0, level: 0.5}, {from_day: 2, level: 1}]
randomisation: {rule: blocks, unit_starts_days: [0, 2], drawn: [0, 1], blocks: [1, 1]}
withdrawal_days: [[3, 4]]
"""
DIARY = "day,taken,mood\n1,0,5\n2,0,6\n3,1,4\n4,1,3\n"


def _folder(path: Path, trial: str) -> Path:
    (path / "trial.yaml").write_text(trial, "utf-8")
    (path / "diary.csv").write_text(DIARY, "utf-8")
    return path


def test_what_was_recorded_stands_above_the_rows(tmp_path: Path) -> None:
    """Exposure log, draw and withdrawal spans come from trial.yaml; numbers in its options are numbers."""
    trial = read_trial(_folder(tmp_path, TRIAL))
    assert trial.options == {
        "time": "day", "outcome": "mood", "on": "taken", "half_life": "lognormal(2,0.5)", "mcid": 5.0, "before": 0.25,
    }  # fmt: skip
    schedule, seen, assumed = trial_of(
        read_table(trial.diary), Reading("day", "mood", "taken", before=0.25), trial.recorded
    )
    assert (schedule.exposure.levels.tolist(), schedule.exposure.before) == ([0.5, 1.0], 0.25)
    assert schedule.randomisation is not None
    assert not schedule.randomisation.assumed
    assert schedule.withdrawal_days == ((3.0, 4.0),)
    assert seen.n == 4
    assert assumed == ()


@pytest.mark.parametrize(
    ("trial", "words"),
    [
        ("options: {outcom: mood}", "options.outcom: found an unknown field"),
        ("options: {mcid: much}", "options.mcid"),
        ("withdrawal_days: [[1]]", "withdrawal_days"),
        ("exposure: [{from_day: 0}]", "level: found nothing"),
        ("options: [", "trial.yaml"),
    ],
)
def test_a_faulty_trial_file_names_its_place(tmp_path: Path, trial: str, words: str) -> None:
    """Every fault of trial.yaml says where it stands."""
    with pytest.raises(InputError) as caught:
        read_trial(_folder(tmp_path, trial))
    assert words in str(caught.value)


def test_a_folder_without_the_file_says_what_to_write(tmp_path: Path) -> None:
    """No trial.yaml: the message names the page that shows one."""
    with pytest.raises(InputError, match=r"docs/how-to/analyse-a-trial\.md"):
        read_trial(tmp_path)


def test_a_draw_that_was_recorded_says_the_design(tmp_path: Path) -> None:
    """The rule of the draw says how the order came about; another design beside it is refused."""
    trial = read_trial(_folder(tmp_path, TRIAL))
    table, reading = read_table(trial.diary), Reading("day", "mood", "taken")
    assert trial_of(table, reading, trial.recorded)[0].design == "randomised_blocks"
    with pytest.raises(InputError, match="found daily; expected blocks, since a draw of the rule blocks is recorded"):
        trial_of(table, replace(reading, drawn_by="daily"), trial.recorded)


def test_units_taken_otherwise_than_drawn_are_named(tmp_path: Path) -> None:
    """A unit mostly spent at the other level is named, with what the estimate and what the tests go by."""
    contrary = TRIAL.replace("drawn: [0, 1]", "drawn: [1, 0]").replace("exposure:", "# exposure:")
    trial = read_trial(_folder(tmp_path, contrary))
    _, _, notes = trial_of(read_table(trial.diary), Reading("day", "mood", "taken"), trial.recorded)
    (note,) = notes
    assert note.startswith("What was taken is not what was drawn in units 1 (from day 0), 2 (from day 2): the estimate")
    assert note.endswith("goes by what was taken, the tests that rest on the draw by what was drawn.")


def test_a_block_of_one_level_is_refused(tmp_path: Path) -> None:
    """Nothing was drawn in a block whose units all have one level; one unit alone is a baseline."""
    with pytest.raises(
        InputError,
        match=r"trial\.yaml: 1 fault\n  - randomisation: found one level only in block 1; expected on and off",
    ):
        read_trial(_folder(tmp_path, TRIAL.replace("drawn: [0, 1]", "drawn: [0, 0]")))
    read_trial(_folder(tmp_path, TRIAL.replace("drawn: [0, 1], blocks: [1, 1]", "drawn: [0, 0], blocks: [1, 2]")))
