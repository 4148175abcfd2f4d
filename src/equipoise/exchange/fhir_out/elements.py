"""FHIR elements as plain mappings: nothing empty, every text fit for JSON and for XHTML."""

from __future__ import annotations

import re
from typing import Any

Resource = dict[str, Any]

# XML 1.0 has no place for these characters, not even escaped, and FHIR strings should not hold them.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
# FHIR's string is [ \r\n\t\S]+: the other Unicode blanks (no-break space and the like) are outside it.
_OTHER_BLANKS = re.compile(r"[^\S \t\r\n]|\ufeff")
_WEB_ADDRESS = re.compile(r"https?://[^\s\"<>\\^`{|}]+")
REPLACEMENT = "\ufffd"


def clean(text: str) -> str:
    r"""The text as a valid FHIR string: forbidden characters become U+FFFD, odd blanks become spaces.

    >>> clean("90\u00a0% of\x00 it") == "90 % of\ufffd it"
    True
    """
    plain = _OTHER_BLANKS.sub(" ", _FORBIDDEN.sub(REPLACEMENT, text)).strip(" \t\r\n")
    return plain or REPLACEMENT


def compact(**fields: object) -> Resource:
    """The fields that hold something; a name that ends in `_` loses it (`type_` → `type`).

    FHIR forbids empty strings, lists and objects, so they are left out; False and 0 stay.
    """
    return {key.rstrip("_"): value for key, value in fields.items() if value not in (None, "", [], {}, ())}


def coding(system: str, code: str, display: str | None = None) -> Resource:
    """One code of one system; `code` becomes a plain string, whatever type of ours it was."""
    return compact(system=system, code=str(code), display=clean(display) if display else None)


def concept(text: str, *codings: Resource) -> Resource:
    """A CodeableConcept; the text is always there, because a reader may not know the codes."""
    return compact(coding=list(codings), text=clean(text))


def note(text: str) -> Resource:
    """An Annotation without an author: the resource's own author speaks."""
    return {"text": clean(text)}


def web_address(text: str | None) -> str | None:
    """The text where it is a web address as a whole, else None: `uri` elements take nothing else from us.

    >>> web_address("https://doi.org/10.1000/x"), web_address("see the appendix")
    ('https://doi.org/10.1000/x', None)
    """
    return text if text is not None and _WEB_ADDRESS.fullmatch(text) else None


def number(value: float) -> str:
    """The number with three significant digits, without an exponent where a person would not write one.

    >>> number(1.394), number(12345.6)
    ('1.39', '12346')
    """
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:.0f}"
