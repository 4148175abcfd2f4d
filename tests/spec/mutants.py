"""Small wrongs done to a criterion: each is a fault that a careless edit of the records could make."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from equipoise.model.criterion import Criterion
from equipoise.model.terms import Severity

Raw = dict[str, Any]
LISTS = (
    "icd10",
    "snomed",
    "phrases",
    "not_phrases",
    "ids",
    "atc",
    "classes",
    "opioid",
    "mao_inhibitor",
    "enzymes",
    "forms",
    "content",
    "statuses",
    "is_one_of",
    "except_ids",
    "any",
    "all",
    "none",
    "loinc",
    "names",
    "sex",
)
# Names by which a value may be found beside its LOINC code are spelling aids; dropping one changes no rule.
SPELLING = ("names",)
LIMITS = ("below", "at_least", "within_days", "lapses_days", "above_percent_of_alkaloids", "above_mg_per_g")
FLAGS = ("active", "narrow_index", "certificate", "above_reference", "positive")
OTHER_MEDICINE = "folic_acid"


@dataclass(frozen=True)
class Mutant:
    """A changed criterion. `contraindication`: the change touches a level that contraindicates."""

    what: str
    contraindication: bool
    criterion: Criterion


def mutants(criterion: Criterion) -> Iterator[Mutant]:
    """Every single small wrong that still makes a well-formed criterion."""
    raw = criterion.model_dump(mode="json", exclude_unset=True)
    for index, level in enumerate(raw["levels"]):
        grave = level["severity"] == Severity.CONTRAINDICATED
        for what, change in _changes(raw, index):
            changed = copy.deepcopy(raw)
            change(changed["levels"])
            made = _built(changed)
            if made is not None:
                yield Mutant(f"{criterion.id}[{index}] {what}", grave, made)


def _built(raw: Raw) -> Criterion | None:
    try:
        return Criterion.model_validate(raw)
    except ValueError:
        return None


def _changes(raw: Raw, index: int) -> Iterator[tuple[str, Callable[[list[Raw]], object]]]:
    if len(raw["levels"]) > 1:
        yield "level dropped", lambda levels: levels.pop(index)
    severity = Severity(raw["levels"][index]["severity"])
    taken = {level["severity"] for level in raw["levels"]}
    lower = [item for item in Severity if item.rank > severity.rank and item not in taken]
    if lower:
        yield f"lowered to {lower[0]}", lambda levels: levels[index].update(severity=str(lower[0]))
    for path, what, change in _in(raw["levels"][index]["when"], ()):
        yield what, lambda levels, path=path, change=change: change(_at(levels[index]["when"], path))


def _at(node: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        node = node[step]
    return node


def _in(node: Any, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str, Callable[[Any], object]]]:
    if isinstance(node, list):
        for index, item in enumerate(node):
            yield from _in(item, (*path, index))
        return
    if not isinstance(node, dict):
        return
    for key, value in node.items():
        yield from _of_field(path, key, value)
        yield from _in(value, (*path, key))


def _of_field(
    path: tuple[str | int, ...], key: str, value: Any
) -> Iterator[tuple[tuple[str | int, ...], str, Callable[[Any], object]]]:
    if isinstance(value, list) and key in LISTS and key not in SPELLING:
        for index, item in enumerate(value):
            yield path, f"{key} without {_short(item)}", lambda node, index=index: node[key].pop(index)
    if key == "ids":
        for index, item in enumerate(value):
            yield path, f"{item} swapped", lambda node, index=index: node[key].__setitem__(index, OTHER_MEDICINE)
    if key == "effects":
        for effect in value:
            yield path, f"without effect {effect}", lambda node, effect=effect: node[key].pop(effect)
    if key in LIMITS and isinstance(value, (int, float)):
        step = 1 if float(value).is_integer() else 0.1
        yield path, f"{key} {value} raised", lambda node: node.update({key: value + step})
        yield path, f"{key} {value} lowered", lambda node: node.update({key: value - step})
    if key in FLAGS and isinstance(value, bool):
        yield path, f"{key} turned", lambda node: node.update({key: not value})


def _short(item: Any) -> str:
    text = str(item)
    return text if len(text) < 40 else text[:37] + "..."
