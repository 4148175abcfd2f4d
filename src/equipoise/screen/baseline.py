"""The baseline tests that are absent or too old."""

from __future__ import annotations

import datetime as dt

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
