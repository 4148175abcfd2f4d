"""A system and its population out of a YAML file, and the dosing records of a table with NONMEM's columns."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, cast

from equipoise.errors import Fault, InputError
from equipoise.exchange.json_value import Json
from equipoise.exchange.table_in import Table, number, read_table
from equipoise.pharmacology.kinetics.dosing import Events
from equipoise.pharmacology.kinetics.system import System
from equipoise.pharmacology.occupancy.simulated import Site
from equipoise.pharmacology.population.population import Population, declared_faults
from equipoise.pharmacology.population.product import into_each, product_faults

if TYPE_CHECKING:
    from equipoise.model.phenotypes import PhenotypeFrequencies

POPULATION = "population"
PRODUCT_UNIT = "g"  # of an amount that is one of a product


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """What a model file declares. `population`: None where it declares none. `notes`: what its user has to know.

    `product`: the states that a dose goes into, counted from 0, where doses are amounts of a product; else empty.
    `sites`: what the simulated substances bind. `studied`: by entry, the largest amount (mg) of any study behind the
    model; empty where none is known.
    """

    system: System
    population: Population | None
    notes: tuple[str, ...] = ()
    product: tuple[int, ...] = ()
    sites: tuple[Site, ...] = ()
    studied: Mapping[str, float] = field(default_factory=dict[str, float])


def _system(content: Mapping[str, object], people: object) -> System:
    """The system; its faults come with those that a population has by itself."""
    try:
        return System.of(content)
    except InputError as error:
        more = declared_faults(cast("Mapping[str, object]", people)) if isinstance(people, Mapping) else ()
        raise InputError(error.subject, (*error.faults, *more)) from error


Frequencies = Callable[[str], "PhenotypeFrequencies | None"]


def read_model(path: Path, frequencies: Frequencies | None = None) -> Model:
    """The model of a YAML file: the fields of a system, and `population` beside them.

    `frequencies`: what the records say of an enzyme's phenotypes, for a covariate that gives no shares of its own.
    Raises InputError with every fault: of the file, or else of the system, or else of the population.
    """
    content = dict(_content(path))
    people = content.pop(POPULATION, None)
    try:
        system = _system(content, people)
        if people is None:
            return Model(system, None)
        if not isinstance(people, Mapping):
            fault = Fault(POPULATION, "no mapping", "omega, covariates, uncertainty with values", "Indent them.")
            raise InputError(str(path), [fault])  # noqa: TRY301 - one message for the whole file
        told, notes = _with_frequencies(cast("Mapping[str, object]", people), frequencies)
        return Model(system, Population.of(told, system), notes)
    except InputError as error:
        raise InputError(str(path), error.faults) from error


def _with_frequencies(
    people: Mapping[str, object], frequencies: Frequencies | None
) -> tuple[Mapping[str, object], tuple[str, ...]]:
    """A population with the recorded shares of phenotypes, and a note on each; what is no mapping is left to others."""
    covariates = people.get("covariates")
    if frequencies is None or not isinstance(covariates, Mapping):
        return people, ()
    filled: dict[object, object] = dict(cast("Mapping[object, object]", covariates))
    notes: list[str] = []
    for name, declared in filled.items():
        given = dict(cast("Mapping[str, object]", declared)) if isinstance(declared, Mapping) else {}
        if given.get("distribution") == "phenotypes" and "shares" not in given:
            found = frequencies(str(given.get("enzyme")))
            if found is not None:
                filled[name] = given | {"shares": {str(item): share for item, share in found.shares.items()}}
                shares = ", ".join(f"{item} {100 * share:.3g} %" for item, share in found.shares.items())
                origin = f"{', '.join(found.sources)}, {found.date}"
                notes.append(f"{name}: phenotypes of {found.enzyme} drawn as {shares}. {found.who} ({origin}).")
    return {**people, "covariates": filled}, tuple(notes)


def read_events(path: Path, model: Model, labels: Collection[str] = ()) -> Events:
    """The dosing records of a table: columns ID TIME AMT RATE EVID CMT ADDL II SS and covariates, in any case.

    `labels`: further columns of whole numbers that must be there, such as OCC.
    Raises InputError with every fault and its lines.
    """
    table = read_table(path)
    try:
        amounts = PRODUCT_UNIT if model.product else None
        events = Events.of(table.columns, model.system, lines=table.lines, labels=labels, amounts=amounts)
    except InputError as error:
        rest = _product_faults(table, min(model.product)) if model.product else []
        raise InputError(str(path), [*error.faults, *rest]) from error
    if not model.product:
        return events
    try:
        return into_each(events, model.product, word="line")
    except InputError as error:
        raise InputError(str(path), error.faults) from error


def _product_faults(table: Table, first: int) -> list[Fault]:
    """What the doses of a product cannot be, read from a table that has other faults: all are told together."""
    cells = {name.upper(): [number(cell) or 0.0 for cell in column] for name, column in table.columns.items()}
    nothing = [0.0] * len(table.lines)
    columns = (cells.get(name, nothing) for name in ("AMT", "RATE", "CMT"))
    rows = list(zip(table.lines, *columns, strict=True))
    timed = [line for line, _, rate, _ in rows if rate]
    single = [(line, int(place)) for line, amount, _, place in rows if amount and place > first + 1]
    return product_faults(timed, [line for line, _ in single], [place for _, place in single], "line")


def _content(path: Path) -> Mapping[str, Json]:
    from equipoise.exchange.yaml_text import parse_yaml  # here: PyYAML costs start-up time

    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "bytes that are no UTF-8 text"
        mend = "Give the YAML file of a model (docs/how-to/simulate.md)."
        raise InputError(str(path), [Fault("file", str(why), "a readable model file", mend)]) from error
    documents, faults = parse_yaml(text)
    if faults:
        raise InputError(str(path), faults)
    if len(documents) != 1 or not isinstance(documents[0], dict):
        found = "something else than a mapping" if len(documents) == 1 else f"{len(documents)} documents"
        fault = Fault("file", found, "one mapping: name, states, rates, outputs, ...", "Mend it.")
        raise InputError(str(path), [fault])
    return documents[0]
