"""Situations as a clinician writes them, and what a criterion says of each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from equipoise.knowledge import Knowledge
from equipoise.model.case import Case
from equipoise.model.criterion import Criterion
from equipoise.screen.chart import Chart, read_chart
from equipoise.screen.criteria import Verdict, evaluate
from equipoise.screen.engine import resolver
from equipoise.screen.law import law_rows

HERE = Path(__file__).parent
ON = dt.date(2026, 11, 22)


@dataclass(frozen=True)
class Situation:
    """One row: a small case and what is expected of one criterion. `place` names the row in messages.

    `open_severity`: the strongest level that must still be unanswered although a weaker one is met.
    `implicated`: words that what the answer rests on, or by what it was matched, must hold.
    """

    substance: str
    criterion: str
    place: str
    case: dict[str, Any]
    on: dt.date
    answer: str
    severity: str | None
    open_severity: str | None
    implicated: tuple[str, ...]


@lru_cache(maxsize=1)
def situations() -> tuple[Situation, ...]:
    """All rows of all files."""
    return tuple(row for path in sorted(HERE.glob("*/*.yaml")) for row in _rows(path))


def _rows(path: Path) -> Iterator[Situation]:
    content = yaml.safe_load(path.read_text("utf-8"))
    for table in content if isinstance(content, list) else [content]:
        for row in table["situations"]:
            cases = row["each"] if "each" in row else [row["case"]]
            for number, case in enumerate(cases):
                place = f"{path.parent.name}/{path.name}: {table['criterion']}: {row['name']}"
                expect = row["expect"]
                yield Situation(
                    table["substance"],
                    table["criterion"],
                    f"{place} [{number}]" if "each" in row else place,
                    {**row.get("case", {}), **case} if "each" in row else case,
                    row.get("on", ON),
                    expect["answer"],
                    expect.get("severity"),
                    expect.get("open"),
                    tuple(expect.get("implicated", ())),
                )


def chart_of(row: Situation, knowledge: Knowledge) -> Chart:
    """The row's case as a screening sees it."""
    adjunct = knowledge.substance(row.substance)
    case = Case.model_validate(row.case)
    chart = read_chart(case, knowledge, adjunct, resolver(knowledge, None), row.on)
    return replace(chart, law=law_rows(case, adjunct, knowledge.law_rule, row.on, chart.adjunct_texts))


def complaint(row: Situation, criterion: Criterion, chart: Chart) -> str | None:
    """What differs from the expectation, or None where all is as expected."""
    verdict = evaluate(criterion, chart)
    if str(verdict.answer) != row.answer:
        return f"answer {verdict.answer}, expected {row.answer}{_why(verdict)}"
    if row.severity is not None and str(verdict.level.severity) != row.severity:
        return f"severity {verdict.level.severity}, expected {row.severity}"
    open_severity = None if verdict.open_level is None else str(verdict.open_level.severity)
    if row.open_severity is not None and open_severity != row.open_severity:
        return f"still open is {open_severity}, expected {row.open_severity}"
    parts = (f"{item.label} ({item.matched_by or ''})" for item in verdict.judged.implicated)
    labels = " | ".join(parts).lower()
    missing = [word for word in row.implicated if word.lower() not in labels]
    return f"implicated {labels!r} lacks {missing}" if missing else None


def _why(verdict: Verdict) -> str:
    return f" ({'; '.join(verdict.judged.unknowns)})" if verdict.judged.unknowns else ""
