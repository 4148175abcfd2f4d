"""Every name and code of every medicine, made once when the records are compiled: looking up costs nothing then."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import orjson

from equipoise.knowledge.names import folded, spellings

if TYPE_CHECKING:
    from equipoise.knowledge.references import Records
    from equipoise.model.medicine import Combination, Medicine
    from equipoise.model.substance import Alkaloid, Substance

SUBSTANCE_LEVEL = 7  # the length of an ATC code that names one substance

Ids = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NameTable:
    """Folded names, RxNorm codes and substance-level ATC codes to medicine ids; adjunct names to substance ids.

    `product_words`: by substance id, what stands beside the name of one of its products and is no ingredient.
    """

    names: Mapping[str, Ids]
    rxcuis: Mapping[str, Ids]
    atcs: Mapping[str, Ids]
    adjuncts: Mapping[str, str]
    product_words: Mapping[str, Ids]


def build(records: Records) -> NameTable:
    """The table of a checked record set. A medicine's own name wins over a combination's."""
    medicines = [cast("Medicine", item) for item in records.get(("", "medicines"), [])]
    combinations = [cast("Combination", item) for item in records.get(("", "combinations"), [])]
    names: dict[str, Ids] = {}
    rxcuis: dict[str, Ids] = {}
    atcs: dict[str, set[Ids]] = {}
    for item in combinations:
        names.update({key: item.ingredients for name in (item.name, *item.brands) for key in _keys(name)})
        rxcuis.update({str(code): item.ingredients for code in _given(item.rxcui)})
        _add(atcs, item.atc, item.ingredients)
    for item in medicines:
        names.update({key: (item.id,) for name in (item.name, *item.synonyms, *item.brands) for key in _keys(name)})
        rxcuis.update({str(code): (item.id,) for code in (*_given(item.rxcui), *item.other_rxcuis)})
        _add(atcs, item.atc, (item.id,))
    adjuncts = {**_medicines_of_adjuncts(records), **_adjuncts(records)}
    names.update(_adjuncts_as_medicines(records, adjuncts))
    # An ATC code of several medicines cannot tell which, so it tells nothing.
    clear = {code: next(iter(found)) for code, found in atcs.items() if len(found) == 1}
    words = {item.id: tuple(map(folded, item.product_words)) for item in _substances(records)}
    return NameTable(names, rxcuis, clear, adjuncts, words)


def _keys(name: str) -> Ids:
    """How a name is looked up: folded, and without its commas ("insulin, regular, human")."""
    return tuple(dict.fromkeys((folded(name), *spellings(name, (), ())[:1])))


def _given(code: str | None) -> Ids:
    return () if code is None else (code,)


def _add(atcs: dict[str, set[Ids]], codes: Iterable[str], ids: Ids) -> None:
    for code in codes:
        if len(code) == SUBSTANCE_LEVEL:
            atcs.setdefault(str(code), set()).add(ids)


def _adjuncts(records: Records) -> dict[str, str]:
    table: dict[str, str] = {}
    for (scope, section), items in records.items():
        for item in items:
            if section == "alkaloids":
                alkaloid = cast("Alkaloid", item)
                table.update({folded(name): scope for name in (alkaloid.name, *alkaloid.synonyms)})
            elif section == "substance":
                substance = cast("Substance", item)
                sold_as = (name for group in substance.product_classes for name in group.names)
                table.update({folded(name): scope for name in (substance.name, *substance.synonyms, *sold_as)})
    return table


def _medicines_of_adjuncts(records: Records) -> dict[str, str]:
    """Every name of the medicine record of an adjunct means that adjunct too."""
    scope_of = {item.medicine: item.id for item in _substances(records)}
    medicines = (cast("Medicine", item) for item in records.get(("", "medicines"), []))
    return {
        key: scope_of[item.id]
        for item in medicines
        if item.id in scope_of
        for name in (item.name, *item.synonyms, *item.brands)
        for key in _keys(name)
    }


def _adjuncts_as_medicines(records: Records, adjuncts: Mapping[str, str]) -> dict[str, Ids]:
    """Every name of an adjunct that has a medicine record, its constituents' included, means that medicine too."""
    medicine_of = {item.id: item.medicine for item in _substances(records) if item.medicine is not None}
    return {name: (medicine_of[scope],) for name, scope in adjuncts.items() if scope in medicine_of}


def _substances(records: Records) -> list[Substance]:
    rows = (item for (_, section), items in records.items() if section == "substance" for item in items)
    return [cast("Substance", item) for item in rows]


def dumped(table: NameTable) -> bytes:
    """The table as JSON."""
    maps = (table.names, table.rxcuis, table.atcs, table.adjuncts, table.product_words)
    return orjson.dumps([dict(item) for item in maps])


def loaded(blob: bytes) -> NameTable:
    """The table from its JSON."""
    names, rxcuis, atcs, adjuncts, product_words = orjson.loads(blob)
    return NameTable(_tuples(names), _tuples(rxcuis), _tuples(atcs), adjuncts, _tuples(product_words))


def _tuples(raw: dict[str, list[str]]) -> dict[str, Ids]:
    return {name: tuple(ids) for name, ids in raw.items()}
