"""Which diagnoses can be judged: by a code, or because the rules and plain English account for all of their words.

What is left over may be anything (another language, a misspelling, an abbreviation), so it may be what a rule is about.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import cast

from equipoise.knowledge import Knowledge
from equipoise.knowledge.names import folded
from equipoise.model.case import Condition
from equipoise.screen.wording import phrase_pattern, spaced

_WORD = re.compile(r"[^\W\d_]+")
_SHORTEST = 2  # a letter by itself is a type or a side


def unplaced_words(item: Condition, knowledge: Knowledge) -> tuple[str, ...]:
    """The words of a diagnosis that nobody can place, in their order; all of the text where it holds no word.

    Empty for a diagnosis with a code that the rules can compare.
    """
    return () if item.icd10 or item.snomed else _unplaced(item.text, knowledge)


def matches_no_rule(item: Condition, knowledge: Knowledge) -> bool:
    """True for a diagnosis in words alone that holds no phrase of any caution."""
    return not (item.icd10 or item.snomed) and _rule_phrases(knowledge).search(spaced(folded(item.text))) is None


@lru_cache(maxsize=4096)  # the same diagnoses come back in every chart
def _unplaced(text: str, knowledge: Knowledge) -> tuple[str, ...]:
    plain = spaced(_letters(text))
    left = _rule_phrases(knowledge).sub(" ", plain)
    if left == plain and not any(len(word) >= _SHORTEST for word in _WORD.findall(plain)):
        return (text,)
    words = (word for word in _WORD.findall(left) if len(word) >= _SHORTEST)
    return tuple(dict.fromkeys(word for word in words if not _is_plain(word, knowledge.plain_words)))


def _letters(text: str) -> str:
    """Lower case without accents and apostrophes; unlike in `folded`, letters of another script stay."""
    parts = unicodedata.normalize("NFKD", text.replace("'", "").replace("\N{RIGHT SINGLE QUOTATION MARK}", ""))
    return "".join(letter for letter in parts if not unicodedata.combining(letter)).casefold()


def _is_plain(word: str, plain: frozenset[str]) -> bool:
    singular = f"{word[:-3]}y" if word.endswith("ies") else word.removesuffix("s")
    return word in plain or singular in plain or word.removesuffix("es") in plain


@lru_cache(maxsize=8)
def _rule_phrases(knowledge: Knowledge) -> re.Pattern[str]:
    """Every phrase that a caution of any adjunct looks for in a diagnosis, or by which it takes one back."""
    rows = (row for scope in knowledge.substance_ids for row in knowledge.rows(scope, "cautions"))
    found = {phrase for row in rows for test in _tests(row) for phrase in _phrases(test)}
    return phrase_pattern(tuple(sorted(found, key=lambda phrase: (-len(phrase), phrase))))


def _tests(node: object) -> Iterator[dict[str, object]]:
    """The condition tests in a raw record: no record is built, because most charts never need them."""
    if isinstance(node, list):
        for item in cast("list[object]", node):
            yield from _tests(item)
    elif isinstance(node, dict):
        for key, value in cast("dict[str, object]", node).items():
            if key == "condition":
                yield cast("dict[str, object]", value)
            else:
                yield from _tests(value)


def _phrases(test: dict[str, object]) -> Iterator[str]:
    for field in ("phrases", "not_phrases"):
        yield from cast("list[str]", test.get(field, []))
