"""What an adjunct does to victims as one page: judged by what was seen, every victim, the enzymes over time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from equipoise import __version__
from equipoise.knowledge import Knowledge, SubstanceKnowledge
from equipoise.model.inhibition import OrganBound, VictimRow
from equipoise.model.schedule import Floats
from equipoise.model.source import SourceKey
from equipoise.pharmacology.kinetics.system import System
from equipoise.pharmacology.population.people import LEVELS, Summary
from equipoise.report import inhibition_view as view
from equipoise.report.bands import bands
from equipoise.report.canvas import LAYOUTS
from equipoise.report.footnotes import Footnotes, Note
from equipoise.report.page import page
from equipoise.report.ratio_forest import forest
from equipoise.report.simulation import Told
from equipoise.screen.inhibition_published import Check

OUTPUT = "activity"


def inhibition_html(
    knowledge: Knowledge,
    adjunct: SubstanceKnowledge,
    rows: Sequence[VictimRow],
    *,
    bounds: Sequence[OrganBound],
    published: Sequence[Check],
    activity: Mapping[str, tuple[Floats, Floats]],
) -> str:
    """One HTML file: no script, no request; every figure of a picture stands in a table too.

    `activity`: by name of an enzyme, times (h) and its activity in draws (draws, times).
    """
    return page(
        "inhibition.html.j2",
        f"Victims of {adjunct.substance.name}",
        f"Knowledge {knowledge.hash[:12]} · Equipoise {__version__}",
        {"view": view},
        adjunct=adjunct,
        title=adjunct.substance.name,
        version=__version__,
        knowledge_hash=knowledge.hash,
        rule=knowledge.inhibition_rule,
        judged=view.probes(adjunct, rows),
        rows=[view.row(row) for row in rows],
        bounds=[view.bound(item) for item in bounds],
        published=[view.published(item.record, item.computed, item.inlet_nm, agrees=item.agrees) for item in published],
        judging=[found for layout in LAYOUTS if (found := forest(view.drawn(adjunct, rows), layout))],
        victims=[found for layout in LAYOUTS if (found := forest(view.drawn_victims(rows), layout))],
        courses=[
            (name, [bands(_told(times, draws), OUTPUT, layout) for layout in LAYOUTS])
            for name, (times, draws) in activity.items()
        ],
        notes=_notes(knowledge, adjunct),
    )


def _told(times: Floats, draws: Floats) -> Told:
    """An enzyme's activity as the pictures of simulations take it: the median and the bands of draws."""
    system = System.of(
        {
            "name": "an enzyme",
            "states": {"POOL": "1"},
            "rates": {"POOL": "0"},
            "outputs": {OUTPUT: {"expression": "POOL", "unit": "1"}},
        }
    )
    levels = np.quantile(draws, LEVELS, axis=0)
    return Told(system, Summary(len(draws), times, LEVELS, {OUTPUT: levels}, {}, "", "", ()), None, 1)


def _notes(knowledge: Knowledge, adjunct: SubstanceKnowledge) -> Footnotes:
    keys: list[SourceKey] = [key for item in adjunct.observed_inhibition for key in item.sources]
    keys += [key for item in adjunct.in_vitro if item.left_out is None for key in item.sources]
    keys += [key for item in adjunct.perpetrator_figures for key in item.sources]
    keys += [key for item in knowledge.enzyme_turnover for key in item.sources]
    keys += knowledge.inhibition_rule.sources
    named = dict.fromkeys(keys)
    return Footnotes(tuple(Note(index, key, knowledge.sources[key]) for index, key in enumerate(named, start=1)))
