"""From a medication text to the bare name in it: strength, form, route and salt are taken off, nothing else."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Container
from functools import lru_cache

# Longer texts are no names; cutting them keeps a megabyte of junk in a text field from costing minutes.
MAX_TEXT = 500
MENTION_WORDS = 4
MENTION_LENGTH = 5  # shorter names ("tea", "ice") are words of ordinary sentences
_BRACKETS = re.compile(r"\[([^\]]*)\]|\(([^)]*)\)")
_APPLICATION = re.compile(r"^(?:nda|anda|bla)\d+\s+")  # RxNorm writes an approval number before some names
_NUMBER = r"(?<![a-z0-9.,])\d+(?:[.,]\d+)*"
_UNIT = r"(?:mg|mcg|µg|ug|ng|g|kg|ml|l|meq|mmol|iu|unt|units?|hr|h|actuat|bau|cells|mci)"
_PER = rf"(?:\s*/\s*(?:{_NUMBER}\s*)?(?:{_UNIT}|dose|tab|cap|day)\b)*"
# "8-2" and "5/325" are the strengths of a combination, or a range.
_MORE = r"(?:\s*[/-]\s*\d+(?:[.,]\d+)*)"
_EVERY = r"\bq\s?\d+(?:-\d+)?\s?(?:h|hrs?|hours?|d|days?|w|wks?|weeks?|min)\b"
_STRENGTH = re.compile(rf"{_EVERY}|{_NUMBER}{_MORE}*\s*(?:%|{_UNIT}\b){_PER}")
_STRENGTHS = re.compile(rf"{_NUMBER}{_MORE}+(?![a-z0-9])")
# A lone digit may be the name of another product ("Tylenol 3" holds codeine), so only longer numbers are taken off.
_ANY_NUMBER = re.compile(rf"(?:{_NUMBER}{_MORE}+(?![a-z0-9])|(?<![a-z0-9.,])\d+[\d.,]\d*){_PER}")
_SEPARATOR = re.compile(r"\s*(?:/|\+|;|\band\b|\bwith\b|&)\s*")
_LISTING = re.compile(r",(?!\d)")
_NOT_A_WORD = re.compile(r"[^a-z0-9,.'-]+")


@lru_cache(maxsize=16_384)  # the same few thousand words come back in every chart
def folded(text: str) -> str:
    """Lower case without accents, apostrophes or repeated spaces.

    >>> folded("  Métoclopramide  HCl ")
    'metoclopramide hcl'
    """
    plain = unicodedata.normalize("NFKD", text[:MAX_TEXT].replace("'", "")).encode("ascii", "ignore").decode()
    return " ".join(plain.casefold().split())


def opened(text: str) -> tuple[str, tuple[str, ...]]:
    """The text outside brackets, and what stands in each: brands in RxNorm's way of writing, synonyms in others'.

    >>> opened("sertraline 50 MG Oral Tablet [Zoloft]")
    ('sertraline 50 MG Oral Tablet', ('Zoloft',))
    """
    cut = text[:MAX_TEXT]
    inside = tuple(square or round_ for square, round_ in _BRACKETS.findall(cut) if (square or round_).strip())
    return _BRACKETS.sub(" ", cut).strip(), inside


def mentions(text: str, names: Container[str]) -> tuple[str, ...]:
    """The known names that stand anywhere in a text as whole words, the longest first.

    >>> mentions("take Nardil please", {"nardil"})
    ('nardil',)
    """
    words = _words(folded(text), ())
    found: list[str] = []
    for length in range(min(MENTION_WORDS, len(words)), 0, -1):
        for start in range(len(words) - length + 1):
            name = " ".join(words[start : start + length])
            if len(name) >= MENTION_LENGTH and name in names and not any(name in longer for longer in found):
                found.append(name)
    return tuple(found)


def phrase(
    text: str, names: Container[str], salts: Collection[str], forms: Collection[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The known names in a phrase, and every run of other words that says neither a form, a strength nor a schedule.

    A number behind a name may make another product of it ("Tylenol 3"), so the two stay together as a run.

    >>> phrase("ativan prn anxiety", {"ativan"}, [], ["prn"])
    (('ativan',), ('anxiety',))
    >>> phrase("stop tylenol 3 start naltrexone-bupropion", {"tylenol", "naltrexone", "bupropion"}, [], [])
    (('tylenol', 'naltrexone', 'bupropion'), ('stop', 'tylenol 3', 'start'))
    """
    words = _words(text, ())
    found: list[str] = []
    runs: list[list[str]] = []
    while words:
        length = _name_length(words, names, short=not found and not runs)
        word = words[0]
        if length:
            found.append(" ".join(words[:length]))
            words = _behind(words[length:], found[-1], salts, runs)
        elif _says_how(word, forms):
            words = words[1:]
        elif "-" in word:
            words = [*filter(None, word.split("-")), *words[1:]]
        else:
            end = _run_length(words, names, forms)
            runs.append(words[:end])
            words = words[end:]
    return tuple(found), tuple(" ".join(run) for run in runs)


