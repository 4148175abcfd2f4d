"""The numbers under which a report cites its sources, in the order in which a reader meets them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from equipoise.model.dossier import Dossier
from equipoise.model.finding import Finding
from equipoise.model.source import Source, SourceKey


@dataclass(frozen=True, slots=True)
class Note:
    """One footnote. `source` None: the dossier cites a key that it does not carry, and says so."""

    number: int
    key: SourceKey
    source: Source | None

    @property
    def link(self) -> str | None:
        """Where the document can be found; only an address of the web, never another scheme."""
        if self.source is None:
            return None
        if self.source.doi:
            return f"https://doi.org/{quote(self.source.doi, safe='/:;().-_')}"
        if self.source.url and self.source.url.lower().startswith(("https://", "http://")):
            return self.source.url
        return f"https://pubmed.ncbi.nlm.nih.gov/{self.source.pmid}/" if self.source.pmid else None

    @property
    def published(self) -> str:
        """The date of the document, as exactly as it is known."""
        if self.source is None:
            return "undated"
        return str(self.source.date or self.source.year or "undated")

    @property
    def standing(self) -> str:
        """Whether the document was opened, how far, and when."""
        if self.source is None:
            return "Not among the sources of this dossier; do not rely on it."
        if not self.source.read:
            return "Recalled, not opened; to be checked before anybody relies on it."
        how = f" ({self.source.depth})" if self.source.depth else ""
        return f"Read{how} on {self.source.accessed}."


@dataclass(frozen=True)
class Footnotes:
    """Every cited source once, numbered from 1."""

    notes: tuple[Note, ...]

    def number(self, key: SourceKey) -> int:
        """The number of a cited source."""
        return next(note.number for note in self.notes if note.key == key)

    def without_studies(self, dossier: Dossier) -> tuple[Note, ...]:
        """The footnotes of everything but the single studies of the evidence tables and what claims rest on."""
        cited = set(_cited(dossier.model_copy(update={"evidence": (), "claims": ()}), dossier.findings))
        cited.update(key for table in dossier.evidence for key in table.sources)
        return tuple(note for note in self.notes if note.key in cited)

    def numbers(self, keys: Iterable[SourceKey]) -> tuple[int, ...]:
        """The numbers of several sources, in rising order."""
        return tuple(sorted({self.number(key) for key in keys}))


def footnotes(dossier: Dossier, ordered: Iterable[Finding]) -> Footnotes:
    """The footnotes of a dossier whose findings are shown in the order given."""
    return numbered(_cited(dossier, ordered), {source.key: source for source in dossier.sources})


def numbered(keys: Iterable[SourceKey], known: Mapping[str, Source]) -> Footnotes:
    """Each key once, numbered in the order given; one without a source stays visible as such."""
    cited = dict.fromkeys(keys)
    return Footnotes(tuple(Note(index, key, known.get(key)) for index, key in enumerate(cited, start=1)))


def _cited(dossier: Dossier, ordered: Iterable[Finding]) -> Iterable[SourceKey]:
    for item in ordered:
        yield from item.sources
    for test in dossier.missing_tests:
        yield from test.sources
    for row in dossier.law:
        yield from row.sources
    for table in dossier.evidence:
        yield from table.sources
    # The studies and what claims rest on come last: the terminal does not list them, and its footnotes end before.
    for table in dossier.evidence:
        for study in table.rows:
            yield from study.sources
    for claim in dossier.claims:
        yield from claim.cited
