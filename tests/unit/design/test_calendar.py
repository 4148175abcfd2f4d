"""The calendar: every day once, safe across clock changes, and the same whatever order was drawn."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable
from zoneinfo import ZoneInfo

import icalendar
import pytest
from pydantic import ValidationError

from equipoise.design.calendar import calendar
from equipoise.design.draw import design_hash, draw
from equipoise.design.layout import randomisation, some_order
from equipoise.exchange.drawn_trial import diary_text
from equipoise.exchange.ical_out import icalendar_text
from equipoise.model.admissible import Admissible
from equipoise.model.allocation import Allocation, commitment
from equipoise.model.calendar import Calendar
from equipoise.model.trial_design import Blinding, TaperStep, TrialDesign
from equipoise.report.calendar_html import calendar_html, pharmacist_html

Plan = Callable[..., TrialDesign]
START = dt.date(2027, 3, 20)
STAMP = dt.datetime(2027, 3, 1, tzinfo=dt.UTC)
BLIND = Blinding(blinded=("patient", "clinician"), means="capsules that look alike", ask_guess=True)


def drawn(design: TrialDesign, sequence: tuple[int, ...] | None = None) -> Allocation:
    """An allocation, with this order where one is given."""
    made = draw(design, START, seed=3, nonce="a" * 64)
    if sequence is None:
        return made
    bound = commitment(design_hash(design), START, made.seed, made.nonce, sequence)
    return made.model_copy(update={"sequence": sequence, "commitment": bound})


def book_of(design: TrialDesign, allocation: Allocation | None, zone: str = "Europe/Berlin") -> Calendar:
    """The calendar with reminders in the evening."""
    return calendar(design, START, allocation, time_zone=zone, remind_at=dt.time(20, 0))


def test_everything_that_the_blinded_get_is_the_same_for_every_order(plan: Plan) -> None:
    """Calendar, page, iCalendar and diary do not depend on the order, but for the commitment that binds it."""
    design = plan(blocks=3, blinding=BLIND)
    seen: set[tuple[str, str, bytes, str]] = set()
    listed = Admissible(randomisation(design, some_order(design))).listed().tolist()
    for sequence in listed:
        allocation = drawn(design, tuple(sequence))
        book = book_of(design, allocation)
        page = calendar_html(design, book).replace(allocation.commitment, "")
        text = book.model_dump_json().replace(allocation.commitment, "")
        seen.add((text, page, icalendar_text(book, stamp=STAMP), diary_text(design, book)))
    assert len(listed) == 8
    assert len(seen) == 1


def test_the_commitment_tells_nobody_the_order(plan: Plan) -> None:
    """Whoever tries every order and seed without the secret nonce finds no match: the nonce changes all of them."""
    design = plan(blinding=BLIND)
    published = draw(design, START, seed=3, nonce="b" * 64).commitment
    tried = {draw(design, START, seed=seed, nonce="a" * 64).commitment for seed in range(200)}
    assert published not in tried


def test_an_open_calendar_says_what_is_taken(plan: Plan) -> None:
    """Where nobody is blinded, each period says whether it is with or without, as it was drawn."""
    design = plan()
    spans = book_of(design, drawn(design, (0, 1, 1, 0))).spans
    assert [span.words for span in spans[1::2]] == [
        "Period 1: without the adjunct",
        "Period 2: with the adjunct",
        "Period 3: with the adjunct",
        "Period 4: without the adjunct",
    ]
    assert {span.take for span in spans[::2]} == {0.0}


def test_a_taper_says_the_share_of_each_step(plan: Plan) -> None:
    """Steps are shares of the habit; no amount stands in a calendar."""
    steps = (TaperStep(share=0.5, days=7), TaperStep(share=0.0, days=7))
    design = plan(template="supervised_taper", blocks=0, period_days=0, washout_days=0, steps=steps)
    words = [span.words for span in book_of(design, None).spans]
    assert words == [
        "Run-in: with the adjunct",
        "Step 1: 50% of what was taken by habit",
        "Step 2: 0% of what was taken by habit",
    ]


def test_no_day_is_lost_when_clocks_change(plan: Plan) -> None:
    """Phases are whole days without gaps over a clock change; a rating stays at its hour on the patient's clock."""
    design = plan(blinding=BLIND)
    book = book_of(design, drawn(design))
    read = icalendar.Calendar.from_ical(icalendar_text(book, stamp=STAMP))
    phases = [(e.decoded("dtstart"), e.decoded("dtend")) for e in read.walk("VEVENT") if "TRANSP" in e]
    assert phases[0][0] == START
    assert all(before[1] == after[0] for before, after in itertools.pairwise(phases))
    assert phases[-1][1] == START + dt.timedelta(days=design.length_days)
    ratings = [e.decoded("dtstart") for e in read.walk("VEVENT") if "TRANSP" not in e]
    assert len(ratings) == design.length_days
    assert {moment.time() for moment in ratings} == {dt.time(20, 0)}
    offsets = [moment.astimezone(ZoneInfo("Europe/Berlin")).utcoffset() for moment in ratings]
    assert {offset for offset in offsets if offset} == {dt.timedelta(hours=1), dt.timedelta(hours=2)}


def test_the_calendar_file_says_nothing_of_what_is_tried(plan: Plan) -> None:
    """Other people may see a phone: neither the adjunct nor the title stands in the iCalendar file."""
    design = plan(title="Trial of Sample in low mood", blinding=BLIND)
    text = icalendar_text(book_of(design, drawn(design)), stamp=STAMP).decode()
    assert "Sample" not in text


def test_the_sealed_sheet_names_every_package(plan: Plan) -> None:
    """Who prepares the packages reads each one's content and the proof of the draw; no amount stands there."""
    design = plan(blinding=BLIND)
    allocation = drawn(design, (0, 1, 1, 0))
    page = pharmacist_html(design, allocation, book_of(design, allocation))
    rows = [row.split("</tr>")[0] for row in page.split('<tr><th scope="row">')[1:]]
    assert [("with the adjunct" in row, row[: len("package 1")]) for row in rows] == [
        (False, "package 1"),
        (True, "package 2"),
        (True, "package 3"),
        (False, "package 4"),
    ]
    assert allocation.commitment in page
    assert allocation.nonce in page


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../etc/passwd"])
def test_an_unknown_time_zone_is_refused(plan: Plan, zone: str) -> None:
    """The message asks for a name of the IANA table."""
    with pytest.raises(ValidationError, match="IANA"):
        book_of(plan(), None, zone)


def test_the_month_of_an_open_trial_marks_the_periods_with_it_and_that_of_a_blinded_one_none(plan: Plan) -> None:
    """Whoever may know reads from the grid when it is taken; a page for the blinded has no mark and no word on it."""
    opened, blinded = plan(), plan(blinding=BLIND)
    page = calendar_html(opened, book_of(opened, drawn(opened, (0, 1, 1, 0))))
    assert [code in page for code in (">P1+ ", ">P2+ ", ">P3+ ", ">P4+ ")] == [False, True, True, False]
    assert "with a + those with it" in page
    hidden = calendar_html(blinded, book_of(blinded, drawn(blinded, (0, 1, 1, 0))))
    assert "+ " not in hidden.split("<body>")[1]
