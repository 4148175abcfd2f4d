"""The medicine test of a criterion: which medicines of the list fit its selectors."""

from __future__ import annotations

from equipoise.model.criterion import EnzymeSelector, MedicineTest
from equipoise.model.medicine import Medicine
from equipoise.screen.chart import Chart, Taken, acts_still
from equipoise.screen.logic import NOT_MET, Judged, met, unknown, unreadable


def judge_medicine(test: MedicineTest, chart: Chart) -> Judged:
    """Met by enough fitting medicines; not met only where the list is attested complete and fully resolved."""
    fitting = [entries for entries in chart.by_medicine if how_it_fits(test, entries[0].medicine)]
    states = [(entries, _acts(test, entries, chart)) for entries in fitting]
    hits = [entries[0] for entries, acts in states if acts]
    # Two salts in one tablet are one product: entries are counted, not ingredients.
    if hits and len({id(taken.entry) for taken in hits}) >= test.at_least:
        return met(*(taken.implicated(how_it_fits(test, taken.medicine)) for taken in hits))
    undated = [entries[0].medicine.name for entries, acts in states if acts is None]
    if undated:
        return unreadable(f"when {', '.join(undated)} was stopped is not recorded")
    resembling = [text for text, candidates in chart.unresolved if any(how_it_fits(test, item) for item in candidates)]
    if resembling:
        return unreadable(f"{', '.join(resembling)} resembles such a medicine and is not assessed")
    if chart.list_is_certain:
        return NOT_MET
    return unknown("the medication list is not attested complete, or an entry of it is not assessed")


def _acts(test: MedicineTest, entries: tuple[Taken, ...], chart: Chart) -> bool | None:
    """Whether any entry of a medicine still counts; None where one may and none surely does."""
    default_days = chart.knowledge.settings.default_residual_days
    states = [acts_still(taken, test.within_days, default_days) for taken in entries]
    if any(states):
        return True
    return None if None in states else False


# What was found for a test and a medicine. The entry holds both, so that no identity is ever used twice; both live as
# long as their record set, and a record set holds some ten thousand pairs at most.
_known: dict[tuple[int, int], tuple[MedicineTest, Medicine, str | None]] = {}
_LIMIT = 200_000


def how_it_fits(test: MedicineTest, medicine: Medicine) -> str | None:
    """Which selector of a test a medicine fits, in words for the dossier; None where it fits none.

    The narrow-index demand must hold, and the medicine must not be excepted.
    """
    key = (id(test), id(medicine))
    found = _known.get(key)
    if found is None:
        if len(_known) >= _LIMIT:
            _known.clear()
        found = _known[key] = (test, medicine, _how(test, medicine))
    return found[2]


def _how(test: MedicineTest, medicine: Medicine) -> str | None:
    if medicine.id in test.except_ids:
        return None
    if test.narrow_index is not None and medicine.narrow_index is not test.narrow_index:
        return None
    selectors = (test.ids, test.atc, test.classes, test.effects, test.enzymes, test.opioid, test.mao_inhibitor)
    return _by_selector(test, medicine) if any(selectors) else "narrow index"


def _by_selector(test: MedicineTest, medicine: Medicine) -> str | None:
    if medicine.id in test.ids:
        return "named"
    group = next((name for name in test.classes if name in medicine.classes), None)
    if group is not None:
        return group.replace("_", " ")
    code = next((code for code in test.atc if any(own.startswith(code) for own in medicine.atc)), None)
    if code is not None:
        return f"ATC {code}"
    for effect, grade in test.effects.items():
        own = medicine.effects.get(effect)
        if own is not None and own.weight >= grade.weight:
            return f"{effect} {own}"
    selector = next((item for item in test.enzymes if _has_role(item, medicine)), None)
    if selector is not None:
        return f"{selector.enzyme} {selector.role}"
    if medicine.opioid is not None and medicine.opioid in test.opioid:
        return f"opioid {medicine.opioid.replace('_', ' ')}"
    if medicine.mao_inhibitor is not None and medicine.mao_inhibitor in test.mao_inhibitor:
        return f"{medicine.mao_inhibitor} MAO inhibitor"
    return None


def _has_role(selector: EnzymeSelector, medicine: Medicine) -> bool:
    return any(
        role.enzyme is selector.enzyme
        and role.role is selector.role
        and (not selector.strengths or role.strength in selector.strengths)
        for role in medicine.enzymes
    )
