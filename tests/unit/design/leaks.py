"""Whether a paper tells somebody blinded the order that chance drew: as digits, as words, or by anything that differs.

`leaks` reads text, HTML, JSON, FHIR and iCalendar alike. It knows no form of its own: wherever as many things follow
one another as there are periods, and differ in one way, the way in which they differ must not be the order.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from itertools import combinations, pairwise
from typing import Any

FEWEST, FEWEST_ALIKE = 6, 2
ANYWHERE = 12
MOST_KINDS = 12
ON = "on|with|active|taken|adjunct|verum|true|yes|1|a"
OFF = "off|without|inactive|placebo|nothing|false|no|0|b"
WORD = re.compile(rf"(?<![\w.])(?:(?P<on>{ON})|(?P<off>{OFF}))(?![\w.])", re.IGNORECASE)
EITHER = re.compile(r"\b(with or without|with and without|on or off|on/off)\b", re.IGNORECASE)
PERIOD = re.compile(
    rf"\b(?:period|day|block|phase)\s*\d+\W{{1,4}}(?:is\s+)?(?P<level>{ON}|{OFF})(?![\w.])", re.IGNORECASE
)


def leaks(paper: str | bytes, order: Iterable[int], seed: int | None = None) -> list[str]:
    """What in the paper gives the order, or the seed that it follows from, away; empty where nothing does.

    `order`: 1 with and 0 without, at least six and not nearly alternating, so that no striped table matches it. Of
    twelve or more it is looked for anywhere in a row; a shorter one only where the row is as long as the order.
    """
    drawn = tuple(order)
    if len(drawn) < FEWEST or sum(a == b for a, b in pairwise(drawn)) < FEWEST_ALIKE:
        raise ValueError(f"an order of at least {FEWEST} that does not nearly alternate, not {drawn}")
    text = paper.decode() if isinstance(paper, bytes) else paper
    found = [f"the seed {seed}"] if seed is not None and re.search(rf"(?<!\d){seed}(?!\d)", text) else []
    found += _digits(text, drawn)
    found += _words(text, drawn)
    found += _statements(text)
    found += [f"{where} differs as the order does" for where, row in _rows(text) if _tells(row, drawn)]
    return list(dict.fromkeys(found))


def _both(drawn: tuple[int, ...]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    return drawn, tuple(1 - level for level in drawn)


def _digits(text: str, drawn: tuple[int, ...]) -> Iterator[str]:
    """The order as digits, whatever few signs stand between them."""
    for levels in _both(drawn):
        between = r"[^0-9A-Za-z]{0,4}"
        if re.search(rf"(?<!\d){between.join(map(str, levels))}(?!\d)", text):
            yield f"the order as digits, {levels}"


def _words(text: str, drawn: tuple[int, ...]) -> Iterator[str]:
    """The order as words that follow one another, with no more between two of them than a name and a number."""
    plain = EITHER.sub(" ", text)
    runs: list[list[int]] = [[]]
    last = 0
    for match in WORD.finditer(plain):
        if match.start() - last > 30:
            runs.append([])
        runs[-1].append(1 if match["on"] else 0)
        last = match.end()
    for run in runs:
        for start in range(len(run) - len(drawn) + 1):
            if tuple(run[start : start + len(drawn)]) in _both(drawn):
                yield "the order as words"


def _statements(text: str) -> Iterator[str]:
    """A sentence that says of one period which it is."""
    for match in PERIOD.finditer(EITHER.sub(" ", text)):
        if match["level"].casefold() not in {"a", "0", "1", "no", "with", "on"} or ":" in match[0]:
            yield f"a statement of one period: {match[0]!r}"


def _tells(row: list[str], drawn: tuple[int, ...]) -> bool:
    """Whether two of the values in a row follow one another as the order does."""
    kinds = list(dict.fromkeys(row))
    if not 2 <= len(kinds) <= MOST_KINDS:
        return False
    for one, other in combinations(kinds, 2):
        seen = [value == one for value in row if value in (one, other)]
        if len(drawn) < ANYWHERE and len(seen) != len(drawn):
            continue
        for start in range(len(seen) - len(drawn) + 1):
            if tuple(map(int, seen[start : start + len(drawn)])) in _both(drawn):
                return True
    return False


def _rows(text: str) -> Iterator[tuple[str, list[str]]]:
    """Everything in the paper that follows one another, by where it stands; running numbers are taken out."""
    rows: dict[str, list[str]] = {}
    for where, value in (*_json(text), *_markup(text), *_properties(text)):
        rows.setdefault(where, []).append(_without_count(value))
    yield from rows.items()


def _without_count(value: str) -> str:
    """The value; of words the numbers go, since they count, of a bare number nothing."""
    return value if re.fullmatch(r"-?[\d.]+", value) else re.sub(r"\d+", "#", value)


def _json(text: str) -> Iterator[tuple[str, str]]:
    try:
        yield from _walk("", json.loads(text))
    except ValueError:
        return


def _walk(where: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, held in value.items():
            yield from _walk(f"{where}.{key}", held)
    elif isinstance(value, list):
        for held in value:
            yield from _walk(f"{where}[]", held)
    elif value is not None:
        yield where, str(value)


def _markup(text: str) -> Iterator[tuple[str, str]]:
    if "<" not in text:
        return
    reader = _Reader()
    reader.feed(text)
    yield from reader.found


class _Reader(HTMLParser):
    """Attributes by tag and name, texts by tag and class."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self._open = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Each attribute is a row of its own."""
        self._open = tag
        self.found += [(f"<{tag} {name}>", value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        """A text belongs to the tag that was opened last."""
        if data.strip():
            self.found.append((f"<{self._open}>", data.strip()))


def _properties(text: str) -> Iterator[tuple[str, str]]:
    """Lines of the form `NAME;parameters:value` (iCalendar) or `name: value` (YAML)."""
    for line in re.sub(r"\r?\n[ \t](?=\S)", "", text).splitlines():
        match = re.match(r"\s*(?:- )?([A-Za-z_-]+)(?:;[^:]*)?:\s*(\S.*)", line)
        if match:
            yield match[1], match[2]
