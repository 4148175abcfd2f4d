"""A kinetic fit as one page: how well it holds, every figure, the people that it predicts, what rests on judgement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np

from equipoise import __version__
from equipoise.knowledge import Knowledge, SubstanceKnowledge
from equipoise.model.kinetics import KineticFit, KineticModel
from equipoise.model.source import SourceKey
from equipoise.pharmacology.summaries.bands import Quantiles, bands
from equipoise.pharmacology.summaries.fit import Fitted
from equipoise.report import kinetics_pictures as pictures
from equipoise.report import kinetics_view as view
from equipoise.report.canvas import LAYOUTS
from equipoise.report.footnotes import Footnotes, Note
from equipoise.report.page import page

TIMES_H = np.geomspace(*pictures.HOURS, 120)


def kinetics_html(knowledge: Knowledge, adjunct: SubstanceKnowledge, fit: KineticFit, parts: Sequence[Fitted]) -> str:
    """The fit as one HTML file: no script, no request; the same fit gives the same page. No amount stands in it."""
    shown = view.rows(knowledge, adjunct, fit)
    model = adjunct.kinetic_model
    drawn = bands(parts, [row.figure for row in shown if row.figure.quantity == "cmax"], TIMES_H)
    return page(
        "kinetics.html.j2",
        f"Kinetics of {adjunct.substance.name}",
        f"Knowledge {knowledge.hash[:12]} · Equipoise {__version__}",
        {"view": view},
        adjunct=adjunct.substance.name,
        version=__version__,
        knowledge_hash=knowledge.hash,
        fit=fit,
        model=model,
        studies=adjunct.kinetic_studies,
        shown=shown,
        notes=_notes(knowledge, adjunct, model, shown),
        forests=[picture for layout in LAYOUTS if (picture := pictures.figure_forest(shown, layout))],
        panels=list(_panels(shown, drawn)),
    )


def _panels(shown: Sequence[view.Row], drawn: Mapping[str, Quantiles]) -> Iterator[pictures.Panel]:
    """One for each analyte whose peak and its time were published with ranges on the same occasion."""
    for row in shown:
        cmax = row.figure
        same = [item.figure for item in shown if (item.figure.study, item.figure.analyte) == (cmax.study, cmax.analyte)]
        tmax = next((item for item in same if item.quantity == "tmax" and item.given == "median"), None)
        if cmax.id in drawn and cmax.given == "median" and tmax is not None:
            yield pictures.panel(f"{row.analyte} ({row.study})", TIMES_H, drawn[cmax.id], cmax, tmax)


def _notes(
    knowledge: Knowledge, adjunct: SubstanceKnowledge, model: KineticModel | None, shown: Iterable[view.Row]
) -> Footnotes:
    keys: list[SourceKey] = [key for row in shown for key in row.sources]
    keys += [key for study in adjunct.kinetic_studies for key in study.sources]
    keys += [key for item in adjunct.content_figures for key in item.sources]
    keys += [] if model is None else model.sources
    named = dict.fromkeys(keys)
    return Footnotes(tuple(Note(index, key, knowledge.sources[key]) for index, key in enumerate(named, start=1)))
