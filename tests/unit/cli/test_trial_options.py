"""The options of an analysis: what they mean, what is assumed where nobody says them, what an instrument knows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from equipoise.cli.trial_options import choices
from equipoise.errors import InputError
from equipoise.knowledge import load_knowledge

COLUMNS: dict[str, Any] = {"time": "day", "outcome": "low_mood", "on": "taken"}


def test_what_nobody_said_is_noted_with_a_hint_how_to_say_it() -> None:
    """Direction and half-life that were not said are noted as assumed, said ones are not; no note names an option."""
    found = choices(COLUMNS, None)
    assert [note.split(" was not said")[0] for note in found.notes] == [
        "Which direction is better", "How fast it acts and fades",
    ]  # fmt: skip
    assert not any("--" in note for note in found.notes)
    assert ["--better" in found.hints[0], "--half-life" in found.hints[1]] == [True, True]
    said = choices({**COLUMNS, "better": "lower", "half_life": "0"}, None)
    assert (said.notes, said.hints) == ((), ())
    assert (found.reading.better_said, said.reading.better_said) == (False, True)


def test_an_outcome_is_called_by_its_label_its_instrument_or_its_column_in_words() -> None:
    """A label stands above the instrument's name, and that above the name of the column, which is put into words."""
    records = load_knowledge()
    with_instrument = {**COLUMNS, "instrument": "phq9"}
    assert choices(COLUMNS, None).reading.label == "low mood"
    assert choices(with_instrument, records).reading.label == records.instruments["phq9"].name
    assert choices({**with_instrument, "label": "mood score"}, records).reading.label == "mood score"


def test_what_was_said_stands_above_what_an_instrument_knows() -> None:
    """Window, bounds and direction come from the records unless they are said, also where a window of none is said."""
    records = load_knowledge()
    found = choices({**COLUMNS, "instrument": "phq9"}, records).reading
    assert (found.recall_days, found.bounds, found.better) == (14.0, (0.0, 27.0), "lower")
    well_being = choices({**COLUMNS, "instrument": "who5"}, records)
    assert well_being.reading.better == "higher"
    assert not any("direction" in note for note in well_being.notes)
    said = choices({**COLUMNS, "instrument": "phq9", "recall": "0", "bounds": "0,100"}, records).reading
    assert (said.recall_days, said.bounds) == (0.0, (0.0, 100.0))


def test_the_past_is_asked_for_where_it_acts() -> None:
    """Carry-over or a recall window makes it matter what was taken before the first row; said, it is no assumption."""
    for looks_back in ({"half_life": "2d"}, {"recall": "14d"}):
        found = choices({**COLUMNS, "better": "lower", "half_life": "0", **looks_back}, None)
        assert [note.split(" was not said")[0] for note in found.notes] == ["What was taken before the first row"]
        assert "--before 1" in found.hints[0]
    said = choices({**COLUMNS, "better": "lower", "half_life": "2d", "before": 1.0}, None)
    assert (said.notes, said.reading.before) == ((), 1.0)
    with pytest.raises(InputError, match=r"--before: found 4; expected a share of the full level, 0 to 1"):
        choices({**COLUMNS, "before": 4.0}, None)


def test_the_width_of_the_prior_of_the_effect_is_an_option() -> None:
    """The SD of the effect's prior in planning SDs is 1 unless said; an impossible one is refused."""
    values = np.arange(5.0)
    assert choices(COLUMNS, None).prior(values).effect == 1.0
    assert choices({**COLUMNS, "effect_prior": 2.5}, None).prior(values).effect == 2.5
    with pytest.raises(InputError, match="effect: found 0; expected a positive multiple of s0"):
        choices({**COLUMNS, "effect_prior": 0.0}, None).prior(values)


def test_a_direction_that_turns_an_instrument_round_is_refused() -> None:
    """A well-being score read as one to lower would report benefit as harm; the records' own direction may be said."""
    records = load_knowledge()
    with pytest.raises(InputError, match="--better: found 'lower'; expected higher, which is better in WHO-5"):
        choices({**COLUMNS, "instrument": "who5", "better": "lower"}, records)
    assert choices({**COLUMNS, "instrument": "who5", "better": "higher"}, records).reading.better_said


