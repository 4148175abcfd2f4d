"""The part of a linear system that some of its outputs depend on."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from equipoise.pharmacology.kinetics.system import System
from equipoise.pharmacology.summaries.blocks import blocks

_WORD: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


def part_of(system: System, outputs: Iterable[str]) -> dict[str, Any]:
    """The declaration of the part behind these outputs, as a mapping: states, and what their rates and entries name.

    Raises `InputError` where the system is not linear.

    >>> two = System.of({
    ...     "name": "two", "states": {"A": "mg", "B": "mg"},
    ...     "parameters": {"K": {"value": 1, "unit": "1/h"}, "L": {"value": 1, "unit": "1/h"}},
    ...     "rates": {"A": "-K*A", "B": "-L*B"}, "entries": {"A": {}, "B": {}},
    ...     "outputs": {"a": {"expression": "A", "unit": "mg"}, "b": {"expression": "B", "unit": "mg"}},
    ... })
    >>> part = part_of(two, ["b"])
    >>> list(part["states"]), list(part["parameters"]), list(part["entries"])
    (['B'], ['L'], ['B'])
    """
    names = list(outputs)
    behind = blocks(system)
    states = {state for name in names for state in behind[name].states}
    content = system.model_dump()
    kept: dict[str, Any] = {
        key: {name: value for name, value in content[key].items() if name in states}
        for key in ("states", "rates", "initial", "entries")
    }
    kept["outputs"] = {name: content["outputs"][name] for name in names}
    used = _used(
        [*kept["rates"].values(), *kept["initial"].values(), *_texts(kept["entries"]), *_texts(kept["outputs"])]
    )
    kept["assignments"] = {}
    for name, text in reversed(content["assignments"].items()):  # a later one may name an earlier one
        if name in used:
            kept["assignments"] = {name: text, **kept["assignments"]}
            used |= _used([text])
    for key in ("parameters", "covariates"):
        kept[key] = {name: value for name, value in content[key].items() if name in used}
    return kept


def _texts(parts: dict[str, dict[str, Any]]) -> list[str]:
    return [text for part in parts.values() for key, text in part.items() if isinstance(text, str) and key != "unit"]


def _used(texts: Iterable[str]) -> set[str]:
    return {word for text in texts for word in _WORD.findall(text)}
