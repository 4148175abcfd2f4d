"""The pharmacodynamic burden: effects that add up over the whole list, the adjunct included."""

from __future__ import annotations

from collections.abc import Iterable

from equipoise.model.finding import Burden, BurdenPart, Finding, Implicated
from equipoise.model.rules import BurdenRule
from equipoise.model.substance import Substance
from equipoise.model.terms import Answer, Certainty, Effect, Severity
from equipoise.screen.chart import Chart


def burdens(chart: Chart, rules: Iterable[BurdenRule]) -> tuple[Burden, ...]:
    """One burden per effect to which something on the list, or the adjunct, contributes."""
    found = (Burden(effect=rule.effect, parts=_parts(chart, rule.effect), severity=None) for rule in rules)
    with_parts = [(burden, rule) for burden, rule in zip(found, rules, strict=True) if burden.parts]
    return tuple(burden.model_copy(update={"severity": _severity(burden, rule)}) for burden, rule in with_parts)


def _parts(chart: Chart, effect: Effect) -> tuple[BurdenPart, ...]:
    parts: list[BurdenPart] = []
    for taken in chart.acting:
        grade = taken.medicine.effects.get(effect)
        if grade is not None:
            parts.append(BurdenPart(label=taken.implicated().label, points=grade.weight))
    for name in chart.other_adjuncts:
        other = chart.knowledge.substance(name).substance
        if other.medicine is None and effect in other.effects:
            parts.append(BurdenPart(label=other.name, points=other.effects[effect].weight))
    own = chart.adjunct.substance
    if effect in own.effects:
        parts.append(BurdenPart(label=own.name, points=own.effects[effect].weight, is_adjunct=True))
    return tuple(sorted(parts, key=lambda part: (-part.points, part.is_adjunct, part.label)))


def _severity(burden: Burden, rule: BurdenRule) -> Severity | None:
    for limit in rule.limits:
        if burden.points >= limit.points and len(burden.parts) >= limit.contributors:
            return limit.severity
    return None


def burden_findings(found: Iterable[Burden], rules: Iterable[BurdenRule], substance: Substance) -> tuple[Finding, ...]:
    """The burdens that reach a limit, as findings; where the adjunct adds to one, with what its grade rests on."""
    by_effect = {rule.effect: rule for rule in rules}
    return tuple(
        _finding(burden, by_effect[burden.effect], burden.severity, substance) for burden in found if burden.severity
    )


def _finding(burden: Burden, rule: BurdenRule, severity: Severity, substance: Substance) -> Finding:
    adjunct = [part for part in burden.parts if part.is_adjunct]
    own = burden.points_without_adjunct
    if adjunct:
        sums = f"{burden.points} points, of which {own} are there without {adjunct[0].label}"
    else:
        sums = f"{own} points from the patient's own medicines"
    return Finding(
        id=f"burden/{burden.effect}",
        domain="burden" if adjunct else "own_medicines",
        title=rule.title,
        severity=severity,
        answer=Answer.MET,
        implicated=tuple(
            Implicated(
                kind="adjunct" if part.is_adjunct else "medicine", label=part.label, matched_by=_dots(part.points)
            )
            for part in burden.parts
        ),
        explanation=f"{rule.what_happens} Here: {sums}.",
        certainty=Certainty(rule.certainty),
        standing=rule.standing,
        sources=(*rule.sources, *(substance.sources if adjunct else ())),
        read=rule.read,
        mitigation=rule.watch_for,
        notes=(f"What {substance.name} adds rests on: {substance.effects_rest_on[burden.effect]}",) if adjunct else (),
    )


def _dots(points: int) -> str:
    return f"{points} of 3 points"
