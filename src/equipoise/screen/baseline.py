"""The baseline tests that are absent or too old, and the values that nothing looks for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import lru_cache

from equipoise.knowledge import SubstanceKnowledge
from equipoise.knowledge.names import folded
from equipoise.knowledge.references import leaves
from equipoise.model.case import Unread
from equipoise.model.criterion import BaselineTest
from equipoise.model.dossier import MissingTest
from equipoise.screen.chart import Chart
from equipoise.screen.leaves import judge_sex
from equipoise.screen.logic import NOT_MET


def missing_tests(chart: Chart) -> tuple[MissingTest, ...]:
    """Every baseline test of the adjunct that the record does not show in time."""
    found = (_missing(test, chart) for test in chart.adjunct.baseline_tests)
    return tuple(item for item in found if item is not None)


def _missing(test: BaselineTest, chart: Chart) -> MissingTest | None:
    if test.only_for is not None and judge_sex(test.only_for, chart) == NOT_MET:
        return None
    lacking: list[str] = []
    dates: list[dt.date] = []
    for item in test.panel:
        newest = chart.newest_measurements(item.loinc, (item.title, *item.names))
        if newest and newest[0].on is not None:
            dates.append(newest[0].on)
            if (chart.on - newest[0].on).days <= test.within_days:
                continue
        lacking.append(item.title)
    if not lacking:
        return None
    return MissingTest(
        id=test.id,
        title=test.title,
        missing=tuple(lacking),
        why=test.why,
        last_on=max(dates, default=None),
        within_days=test.within_days,
        sources=test.sources,
    )


def unused_measurements(chart: Chart) -> Iterator[Unread]:
    """Measurements that a person wrote down and that no rule looks for: a misspelt name must not vanish.

    A chart's own results are left out: it holds thousands that no rule is meant to look for.
    """
    known = _looked_for(chart.adjunct)
    for index, item in enumerate(chart.case.measurements):
        if item.path is None and item.loinc not in known and folded(item.name) not in known:
            reason = f"no rule looks for {item.name!r}; use a LOINC code, or a name such as QTc or PHQ-9 total"
            yield Unread(path=f"measurements[{index}]", reason=reason)


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
