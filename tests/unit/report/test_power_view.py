"""A simulated plan and a choice in words."""

from __future__ import annotations

from dataclasses import replace

import pytest
from small_plans import CARRY_OVER, plan

from equipoise.design.burden import Burden
from equipoise.design.choose import Candidate, Chosen
from equipoise.design.estimates import Estimate
from equipoise.design.power import Operating, operating
from equipoise.design.sweep import FalseClaims, curves, false_claims
from equipoise.design.truth import Normal, truth_of
from equipoise.model.trial_design import TaperStep
from equipoise.report.canvas import LAYOUTS
from equipoise.report.choose_view import choice_count, choice_rows, choice_sentence
from equipoise.report.power_html import choice_html
from equipoise.report.power_pictures import claim_lines, frontier_dots, power_lines, width_lines
from equipoise.report.power_view import Told, assumptions

DESIGN = plan(analysis=CARRY_OVER)


@pytest.fixture(scope="module")
def found() -> Operating:
    return operating(DESIGN, truth_of(DESIGN, effect=-2.0, sd=3.0), trials=60, looked_at=0)


def test_the_sentence_says_which_effect_and_how_likely_it_is_learned(found: Operating) -> None:
    """The direction of the effect, its size and the chance stand in one sentence, for any kind of truth."""
    told = Told(replace(found, power=Estimate(0.4, 0.01, 60)))
    assert told.headline.startswith("If the adjunct truly lowers low mood by 2 points, this plan shows it in 40")
    assert told.headline.endswith("more often than not the question would stay open.")
    drawn = replace(found.truth, effect=Normal(0.0, 3.0))
    assert "as uncertain as the prior" in Told(replace(found, truth=drawn)).headline
    assert "does nothing" in Told(replace(found, truth=replace(found.truth, effect=0.0))).headline


def test_too_many_false_claims_are_said_in_words(found: Operating) -> None:
    """More than a point above nominal, beyond the Monte-Carlo error, is a sentence; within it nothing is said."""
    much = replace(found, type_i_error=Estimate(0.09, 0.003, 5_000))
    assert much.claims_too_often
    assert any("Too many false claims" in line for line in Told(much).warnings)
    assert not Told(replace(found, type_i_error=Estimate(0.055, 0.003, 5_000))).found.claims_too_often
    row = FalseClaims(0.7, Estimate(0.08, 0.003, 5_000), Estimate(0.3, 0.01, 5_000), 0.05, None)
    assert any("correlation of 0.7" in line for line in Told(found, claims=(row,)).warnings)


def test_pictures_hold_what_was_simulated() -> None:
    """Curves have a point for each effect, a line for each correlation, and a table with every figure."""
    truth = truth_of(DESIGN, effect=-2.0, sd=3.0)
    made = curves(DESIGN, truth, (-4.0, 0.0), phis=(0.0, 0.6), trials=60)
    for layout in LAYOUTS:
        for picture in (power_lines(made, layout), width_lines(made, layout)):
            assert [len(line.dots) for line in picture.lines] == [2, 2]
            assert len(picture.rows) == 2
            assert len(picture.rows[0]) == 3
            assert all(picture.box.left <= x <= picture.box.right for line in picture.lines for x, _ in line.dots)
    claims = false_claims(DESIGN, truth, phis=(0.0, 0.5), trials=60, tested=2)
    assert claims[0].randomisation_test is None
    assert "8 orders are too few" in claims[0].why
    assert claim_lines(claims, LAYOUTS[0]).level is not None


def test_a_choice_is_told_with_what_nothing_beats() -> None:
    """The chosen plan is marked; where none reaches the wish the best is named; where none is left, that is said."""
    one = Candidate(DESIGN, Estimate(0.82, 0.01, 4_096), Burden(49, None, 49, 21), given_up=False)
    truth = truth_of(DESIGN, effect=-2.0, sd=3.0)
    found = Chosen(0.8, truth, one, (one,), (one,), 3, 4)
    assert choice_sentence(found).startswith("The shortest plan with a chance of 80")
    assert next(iter(choice_rows(found)))[-1].endswith("rated daily (chosen)")
    assert frontier_dots(found, LAYOUTS[0]).lines[0].dots
    assert "No plan that was tried reaches" in choice_sentence(replace(found, best=None, wish=0.9))
    assert "is left to try" in choice_sentence(Chosen(0.8, truth, None, (), (), 3, 0))
    assert ("effect", "\N{MINUS SIGN}2 points") in assumptions(truth)
    assert "1,024 trials each" in choice_count(found)
    page = choice_html("t", found)
    assert "What was taken for true" in page
    assert "3 points" in page


def test_a_taper_is_never_told_as_what_the_adjunct_did() -> None:
    """Where nothing is drawn, level and time go together, and a reader is told so."""
    steps = (TaperStep(share=0.5, days=14), TaperStep(share=0.0, days=14))
    taper = plan(template="supervised_taper", blocks=0, period_days=0, run_in_days=14, steps=steps)
    found = operating(taper, truth_of(taper, effect=-2.0, sd=3.0), trials=64, seed=1)
    assert any("level and time go together" in line for line in Told(found).warnings)
    drawn = operating(DESIGN, truth_of(DESIGN, effect=-2.0, sd=3.0), trials=64, seed=1)
    assert not any("level and time" in line for line in Told(drawn).warnings)
