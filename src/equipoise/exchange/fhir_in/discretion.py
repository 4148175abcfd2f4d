"""What keeps a patient's name out of a case: pseudonyms, and texts and paths without the name."""

from __future__ import annotations

import re
from collections.abc import Iterable

from equipoise.exchange.json_value import Json, JsonObject, is_object

_RESOURCE_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
_TITLES = r"(?:mr|mrs|ms|miss|mx|dr|prof)\.?\s+"
_WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")
SHORTEST = 3
MOST_NAMES = 8
"""Names of one patient, and parts of one name, that are looked for; more would make the search slow."""


def pseudonym(identity: str) -> str:
    """The case's id of a patient: `patient-` and the first 12 hexadecimal digits of SHA-256 of the resource's id.

    The same id gives the same pseudonym in every export, so that charts of one patient can be joined. Who knows an
    id can compute its pseudonym: it hides a name, it is not encryption.

    >>> pseudonym("Patient/p1") == pseudonym("urn:uuid:p1") == pseudonym("p1")
    True
    """
    import hashlib  # only FHIR input needs it

    tail = identity.split("/_history/")[0].rsplit("/", 1)[-1].removeprefix("urn:uuid:").removeprefix("urn:oid:")
    return "patient-" + hashlib.sha256(tail.encode("utf-8", "surrogatepass")).hexdigest()[:12]


class Discretion:
    """Knows a patient's names and id, and removes them from texts and paths.

    In a text only a whole name goes (given and family name side by side, or a title and the family name), because
    a single word may be clinical: Parkinson, Graves and Rose are family names too. In a path every part goes.
    """

    def __init__(self, patient: JsonObject | None = None) -> None:
        self._parts: tuple[str, ...] = ()
        self._names: re.Pattern[str] | None = None
        if patient is not None:
            names = [name for name in _listed(patient.get("name"))[:MOST_NAMES] if is_object(name)]
            patterns = [pattern for name in names for pattern in _patterns(name)]
            if patterns:
                self._names = re.compile("|".join(patterns), re.IGNORECASE)
            parts = {word.lower() for name in names for text in _texts(name) for word in _words(text)}
            parts.update(text.lower() for text in _strings(patient.get("id")))
            self._parts = tuple(sorted(part for part in parts if len(part) >= SHORTEST))

    def without_name(self, text: str) -> str:
        """The text with `[name]` where the patient's whole name stood."""
        return self._names.sub("[name]", text) if self._names else text

    def may_show(self, identity: str) -> bool:
        """True for a resource id of the allowed form that holds no part of the patient's names or id."""
        if not _RESOURCE_ID.fullmatch(identity):
            return False
        lowered = identity.lower()
        return not any(part in lowered for part in self._parts)


def _listed(value: Json) -> list[Json]:
    return value if isinstance(value, list) else [value]


def _strings(value: Json) -> list[str]:
    return [item[:100] for item in _listed(value)[:MOST_NAMES] if isinstance(item, str)]


def _texts(name: JsonObject) -> list[str]:
    return [text for key in ("family", "given", "text") for text in _strings(name.get(key))]


def _words(text: str) -> Iterable[str]:
    return _WORD.findall(text)


def _patterns(name: JsonObject) -> list[str]:
    families = [_spaced(text) for text in _strings(name.get("family")) if _words(text)]
    givens = [_spaced(text) for text in _strings(name.get("given")) if _words(text)]
    patterns = [rf"(?<!\w){_TITLES}{family}(?!\w)" for family in families]
    for family in families:
        for given in givens:
            patterns.append(rf"(?<!\w){given}\s+(?:\w+\.?\s+)?{family}(?!\w)")
            patterns.append(rf"(?<!\w){family},?\s+{given}(?!\w)")
    whole = [text for text in _strings(name.get("text")) if len(list(_words(text))) > 1]
    return patterns + [rf"(?<!\w){_spaced(text)}(?!\w)" for text in whole]


def _spaced(text: str) -> str:
    return r"\s+".join(re.escape(word) for word in text.split())
