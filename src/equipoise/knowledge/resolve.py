"""Which medicines an entry of the medication list means: its codes and its texts together, nothing left out.

Only an exact match is taken without a person's word. A fuzzy match is a candidate to be confirmed, never an answer.
Whatever part of an entry no record describes stays visible as a part that was not assessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from equipoise.knowledge.names import (
    MENTION_LENGTH,
    folded,
    inside,
    joined_up,
    listed,
    mentions,
    opened,
    parts,
    phrase,
    spellings,
)
from equipoise.knowledge.rxnorm import RxNormNames
from equipoise.knowledge.store import Knowledge
from equipoise.model.case import Medication
from equipoise.model.dossier import Candidate

# Below this score a name has nothing to do with the text; within this distance of the best a second one is shown.
CANDIDATE_FLOOR = 78.0
PARTIAL_FLOOR = 86.0
CANDIDATE_SPAN = 8.0
MAX_CANDIDATES = 4
MEANINGFUL = 3  # shorter words ("of", "c") stand in many names
MAX_REMEMBERED = 10_000
# RxNorm's ways of writing: "benazepril / hydrochlorothiazide", "{24 (drospirenone 3 MG Oral Tablet) / 4 (...) } Pack".
COMBINED = " / "
PACK = "{"
# Between two texts for one medicine that share no word.
TEXTS = "; "


@dataclass(frozen=True, slots=True)
class Resolution:
    """What an entry was tied to. A `reason` says which part of it no record describes; empty = all of it is tied.

    `matched_by`: confirmed, code, name, code and name. `adjunct`: the substance id where the entry names one.
    """

    medicines: tuple[str, ...]
    matched_by: str = ""
    reason: str = ""
    candidates: tuple[Candidate, ...] = ()
    adjunct: str | None = None


@dataclass(frozen=True, slots=True)
class _Found:
    """What a text or a code says: medicines, an adjunct, and the parts that no record describes.

    `remarks`: the other words of a sentence around a medicine's name ("anxiety", "stop").
    """

    medicines: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    adjunct: str | None = None
    remarks: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Everything in it is described."""
        return bool(self.medicines or self.adjunct) and not self.open

    @property
    def open(self) -> tuple[str, ...]:
        """All that no record describes."""
        return (*self.unknown, *self.remarks)

    def merely_remarks_on(self, medicines: Iterable[str]) -> bool:
        """A sentence about medicines that are known from elsewhere: it names no other one."""
        return bool(self.remarks) and not self.unknown and set(self.medicines) <= set(medicines) and not self.adjunct


def _joined(found: Iterable[_Found]) -> _Found:
    items = list(found)
    medicines = tuple(dict.fromkeys(name for item in items for name in item.medicines))
    unknown = tuple(dict.fromkeys(part for item in items for part in item.unknown))
    remarks = tuple(dict.fromkeys(remark for item in items for remark in item.remarks))
    return _Found(medicines, unknown, next((item.adjunct for item in items if item.adjunct), None), remarks)


def _without(words: frozenset[str], text: str) -> str:
    return " ".join(word for word in text.split() if word.strip(".,-") not in words)


