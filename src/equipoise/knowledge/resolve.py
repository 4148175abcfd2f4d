"""Which medicine an entry of the medication list means: code, then name, then ingredient; otherwise candidates.

Only an exact match is taken without a person's word. A fuzzy match is a candidate to be confirmed, never an answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from equipoise.knowledge.names import bracketed, folded, parts, spellings
from equipoise.knowledge.rxnorm import RxNormNames
from equipoise.knowledge.store import Knowledge
from equipoise.model.case import Medication
from equipoise.model.dossier import Candidate

# Below this score a name has nothing to do with the text; within this distance of the best a second one is shown.
CANDIDATE_FLOOR = 78.0
PARTIAL_FLOOR = 86.0
CANDIDATE_SPAN = 8.0
MAX_CANDIDATES = 4
MAX_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class Resolution:
    """What an entry was tied to. `medicines` empty = not assessed, and `reason` says why.

    `matched_by`: confirmed, code, name, ingredients or adjunct. `adjunct`: the substance id where the entry is one.
    """

    medicines: tuple[str, ...]
    matched_by: str
    reason: str = ""
    candidates: tuple[Candidate, ...] = ()
    adjunct: str | None = None
    unknown_parts: tuple[str, ...] = ()


class Resolver:
    """Looks medication entries up in one record set, and in an imported RxNorm table where there is one."""

    def __init__(self, knowledge: Knowledge, rxnorm: RxNormNames | None = None) -> None:
        self._knowledge = knowledge
        self._rxnorm = rxnorm
        self._salts = frozenset(knowledge.naming.salts)
        self._forms = frozenset(knowledge.naming.forms)
        table = knowledge.name_table
        self._names = table.names
        self._rxcuis = table.rxcuis
        self._atcs = table.atcs
        self._adjuncts = table.adjuncts
        self._seen: dict[str, tuple[Candidate, ...]] = {}

    @cached_property
    def _name_list(self) -> list[str]:
        return list(self._names)

    def resolve(self, entry: Medication) -> Resolution:
        """The medicines that an entry means, or why nobody can say.

        A code and a text that point to different medicines contradict each other: both are shown, neither is taken.
        """
        if entry.medicine is not None:
            return self._confirmed(entry.medicine)
        by_code = self._by_code(entry)
        if by_code is None or not by_code.medicines:
            return self._by_text(entry) if by_code is None else by_code
        by_text = self._by_text(entry)
        if by_text.medicines and not set(by_code.medicines) & set(by_text.medicines):
            return self._contradiction(by_code.medicines, by_text.medicines)
        extra = tuple(item for item in by_text.medicines if item not in by_code.medicines)
        return replace(by_code, medicines=(*by_code.medicines, *extra))

    def _confirmed(self, medicine: str) -> Resolution:
        if medicine in self._knowledge.medicines:
            return Resolution((medicine,), "confirmed")
        reason = f"the confirmed medicine {medicine!r} is not among the records"
        return Resolution((), "", reason, self._candidates(medicine))

    def _by_code(self, entry: Medication) -> Resolution | None:
        """What the entry's codes say; None where no code says anything."""
        parts: list[Resolution] = []
        for code in entry.rxcui:
            own = self._rxcuis.get(code)
            through = Resolution(own, "code") if own else self._through_rxnorm(code)
            if through is not None:
                parts.append(through)
        if not parts:
            parts = [Resolution(self._atcs[code], "code") for code in entry.atc if code in self._atcs]
        if not parts:
            return None
        medicines = tuple(dict.fromkeys(item for part in parts for item in part.medicines))
        unknown = tuple(dict.fromkeys(item for part in parts for item in part.unknown_parts))
        return Resolution(
            medicines, "code", "; ".join(part.reason for part in parts if part.reason), unknown_parts=unknown
        )

    def _through_rxnorm(self, rxcui: str) -> Resolution | None:
        """A product or brand code by the imported table: by its name where that lists the ingredients, else by codes.

        The table's ingredient lists hold salts and combinations beside ingredients, so a code without a record is
        passed over only where its own name adds nothing; otherwise it stays visible as a part not assessed.
        """
        name = self._rxnorm.name_of(rxcui) if self._rxnorm else None
        if self._rxnorm is None or name is None:
            return None
        by_name = self._by_parts((name,))
        if by_name.medicines and not by_name.unknown_parts:
            return Resolution(by_name.medicines, "code")
        codes = self._rxnorm.ingredients_of(rxcui)
        medicines = tuple(dict.fromkeys(item for code in codes for item in self._single(code)))
        unknown = tuple(
            self._unnamed(code) for code in codes if not self._single(code) and not self._adds_nothing(code, medicines)
        )
        if not medicines:
            return None
        reason = f"no record for a part of this product: {', '.join(unknown)}" if unknown else ""
        return Resolution(medicines, "code", reason, unknown_parts=unknown)

    def _single(self, code: str) -> tuple[str, ...]:
        """The medicine of an ingredient code. A combination's code in a list means 'related', not 'contained'."""
        found = self._rxcuis.get(code, ())
        return found if len(found) == 1 else ()

    def _adds_nothing(self, code: str, medicines: tuple[str, ...]) -> bool:
        name = self._rxnorm.name_of(code) if self._rxnorm else None
        found = self._by_parts((name,)) if name else None
        return (
            found is not None
            and not found.unknown_parts
            and bool(found.medicines)
            and set(found.medicines) <= set(medicines)
        )

    def _unnamed(self, code: str) -> str:
        name = self._rxnorm.name_of(code) if self._rxnorm else None
        return name or f"RxNorm {code}"

    def _by_text(self, entry: Medication) -> Resolution:
        texts = (entry.text, *entry.ingredients)
        for text in texts:
            for name in (folded(text), *spellings(text, self._salts, self._forms), *bracketed(text)):
                if name in self._names:
                    return Resolution(self._names[name], "name")
                if name in self._adjuncts:
                    return Resolution((), "adjunct", adjunct=self._adjuncts[name])
        found = self._by_parts(texts)
        if found.medicines:
            return found
        hyphened = self._by_parts(tuple(text.replace("-", " / ") for text in texts))
        if hyphened.medicines and not hyphened.unknown_parts:
            return hyphened
        for name in (folded(text) for text in texts):
            through = self._rxnorm_name(name)
            if through is not None:
                return replace(through, matched_by="RxNorm name")
        return replace(found, reason=self._reason(entry))

    def _rxnorm_name(self, name: str) -> Resolution | None:
        code = self._rxnorm.rxcui_of(name) if self._rxnorm else None
        if code is None:
            return None
        own = self._rxcuis.get(code)
        return Resolution(own, "RxNorm name") if own else self._through_rxnorm(code)

    def _by_parts(self, texts: tuple[str, ...]) -> Resolution:
        """The ingredients that the texts name, each looked up by its bare name."""
        named = {name for text in texts for part in parts(text) if (name := self._name_in(part))}
        unknown = tuple(sorted(name for name in named if name not in self._names))
        medicines = tuple(dict.fromkeys(item for name in sorted(named) for item in self._names.get(name, ())))
        if medicines and not unknown:
            return Resolution(medicines, "ingredients" if len(named) > 1 else "name")
        if medicines:
            # Part of a product is known: that part is screened, and the rest stays visibly not assessed.
            reason = f"no record for a part of this product: {', '.join(unknown)}"
            return Resolution(medicines, "ingredients", reason, self._candidates(*unknown), unknown_parts=unknown)
        return Resolution((), "", "no record has this name or code", self._candidates(*sorted(named)))

    def _name_in(self, part: str) -> str:
        """The first spelling of a part that a record has, else its barest one; empty where only form words are left."""
        found = spellings(part, self._salts, self._forms)
        return next((name for name in found if name in self._names), found[-1] if found else "")

    def _reason(self, entry: Medication) -> str:
        known = [name for code in entry.rxcui if self._rxnorm for name in (self._rxnorm.name_of(code),) if name]
        if known:
            return f"RxNorm knows it as {known[0]!r}, but the records hold nothing about it"
        return "no record has this name or code"

    def _contradiction(self, by_code: Iterable[str], by_text: Iterable[str]) -> Resolution:
        names = [self._knowledge.medicines[item].name for item in (*by_code, *by_text)]
        candidates = tuple(
            Candidate(medicine=item, name=name, score=100.0)
            for item, name in zip((*by_code, *by_text), names, strict=True)
        )
        reason = f"its code and its text name different medicines ({' / '.join(names)})"
        return Resolution((), "", reason, candidates)

    def _candidates(self, *texts: str) -> tuple[Candidate, ...]:
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
        from rapidfuzz import fuzz, process  # here: it costs 20 ms and most lists never need it

        hits = process.extract(text, self._name_list, scorer=fuzz.ratio, limit=8, score_cutoff=CANDIDATE_FLOOR)
        if not hits:
            # Twenty times slower, and finds a name inside a longer text.
            hits = process.extract(text, self._name_list, scorer=fuzz.WRatio, limit=8, score_cutoff=PARTIAL_FLOOR)
        for name, score, _ in hits:
            for item in self._names[name]:
                yield Candidate(medicine=item, name=self._knowledge.medicines[item].name, score=round(score, 1))
