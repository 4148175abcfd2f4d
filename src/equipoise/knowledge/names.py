"""From a medication text to the bare name in it: strength, form, route and salt are taken off, nothing else."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from functools import lru_cache

# Longer texts are no names; cutting them keeps a megabyte of junk in a text field from costing minutes.
MAX_TEXT = 500
_BRACKETS = re.compile(r"\[([^\]]*)\]|\(([^)]*)\)")
_APPLICATION = re.compile(r"^(?:nda|anda|bla)\d+\s+")  # RxNorm writes an approval number before some names
_NUMBER = r"(?<![a-z0-9.,])\d+(?:[.,]\d+)*"
_UNIT = r"(?:mg|mcg|µg|ug|ng|g|kg|ml|l|meq|mmol|iu|unt|units?|hr|h|actuat|bau|cells|mci)"
_PER = rf"(?:\s*/\s*(?:{_NUMBER}\s*)?(?:{_UNIT}|dose|tab|cap|day)\b)*"
_STRENGTH = re.compile(rf"{_NUMBER}\s*(?:%|{_UNIT}\b){_PER}")
_ANY_NUMBER = re.compile(rf"{_NUMBER}(?:\s*/\s*\d+(?:[.,]\d+)*)*{_PER}")
_SEPARATOR = re.compile(r"\s*(?:/|\+|;|\band\b|\bwith\b|&)\s*")
_NOT_A_WORD = re.compile(r"[^a-z0-9,.'-]+")


@lru_cache(maxsize=16_384)  # the same few thousand words come back in every chart
def folded(text: str) -> str:
    """Lower case without accents, apostrophes or repeated spaces.

    >>> folded("  Métoclopramide  HCl ")
    'metoclopramide hcl'
    """
    plain = unicodedata.normalize("NFKD", text[:MAX_TEXT].replace("'", "")).encode("ascii", "ignore").decode()
    return " ".join(plain.casefold().split())


def bracketed(text: str) -> tuple[str, ...]:
    """The names in brackets: brands in RxNorm's way of writing, synonyms in others'.

    >>> bracketed("sertraline 50 MG Oral Tablet [Zoloft]")
    ('zoloft',)
    """
    return tuple(folded(square or round_) for square, round_ in _BRACKETS.findall(text[:MAX_TEXT]) if square or round_)


def spellings(text: str, salts: Collection[str], forms: Collection[str]) -> tuple[str, ...]:
    """The names that a text may stand for, the fullest first: without its strength, its form, its salt, its numbers.

    >>> spellings("Ferrous Sulfate 325 MG Oral Tablet", ["sulfate"], ["oral", "tablet"])
    ('ferrous sulfate oral tablet', 'ferrous sulfate', 'ferrous')
    >>> spellings("Vitamin B 12 5 MG/ML Injection", [], ["injection"])
    ('vitamin b 12 injection', 'vitamin b 12', 'vitamin b')
    """
    plain = _STRENGTH.sub(" ", _APPLICATION.sub("", folded(_BRACKETS.sub(" ", text))))
    whole = _words(plain, ())
    full = _words(plain, forms)
    bare = _words(_ANY_NUMBER.sub(" ", plain), forms)
    found = (whole, full, _without_salt(full, salts), bare, _without_salt(bare, salts))
    return tuple(dict.fromkeys(" ".join(words) for words in found if words))


def parts(text: str) -> tuple[str, ...]:
    """The ingredients that a text lists, each still with its strength, form and salt.

    >>> parts("Acetaminophen 325 MG / Hydrocodone Bitartrate 7.5 MG Oral Tablet")
    ('acetaminophen', 'hydrocodone bitartrate oral tablet')
    """
    plain = _STRENGTH.sub(" ", _APPLICATION.sub("", folded(_BRACKETS.sub(" ", text))))
    return tuple(" ".join(part.split()) for part in _SEPARATOR.split(plain) if part.strip())


def _words(text: str, forms: Collection[str]) -> list[str]:
    words = (word.strip(",") for word in _NOT_A_WORD.sub(" ", text).split())
    return [word for word in words if word.strip(".-'") and word.strip(".-") not in forms]


def _without_salt(words: list[str], salts: Collection[str]) -> list[str]:
    """A salt is taken off only behind a name: "potassium chloride" keeps its first word."""
    kept = list(words)
    while len(kept) > 1 and kept[-1] in salts:
        kept.pop()
    return kept