class Resolver:
    """Looks medication entries up in one record set, and in an imported RxNorm table where there is one."""

    def __init__(self, knowledge: Knowledge, rxnorm: RxNormNames | None = None) -> None:
        self._knowledge = knowledge
        self._rxnorm = rxnorm
        self._salts = frozenset(knowledge.naming.salts)
        self._forms = frozenset(knowledge.naming.forms)
        self._inert = frozenset(knowledge.naming.inert)
        table = knowledge.name_table
        self._names = table.names
        self._rxcuis = table.rxcuis
        self._atcs = table.atcs
        self._adjuncts = table.adjuncts
        self._product_words = {name: frozenset(words) for name, words in table.product_words.items()}
        self._seen: dict[str, tuple[Candidate, ...]] = {}
        self._resolved: dict[tuple[object, ...], Resolution] = {}

    @cached_property
    def _adjunct_inside(self) -> re.Pattern[str]:
        return inside(self._adjuncts.keys())

    @cached_property
    def _adjunct_names(self) -> dict[str, str]:
        return {joined_up(name): name for name in self._adjuncts}

    @cached_property
    def _name_list(self) -> list[str]:
        return list(self._names)

    def resolve(self, entry: Medication) -> Resolution:
        """The medicines that an entry means, and what of it nobody can say.

        Text and ingredients are read together. A code and a text that point to different medicines contradict each
        other: both are shown, neither is taken.
        """
        key = (entry.text, entry.rxcui, entry.atc, entry.ingredients, entry.medicine)
        found = self._resolved.get(key)
        if found is None:
            if len(self._resolved) >= MAX_REMEMBERED:
                self._resolved.clear()
            found = self._resolved[key] = self._looked_up(entry)
        return found

    def _looked_up(self, entry: Medication) -> Resolution:
        if entry.medicine is not None:
            return self._confirmed(entry.medicine)
        text = self._of_entry(entry)
        code, strange_codes = self._of_codes(entry)
        if code.medicines and (text.medicines or text.adjunct) and not text.merely_remarks_on(code.medicines):
            if text.medicines and not set(code.medicines) & set(text.medicines):
                return self._contradiction(code.medicines, text.medicines)
            other = self._said_otherwise(entry.text, code.medicines)
            if other:
                return self._contradiction(code.medicines, other)
            return self._resolution(entry, _joined([code, text]), "code and name")
        if code.medicines:
            hidden = self._mentioned(entry, code.medicines)
            if hidden:
                return self._contradiction(code.medicines, hidden)
            # The code says what the text does not; a further code that nobody knows may be a further ingredient.
            return self._resolution(entry, _joined([code, _Found(unknown=strange_codes)]), "code")
        return self._resolution(entry, text, "name")

    def _confirmed(self, medicine: str) -> Resolution:
        if medicine in self._knowledge.medicines:
            return Resolution((medicine,), "confirmed")
        reason = f"the confirmed medicine {medicine!r} is not among the records"
        return Resolution((), "", reason, self._candidates([medicine]))

    def _resolution(self, entry: Medication, found: _Found, matched_by: str) -> Resolution:
        if found.whole:
            return Resolution(found.medicines, matched_by, adjunct=found.adjunct)
        if found.medicines or found.adjunct:
            reason = f"no record for a part of this entry: {', '.join(found.open)}"
            return Resolution(found.medicines, matched_by, reason, self._candidates_of(found), found.adjunct)
        return Resolution((), "", self._why_unknown(entry), self._candidates(found.unknown))

    def _of_entry(self, entry: Medication) -> _Found:
        """What text and ingredients say. A product's own name needs no record where its ingredients have one."""
        listed = _joined(self._of_text(text) for text in entry.ingredients)
        text = self._of_text(entry.text)
        told = not text.medicines or text.merely_remarks_on(listed.medicines)
        if entry.ingredients and listed.whole and told:
            return _joined([listed, _Found(adjunct=text.adjunct)])
        return _joined([text, listed])

    def _of_text(self, text: str) -> _Found:
        """What one text says: outside its brackets and inside each of them."""
        as_one = self._exact((folded(text),))
        if as_one is not None:
            return as_one
        if text.startswith(PACK):
            pack = self._listed(text)
            return pack if pack.whole else _joined([pack, self._of_sentence(text)])
        outside, inside = opened(text)
        main = self._of_plain(outside) if outside else _Found()
        brackets = [self._of_bracket(part, brand=f"[{part}]" in text) for part in inside]
        return _joined([main, *(found for found in brackets if self._counts(found, main))])

    def _of_bracket(self, text: str, *, brand: bool) -> _Found:
        """A square bracket holds a brand: what "DayQuil" holds is not in "[DayQuil Cough]"."""
        return self._of_product(text) if brand else self._of_plain(text)

    def _counts(self, bracket: _Found, main: _Found) -> bool:
        """A bracket counts where it names something known; a remark ("for sleep") is no ingredient."""
        return bool(bracket.medicines or bracket.adjunct) and not bracket.merely_remarks_on(main.medicines)

    def _of_plain(self, text: str) -> _Found:
        """A product's name, or a text as people write it."""
        product = self._of_product(text)
        return product if product.whole or product.adjunct else self._of_sentence(text)

    def _of_product(self, text: str) -> _Found:
        whole = self._exact(spellings(text, self._salts, self._forms))
        if whole is not None:
            return whole
        product = self._adjunct_product(text)
        if product is not None:
            return product
        strict = _joined(self._of_part(part) for part in parts(text))
        if strict.whole:
            return strict
        hyphened = _joined(self._of_part(part) for part in parts(text.replace("-", " / ")))
        if hyphened.whole:
            return hyphened
        through = self._rxnorm_name(folded(text))
        return through if through is not None else strict

    def _of_sentence(self, text: str) -> _Found:
        """A text as people write it: known names are taken word for word, all other words are kept."""
        return _joined(self._of_phrase(piece) for part in parts(text) for piece in listed(part))

    def _of_phrase(self, part: str) -> _Found:
        strict = self._of_part(part)
        if not strict.unknown:
            return strict
        names, runs = phrase(part, self._names, self._salts, self._forms)
        medicines = tuple(dict.fromkeys(item for name in names for item in self._names[name]))
        products = tuple(run for run in runs if run[-1].isdigit())  # "Tylenol 3": perhaps another product
        return (
            _Found(medicines, products, remarks=tuple(run for run in runs if run not in products)) if names else strict
        )

    def _adjunct_product(self, text: str) -> _Found | None:
        """A product that holds an adjunct's name; what else stands there is looked up too, its product words aside."""
        plain = folded(text)
        found = self._adjunct_inside.search(plain) if self._adjuncts else None
        if found is None:
            return None
        name = self._adjunct_names[joined_up(found.group())]
        own = _Found(self._names.get(name, ()), adjunct=self._adjuncts[name])
        words = self._product_words[self._adjuncts[name]]
        before, behind = plain[: found.start()], plain[found.end() :]
        rest = " / ".join(_without(words, side) for side in (before, behind))
        return _joined([own, self._of_plain(rest)])

    def _of_part(self, part: str) -> _Found:
        """One ingredient; nothing at all where only form words are left."""
        names = spellings(part, self._salts, self._forms)
        found = self._exact(names)
        if found is not None:
            return found
        bare = names[-1] if names else ""
        return _Found(unknown=(bare,)) if bare and not set(bare.split()) <= self._forms else _Found()

    def _exact(self, names: Iterable[str]) -> _Found | None:
        for name in names:
            if name in self._names:
                return _Found(self._names[name], adjunct=self._adjuncts.get(name))
            if name in self._adjuncts:
                return _Found(adjunct=self._adjuncts[name])
        return None

    def _mentioned(self, entry: Medication, known: tuple[str, ...]) -> tuple[str, ...]:
        """Medicines that an unresolved text mentions and the code does not mean."""
        named = (name for text in (entry.text, *entry.ingredients) for name in mentions(text, self._names))
        found = tuple(dict.fromkeys(item for name in named for item in self._names[name]))
        return () if set(found) & set(known) else found

    def _said_otherwise(self, text: str, of_code: tuple[str, ...]) -> tuple[str, ...]:
        """The medicines of one text beside another ("Sertraline; meloxicam") where only the other agrees with the code.

        A chart's own words and the display of its code stand so where they differ; a combination has a code for both.
        """
        said = [self._of_text(part).medicines for part in text.split(TEXTS)]
        if not any(medicines and set(medicines) <= set(of_code) for medicines in said):
            return ()
        return tuple(name for medicines in said if not set(medicines) & set(of_code) for name in medicines)

    def _of_codes(self, entry: Medication) -> tuple[_Found, tuple[str, ...]]:
        """What the codes say, and the codes that nobody knows."""
        found: list[_Found] = []
        strange: list[str] = []
        for code in entry.rxcui:
            own = self._rxcuis.get(code)
            through = _Found(own) if own else self._through_rxnorm(code)
            if through is None:
                strange.append(f"RxNorm {code}")
            else:
                found.append(through)
        found.extend(_Found(self._atcs[code]) for code in entry.atc if code in self._atcs)
        return _joined(found), tuple(strange)

    def _through_rxnorm(self, rxcui: str) -> _Found | None:
        """A product or brand code by the imported table: by its name where that lists the ingredients, else by codes.

        The table's lists hold salts and related combinations beside ingredients, so a code without a record is passed
        over only where it adds nothing; otherwise it stays visible as a part not assessed.
        """
        name = self._rxnorm.name_of(rxcui) if self._rxnorm else None
        if self._rxnorm is None or name is None:
            return None
        by_name = self._listed(name)
        if by_name.whole:
            return by_name
        codes = self._rxnorm.ingredients_of(rxcui)
        medicines = tuple(dict.fromkeys(item for code in codes for item in self._single(code)))
        open_names = [self._rxnorm.name_of(code) or f"RxNorm {code}" for code in codes if not self._single(code)]
        unknown = (*self._left_open(medicines, open_names), *self._spelt_out(name, by_name.unknown, medicines))
        return _Found(medicines, tuple(dict.fromkeys(unknown))) if medicines else None

    def _spelt_out(self, name: str, unknown: Iterable[str], medicines: tuple[str, ...]) -> Iterator[str]:
        """The parts of a name that lists ingredients which are none of the medicines: the codes may lack one."""
        for part in unknown if COMBINED in name else ():
            meant = {item for found in mentions(part, self._names) for item in self._names[found]}
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
        found = self._listed(name)
        return {*found.medicines, *found.unknown}

    def _listed(self, name: str) -> _Found:
        """The ingredients that a concept's name lists; a pack's stand in a bracket for each of its tablets."""
        outside, tablets = opened(name.partition("}")[0])
        listing = COMBINED.join(tablets) if name.startswith(PACK) else outside
        return _joined(self._of_part(part) for part in parts(listing) if not self._is_inert(part))

    def _is_inert(self, part: str) -> bool:
        return not self._inert.isdisjoint(spellings(part, (), self._forms))

    def _single(self, code: str) -> tuple[str, ...]:
        """The medicine of an ingredient code. A combination's code in a list means 'related', not 'contained'."""
        found = self._rxcuis.get(code, ())
        return found if len(found) == 1 else ()

    def _rxnorm_name(self, name: str) -> _Found | None:
        code = self._rxnorm.rxcui_of(name) if self._rxnorm else None
        if code is None:
            return None
        own = self._rxcuis.get(code)
        return _Found(own) if own else self._through_rxnorm(code)

    def _why_unknown(self, entry: Medication) -> str:
        known = [name for code in entry.rxcui if self._rxnorm for name in (self._rxnorm.name_of(code),) if name]
        if known:
            return f"RxNorm knows it as {known[0]!r}, but the records hold nothing about it"
        return "no record has this name or code"

    def _contradiction(self, by_code: Iterable[str], by_text: Iterable[str]) -> Resolution:
        both = tuple(dict.fromkeys((*by_code, *by_text)))
        named = [(item, self._knowledge.medicines[item].name) for item in both]
        candidates = tuple(Candidate(medicine=item, name=name, score=100.0) for item, name in named)
        reason = f"its code and its text name different medicines ({' / '.join(name for _, name in named)})"
        return Resolution((), "", reason, candidates)

    def _candidates_of(self, found: _Found) -> tuple[Candidate, ...]:
        """Most words around a name are no medicine, so only a close resemblance counts among them."""
        close = (text for text in found.remarks if any(item.score >= PARTIAL_FLOOR for item in self._similar(text)))
        return self._candidates((*found.unknown, *close))

    def _candidates(self, texts: Iterable[str]) -> tuple[Candidate, ...]:
        """Medicines whose names resemble a text: the best, and those within 8 points of it."""
        unique: dict[str, Candidate] = {}
        for item in sorted((found for text in texts for found in self._similar(text)), key=lambda found: -found.score):
            unique.setdefault(item.medicine, item)
        best = next(iter(unique.values()), None)
        near = [item for item in unique.values() if best is not None and item.score >= best.score - CANDIDATE_SPAN]
        return tuple(near[:MAX_CANDIDATES])

    def _similar(self, text: str) -> tuple[Candidate, ...]:
        """The medicines with the most similar names; remembered, because the same odd text comes back in every list."""
        if text not in self._seen:
            if len(self._seen) >= MAX_REMEMBERED:
                self._seen.clear()
            self._seen[text] = tuple(self._scores(text))
        return self._seen[text]

    def _scores(self, text: str) -> Iterator[Candidate]:
        """By the whole text, else by a name that shares whole words with it, else word by word."""
        from rapidfuzz import fuzz, process  # here: it costs 20 ms and most lists never need it

        words = [word for word in text.split() if len(word) >= MEANINGFUL and word not in self._forms]
        long = [word for word in words if len(word) >= MENTION_LENGTH]
        asked = ((fuzz.ratio, [text], CANDIDATE_FLOOR), (fuzz.token_set_ratio, [" ".join(words)], PARTIAL_FLOOR))
        for scorer, queries, floor in (*asked, (fuzz.ratio, long, PARTIAL_FLOOR)):
            hits = [
                hit
                for query in queries
                for hit in process.extract(query, self._name_list, scorer=scorer, limit=8, score_cutoff=floor)
            ]
            for name, score, _ in hits:
                for item in self._names[name]:
                    yield Candidate(medicine=item, name=self._knowledge.medicines[item].name, score=round(score, 1))
            if hits:
                return
