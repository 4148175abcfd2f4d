"""References of the kinetic records: every study, constituent and figure that one of them names must be there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import cast

from equipoise.errors import Fault
from equipoise.model.base import Frozen
from equipoise.model.kinetics import ContentFigure, KineticFigure, KineticModel, KineticStudy
from equipoise.model.source import Provenance

Records = Mapping[tuple[str, str], Sequence[Frozen]]


def kinetics_faults(records: Records) -> Iterator[Fault]:
    """Every name without its record; figures and amounts of constituents that the model does not have."""
    for scope in sorted({place[0] for place in records if place[0]}):
        known = _ids(records, scope, "alkaloids") | _ids(records, scope, "metabolites")
        for item in records.get((scope, "content_figures"), ()):
            content = cast("ContentFigure", item)
            where = f"{scope}/content_figures/{content.id}"
            yield from _unknown(where, [content.constituent], known, "a constituent")
        models = [cast("KineticModel", item) for item in records.get((scope, "kinetic_model"), ())]
        for model in models:
            named = [item.constituent for item in model.analytes]
            yield from _unknown(f"{scope}/kinetic_model", named, known, "a constituent")
        analytes = {item.constituent for model in models for item in model.analytes}
        entering = {item.constituent for model in models for item in model.analytes if item.entry}
        yield from _study_faults(records, scope, entering)
        yield from _figure_faults(records, scope, analytes)


def _study_faults(records: Records, scope: str, entering: set[str]) -> Iterator[Fault]:
    for item in records.get((scope, "kinetic_studies"), ()):
        study = cast("KineticStudy", item)
        where = f"{scope}/kinetic_studies/{study.id}"
        yield from _unknown(where, study.amount_mg, entering, "an analyte of the model whose dose enters a state")


def _figure_faults(records: Records, scope: str, analytes: set[str]) -> Iterator[Fault]:
    studies, figures = _ids(records, scope, "kinetic_studies"), _ids(records, scope, "kinetic_figures")
    for item in records.get((scope, "kinetic_figures"), ()):
        figure = cast("KineticFigure", item)
        where = f"{scope}/kinetic_figures/{figure.id}"
        yield from _unknown(where, [figure.study], studies, "a record of kinetic_studies")
        named = [name for name in (figure.analyte, figure.relative_to) if name]
        yield from _unknown(where, named, analytes, "an analyte of the model")
        yield from _unknown(where, [figure.follows_from] if figure.follows_from else [], figures, "a figure")


def _ids(records: Records, scope: str, section: str) -> set[str]:
    return {str(getattr(item, "id", "")) for item in records.get((scope, section), ()) if isinstance(item, Provenance)}


def _unknown(where: str, names: Iterable[str], known: set[str], expected: str) -> Iterator[Fault]:
    for name in names:
        if name not in known:
            yield Fault(where, name, expected, "Correct the id, or add the record.")
