"""A fitted model as a system with its values, and as the people and the doubt about it that a simulation draws."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.model.kinetics import FittedPart, KineticFit, KineticModel
from equipoise.pharmacology.kinetics.system import System
from equipoise.pharmacology.population.population import Population
from equipoise.pharmacology.summaries.blocks import blocks
from equipoise.pharmacology.summaries.predict import system_of


def fitted_system(model: KineticModel, fit: KineticFit) -> System:
    """The system with the fitted medians; what is fixed has its own value."""
    return system_of(model, {item.name: item.median for part in fit.parts for item in part.parameters})


def fitted_population(model: KineticModel, fit: KineticFit) -> Population:
    """People about the fitted medians, and how far the medians themselves are in doubt (covariances of their logs)."""
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
    return Population.of({"omega": omega, "uncertainty": uncertainty}, fitted_system(model, fit))


def _spreads(model: KineticModel, part: FittedPart) -> Iterator[tuple[str, float]]:
    """The parameters of a part in which people differ, with their log SDs."""
    behind = blocks(system_of(model))
    outputs = [item.output for item in model.analytes if item.constituent in part.analytes]
    own = set[str]().union(*(behind[output].parameters for output in outputs))
    found = {item.name: item.median for item in part.parameters}
    for item in model.parameters:
        if item.varies and item.name in own:
            yield item.name, found[f"spread.{item.varies}"]
