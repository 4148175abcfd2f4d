"""The model that `equipoise simulate` runs: out of a file, or an adjunct's own out of the records."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from equipoise.cli import options
from equipoise.errors import Fault, KnowledgeError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from equipoise.exchange.system_in import Model
    from equipoise.knowledge import Knowledge, SubstanceKnowledge
    from equipoise.model.kinetics import FittedContent, KineticFit
    from equipoise.model.phenotypes import PhenotypeFrequencies
    from equipoise.pharmacology.kinetics.dosing import Events

FEWEST_REPLICATES = 20


def model_of(name: str, product: str | None) -> Model:
    """The model of a file, or of an adjunct by its id. `product`: see `product_of`; files know none."""
    from equipoise.exchange.system_in import read_model

    path = Path(name)
    if path.exists() or path.suffix:
        if product is not None:
            expected = "an adjunct whose products' content is in the records"
            raise UsageError("command line", [Fault("--product", name, expected, "Write the content into the model.")])
        return read_model(path, _frequencies)
    records = options.records(None)
    if name in records.substance_ids:
        return _of_adjunct(records, records.substance(name), product)
    expected = f"a model file, or one of {', '.join(records.substance_ids)}"
    raise UsageError("command line", [Fault("MODEL", repr(name), expected, "Correct the path or the name.")])


def _frequencies(enzyme: str) -> PhenotypeFrequencies | None:
    """What the records say of an enzyme's phenotypes, where they are those of one population."""
    known = options.records(None).phenotype_frequencies
    return next((item for item in known if item.enzyme == enzyme and item.left_out is None), None)


def _of_adjunct(records: Knowledge, adjunct: SubstanceKnowledge, product: str | None) -> Model:
    """An adjunct's fitted model; its notes say what a dose is, and where the model comes from."""
    from equipoise.exchange.system_in import Model
    from equipoise.pharmacology.summaries.fitted import fitted_population, fitted_system, product_model
    from equipoise.screen.sites import sites

    model, fit = adjunct.kinetic_model, adjunct.kinetic_fit
    name = adjunct.substance.id
    if model is None or fit is None:
        expected = "an adjunct whose kinetics are fitted in the records"
        raise KnowledgeError(
            "kinetics", [Fault("MODEL", name, expected, "Give a model file (docs/how-to/simulate.md).")]
        )
    bound = sites(records, adjunct, {item.constituent: item.output for item in model.analytes})
    studied = {
        item.entry: max(study.amount_mg.get(item.constituent, (0.0, 0.0))[1] for study in adjunct.kinetic_studies)
        for item in model.analytes
        if item.entry
    }
    origin = _origin(records, adjunct, fit)
    names = {item.entry: adjunct.alkaloids[item.constituent].name for item in model.analytes if item.entry}
    if product is None:
        system = fitted_system(model, fit)
        places = ", ".join(f"{system.compartment(entry)} {named}" for entry, named in names.items())
        notes = (f"A dose (AMT) is mg of one constituent, told by CMT: {places}.", origin)
        return Model(system, fitted_population(model, fit), notes, (), bound, studied)
    if not fit.content:
        expected = "an adjunct whose products' content is in the records"
        raise KnowledgeError("kinetics", [Fault("--product", name, expected, "Give mg of a constituent.")])
    every = product_of(product)
    made = product_model(model, fit, every)
    notes = (*_product_notes(fit.content, every), origin)
    return Model(made.system, made.population, notes, made.states, bound, studied)


def _origin(records: Knowledge, adjunct: SubstanceKnowledge, fit: KineticFit) -> str:
    """When a model was fitted, to whose figures, and whether their records are still the same."""
    keys = dict.fromkeys(key for study in adjunct.kinetic_studies for key in study.sources)
    whose = "; ".join(records.sources[key].short for key in keys)
    same = fit.inputs == records.kinetic_inputs(adjunct.substance.id)
    stale = "" if same else " The records were changed after that fit."
    named = adjunct.substance.name
    return f"The model of {named} was fitted on {fit.date} to published figures: {whose}.{stale}"


def _product_notes(content: Sequence[FittedContent], every_days: float | None) -> tuple[str, str]:
    known = [item.constituent for item in content if not item.borrowed]
    habit = "keeps to one product" if every_days is None else f"takes up another product every {every_days:g} days"
    spread = f"how far products differ is known of {', '.join(known)} alone and taken for the others"
    return (
        f"A dose (AMT) is grams of a product, in every depot at once; a drawn person {habit}.",
        f"Content of {len(content)} constituents is drawn, each apart; {spread}.",
    )


def beyond_of(model: Model, events: Events) -> tuple[str, ...]:
    """A note where a dose is larger than any in the studies behind a model; it names no amount."""
    records, system = events.records, model.system
    largest = {
        entry: records.amount[records.dosing & (records.state == system.compartment(entry) - 1)].max(initial=0.0)
        * (system.parameters[f"CONTENT_{entry}"].value if model.product else 1.0)
        for entry in model.studied
    }
    over = [entry for entry, amount in largest.items() if amount > model.studied[entry] > 0.0]
    if not over:
        return ()
    places = ", ".join(str(system.compartment(entry)) for entry in over)
    return (f"Doses into compartment {places} are beyond those of the studies behind the model: it extrapolates.",)


def product_of(text: str) -> float | None:
    """How often a person takes up another product, in days; None for `throughout`."""
    if text == "throughout":
        return None
    try:
        days = float(text)
        if not 0.0 < days < float("inf"):
            raise ValueError(text)  # noqa: TRY301 - one message for everything that is no such number
    except ValueError as error:
        expected = "`throughout`, or after how many days a person takes up another product"
        raise UsageError("command line", [Fault("--product", repr(text), expected, "For example 30.")]) from error
    return days


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
