"""Pharmacokinetic findings of a chart."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from equipoise.model.dossier import Dossier
from equipoise.model.finding import Finding
from equipoise.model.terms import Severity

Screen = Callable[..., Dossier]


def finding(dossier: Dossier, name: str) -> Finding | None:
    return next((item for item in dossier.findings if item.id == name), None)


def test_the_adjunct_as_perpetrator_shows_floor_and_ceiling(screened: Screen) -> None:
    """What one exposure did is a floor; the worst case by constants in vitro stands beside it as the ceiling."""
    found = finding(screened(medications=[{"text": "midazolam"}]), "interaction/kratom+midazolam")
    assert found is not None
    assert found.magnitude is not None
    assert found.magnitude.floor is not None
    assert found.magnitude.ceiling is not None
    assert abs(found.magnitude.floor - 1.39) < 0.03
    assert found.magnitude.ceiling > 5.69, "the published static model is not the worst case"
    told = f"Worst case by constants measured in vitro, for 1 of 7 constituents: {found.magnitude.ceiling:.2g} times"
    assert told in found.explanation
    assert "never bounded" in found.explanation
    low, high = found.magnitude.interval
    assert low < 1.23
    assert high > 1.57


def test_a_ceiling_that_nobody_can_give_is_said_to_be_unknown(screened: Screen) -> None:
    """Elvitegravir is cleared by UGT too, of which no constant is known: no ceiling, and the reason in words."""
    found = next(ceilings(screened, "elvitegravir"), None)
    assert found is not None
    ratio, told = found
    assert ratio is None
    assert told.endswith("No ceiling can be given: no constant of kratom is known for UGT.")


def ceilings(screened: Screen, medicine: str) -> Iterator[tuple[float | None, str]]:
    """The ceiling of what the adjunct does to a medicine, where the finding exists, and its explanation."""
    found = finding(screened(medications=[{"text": medicine}]), f"interaction/kratom+{medicine}")
    if found is not None and found.magnitude is not None:
        yield found.magnitude.ceiling, found.explanation


def test_an_enzyme_on_which_nothing_was_seen_gives_no_finding(screened: Screen) -> None:
    """Dextromethorphan did not change, so CYP2D6 substrates get no predicted change from the adjunct."""
    assert finding(screened(medications=[{"text": "atomoxetine"}]), "interaction/kratom+atomoxetine") is None


def test_the_adjunct_as_victim_has_a_direction_and_no_size(screened: Screen) -> None:
    """Nobody reported the share of its clearance that CYP3A4 carries, so no number is made up."""
    found = finding(screened(medications=[{"text": "ketoconazole"}]), "interaction/kratom.cyp3a4")
    assert found is not None
    assert found.magnitude is None
    assert "rise" in found.title
    falling = finding(screened(medications=[{"text": "carbamazepine"}]), "interaction/kratom.cyp3a4")
    assert falling is not None
    assert "fall" in falling.title


def test_own_medicines_are_screened_against_each_other(screened: Screen) -> None:
    """Paroxetine raises the patient's own atomoxetine, whatever the adjunct."""
    found = finding(screened(medications=[{"text": "atomoxetine"}, {"text": "paroxetine"}]), "exposure/atomoxetine")
    assert found is not None
    assert found.domain == "own_medicines"
    assert found.magnitude is not None
    assert found.magnitude.estimate > 2
    assert found.severity is Severity.SPECIALIST_DECISION


def test_several_inhibitors_act_together(screened: Screen) -> None:
    """Two inhibitors of one enzyme raise a substrate more than one of them does."""
    one = finding(screened(medications=[{"text": "simvastatin"}, {"text": "verapamil"}]), "exposure/simvastatin")
    names = ("simvastatin", "verapamil", "erythromycin")
    two = finding(screened(medications=[{"text": name} for name in names]), "exposure/simvastatin")
    assert one is not None
    assert two is not None
    assert one.magnitude is not None
    assert two.magnitude is not None
    assert two.magnitude.estimate > one.magnitude.estimate
    assert {"verapamil", "erythromycin"} <= {item.label for item in two.implicated}


def test_a_phenotype_alone_is_a_finding(screened: Screen) -> None:
    """A poor metaboliser's exposure is compared with a normal metaboliser's."""
    found = finding(
        screened(medications=[{"text": "nortriptyline"}], phenotypes={"CYP2D6": "PM"}), "exposure/nortriptyline"
    )
    assert found is not None
    assert any(item.kind == "phenotype" for item in found.implicated)


def test_a_blocked_pro_drug_is_named(screened: Screen) -> None:
    """Paroxetine takes the active metabolite of codeine away, even where the parent hardly changes."""
    found = finding(screened(medications=[{"text": "codeine"}, {"text": "paroxetine"}]), "exposure/codeine")
    assert found is not None
    assert found.severity is Severity.SPECIALIST_DECISION
    assert any("morphine" in note for note in found.notes)


def test_a_second_adjunct_on_the_list_acts(screened: Screen) -> None:
    """St John's wort on the medication list lowers a CYP3A4 substrate while another adjunct is screened."""
    found = finding(screened(medications=[{"text": "quetiapine"}, {"text": "St. John's wort"}]), "exposure/quetiapine")
    assert found is not None
    assert found.magnitude is not None
    assert found.magnitude.estimate < 0.8


def test_the_second_adjunct_works_the_same_way(screened: Screen) -> None:
    """Screening St John's wort finds its induction, from records alone, and never counts it twice."""
    dossier = screened(substance="st_johns_wort", medications=[{"text": "ciclosporin"}, {"text": "St Johns wort"}])
    found = finding(dossier, "interaction/st_johns_wort+ciclosporin")
    assert found is not None
    assert found.magnitude is not None
    assert found.magnitude.estimate < 0.8
    assert found.severity is Severity.CONTRAINDICATED
    assert finding(dossier, "exposure/ciclosporin") is None
