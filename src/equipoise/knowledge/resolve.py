"""Which medicines an entry of the medication list means: its codes and its texts together, nothing left out.

Only an exact match is taken without a person's word. A fuzzy match is a candidate to be confirmed, never an answer.
Whatever part of an entry no record describes stays visible as a part that was not assessed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from equipoise.knowledge.candidates import Candidates
from equipoise.knowledge.coded import CodeReader
from equipoise.knowledge.found import Found, joined
from equipoise.knowledge.lookup import Lookup
from equipoise.knowledge.rxnorm import RxNormNames
from equipoise.knowledge.store import Knowledge
from equipoise.knowledge.texts import TextReader
from equipoise.model.case import Medication
from equipoise.model.dossier import Candidate

MAX_REMEMBERED = 10_000
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


class Resolver:
    """Looks medication entries up in one record set, and in an imported RxNorm table where there is one."""

    def __init__(self, knowledge: Knowledge, rxnorm: RxNormNames | None = None) -> None:
        self._medicines = knowledge.medicines
        self._lookup = Lookup(knowledge)
        self._codes = CodeReader(knowledge, self._lookup, rxnorm)
        self._texts = TextReader(knowledge, self._lookup, self._codes)
        self._candidates = Candidates(knowledge, self._lookup)
        self._resolved: dict[tuple[object, ...], Resolution] = {}

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
        text = self._texts.read_entry(entry)
        code, strange_codes = self._codes.read(entry)
        if code.medicines and (text.medicines or text.adjunct) and not text.merely_remarks_on(code.medicines):
            if text.medicines and not set(code.medicines) & set(text.medicines):
                return self._contradiction(code.medicines, text.medicines)
            other = self._said_otherwise(entry.text, code.medicines)
            if other:
                return self._contradiction(code.medicines, other)
            return self._resolution(entry, joined([code, text]), "code and name")
        if code.medicines:
            hidden = self._hidden(entry, code.medicines)
            if hidden:
                return self._contradiction(code.medicines, hidden)
            # The code says what the text does not; a further code that nobody knows may be a further ingredient.
            return self._resolution(entry, joined([code, Found(unknown=strange_codes)]), "code")
        return self._resolution(entry, text, "name")

    def _confirmed(self, medicine: str) -> Resolution:
        if medicine in self._medicines:
            return Resolution((medicine,), "confirmed")
        reason = f"the confirmed medicine {medicine!r} is not among the records"
        return Resolution((), "", reason, self._candidates.near([medicine]))

    def _resolution(self, entry: Medication, found: Found, matched_by: str) -> Resolution:
        if found.whole:
            return Resolution(found.medicines, matched_by, adjunct=found.adjunct)
        if found.medicines or found.adjunct:
            reason = f"no record for a part of this entry: {', '.join(found.open)}"
            return Resolution(found.medicines, matched_by, reason, self._candidates.of(found), found.adjunct)
        return Resolution((), "", self._why_unknown(entry), self._candidates.near(found.unknown))

    def _hidden(self, entry: Medication, known: tuple[str, ...]) -> tuple[str, ...]:
        """Medicines that an unresolved text mentions and the code does not mean."""
        found = self._lookup.mentioned((entry.text, *entry.ingredients))
        return () if set(found) & set(known) else found

    def _said_otherwise(self, text: str, of_code: tuple[str, ...]) -> tuple[str, ...]:
        """The medicines of one text beside another ("Sertraline; meloxicam") where only the other agrees with the code.

        A chart's own words and the display of its code stand so where they differ; a combination has a code for both.
        """
        said = [self._texts.read(part).medicines for part in text.split(TEXTS)]
        if not any(medicines and set(medicines) <= set(of_code) for medicines in said):
            return ()
        return tuple(name for medicines in said if not set(medicines) & set(of_code) for name in medicines)

    def _why_unknown(self, entry: Medication) -> str:
        known = self._codes.known_as(entry)
        if known is not None:
            return f"RxNorm knows it as {known!r}, but the records hold nothing about it"
        return "no record has this name or code"

    def _contradiction(self, by_code: Iterable[str], by_text: Iterable[str]) -> Resolution:
        both = tuple(dict.fromkeys((*by_code, *by_text)))
        named = [(item, self._medicines[item].name) for item in both]
        candidates = tuple(Candidate(medicine=item, name=name, score=100.0) for item, name in named)
        reason = f"its code and its text name different medicines ({' / '.join(name for _, name in named)})"
        return Resolution((), "", reason, candidates)
