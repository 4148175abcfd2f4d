"""The kinetic records: every reference is checked, and what was not read stays unknown."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from equipoise.knowledge import Knowledge
from equipoise.knowledge.kinetics_references import kinetics_faults
from equipoise.knowledge.written import kinetics_text
from equipoise.model.base import Frozen
from equipoise.model.kinetics import KineticFigure, KineticFit, KineticStudy

KNOWN: dict[str, Any] = {"sources": (), "date": dt.date(2026, 1, 1), "certainty": "low", "read": True}


def records(knowledge: Knowledge) -> dict[tuple[str, str], list[Frozen]]:
    """The kinetic records as the checks of references see them."""
    adjunct = knowledge.substance("kratom")
    assert adjunct.kinetic_model is not None
    found: dict[str, list[Frozen]] = {
        "alkaloids": list(adjunct.alkaloids.values()),
        "metabolites": list(adjunct.metabolites.values()),
        "kinetic_studies": list(adjunct.kinetic_studies),
        "kinetic_figures": list(adjunct.kinetic_figures),
        "kinetic_model": [adjunct.kinetic_model],
        "content_figures": list(adjunct.content_figures),
    }
    return {("kratom", name): items for name, items in found.items()}


def test_the_records_name_nothing_that_is_not_there(knowledge: Knowledge) -> None:
    """As they are, without a fault."""
    assert not list(kinetics_faults(records(knowledge)))


@pytest.mark.parametrize(
    ("section", "field", "wanted"),
    [
        ("kinetic_figures", {"study": "nobody"}, "a record of kinetic_studies"),
        ("kinetic_figures", {"analyte": "caffeine"}, "an analyte of the model"),
        ("kinetic_figures", {"follows_from": "nothing"}, "a figure"),
        ("kinetic_studies", {"amount_mg": {"7_hydroxymitragynine": (1.0, 1.0)}}, "whose dose enters a state"),
        ("content_figures", {"constituent": "caffeine"}, "a constituent"),
    ],
)
def test_a_name_without_its_record_is_a_fault(
    knowledge: Knowledge, section: str, field: dict[str, Any], wanted: str
) -> None:
    """The fault says which record names what, and what would fit."""
    found = records(knowledge)
    items = found["kratom", section]
    found["kratom", section] = [items[0].model_copy(update=field), *items[1:]]
    faults = list(kinetics_faults(found))
    assert len(faults) == 1
    assert wanted in faults[0].expected
    assert section in faults[0].path


def test_what_no_source_says_is_not_made_up(knowledge: Knowledge) -> None:
    """Sampling windows, limits of quantification and dose groups that were not read are unknown in the records."""
    studies = {item.id: item for item in knowledge.substance("kratom").kinetic_studies}
    assert [studies[name].window_h for name in ("tanna", "huestis_single", "huestis_repeated")] == [None] * 3
    assert {item.quantification_nm for item in studies.values()} == {None}
    assert {item.groups for item in studies.values()} == {None}
    assert studies["trakulsrichai"].window_h == 24.0


def test_a_study_of_several_doses_has_an_interval() -> None:
    """Else nothing could be computed from it."""
    given = {**KNOWN, "id": "s", "laboratory": "l", "what": "x", "amount_mg": {"a": (1.0, 2.0)}}
    with pytest.raises(ValueError, match="several doses without an interval"):
        KineticStudy.model_validate({**given, "doses": 3})
    with pytest.raises(ValueError, match="the lowest amount stands first"):
        KineticStudy.model_validate({**given, "doses": 1, "amount_mg": {"a": (2.0, 1.0)}})


def test_only_numbers_that_were_published_and_trusted_count() -> None:
    """Words, arithmetic of other figures, and what is left out with a reason teach a fit nothing."""
    given = {**KNOWN, "id": "f", "study": "s", "analyte": "a", "quantity": "cmax", "given": "at_most", "value": 1.0}
    assert KineticFigure.model_validate(given).counts
    for more in ({"left_out": "why"}, {"follows_from": "g"}, {"given": "in_words", "says": "much"}):
        assert not KineticFigure.model_validate({**given, **more}).counts


def test_a_fit_is_written_one_line_for_each_figure_and_read_again(knowledge: Knowledge) -> None:
    """The file is JSON that gives the same fit, and a changed figure is one changed line."""
    fit = knowledge.substance("kratom").kinetic_fit
    assert fit is not None
    text = kinetics_text(fit)
    assert KineticFit.model_validate(json.loads(text)) == fit
    assert sum(line.startswith('{"id": "ta_') for line in text.splitlines()) == 40
    changed = fit.figures[0].model_copy(update={"predicted": 1.5})
    other = kinetics_text(fit.model_copy(update={"figures": (changed, *fit.figures[1:])}))
    assert sum(a != b for a, b in zip(text.splitlines(), other.splitlines(), strict=True)) == 1


def test_a_fit_says_what_it_was_made_from(knowledge: Knowledge) -> None:
    """It counts in the hash of the records, and is no section of its own."""
    assert ("kratom", "kinetics.json") not in knowledge.sections
    assert ("kratom", "kinetic_model") in knowledge.sections
