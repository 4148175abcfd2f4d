"""One name at a time against the records' table of names: the steps that texts and codes share."""

from __future__ import annotations

from collections.abc import Iterable

from equipoise.knowledge.found import Found, joined
from equipoise.knowledge.names import mentions, opened, parts, spellings
from equipoise.knowledge.store import Knowledge

# RxNorm's ways of writing: "benazepril / hydrochlorothiazide", "{24 (drospirenone 3 MG Oral Tablet) / 4 (...) } Pack".
COMBINED = " / "
PACK = "{"


class Lookup:
    """The names, salts and forms of one record set. `forms`: words such as tablet; `inert`: what needs no record."""

    def __init__(self, knowledge: Knowledge) -> None:
        table = knowledge.name_table
        self.names = table.names
        self.adjuncts = table.adjuncts
        self.salts = frozenset(knowledge.naming.salts)
        self.forms = frozenset(knowledge.naming.forms)
        self._inert = frozenset(knowledge.naming.inert)

    def exact(self, names: Iterable[str]) -> Found | None:
        """The first of several spellings that is known."""
        for name in names:
            if name in self.names:
                return Found(self.names[name], adjunct=self.adjuncts.get(name))
            if name in self.adjuncts:
                return Found(adjunct=self.adjuncts[name])
        return None

    def part(self, part: str) -> Found:
        """One ingredient; nothing at all where only form words are left."""
        names = spellings(part, self.salts, self.forms)
        found = self.exact(names)
        if found is not None:
            return found
        bare = names[-1] if names else ""
        return Found(unknown=(bare,)) if bare and not set(bare.split()) <= self.forms else Found()

    def listed(self, name: str) -> Found:
        """The ingredients that a concept's name lists; a pack's stand in a bracket for each of its tablets."""
        outside, tablets = opened(name.partition("}")[0])
        listing = COMBINED.join(tablets) if name.startswith(PACK) else outside
        return joined(self.part(part) for part in parts(listing) if not self._is_inert(part))

    def mentioned(self, texts: Iterable[str]) -> tuple[str, ...]:
        """The medicines that texts mention anywhere, each once."""
        named = (name for text in texts for name in mentions(text, self.names))
        return tuple(dict.fromkeys(item for name in named for item in self.names[name]))

    def _is_inert(self, part: str) -> bool:
        return not self._inert.isdisjoint(spellings(part, (), self.forms))
