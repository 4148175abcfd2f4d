"""The search for a leaked order finds every planted one, and nothing in papers that hold none."""

from __future__ import annotations

import json

import pytest
from leaks import leaks

ORDER = (0, 1, 1, 0, 1, 0, 0, 1)
SEED = 918273645
OFF_ON = ["without" if level == 0 else "with" for level in ORDER]


def _calendar(summaries: list[str]) -> str:
    events = [f"BEGIN:VEVENT\r\nUID:{i}@x\r\nSUMMARY:{text}\r\nEND:VEVENT\r\n" for i, text in enumerate(summaries)]
    return "BEGIN:VCALENDAR\r\n" + "".join(events) + "END:VCALENDAR\r\n"


PLANTED = {
    "digits": "drawn: 01101001",
    "digits in a list": "order 0, 1, 1, 0, 1, 0, 0, 1",
    "the other way round": "10010110",
    "JSON list": json.dumps({"drawn": list(ORDER)}),
    "JSON of periods": json.dumps([{"period": i, "level": level} for i, level in enumerate(ORDER)]),
    "JSON of colours": json.dumps([{"p": i, "c": "blue" if level else "red"} for i, level in enumerate(ORDER)]),
    "JSON of lengths": json.dumps([{"days": 14 if level else 15} for level in ORDER]),
    "booleans": json.dumps([bool(level) for level in ORDER]),
    "words": ", ".join(OFF_ON),
    "words with numbers": "; ".join(f"{i}: {word} it" for i, word in enumerate(OFF_ON, start=1)),
    "one statement": "In period 3: without",
    "calendar": _calendar([f"Period {i} {'A' if level else 'B'}" for i, level in enumerate(ORDER)]),
    "calendar with washouts": _calendar(
        [text for level in ORDER for text in ("capsule X" if level else "capsule Y", "washout")]
    ),
    "folded line": _calendar([("Y\r\n es" if level else "Nope") for level in ORDER]),
    "classes of a page": "".join(f"<rect class='{'k' if level else 'm'}'/>" for level in ORDER),
    "heights of a picture": "".join(f"<rect x='{10 * i}' height='{30 - level}'/>" for i, level in enumerate(ORDER)),
    "cells of a table": "".join(f"<tr><td>{'x' if level else 'o'}</td></tr>" for level in ORDER),
    "YAML": "\n".join(f"- kind: {'p' if level else 'q'}" for level in ORDER),
    "seed": f"seed={SEED}",
}
CLEAN = {
    "periods alike": json.dumps([{"period": i, "what": "with or without, as drawn"} for i, _ in enumerate(ORDER)]),
    "calendar": _calendar([text for i, _ in enumerate(ORDER) for text in (f"Period {i} begins", "washout begins")]),
    "page": "".join(f"<rect class='band' x='{10 * i}' height='30'/>" for i in range(8)),
    "prose": "Each period is with or without it, as drawn. Period 1 begins on day 14, period 2 with day 28.",
    "another number": f"seed={SEED}1",
}


@pytest.mark.parametrize("paper", PLANTED.values(), ids=PLANTED)
def test_planted_leak_is_found(paper: str) -> None:
    """Whatever form it has, an order that can be read off is found."""
    assert leaks(paper, ORDER, SEED)
    assert leaks(paper.encode(), ORDER, SEED)


@pytest.mark.parametrize("paper", CLEAN.values(), ids=CLEAN)
def test_paper_without_an_order_is_clean(paper: str) -> None:
    """Periods that all look alike tell nothing."""
    assert leaks(paper, ORDER, SEED) == []


def test_long_order_is_found_between_other_rows() -> None:
    """A table of the periods that stands among other tables does not hide it."""
    order = (*ORDER, *ORDER)
    cells = ["x", "x", "o", *("x" if level else "o" for level in order), "x", "x", "x"]
    assert leaks("".join(f"<td>{cell}</td>" for cell in cells), order)


def test_order_that_anything_could_match_is_refused() -> None:
    """A short or nearly alternating order would be found in every striped table."""
    for order in ((0, 1), (0, 1, 0, 1, 0, 1), (0, 1, 0, 1, 1, 0)):
        with pytest.raises(ValueError, match="does not nearly alternate"):
            leaks("", order)
