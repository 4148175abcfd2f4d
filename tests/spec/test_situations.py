"""Rules as tables: what a criterion must say in each situation, and whether the tables would notice a wrong rule."""

from __future__ import annotations

from collections import defaultdict

import pytest
from mutants import Mutant, mutants
from situations import Situation, chart_of, complaint, situations

from equipoise.knowledge import Knowledge
from equipoise.model.criterion import Criterion
from equipoise.screen.chart import Chart


@pytest.fixture(scope="module")
def charts(knowledge: Knowledge) -> dict[tuple[str, str], list[tuple[Situation, Chart]]]:
    """The rows of each criterion with their charts, read once."""
    table: dict[tuple[str, str], list[tuple[Situation, Chart]]] = defaultdict(list)
    for row in situations():
        table[row.substance, row.criterion].append((row, chart_of(row, knowledge)))
    return table


def test_every_situation_ends_as_the_table_says(
    knowledge: Knowledge, charts: dict[tuple[str, str], list[tuple[Situation, Chart]]]
) -> None:
    """Each row's criterion gives the answer, the severity and the implicated parts that the row expects."""
    wrong: list[str] = []
    for (substance, name), rows in charts.items():
        criterion = knowledge.substance(substance).cautions[name]
        wrong += [f"{row.place}: {found}" for row, chart in rows if (found := complaint(row, criterion, chart))]
    assert not wrong, "\n".join(wrong)


def test_every_caution_has_a_met_a_not_met_and_an_unknown_row(
    knowledge: Knowledge, charts: dict[tuple[str, str], list[tuple[Situation, Chart]]]
) -> None:
    """No caution is without its three kinds of rows, and no level without a met row."""
    lacking: list[str] = []
    for substance in knowledge.substance_ids:
        for name, criterion in knowledge.substance(substance).cautions.items():
            rows = [row for row, _ in charts.get((substance, name), [])]
            lacking += [
                f"{substance}/{name}: no {answer} row"
                for answer in ("met", "not_met", "unknown")
                if all(row.answer != answer for row in rows)
            ]
            met = {row.severity for row in rows if row.answer == "met"}
            lacking += [
                f"{substance}/{name}: no met row for {level.severity}"
                for level in criterion.levels
                if len(criterion.levels) > 1 and level.severity not in met
            ]
    assert not lacking, "\n".join(lacking)


def _survives(mutant: Mutant, rows: list[tuple[Situation, Chart]]) -> bool:
    return all(complaint(row, mutant.criterion, chart) is None for row, chart in rows)


def _alive(criterion: Criterion, rows: list[tuple[Situation, Chart]]) -> tuple[int, list[Mutant]]:
    made = list(mutants(criterion))
    return len(made), [mutant for mutant in made if _survives(mutant, rows)]


@pytest.mark.slow
def test_a_wrong_rule_is_noticed(
    knowledge: Knowledge, charts: dict[tuple[str, str], list[tuple[Situation, Chart]]]
) -> None:
    """At least 95 % of all small wrongs done to the rules are caught by a row, and every one to a contraindication."""
    made, alive, grave_alive = 0, [], []
    for substance in knowledge.substance_ids:
        for name, criterion in knowledge.substance(substance).cautions.items():
            count, survivors = _alive(criterion, charts.get((substance, name), []))
            made += count
            alive += [f"{substance}/{mutant.what}" for mutant in survivors]
            grave_alive += [f"{substance}/{mutant.what}" for mutant in survivors if mutant.contraindication]
    share = f"{made - len(alive)} of {made} wrongs caught ({1 - len(alive) / made:.1%})"
    print(f"{share}; of contraindications {len(grave_alive)} missed")
    assert not grave_alive, "\n".join(grave_alive)
    assert len(alive) <= 0.05 * made, "\n".join(alive)


def test_a_dropped_criterion_is_noticed(knowledge: Knowledge) -> None:
    """A caution that vanishes from the records leaves rows without a rule."""
    known = {
        (substance, name) for substance in knowledge.substance_ids for name in knowledge.substance(substance).cautions
    }
    asked = {(row.substance, row.criterion) for row in situations()}
    assert asked == known
