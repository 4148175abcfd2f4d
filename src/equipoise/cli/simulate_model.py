"""The model that `equipoise simulate` runs: out of a file, or an adjunct's own out of the records."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from equipoise.cli import options
from equipoise.errors import Fault, KnowledgeError, UsageError

if TYPE_CHECKING:
    from equipoise.exchange.system_in import Model

FEWEST_REPLICATES = 20


def model_of(name: str) -> Model:
    """The model of a file, or of an adjunct by its id."""
    from equipoise.exchange.system_in import Model, read_model

    path = Path(name)
    if path.exists() or path.suffix:
        return read_model(path)
    records = options.records(None)
    if name in records.substance_ids:
        model, fit = records.substance(name).kinetic_model, records.substance(name).kinetic_fit
        if model is not None and fit is not None:
            from equipoise.pharmacology.summaries.fitted import fitted_population, fitted_system

            return Model(fitted_system(model, fit), fitted_population(model, fit))
        expected = "an adjunct whose kinetics are fitted in the records"
        fault = Fault("MODEL", name, expected, "Give a model file (docs/how-to/simulate.md).")
        raise KnowledgeError("kinetics", [fault])
    expected = f"a model file, or one of {', '.join(records.substance_ids)}"
    raise UsageError("command line", [Fault("MODEL", repr(name), expected, "Correct the path or the name.")])


def check_people(model: Model, population: int | None, replicates: int, name: str) -> None:
    """Refuses people and draws of typical values that a model does not declare."""
    faults: list[Fault] = []
    if population is not None and model.population is None:
        expected = "a model that declares a population"
        faults.append(Fault("--population", name, expected, "Add `population` to it, or leave the option out."))
    if 0 < replicates < FEWEST_REPLICATES:
        expected = f"at least {FEWEST_REPLICATES}: an interval of fewer draws says little"
        faults.append(Fault("--replicates", str(replicates), expected, "For example --replicates 200."))
    if replicates and (population is None or model.population is None or model.population.typical is None):
        expected = "with --population, and a model whose population declares `uncertainty`"
        faults.append(Fault("--replicates", str(replicates), expected, "Leave it out, or declare what is uncertain."))
    if faults:
        raise UsageError("command line", faults)


def check_ids(population: int | None, ids: int) -> None:
    """Refuses another number of people than the events have IDs."""
    if population is not None and ids not in (1, population):
        expected = f"{ids}: the events are those of {ids} IDs"
        fault = Fault("--population", str(population), expected, "Correct it, or give events of one ID for everybody.")
        raise UsageError("command line", [fault])
