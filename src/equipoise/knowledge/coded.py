"""What the codes of a medication entry say: by the records, and through an imported RxNorm table where there is one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from equipoise.knowledge.found import Found, joined
from equipoise.knowledge.lookup import COMBINED, Lookup
from equipoise.knowledge.rxnorm import RxNormNames
from equipoise.knowledge.store import Knowledge
from equipoise.model.case import Medication


class CodeReader:
    """Reads RxNorm and ATC codes."""

    def __init__(self, knowledge: Knowledge, lookup: Lookup, rxnorm: RxNormNames | None) -> None:
        self._rxcuis = knowledge.name_table.rxcuis
        self._atcs = knowledge.name_table.atcs
        self._lookup = lookup
        self._rxnorm = rxnorm

    def read(self, entry: Medication) -> tuple[Found, tuple[str, ...]]:
        """What the codes say, and the codes that nobody knows."""
        found: list[Found] = []
        strange: list[str] = []
        for code in entry.rxcui:
            meant = self._meant(code)
            if meant is None:
                strange.append(f"RxNorm {code}")
            else:
                found.append(meant)
        found.extend(Found(self._atcs[code]) for code in entry.atc if code in self._atcs)
        return joined(found), tuple(strange)

    def named(self, name: str) -> Found | None:
        """What a name means that only the imported table knows."""
        code = self._rxnorm.rxcui_of(name) if self._rxnorm else None
        return None if code is None else self._meant(code)

    def known_as(self, entry: Medication) -> str | None:
        """The imported table's name for the first code of an entry that it knows."""
        names = (self._rxnorm.name_of(code) for code in entry.rxcui if self._rxnorm)
        return next((name for name in names if name), None)

    def _meant(self, code: str) -> Found | None:
        own = self._rxcuis.get(code)
        return Found(own) if own else self._through_rxnorm(code)

    def _through_rxnorm(self, rxcui: str) -> Found | None:
        """A product or brand code by the imported table: by its name where that lists the ingredients, else by codes.

        The table's lists hold salts and related combinations beside ingredients, so a code without a record is passed
        over only where it adds nothing; otherwise it stays visible as a part not assessed.
        """
        name = self._rxnorm.name_of(rxcui) if self._rxnorm else None
        if self._rxnorm is None or name is None:
            return None
        by_name = self._lookup.listed(name)
        if by_name.whole:
            return by_name
        codes = self._rxnorm.ingredients_of(rxcui)
        medicines = tuple(dict.fromkeys(item for code in codes for item in self._single(code)))
        open_names = [self._rxnorm.name_of(code) or f"RxNorm {code}" for code in codes if not self._single(code)]
        unknown = (*self._left_open(medicines, open_names), *self._spelt_out(name, by_name.unknown, medicines))
        return Found(medicines, tuple(dict.fromkeys(unknown))) if medicines else None

    def _spelt_out(self, name: str, unknown: Iterable[str], medicines: tuple[str, ...]) -> Iterator[str]:
        """The parts of a name that lists ingredients which are none of the medicines: the codes may lack one."""
        for part in unknown if COMBINED in name else ():
            meant = set(self._lookup.mentioned([part]))
            if not meant or not meant <= set(medicines):
                yield part

    def _left_open(self, medicines: tuple[str, ...], names: Iterable[str]) -> tuple[str, ...]:
        """The names of a list that may hold an ingredient beside the medicines.

        Of the combinations these are the ones that hold all the listed ingredients and more, unless another is just
        these ingredients: that one is the product. One that lacks a listed ingredient is merely related to it.
        """
        held = {name: self._ingredients(name) for name in names}
        combined = {name: held.pop(name) for name in tuple(held) if COMBINED in name}
        listed = set(medicines).union(*held.values())
        singles = tuple(name for name, found in held.items() if not found <= set(medicines))
        if listed in combined.values():
            return singles
        return (*singles, *(name for name, found in combined.items() if found > listed))

    def _ingredients(self, name: str) -> set[str]:
        found = self._lookup.listed(name)
        return {*found.medicines, *found.unknown}

    def _single(self, code: str) -> tuple[str, ...]:
        """The medicine of an ingredient code. A combination's code in a list means 'related', not 'contained'."""
        found = self._rxcuis.get(code, ())
        return found if len(found) == 1 else ()
