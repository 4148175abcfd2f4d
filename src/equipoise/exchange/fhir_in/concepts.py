"""CodeableConcepts: the text and every code that keeps its own system's rule."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from equipoise.exchange.fhir_in.node import TEXT_LENGTH, Node
from equipoise.exchange.json_value import is_object
from equipoise.model.base import shown
from equipoise.model.codes import ATC, ICD10, LOINC, Code, RxCUI, SnomedCT

_C = TypeVar("_C", bound=Code)

SYSTEMS: dict[str, type[Code]] = {
    "www.nlm.nih.gov/research/umls/rxnorm": RxCUI,
    "urn:oid:2.16.840.1.113883.6.88": RxCUI,
    "www.whocc.no/atc": ATC,
    "fhir.de/codesystem/bfarm/atc": ATC,
    "fhir.de/codesystem/dimdi/atc": ATC,
    "urn:oid:2.16.840.1.113883.6.73": ATC,
    "snomed.info/sct": SnomedCT,
    "urn:oid:2.16.840.1.113883.6.96": SnomedCT,
    "hl7.org/fhir/sid/icd-10": ICD10,
    "hl7.org/fhir/sid/icd-10-cm": ICD10,
    "hl7.org/fhir/sid/icd-10-us": ICD10,
    "hl7.org/fhir/sid/icd-10-de": ICD10,
    "fhir.de/codesystem/bfarm/icd-10-gm": ICD10,
    "fhir.de/codesystem/dimdi/icd-10-gm": ICD10,
    "urn:oid:2.16.840.1.113883.6.3": ICD10,
    "urn:oid:2.16.840.1.113883.6.90": ICD10,
    "loinc.org": LOINC,
    "urn:oid:2.16.840.1.113883.6.1": LOINC,
}
"""Code systems by their URI without scheme and last slash, in lower case, as exporters vary in these."""

_SCHEME = re.compile(r"^https?://")
_UNDOTTED = re.compile(r"[A-Z]\d[0-9A-Z]{2,5}")
_MARKS = "*+!†"
_WORDS = re.compile(r"[^\W\d_]{3,}")
_STEM = 4
MOST_CODINGS = 100


@dataclass(frozen=True, slots=True)
class Concept:
    """What a CodeableConcept says. `texts` are its text and displays, each once; `codes` hold only sound ones."""

    texts: tuple[str, ...]
    codes: dict[type[Code], tuple[Code, ...]] = field(default_factory=dict[type[Code], tuple[Code, ...]])
    spoken: str | None = None
    disagrees: bool = False

    def of(self, system: type[_C]) -> tuple[_C, ...]:
        """The codes of one system."""
        return tuple(code for code in self.codes.get(system, ()) if isinstance(code, system))

    @property
    def text(self) -> str | None:
        """The text that the chart shows: its own, or the first display, or the first code with its system's name."""
        if self.texts:
            return self.texts[0]
        return self.spoken

    @property
    def whole_text(self) -> str | None:
        """All different texts in one, so that a phrase is found in whichever it stands."""
        return joined(self.texts) or self.spoken


def joined(texts: Iterable[str]) -> str | None:
    """The texts in one line, without one that another holds; None where there is none.

    >>> joined(["Stroke", "Ischemic stroke", "Left side"])
    'Ischemic stroke; Left side'
    """
    folded = {text.casefold(): text for text in texts}
    kept = [text for own, text in folded.items() if not any(own != other and own in other for other in folded)]
    return "; ".join(kept)[:TEXT_LENGTH].strip() or None


def read_concept(parent: Node, key: str, wanted: tuple[type[Code], ...]) -> Concept | None:
    """The concept in a field, or None where there is nothing to go by; problems are noted with their path.

    `wanted`: the systems that the reader can use; a code of another system is noted, and its display kept as text.
    """
    value = parent.value.get(key)
    if isinstance(value, str):
        text = parent.phrase(key)
        return Concept((text,)) if text else None
    node = parent.node(key)
    return None if node is None else concept_of(node, wanted)


def concept_of(node: Node, wanted: tuple[type[Code], ...]) -> Concept | None:
    """The concept that an object holds; a bare Coding is taken for a concept with that coding."""
    codes: dict[type[Code], list[Code]] = {}
    spoken: list[str] = []
    text = node.phrase("text")
    displays: list[str] = []
    codings = node.nodes("coding")
    if not codings and (node.has("code") or node.has("display")) and not is_object(node.value.get("code")):
        codings = [node]
    if len(codings) > MOST_CODINGS:
        node.note("coding", f"{len(codings)} codings; the first {MOST_CODINGS} were read")
    for coding in codings[:MOST_CODINGS]:
        display = coding.phrase("display")
        if display:
            displays.append(display)
        _take(coding, wanted, codes, spoken)
    for system, found in codes.items():
        if len(found) > 1:
            node.note("", f"{len(found)} different {system.system} codes; all kept")
    disagrees = bool(text and displays and not _share_a_word(text, displays))
    if disagrees:
        node.note("", "the text and the display of the code have no word in common; both kept")
    texts = tuple(dict.fromkeys([text, *displays] if text else displays))
    if not texts and not spoken:
        return None
    kept = {system: tuple(found) for system, found in codes.items()}
    return Concept(texts, kept, node.tidy(spoken[0], "coding") if spoken else None, disagrees)


def system_of(uri: str | None) -> type[Code] | None:
    """The code system that a URI names, or None where it is not one of those in use."""
    return SYSTEMS.get(_SCHEME.sub("", uri.lower()).rstrip("/")) if uri else None


def _take(coding: Node, wanted: tuple[type[Code], ...], codes: dict[type[Code], list[Code]], spoken: list[str]) -> None:
    """One coding: a sound code of a wanted system is kept, anything else noted and, as text, remembered."""
    written = coding.word("code")
    if written is None:
        return
    uri = coding.word("system")
    system = system_of(uri)
    if system is None:
        spoken.append(f"{_short(uri)} {written}")
        coding.note("code", f"code system {shown(uri)} is not used; the text is kept" if uri else _NO_SYSTEM)
        return
    spoken.append(f"{system.system} {written}")
    code = system.parse(_icd10_form(written) if system is ICD10 else written)
    if code is None:
        coding.note("code", f"{shown(written)} is not a valid {system.system} code; the text is kept")
    elif system not in wanted:
        coding.note("code", f"{system.system} codes are not used here; the text is kept")
    elif code not in codes.setdefault(system, []):
        codes[system].append(code)


_NO_SYSTEM = "a code without a system is not used; the text is kept"


def _short(uri: str | None) -> str:
    return uri.rstrip("/").rsplit("/", 1)[-1][:60] if uri else "code"


def _icd10_form(written: str) -> str:
    """The code with its dot, in upper case, without the marks of the German and WHO editions.

    >>> _icd10_form("f329")
    'F32.9'
    """
    code = written.upper().strip().rstrip(_MARKS).removesuffix("-").removesuffix(".")
    return f"{code[:3]}.{code[3:]}" if _UNDOTTED.fullmatch(code) else code


def _share_a_word(text: str, displays: list[str]) -> bool:
    """True where the text and the displays share a word by its first four letters, or are without words."""
    own = _stems(text)
    others = {stem for display in displays for stem in _stems(display)}
    return not own or not others or bool(own & others)


def _stems(text: str) -> set[str]:
    return {word.casefold()[:_STEM] for word in _WORDS.findall(text)}
