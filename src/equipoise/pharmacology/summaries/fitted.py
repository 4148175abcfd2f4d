"""A fitted model as a system with its values, and as the people and the doubt about it that a simulation draws."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from equipoise.model.kinetics import FittedPart, KineticFit, KineticModel
from equipoise.pharmacology.kinetics.system import System
from equipoise.pharmacology.population.population import Population
from equipoise.pharmacology.population.product import of_product
from equipoise.pharmacology.summaries.blocks import blocks
from equipoise.pharmacology.summaries.occasion import DAY_H
from equipoise.pharmacology.summaries.predict import system_of


def fitted_system(model: KineticModel, fit: KineticFit) -> System:
    """The system with the fitted medians; what is fixed has its own value."""
    return system_of(model, {item.name: item.median for part in fit.parts for item in part.parameters})


def fitted_population(model: KineticModel, fit: KineticFit) -> Population:
    """People about the fitted medians, and how far the medians themselves are in doubt (covariances of their logs)."""
    return Population.of(_declared(model, fit), fitted_system(model, fit))


class ProductModel(NamedTuple):
    """A model whose doses are grams of a product. `states`: that each dose goes into, counted from 0."""

    system: System
    population: Population
    states: tuple[int, ...]


def product_model(model: KineticModel, fit: KineticFit, every_days: float | None) -> ProductModel:
    """The fitted model under doses in grams of a product, whose content of each constituent differs as products do.

    `every_days`: so often a person takes up another product; None: each keeps to one. What constituents have in common
    in a product is not known; they are drawn apart. Doses of constituents whose content is not fitted are none.
    """
    entries = {item.constituent: item.entry for item in model.analytes if item.entry}
    content = {entries[item.constituent]: item for item in fit.content if item.constituent in entries}
    system = of_product(fitted_system(model, fit), {name: item.median for name, item in content.items()})
    spread = {f"CONTENT_{name}": {f"CONTENT_{name}": item.log_sd**2} for name, item in content.items()}
    doubt = {f"CONTENT_{name}": {f"CONTENT_{name}": item.median_log_sd**2} for name, item in content.items()}
    declared = _declared(model, fit)
    declared["uncertainty"] |= doubt
    if every_days is None:
        declared["omega"] |= spread
        return ProductModel(system, Population.of(declared, system), _places(system, content))
    occasions = {"product": {"omega": spread, "every": every_days * DAY_H}}
    return ProductModel(system, Population.of({**declared, "occasions": occasions}, system), _places(system, content))


def _places(system: System, names: Iterable[str]) -> tuple[int, ...]:
    return tuple(system.compartment(name) - 1 for name in names)


def _declared(model: KineticModel, fit: KineticFit) -> dict[str, dict[str, dict[str, float]]]:
    """What a person would write down of the population: how people differ, and the doubt in the medians."""
    spread = {name: value for part in fit.parts for name, value in _spreads(model, part)}
    omega = {name: {name: value**2} for name, value in spread.items()}
    names = {item.name for item in model.parameters}
    uncertainty: dict[str, dict[str, float]] = {}
    for part in fit.parts:
        order = [item.name for item in part.parameters]
        for row, own in enumerate(order):
            for column, other in enumerate(order[: row + 1]):
                if {own, other} <= names:
                    uncertainty.setdefault(own, {})[other] = part.covariance[row][column]
    return {"omega": omega, "uncertainty": uncertainty}


def _spreads(model: KineticModel, part: FittedPart) -> Iterator[tuple[str, float]]:
    """The parameters of a part in which people differ, with their log SDs."""
    behind = blocks(system_of(model))
    outputs = [item.output for item in model.analytes if item.constituent in part.analytes]
    own = set[str]().union(*(behind[output].parameters for output in outputs))
    found = {item.name: item.median for item in part.parameters}
    for item in model.parameters:
        if item.varies and item.name in own:
            yield item.name, found[f"spread.{item.varies}"]
