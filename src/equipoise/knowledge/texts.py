"""What the texts of a medication entry say: product names, listed ingredients, sentences as people write them."""

from __future__ import annotations

import re
from functools import cached_property

from equipoise.knowledge.coded import CodeReader
from equipoise.knowledge.found import Found, joined
from equipoise.knowledge.lookup import COMBINED, PACK, Lookup
from equipoise.knowledge.names import folded, inside, joined_up, listed, opened, parts, phrase, spellings
from equipoise.knowledge.store import Knowledge
from equipoise.model.case import Medication


class TextReader:
    """Reads texts by the records' names; `codes` knows the names of an imported table."""

    def __init__(self, knowledge: Knowledge, lookup: Lookup, codes: CodeReader) -> None:
        self._lookup = lookup
        self._codes = codes
        words = knowledge.name_table.product_words
        self._product_words = {name: frozenset(beside) for name, beside in words.items()}

    @cached_property
    def _adjunct_inside(self) -> re.Pattern[str]:
        return inside(self._lookup.adjuncts.keys())

    @cached_property
    def _adjunct_names(self) -> dict[str, str]:
        return {joined_up(name): name for name in self._lookup.adjuncts}

    def read_entry(self, entry: Medication) -> Found:
        """What text and ingredients say. A product's own name needs no record where its ingredients have one."""
        ingredients = joined(self.read(text) for text in entry.ingredients)
        text = self.read(entry.text)
        told = not text.medicines or text.merely_remarks_on(ingredients.medicines)
        if entry.ingredients and ingredients.whole and told:
            return joined([ingredients, Found(adjunct=text.adjunct)])
        return joined([text, ingredients])

    def read(self, text: str) -> Found:
        """What one text says: outside its brackets and inside each of them."""
        as_one = self._lookup.exact((folded(text),))
        if as_one is not None:
            return as_one
        if text.startswith(PACK):
            pack = self._lookup.listed(text)
            return pack if pack.whole else joined([pack, self._sentence(text)])
        outside, bracketed = opened(text)
        main = self._plain(outside) if outside else Found()
        brackets = [self._bracket(part, brand=f"[{part}]" in text) for part in bracketed]
        return joined([main, *(found for found in brackets if _counts(found, main))])

    def _bracket(self, text: str, *, brand: bool) -> Found:
        """A square bracket holds a brand: what "DayQuil" holds is not in "[DayQuil Cough]"."""
        return self._product(text) if brand else self._plain(text)

    def _plain(self, text: str) -> Found:
        """A product's name, or a text as people write it."""
        product = self._product(text)
        return product if product.whole or product.adjunct else self._sentence(text)

    def _product(self, text: str) -> Found:
        whole = self._lookup.exact(spellings(text, self._lookup.salts, self._lookup.forms))
        if whole is not None:
            return whole
        product = self._adjunct_product(text)
        if product is not None:
            return product
        strict = joined(self._lookup.part(part) for part in parts(text))
        if strict.whole:
            return strict
        hyphened = joined(self._lookup.part(part) for part in parts(text.replace("-", COMBINED)))
        if hyphened.whole:
            return hyphened
        through = self._codes.named(folded(text))
        return through if through is not None else strict

    def _adjunct_product(self, text: str) -> Found | None:
        """A product that holds an adjunct's name; what else stands there is looked up too, its product words aside."""
        adjuncts = self._lookup.adjuncts
        plain = folded(text)
        found = self._adjunct_inside.search(plain) if adjuncts else None
        if found is None:
            return None
        name = self._adjunct_names[joined_up(found.group())]
        own = Found(self._lookup.names.get(name, ()), adjunct=adjuncts[name])
        words = self._product_words[adjuncts[name]]
        before, behind = plain[: found.start()], plain[found.end() :]
        rest = COMBINED.join(_without(words, side) for side in (before, behind))
        return joined([own, self._plain(rest)])

    def _sentence(self, text: str) -> Found:
        """A text as people write it: known names are taken word for word, all other words are kept."""
        return joined(self._phrase(piece) for part in parts(text) for piece in listed(part))

    def _phrase(self, part: str) -> Found:
        strict = self._lookup.part(part)
        if not strict.unknown:
            return strict
        known = self._lookup.names
        names, runs = phrase(part, known, self._lookup.salts, self._lookup.forms)
        if not names:
            return strict
        medicines = tuple(dict.fromkeys(item for name in names for item in known[name]))
        products = tuple(run for run in runs if run[-1].isdigit())  # "Tylenol 3": perhaps another product
        return Found(medicines, products, remarks=tuple(run for run in runs if run not in products))


def _counts(bracket: Found, main: Found) -> bool:
    """A bracket counts where it names something known; a remark ("for sleep") is no ingredient."""
    return bool(bracket.medicines or bracket.adjunct) and not bracket.merely_remarks_on(main.medicines)


def _without(words: frozenset[str], text: str) -> str:
    return " ".join(word for word in text.split() if word.strip(".,-") not in words)
