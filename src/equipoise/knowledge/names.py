"""From a medication text to the bare name in it: strength, form, route and salt are taken off, nothing else.

>>> bare_names("Acetaminophen 325 MG / Hydrocodone Bitartrate 7.5 MG Oral Tablet", ["bitartrate"], ["oral", "tablet"])
('acetaminophen', 'hydrocodone')
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from functools import lru_cache

# Longer texts are no names; cutting them keeps a megabyte of junk in a text field from costing minutes.
MAX_TEXT = 500
_BRACKETS = re.compile(r"\[([^\]]*)\]|\(([^)]*)\)")
_STRENGTH = re.compile(
    r"(?<![a-z])\d+(?:[.,]\d+)*\s*(?:%|(?:mg|mcg|µg|ug|ng|g|kg|ml|l|meq|mmol|iu|unt|units?|hr|h|actuat|bau|cells|mci)\b)?"
    r"(?:\s*/\s*(?:\d+(?:[.,]\d+)*\s*)?(?:mg|ml|l|hr|h|g|actuat|dose|tab|cap|day)\b)*"
)
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


def bare_names(text: str, salts: Collection[str], forms: Collection[str]) -> tuple[str, ...]:
    """The names in a medication text, one per ingredient, without strength, form, route and salt."""
    plain = _STRENGTH.sub(" ", folded(_BRACKETS.sub(" ", text)))
    names = (_without(part, salts, forms) for part in _SEPARATOR.split(plain))
    return tuple(dict.fromkeys(name for name in names if name))


def whole_name(text: str, salts: Collection[str], forms: Collection[str]) -> str:
    """The text as one name: for brands and names that hold a separator themselves.

    >>> whole_name("St. John's Wort 300 mg capsule", (), ("capsule",))
    'st. johns wort'
    """
    return _without(_STRENGTH.sub(" ", folded(_BRACKETS.sub(" ", text))), salts, forms)


def _without(text: str, salts: Collection[str], forms: Collection[str]) -> str:
    words = [
        word.strip(".,-'") if word in {".", ",", "-", "'"} else word.strip(",")
        for word in _NOT_A_WORD.sub(" ", text).split()
    ]
    kept = [word for word in words if word and word.strip(".-") not in forms]
    # A salt is taken off only behind a name: "potassium chloride" and "lithium carbonate" keep their first word.
    while len(kept) > 1 and kept[-1] in salts:
        kept.pop()
    return " ".join(kept)
