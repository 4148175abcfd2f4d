"""What a text says of a phrase: that it is there, that it is taken back, or that it can be read both ways.

A word takes a phrase back only where grammar ties the two. Where the tie is loose (a conjunction or a preposition
stands between them) nobody can tell, and the text is neither counted nor dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from equipoise.knowledge.names import folded
from equipoise.model.terms import Answer

_SENTENCE = re.compile(r"[;.|]")
# "History of X" speaks of what follows it, "X, ruled out" of what stands before.
_FORWARD = re.compile(r"\b(of|for|from|about|against|to|family history)$")
# What lies behind one of these belongs to another statement; behind a loose tie it may or may not.
_BREAK = re.compile(r",|\b(but|however|although|though|yet|except|has(?! been))\b")
_LOOSE = re.compile(
    r"[&+]|\b(and|with|in|during|at|on|after|before|despite|since|following|from|by|plus|also|to|as|while|when|if)\b"
)
# "Not ruled out", "cannot be ruled out", "not in remission" take nothing back.
_REVOKED = re.compile(r"\b(not|cannot|cant|never|no|nor|without)( be| been| yet| fully)*\s*$")
# A plain negation with nothing but linking words between it and the phrase: "no improvement in epilepsy" is none.
_LINKING = (
    "an? any the known history family personal past previous prior evidence signs? symptoms diagnosis indication "
    "suggestion concern for of reported documented clinical had have has been diagnosed with to"
)
# "No recent X" leaves an older one open, "no severe X" a milder one.
_LIMITING = "current recent active acute further more longer new present ongoing severe major"
_LINKS = "|".join(f"{_LINKING} {_LIMITING}".split())
_PLAIN = re.compile(
    r"\b(?:no|not|denies|denied|without|never|negative for|absence of|free of|free from)"
    rf"(?P<links>(?: (?:{_LINKS}))*)\s*$"
)
_LIMITED = re.compile(rf"\b(?:{'|'.join(_LIMITING.split())})\b")
# "No seizures since 2019" speaks of a time, "no epilepsy surgery" of something else: neither denies the diagnosis.
_LIMITED_BEHIND = re.compile(
    r",? (?:since|for|within|lately|recently|currently|now|today|anymore|any more|so far|at present|in recent"
    r"|at (?:this|the) (?:time|moment)|(?:in|over|during) (?:the |this )?(?:last|past) \w|this (?:week|month|year))"
    r"| (?:surger|medic|treat|therap|drug|clinic|admi|exacerbat|relapse|flare|progress|worsen|improve|chang)"
)
_DENIED_BEHIND = re.compile(r"\s*[:(]?\s*(no|none|never|denied|absent|excluded|not present|not known)\s*\)?\s*(,|$)")
# "No suicidal ideation or attempt" denies both.
_ALTERNATIVE = re.compile(rf"( [a-z]+)?\s*,?\s*(or|nor|/)(?: (?:{_LINKS}))*\s*$")

# What may follow in a clause that takes the one before it back: "ruled out in 2019".
_ADDED = re.compile(r"\s*\)?|\s+(since|in|by|on|after|for)\b.*|\s*\(.*")
# The answer that counts of several about one place: what surely takes it back, then what may.
_ORDER = (Answer.NOT_MET, Answer.UNKNOWN, Answer.MET)


@dataclass(frozen=True, slots=True)
class _Span:
    """Where a phrase, or what may take one back, stands in a sentence. `forward`: it speaks only of what follows."""

    start: int
    end: int
    forward: bool = False


@lru_cache(maxsize=32_768)  # the same diagnoses come back in every chart
def said(text: str, phrases: tuple[str, ...], not_phrases: tuple[str, ...]) -> Answer:
    """Met where the folded text states a phrase, not met where it states none, unknown where it can be read both ways.

    >>> str(said("epilepsy with additional non-epileptic seizures", ("epilepsy", "epileptic"), ("non-epileptic",)))
    'met'
    >>> str(said("no history of epilepsy", ("epilepsy",), ())), str(said("schizophrenia", ("epilepsy",), ()))
    ('not_met', 'not_met')
    >>> str(said("fear of flying and epilepsy", ("epilepsy",), ("fear of",)))
    'unknown'
    """
    if not holds_phrase(text, phrases):
        return Answer.NOT_MET
    found = {
        answer for sentence in _SENTENCE.split(spaced(text)) for answer in _of_sentence(sentence, phrases, not_phrases)
    }
    return next((answer for answer in (Answer.MET, Answer.UNKNOWN) if answer in found), Answer.NOT_MET)


def _of_sentence(sentence: str, phrases: tuple[str, ...], not_phrases: tuple[str, ...]) -> Iterator[Answer]:
    """Met, unknown or not met for each place where a phrase stands."""
    stated = [_Span(*match.span()) for match in phrase_pattern(phrases).finditer(sentence)]
    takers = list(_takers(sentence, phrases, not_phrases))
    denied, before = Answer.MET, 0
    for index, phrase in enumerate(stated):
        goes_on = denied is not Answer.MET and _ALTERNATIVE.fullmatch(sentence[before : phrase.start])
        denied = denied if goes_on else _denied(sentence, phrase)
        if denied is Answer.NOT_MET and _LIMITED_BEHIND.match(sentence[phrase.end :]):
            denied = Answer.UNKNOWN
        before = phrase.end
        later = stated[index + 1 :]
        taken = [denied, *(_taken(sentence, phrase, taker, later) for taker in takers)]
        yield min(taken, key=_ORDER.index)


def _takers(sentence: str, phrases: tuple[str, ...], not_phrases: tuple[str, ...]) -> Iterator[_Span]:
    """What may take a phrase back, except where it is itself revoked ("not ruled out")."""
    for words in not_phrases:
        forward = _is_forward(spaced(folded(words)), phrases)
        for match in phrase_pattern((words,)).finditer(sentence):
            if forward or not _REVOKED.search(sentence[: match.start()]):
                yield _Span(*match.span(), forward)


def _is_forward(words: str, phrases: tuple[str, ...]) -> bool:
    """True where it needs something behind it: "history of", or "non-epileptic", which holds a phrase itself."""
    last = words.rpartition(" ")[2]
    begins = any(spaced(folded(phrase)).startswith(last) for phrase in phrases)
    return begins or holds_phrase(words, phrases) or _FORWARD.search(words) is not None


def _denied(sentence: str, phrase: _Span) -> Answer:
    """Whether a plain no stands right before the phrase or right behind it."""
    if _DENIED_BEHIND.match(sentence[phrase.end :]):
        return Answer.NOT_MET
    plain = _PLAIN.search(sentence[: phrase.start])
    if plain is None:
        return Answer.MET
    return Answer.UNKNOWN if _LIMITED.search(plain["links"]) else Answer.NOT_MET


def _taken(sentence: str, phrase: _Span, taker: _Span, later: Sequence[_Span]) -> Answer:
    """Not met where the taker takes the phrase back, unknown where it may, met where it does not touch it."""
    if taker.start < phrase.end and phrase.start < taker.end:
        return Answer.NOT_MET
    if taker.end <= phrase.start:
        return _across(sentence[taker.end : phrase.start])
    if taker.forward:
        return Answer.MET
    between = sentence[phrase.end : taker.start]
    if "," not in between:
        return _across(between)
    comma = phrase.end + between.rindex(",")
    if any(other.start < taker.start and "," in sentence[phrase.end : other.start] for other in later):
        return Answer.MET
    # "X, recurrent, ruled out": the clause says nothing else, so it speaks of what stands before it.
    clause_end = sentence.find(",", taker.end)
    rest = sentence[taker.end : None if clause_end < 0 else clause_end]
    alone = not sentence[comma + 1 : taker.start].strip() and _ADDED.fullmatch(rest) is not None
    return Answer.NOT_MET if alone else Answer.UNKNOWN


def _across(between: str) -> Answer:
    if _BREAK.search(between):
        return Answer.MET
    return Answer.UNKNOWN if _LOOSE.search(between) else Answer.NOT_MET


@lru_cache(maxsize=4096)
def phrase_pattern(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """The phrases at the start of a word, each to the end of the word in which it ends."""
    return re.compile("|".join(rf"(?<![a-z0-9]){re.escape(spaced(folded(phrase)))}[a-z0-9]*" for phrase in phrases))


def spaced(text: str) -> str:
    """Hyphens as spaces: "7-OH" and "7 OH" are the same words."""
    return text.replace("-", " ")


@lru_cache(maxsize=32_768)  # the same diagnoses come back in every chart
def holds_phrase(text: str, phrases: tuple[str, ...]) -> bool:
    """True when a phrase stands in the folded text at the start of a word.

    >>> holds_phrase("history of epilepsy", ("epilep",)), holds_phrase("antiepileptic", ("epilep",))
    (True, False)
    """
    return bool(phrases) and phrase_pattern(phrases).search(spaced(text)) is not None
