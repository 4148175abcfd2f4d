"""Medicines whose names resemble a text: to be confirmed by a person, never taken."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

from equipoise.knowledge.found import Found
from equipoise.knowledge.lookup import Lookup
from equipoise.knowledge.names import MENTION_LENGTH
from equipoise.knowledge.store import Knowledge
from equipoise.model.dossier import Candidate

# Below this score a name has nothing to do with the text; within this distance of the best a second one is shown.
CANDIDATE_FLOOR = 78.0
PARTIAL_FLOOR = 86.0
CANDIDATE_SPAN = 8.0
MAX_CANDIDATES = 4
MEANINGFUL = 3  # shorter words ("of", "c") stand in many names
MAX_REMEMBERED = 10_000


class Candidates:
    """Finds similar names in one record set."""

    def __init__(self, knowledge: Knowledge, lookup: Lookup) -> None:
        self._medicines = knowledge.medicines
        self._lookup = lookup
        self._seen: dict[str, tuple[Candidate, ...]] = {}

    @cached_property
    def _name_list(self) -> list[str]:
        return list(self._lookup.names)

    def of(self, found: Found) -> tuple[Candidate, ...]:
        """Most words around a name are no medicine, so only a close resemblance counts among them."""
        close = (text for text in found.remarks if any(item.score >= PARTIAL_FLOOR for item in self._similar(text)))
        return self.near((*found.unknown, *close))

    def near(self, texts: Iterable[str]) -> tuple[Candidate, ...]:
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

        words = [word for word in text.split() if len(word) >= MEANINGFUL and word not in self._lookup.forms]
        long = [word for word in words if len(word) >= MENTION_LENGTH]
        asked = ((fuzz.ratio, [text], CANDIDATE_FLOOR), (fuzz.token_set_ratio, [" ".join(words)], PARTIAL_FLOOR))
        for scorer, queries, floor in (*asked, (fuzz.ratio, long, PARTIAL_FLOOR)):
            hits = [
                hit
                for query in queries
                for hit in process.extract(query, self._name_list, scorer=scorer, limit=8, score_cutoff=floor)
            ]
            for name, score, _ in hits:
                for item in self._lookup.names[name]:
                    yield Candidate(medicine=item, name=self._medicines[item].name, score=round(score, 1))
            if hits:
                return
