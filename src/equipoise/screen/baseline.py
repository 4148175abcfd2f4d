"""The baseline tests of an adjunct: what the record shows of them, and what is absent or too old."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from equipoise.model.case import Measurement
from equipoise.model.criterion import BaselineTest, PanelItem
from equipoise.model.dossier import BaselineValue, MissingTest
from equipoise.screen.chart import Chart
from equipoise.screen.leaves import judge_age, judge_sex
from equipoise.screen.logic import NOT_MET


def missing_tests(chart: Chart) -> tuple[MissingTest, ...]:
    """Every baseline test of the adjunct that the record does not show in time."""
    found = (_missing(test, chart) for test in chart.adjunct.baseline_tests if _is_wanted(test, chart))
    return tuple(item for item in found if item is not None)


def baseline_values(chart: Chart) -> tuple[BaselineValue, ...]:
    """The newest value of every item of every baseline test, whether or not it is recent enough or asked of the sex.

    A test that was done is not a test that was normal: what no rule judges, a person must be able to see.
    """
    return tuple(
        value
        for test in chart.adjunct.baseline_tests
        for item in test.panel
        for found in _newest(item, chart)
        if (value := _value(test, item, found, chart.on)) is not None
    )


def _newest(item: PanelItem, chart: Chart) -> tuple[Measurement, ...]:
    return chart.newest_measurements(item.loinc, (item.title, *item.names))


def _value(test: BaselineTest, item: PanelItem, found: Measurement, on: dt.date) -> BaselineValue | None:
    result = _result(found)
    if result is None:
        return None
    return BaselineValue(
        test=test.id,
        title=item.title,
        result=result,
        on=found.on,
        in_time=found.on is not None and (on - found.on).days <= test.within_days,
        shown_only=item.shown_only,
        path=found.path,
    )


def _result(found: Measurement) -> str | None:
    """The result as recorded, with the laboratory's own limits; None where none is recorded."""
    if found.value is None:
        return found.text
    shown = f"{found.value:g} {found.unit or ''}".strip()
    low, high = found.reference_low, found.reference_high
    if low is None and high is None:
        return shown
    limits = f"{'' if low is None else f'{low:g}'} to {'' if high is None else f'{high:g}'}".strip()
    beyond = (low is not None and found.value < low) or (high is not None and found.value > high)
    return f"{shown} ({'outside' if beyond else 'within'} the laboratory's limits, {limits})"


def _is_wanted(test: BaselineTest, chart: Chart) -> bool:
    of_sex = test.only_for is None or judge_sex(test.only_for, chart) != NOT_MET
    return of_sex and (test.only_at_age is None or judge_age(test.only_at_age, chart) != NOT_MET)


def _missing(test: BaselineTest, chart: Chart) -> MissingTest | None:
    lacking: list[str] = []
    dates: list[dt.date] = []
    for item in test.panel:
        done = _last_done(_newest(item, chart))
        if done is not None:
            dates.append(done)
        if done is None or (chart.on - done).days > test.within_days:
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


def _last_done(newest: Iterable[Measurement]) -> dt.date | None:
    """The day of the newest result; a test without a result was not done."""
    return next((item.on for item in newest if item.on is not None and _result(item) is not None), None)
