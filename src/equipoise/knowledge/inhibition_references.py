"""References of the inhibition records: constituents, studies, medicines; and no constant without what carries it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import cast

from equipoise.errors import Fault
from equipoise.model.base import Frozen
from equipoise.model.inhibition import ExposureScenario, PerpetratorFigure, PublishedRatio, VictimKinetics
from equipoise.model.substance import InVitroConstant

PARTS = ("absorbed", "unbound_in_microsomes", "blood_over_plasma")
Records = Mapping[tuple[str, str], Sequence[Frozen]]


def inhibition_faults(records: Records) -> Iterator[Fault]:
    """Every name without its record, and every silence where 'not known' must stand."""
    medicines = _ids(records, "", "medicines")
    for item in records.get(("", "victim_kinetics"), ()):
        victim = cast("VictimKinetics", item)
        yield from _unknown(f"victim_kinetics/{victim.id}", [victim.medicine], medicines, "the id of a medicine")
    for scope in sorted({place[0] for place in records if place[0]}):
        scenarios = [cast("ExposureScenario", item) for item in records.get((scope, "exposure_scenario"), ())]
        yield from _scope_faults(records, scope, medicines)
        if scenarios:
            yield from _needs(records, scope, scenarios[0])


def _scope_faults(records: Records, scope: str, medicines: set[str]) -> Iterator[Fault]:
    known = _ids(records, scope, "alkaloids") | _ids(records, scope, "metabolites")
    for item in records.get((scope, "perpetrator_figures"), ()):
        figure = cast("PerpetratorFigure", item)
        where = f"{scope}/perpetrator_figures/{figure.id}"
        yield from _unknown(where, [figure.constituent], known, "a constituent")
    for item in records.get((scope, "published_ratios"), ()):
        ratio = cast("PublishedRatio", item)
        where = f"{scope}/published_ratios/{ratio.id}"
        yield from _unknown(where, [ratio.probe] if ratio.probe else [], medicines, "the id of a medicine")


def _needs(records: Records, scope: str, scenario: ExposureScenario) -> Iterator[Fault]:
    """What a computed exposure cannot do without: a rule, a study, and a record of each figure of each constituent."""
    if len(records.get(("", "inhibition_rules"), ())) != 1:
        yield Fault("inhibition_rules", "none, or several", "one rule of how inhibition is carried over", "Give one.")
    studies = _ids(records, scope, "kinetic_studies")
    where = f"{scope}/exposure_scenario"
    yield from _unknown(where, [scenario.study], studies, "a record of kinetic_studies")
    constants = [cast("InVitroConstant", item) for item in records.get((scope, "in_vitro"), ())]
    figures = [cast("PerpetratorFigure", item) for item in records.get((scope, "perpetrator_figures"), ())]
    told = {(item.constituent, item.part) for item in figures}
    acting = sorted({item.constituent for item in constants if item.left_out is None})
    for name, part in ((name, part) for name in acting for part in PARTS):
        if (name, part) not in told:
            mend = "Add it with a range, or without one where nobody knows it."
            yield Fault(f"{scope}/perpetrator_figures", f"nothing on {part} of {name}", "a record", mend)


def _ids(records: Records, scope: str, section: str) -> set[str]:
    return {str(getattr(item, "id", "")) for item in records.get((scope, section), ())}


def _unknown(where: str, names: Iterable[str], known: set[str], expected: str) -> Iterator[Fault]:
    for name in names:
        if name not in known:
            yield Fault(where, name, expected, "Correct the id, or add the record.")