def _name_length(words: list[str], names: Container[str], *, short: bool) -> int:
    """How many of the first words are one name, 0 for none. A short one ("tea", "ice") counts only where it leads."""
    for length in range(min(MENTION_WORDS, len(words)), 0, -1):
        name = " ".join(words[:length])
        if (short or len(name) >= MENTION_LENGTH) and name in names:
            return length
    return 0


def _behind(words: list[str], name: str, salts: Collection[str], runs: list[list[str]]) -> list[str]:
    """The words without the salt behind a name; a lone digit there joins the runs, together with the name."""
    while words and words[0] in salts:
        words = words[1:]
    if words and len(words[0]) == 1 and words[0].isdigit():
        runs.append([name, words[0]])
        words = words[1:]
    return words


def _says_how(word: str, forms: Collection[str]) -> bool:
    """A form, a strength or a schedule."""
    return word.strip(".-") in forms or word.replace(".", "").isdigit()


def _run_length(words: list[str], names: Container[str], forms: Collection[str]) -> int:
    """How many words there are before the next that something is known about; at least one."""
    for at in range(1, len(words)):
        known = _says_how(words[at], forms) or _name_length(words[at:], names, short=False)
        if known or "-" in words[at]:
            return at
    return len(words)


def inside(names: Collection[str]) -> re.Pattern[str]:
    """What finds one of the folded names inside a folded text, the longest first, as whole words.

    A hyphen or a space within a name may be either, or missing: "7-oh", "7 oh" and "7oh" are one name.

    >>> inside(["7-oh", "kratom leaf"]).search("organic 7oh gummies").group()
    '7oh'
    """
    ordered = sorted(names, key=lambda name: (-len(name), name))
    written = (r"[\s-]*".join(map(re.escape, re.split(r"[\s-]+", name))) for name in ordered)
    return re.compile(rf"(?<![a-z0-9.,])(?:{'|'.join(written)})(?![a-z0-9])")


def joined_up(name: str) -> str:
    """A name without hyphens and spaces: what all its ways of writing have in common.

    >>> joined_up("7-oh")
    '7oh'
    """
    return re.sub(r"[\s-]+", "", name)


def spellings(text: str, salts: Collection[str], forms: Collection[str]) -> tuple[str, ...]:
    """The names that a text may stand for, the fullest first: without its strength, its form, its salt, its numbers.

    >>> spellings("Ferrous Sulfate 325 MG Oral Tablet", ["sulfate"], ["oral", "tablet"])
    ('ferrous sulfate oral tablet', 'ferrous sulfate', 'ferrous')
    >>> spellings("Vitamin B 12 5 MG/ML Injection", [], ["injection"])
    ('vitamin b 12 injection', 'vitamin b 12', 'vitamin b')
    """
    plain = _STRENGTH.sub(" ", _APPLICATION.sub("", folded(text)))
    whole = _words(plain, ())
    full = _words(plain, forms)
    bare = _words(_ANY_NUMBER.sub(" ", plain), forms)
    if _LISTING.search(plain):  # what stands behind a comma is an ingredient of its own ("furosemide, potassium")
        salts = ()
    found = (whole, full, _without_salt(full, salts), bare, _without_salt(bare, salts))
    return tuple(dict.fromkeys(" ".join(words) for words in found if words))


def parts(text: str) -> tuple[str, ...]:
    """The ingredients that a text lists, each still with its strength, form and salt.

    >>> parts("Acetaminophen 325 MG / Hydrocodone Bitartrate 7.5 MG Oral Tablet")
    ('acetaminophen', 'hydrocodone bitartrate oral tablet')
    """
    plain = _STRENGTHS.sub(" ", _STRENGTH.sub(" ", _APPLICATION.sub("", folded(text))))
    return tuple(" ".join(part.split()) for part in _SEPARATOR.split(plain) if part.strip())


def listed(text: str) -> tuple[str, ...]:
    """The pieces of a text between its commas; a comma within a number separates nothing.

    >>> listed("sertraline 1,000 mg, tramadol")
    ('sertraline 1,000 mg', 'tramadol')
    """
    return tuple(piece.strip() for piece in _LISTING.split(text) if piece.strip())


def _words(text: str, forms: Collection[str]) -> list[str]:
    words = (word.strip(",") for word in _NOT_A_WORD.sub(" ", text).split())
    return [word for word in words if word.strip(".-'") and word.strip(".-") not in forms]


def _without_salt(words: list[str], salts: Collection[str]) -> list[str]:
    """A salt is taken off only behind a name: "potassium chloride" keeps its first word."""
    kept = list(words)
    while len(kept) > 1 and kept[-1] in salts:
        kept.pop()
    return kept
