"""What the case holds and no rule looks for: a misspelt name, or a diagnosis that nobody can place, must not vanish."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from equipoise.knowledge import SubstanceKnowledge
from equipoise.knowledge.names import folded
from equipoise.model.case import Measurement, Unread
from equipoise.model.criterion import leaves
from equipoise.screen.chart import Chart
from equipoise.screen.understood import matches_no_rule, unplaced_words

MOST_KINDS = 200


def unused(chart: Chart) -> Iterator[Unread]:
    """The diagnoses and the measurements of the case that could not be used, and why.

    What a chart measured beyond the rules is told in one line, because it may be thousands of entries; what a person
    wrote down is told entry by entry.
    """
    yield from _conditions(chart)
    yield from _measurements(chart)


def _conditions(chart: Chart) -> Iterator[Unread]:
    for index, item in enumerate(chart.case.conditions):
        if item.refuted:
            continue
        path = item.path or f"conditions[{index}]"
        strange = unplaced_words(item, chart.knowledge)
        if strange:
            words = ", ".join(map(repr, strange))
            mend = "add its ICD-10 or SNOMED CT code, or say it in other English words"
            yield Unread(path=path, reason=f"{item.text!r} is not understood (nobody can place {words}); {mend}")
        elif item.path is None and matches_no_rule(item, chart.knowledge):
            yield Unread(path=path, reason=f"no rule looks for {item.text!r}; if one should, add its code")


def _measurements(chart: Chart) -> Iterator[Unread]:
    known = _looked_for(chart.adjunct)
    of_chart: list[Measurement] = []
    for index, item in enumerate(chart.case.measurements):
        if item.loinc in known or folded(item.name) in known:
            continue
        if item.path is not None:
            of_chart.append(item)
            continue
        reason = f"no rule looks for {item.name!r}; use a LOINC code, or a name such as QTc or PHQ-9 total"
        yield Unread(path=f"measurements[{index}]", reason=reason)
    if of_chart:
        yield Unread(path="observations of the chart", reason=_told(of_chart))


def _told(items: Sequence[Measurement]) -> str:
    """One line for thousands of entries: how many, and every code once, so that a missing rule can be noticed."""
    kinds = sorted({item.loinc or item.name for item in items})
    more = f" and {len(kinds) - MOST_KINDS} kinds more" if len(kinds) > MOST_KINDS else ""
    count = "1 observation" if len(items) == 1 else f"{len(items)} observations"
    return f"{count} that no rule looks for: {', '.join(kinds[:MOST_KINDS])}{more}"


@lru_cache(maxsize=8)
def _looked_for(adjunct: SubstanceKnowledge) -> frozenset[str]:
    """The codes and folded names of every value that a caution or a baseline test of an adjunct asks for."""
    tests = [
        leaf.measurement
        for criterion in adjunct.cautions.values()
        for level in criterion.levels
        for leaf in leaves(level.when)
        if leaf.measurement is not None
    ]
    panels = [item for test in adjunct.baseline_tests for item in test.panel]
    names = [name for test in tests for name in test.names]
    names += [name for item in panels for name in (item.title, *item.names)]
    codes = [code for test in (*tests, *panels) for code in test.loinc]
    return frozenset((*codes, *(folded(name) for name in names)))
