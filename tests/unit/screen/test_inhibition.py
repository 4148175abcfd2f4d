"""Records into mechanistic predictions: the kept file, the ceiling, the rows, what is said where nothing is known."""

from __future__ import annotations

import math
import shutil
from pathlib import Path

import numpy as np
import pytest

from equipoise.knowledge import RECORDS, Knowledge, SubstanceKnowledge, load_knowledge
from equipoise.model.inhibition import InhibitionFile, VictimRow
from equipoise.pharmacology.interaction import Belief, Victim
from equipoise.screen.inhibition import bound_inputs, ceiling, kept_rows, least_left, table_inputs
from equipoise.screen.inhibition_bounds import activities, bounds, highest_nm
from equipoise.screen.inhibition_figures import Figures
from equipoise.screen.inhibition_rows import NO_ENZYME, NO_HALF_LIFE, victim_rows, victims_of
from equipoise.screen.predictor import predictor

KRATOM = Path("substances") / "kratom"


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the records that a test may change, with a cache of its own."""
    monkeypatch.setenv("EQUIPOISE_CACHE", str(tmp_path / "cache"))
    shutil.copytree(RECORDS, tmp_path / "records")
    return tmp_path / "records"


@pytest.fixture
def kratom(knowledge: Knowledge) -> SubstanceKnowledge:
    """The first adjunct."""
    return knowledge.substance("kratom")


@pytest.fixture
def rows(knowledge: Knowledge, kratom: SubstanceKnowledge) -> dict[tuple[str, str], VictimRow]:
    """The kept table by medicine and course."""
    kept = kept_rows(knowledge, kratom)
    assert kept is not None
    return {(row.medicine, row.course): row for row in kept}


def replaced(path: Path, old: str, new: str) -> None:
    """The file with one text changed; the text must be there."""
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_the_kept_file_is_of_these_records(knowledge: Knowledge, kratom: SubstanceKnowledge) -> None:
    """Both hashes hold; else `equipoise victims kratom --write` and `make docs` are due."""
    kept = InhibitionFile.model_validate(knowledge.computed_inhibition("kratom"))
    assert kept.inputs == bound_inputs(knowledge, "kratom")
    assert kept.table_inputs == table_inputs(knowledge, kratom)


def test_the_kept_bounds_are_those_of_a_fresh_computation(knowledge: Knowledge, kratom: SubstanceKnowledge) -> None:
    """The same seed gives the same digits."""
    kept = InhibitionFile.model_validate(knowledge.computed_inhibition("kratom"))
    assert bounds(knowledge, Figures(knowledge, kratom, knowledge.inhibition_rule.draws)) == kept.bounds


def test_the_kept_rows_are_those_of_a_fresh_computation(
    knowledge: Knowledge, kratom: SubstanceKnowledge, rows: dict[tuple[str, str], VictimRow]
) -> None:
    """A probe computed alone has the figures that it has among all victims: nobody's draws depend on the others."""
    midazolam = knowledge.medicines["midazolam"]
    (fresh,) = victim_rows(knowledge, kratom, [(midazolam, "once")])
    kept = rows["midazolam", "once"]
    for name in ("observed_based", "static", "dynamic", "cmax", "half_life"):
        one, other = getattr(fresh, name), getattr(kept, name)
        assert one.median == pytest.approx(other.median, rel=2e-4)
        assert one.interval == pytest.approx(other.interval, rel=2e-4)


def test_the_dynamic_model_holds_what_a_study_saw(
    kratom: SubstanceKnowledge, rows: dict[tuple[str, str], VictimRow]
) -> None:
    """Areas, peaks and half-life of both probes: predicted and seen intervals meet, nothing fitted to them."""
    for seen in kratom.observed_inhibition:
        row = rows[seen.probe, "once"]
        told = (
            (row.dynamic, seen.interval_90),
            (row.cmax, seen.cmax_interval_90),
            (row.half_life, seen.half_life_interval_90),
        )
        for predicted, ends in told:
            if ends is not None:
                assert predicted is not None
                assert predicted.interval[0] <= ends[1]
                assert ends[0] <= predicted.interval[1]


def test_the_static_model_stays_above_the_dynamic_one(rows: dict[tuple[str, str], VictimRow]) -> None:
    """A worst case is one: its middle lies above that of the course, for every victim and both courses."""
    both = [row for row in rows.values() if row.static is not None and row.dynamic is not None]
    assert len(both) > 20
    for row in both:
        assert row.static is not None
        assert row.dynamic is not None
        assert row.static.median >= row.dynamic.median


def test_daily_servings_do_more_than_one(rows: dict[tuple[str, str], VictimRow]) -> None:
    """The study of one serving is a floor."""
    once, daily = (rows["midazolam", course].dynamic for course in ("once", "daily"))
    assert once is not None
    assert daily is not None
    assert daily.median > 1.2 * once.median