def test_published_differences_are_told_in_points_of_the_scale_in_use() -> None:
    """Percentage points of the range become points; those of a baseline, and what was published in points, stay."""
    records = load_knowledge()

    def told(**options: object) -> str:
        notes = choices({**COLUMNS, **options}, records).notes
        return next(note for note in notes if note.startswith("Published"))

    assert ": 2.5 points (published as 10 percentage points; " in told(instrument="who5")
    assert ": 10 points (published as 10 percentage points; " in told(instrument="who5", bounds="0,100")
    assert "1.7 points (Kounali" in told(instrument="phq9")
    assert "; 21 percent of baseline (Kounali" in told(instrument="phq9")


def test_days_between_planned_ratings() -> None:
    """A span is days; none lets the ratings speak; zero is refused with its mend."""
    assert choices({**COLUMNS, "every": "2w"}, None).reading.every_days == 14.0
    assert choices(COLUMNS, None).reading.every_days is None
    with pytest.raises(InputError, match=r"--every: found '0'; expected a span above 0\. For example 7d"):
        choices({**COLUMNS, "every": "0"}, None)


def test_the_kinetics_of_an_adjunct_propose_its_half_life() -> None:
    """Its name takes the half-life of the fitted kinetics and says what it rests on; a span that was said is taken."""
    records = load_knowledge()
    fit = records.substance("kratom").kinetic_fit
    assert fit is not None
    named = choices({**COLUMNS, "better": "lower", "half_life": "kratom", "before": 0.0}, records)
    believed = named.prior(np.array([1.0, 2.0])).half_life
    proposed = fit.hand_over.half_life_days
    assert (believed.median_days, believed.log_sd) == (proposed.median, proposed.log_sd)
    assert ["mitragynine in plasma" in note and "is an assumption" in note for note in named.notes] == [True]
    said = choices({**COLUMNS, "better": "lower", "half_life": "2d", "before": 0.0}, records)
    assert (said.prior(np.array([1.0, 2.0])).half_life.median_days, said.notes) == (2.0, ())


def test_an_adjunct_without_fitted_kinetics_proposes_nothing() -> None:
    """The message says what would do instead, which adjuncts among it; a name that none has is no span either."""
    records = load_knowledge()
    for text in ("st_johns_wort", "kernel:st_johns_wort", "nobody", "kernel:nobody"):
        with pytest.raises(InputError, match=rf"{text}'; expected a span .* whose kinetics are fitted \(kratom\)"):
            choices({**COLUMNS, "half_life": text}, records)
    with pytest.raises(InputError, match="--half-life: found 'long'; expected a span"):
        choices({**COLUMNS, "half_life": "long"}, records)


def test_an_adjunct_lends_its_half_life_or_its_kernel() -> None:
    """Its name stands for the half-life of the same mean delay, with its doubt; `kernel:NAME` for the daily shares
    of its fitted kinetics. Both say what they rest on.
    """
    records = load_knowledge()
    fit = records.substance("kratom").kinetic_fit
    assert fit is not None
    values = np.arange(4.0)
    believed = choices({**COLUMNS, "half_life": "kratom"}, records).prior(values).half_life
    assert (believed.median_days, believed.log_sd, believed.kernel) == (
        fit.hand_over.half_life_days.median, fit.hand_over.half_life_days.log_sd, (),
    )  # fmt: skip
    found = choices({**COLUMNS, "half_life": "kernel:kratom"}, records)
    known = found.prior(values).half_life
    assert known.kernel == pytest.approx(fit.hand_over.kernel, abs=1e-6)
    assert known.fixed
    assert any("is an assumption" in note for note in found.notes)


@pytest.mark.parametrize("text", ["kernel:nobody", "kernel(2;0.5,0.1)", "kernel(0;0.5,0.5)", "kernel(2;-0.5,1.5)"])
def test_what_is_no_kernel_is_refused(text: str) -> None:
    """Shares that do not add up to 1, fall below 0 or lack a half-life beside them; unknown adjuncts."""
    with pytest.raises(InputError):
        choices({**COLUMNS, "half_life": text}, load_knowledge()).prior(np.arange(4.0))