def test_every_antidepressant_has_figures_or_a_reason(
    knowledge: Knowledge, rows: dict[tuple[str, str], VictimRow]
) -> None:
    """No row is silent: a model without a figure says why."""
    wanted = {item.id for item in knowledge.medicines.values() if "antidepressant" in item.classes}
    assert wanted <= {medicine for medicine, _ in rows}
    for row in rows.values():
        assert row.dynamic is not None or row.unknown
        assert row.static is not None or row.unknown
    assert rows["phenelzine", "daily"].unknown == NO_ENZYME
    assert rows["maprotiline", "daily"].unknown == NO_HALF_LIFE
    assert rows["maprotiline", "daily"].static is not None
    assert "CYP2B6" in (rows["bupropion", "daily"].unknown or "")


def test_a_ceiling_is_the_static_formula_at_the_least_activity(
    knowledge: Knowledge, kratom: SubstanceKnowledge
) -> None:
    """By hand: 1 / (a_gut (1 - Fg) + Fg) / (a_liver fm + 1 - fm)."""
    victim = Victim("probe", {"CYP3A4": Belief(math.log(9.0), 0.3)}, gut=Belief(0.0, 0.3))
    left = least_left(knowledge, kratom)
    gut, liver = left["CYP3A4", "gut"], left["CYP3A4", "liver"]
    expected = 1.0 / (gut * 0.5 + 0.5) / (liver * 0.9 + 0.1)
    assert ceiling(knowledge, kratom, victim, {}).ratio == pytest.approx(expected, rel=1e-12)


def test_a_phenotype_moves_a_ceiling(knowledge: Knowledge, kratom: SubstanceKnowledge) -> None:
    """Who has no CYP2D6 lives by the other enzyme alone, so that its loss does more, against the same person."""
    victim = predictor(knowledge).victim(knowledge.medicines["venlafaxine"])
    usual, poor = (ceiling(knowledge, kratom, victim, known).ratio for known in ({}, {"CYP2D6": "PM"}))
    assert usual is not None
    assert poor is not None
    assert poor > usual


def test_an_adjunct_without_an_exposure_has_no_ceiling_and_no_rows(knowledge: Knowledge) -> None:
    """Nothing recorded is neither a bound nor a reason."""
    other = knowledge.substance("st_johns_wort")
    victim = predictor(knowledge).victim(knowledge.medicines["midazolam"])
    found = ceiling(knowledge, other, victim, {})
    assert found.ratio is None
    assert not found.lacking


def test_bounds_of_older_records_are_computed_anew(copy: Path, knowledge: Knowledge) -> None:
    """A changed constant changes the ceiling at once, and the kept table is not shown any more."""
    replaced(
        copy / KRATOM / "substance.yaml", "measure: Ki, value: 1.17, unit: uM", "measure: Ki, value: 0.0117, unit: uM"
    )
    changed = load_knowledge(copy)
    before = least_left(knowledge, knowledge.substance("kratom"))["CYP2D6", "liver"]
    after = least_left(changed, changed.substance("kratom"))["CYP2D6", "liver"]
    assert after < 0.1 < before
    assert kept_rows(changed, changed.substance("kratom")) is None


def test_an_unknown_figure_on_the_way_leaves_the_enzymes_unknown(copy: Path) -> None:
    """Without the fraction absorbed nothing can be carried: every ceiling is unknown, none is 1."""
    replaced(copy / KRATOM / "inhibition.yaml", "part: absorbed, range_90: [0.3, 1.0],", "part: absorbed,")
    changed = load_knowledge(copy)
    adjunct = changed.substance("kratom")
    assert not activities(changed, Figures(changed, adjunct, 100))
    (row,) = victim_rows(changed, adjunct, [(changed.medicines["midazolam"], "once")])
    assert row.static is None
    assert row.unknown == "No constant of kratom is known for CYP3A4."


def test_draws_stay_within_what_they_can_be(knowledge: Knowledge, kratom: SubstanceKnowledge) -> None:
    """Fractions at most 1, concentrations positive, and the gut wall far above the inlet."""
    figures = Figures(knowledge, kratom, 500)
    for item in figures.carried.values():
        assert np.all((item.absorbed > 0.0) & (item.absorbed <= 1.0))
        assert np.all((item.unbound > 0.0) & (item.unbound <= 1.0))
        gut, liver = (highest_nm(figures, item, organ) for organ in ("gut", "liver"))
        assert np.all(gut > liver)
        assert np.all(liver > 0.0)


def test_fewer_draws_are_the_first_of_more(knowledge: Knowledge, kratom: SubstanceKnowledge) -> None:
    """A draw has its numbers whatever the count."""
    few, many = (Figures(knowledge, kratom, count).carried["mitragynine"].ka_per_h for count in (20, 60))
    np.testing.assert_allclose(few, many[:20], rtol=1e-12)


def test_the_table_names_probes_in_both_courses(knowledge: Knowledge, kratom: SubstanceKnowledge) -> None:
    """Probes once and daily, every antidepressant daily, nobody twice."""
    found = [(item.id, course) for item, course in victims_of(knowledge, kratom)]
    assert len(found) == len(set(found))
    assert {("midazolam", "once"), ("midazolam", "daily"), ("escitalopram", "daily")} <= set(found)
