"""Instruments: totals, bands, open items, safety signals and refusals, as tables; all numbers come from the records."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.errors import InputError
from equipoise.knowledge import Knowledge, load_knowledge
from equipoise.knowledge.scoring import entered, important_differences, score
from equipoise.model.instrument import Form, Instrument
from equipoise.model.score import Score
from equipoise.model.terms import Answer

MET, NOT_MET, UNKNOWN = Answer.MET, Answer.NOT_MET, Answer.UNKNOWN
OPEN = None

# Both ends of every band. kroenke_2001 gives the cut points 5, 10, 15, 20 of PHQ-9; the others stand in their records.
BAND_EDGES = [
    ("phq9", "minimal", 0, 4),
    ("phq9", "mild", 5, 9),
    ("phq9", "moderate", 10, 14),
    ("phq9", "moderately_severe", 15, 19),
    ("phq9", "severe", 20, 27),
    ("gad7", "minimal", 0, 4),
    ("gad7", "mild", 5, 9),
    ("gad7", "moderate", 10, 14),
    ("gad7", "severe", 15, 21),
    ("qids_sr16", "none", 0, 5),
    ("qids_sr16", "mild", 6, 10),
    ("qids_sr16", "moderate", 11, 15),
    ("qids_sr16", "severe", 16, 20),
    ("qids_sr16", "very_severe", 21, 27),
    ("madrs_s", "none", 0, 12),
    ("madrs_s", "mild", 13, 19),
    ("madrs_s", "moderate", 20, 34),
    ("madrs_s", "severe", 35, 54),
    ("sows_handelsman", None, 0, 0),
    ("sows_handelsman", "mild", 1, 10),
    ("sows_handelsman", "moderate", 11, 20),
    ("sows_handelsman", "severe", 21, 64),
    ("cows", None, 0, 4),
    ("cows", "mild", 5, 12),
    ("cows", "moderate", 13, 24),
    ("cows", "moderately_severe", 25, 36),
    ("cows", "severe", 37, 48),
    ("dast10", "none", 0, 0),
    ("dast10", "low", 1, 2),
    ("dast10", "moderate", 3, 5),
    ("dast10", "substantial", 6, 8),
    ("dast10", "severe", 9, 10),
    ("isi", "none", 0, 7),
    ("isi", "subthreshold", 8, 14),
    ("isi", "moderate", 15, 21),
    ("isi", "severe", 22, 28),
    ("phq2", None, 0, 6),
    ("who5", None, 0, 25),
    ("sds", None, 0, 15),
    ("audit_c", None, 0, 12),
    ("psqi", None, 0, 21),
    ("asrm", None, 0, 20),
]


@pytest.mark.parametrize(("name", "band", "low", "high"), BAND_EDGES)
def test_both_ends_of_a_band_lie_in_it(knowledge: Knowledge, name: str, band: str | None, low: int, high: int) -> None:
    """The first and the last score of a band have its name; where the records have no band, none is invented."""
    assert [entered(knowledge.instruments[name], total).band for total in (low, high)] == [band, band]


def test_every_band_of_the_records_stands_in_the_table(knowledge: Knowledge) -> None:
    """The table leaves no band and no instrument with a range out."""
    told = {(name, band, low, high) for name, band, low, high in BAND_EDGES if band}
    kept = {(i.id, band.name, band.low, band.high) for i in knowledge.instruments.values() for band in i.bands}
    assert told == kept
    assert {row[0] for row in BAND_EDGES} == {i.id for i in knowledge.instruments.values() if i.range}


# instrument, answers, total, band
COMPLETE = [
    ("phq9", [0, 0, 0, 0, 0, 0, 0, 0, 0], 0, "minimal"),
    ("phq9", [1, 1, 1, 1, 0, 0, 0, 0, 0], 4, "minimal"),
    ("phq9", [1, 1, 1, 1, 1, 0, 0, 0, 0], 5, "mild"),
    ("phq9", [3, 3, 2, 2, 1, 1, 1, 1, 0], 14, "moderate"),
    ("phq9", [3, 3, 3, 2, 1, 1, 1, 1, 0], 15, "moderately_severe"),
    ("phq9", [3, 3, 3, 3, 3, 3, 3, 3, 3], 27, "severe"),
    ("phq2", [2, 1], 3, None),
    ("phq2", [3, 3], 6, None),
    ("gad7", [1, 1, 1, 1, 0, 0, 0], 4, "minimal"),
    ("gad7", [2, 2, 2, 2, 2, 2, 2], 14, "moderate"),
    ("gad7", [3, 2, 2, 2, 2, 2, 2], 15, "severe"),
]


@pytest.mark.parametrize(("name", "answers", "total", "band"), COMPLETE)
def test_a_complete_form_is_summed(
    knowledge: Knowledge, name: str, answers: list[int], total: int, band: str | None
) -> None:
    """The total of a complete form is the sum of its answers; nothing is prorated, nothing is missing."""
    found = score(knowledge.instruments[name], answers)
    assert (found.total, found.band, found.missing, found.prorated) == (total, band, (), None)


# what, instrument, answers, total, band, open items
INCOMPLETE = [
    ("one open", "phq9", [2, 2, 2, 2, 2, 2, 2, OPEN, 2], 18, "moderately_severe", (8,)),
    ("two open, mean kept as a fraction", "phq9", [1, 1, 1, 1, 1, 2, 3, OPEN, OPEN], 90 / 7, "moderate", (8, 9)),
    ("just under a band: not rounded up", "phq9", [2, 2, 2, 2, 2, 1, 1, 1, OPEN], 14.625, "moderate", (9,)),
    ("three open: more than the rule fills", "phq9", [2, 2, 2, 2, 2, 2, OPEN, OPEN, OPEN], None, None, (7, 8, 9)),
    ("nothing answered", "phq9", [OPEN] * 9, None, None, (1, 2, 3, 4, 5, 6, 7, 8, 9)),
    ("no rule in the records", "gad7", [2, 2, 2, 2, 2, 2, OPEN], None, None, (7,)),
    ("no rule in the records", "phq2", [OPEN, 3], None, None, (1,)),
]


@pytest.mark.parametrize(("what", "name", "answers", "total", "band", "missing"), INCOMPLETE)
def test_open_items_are_filled_only_by_a_rule_of_the_records(
    knowledge: Knowledge,
    what: str,
    name: str,
    answers: list[int | None],
    total: float | None,
    band: str | None,
    missing: tuple[int, ...],
) -> None:
    """With a rule the score names it; without one there is no total, and the score says why."""
    del what
    instrument = knowledge.instruments[name]
    found = score(instrument, answers)
    assert (found.total, found.band, found.missing) == (total, band, missing)
    assert instrument.form is not None
    assert found.prorated == (instrument.form.prorating if total is not None else None)
    if total is None:
        assert found.no_total is not None
        assert f"Open items: {len(missing)}." in found.no_total


# what, instrument, answers, and the answer of each safety rule
SAFETY = [
    ("item 9 never", "phq9", [3, 3, 3, 3, 3, 3, 3, 3, 0], {"item9": NOT_MET}),
    ("item 9 several days, a low total", "phq9", [0, 0, 0, 0, 0, 0, 0, 0, 1], {"item9": MET}),
    ("item 9 nearly every day", "phq9", [0, 0, 0, 0, 0, 0, 0, 0, 3], {"item9": MET}),
    ("item 9 open, total prorated", "phq9", [0, 0, 0, 0, 0, 0, 0, 0, OPEN], {"item9": UNKNOWN}),
    ("another item open", "phq9", [OPEN, 0, 0, 0, 0, 0, 0, 0, 0], {"item9": NOT_MET}),
    ("not scored, item 9 answered", "phq9", [OPEN, OPEN, OPEN, 0, 0, 0, 0, 0, 2], {"item9": MET}),
    ("four times no", "asq", ["no", "no", "no", "no"], {"positive": NOT_MET, "acute_positive": NOT_MET}),
    ("a yes, then not acute", "asq", [0, 1, 0, 0, 0], {"positive": MET, "acute_positive": NOT_MET}),
    ("a yes, then acute", "asq", ["No", "no", "no", "YES", "yes"], {"positive": MET, "acute_positive": MET}),
    ("a yes, question 5 not asked", "asq", [1, 0, 0, 0], {"positive": MET, "acute_positive": UNKNOWN}),
    ("one open, no yes", "asq", [0, 0, OPEN, 0], {"positive": UNKNOWN, "acute_positive": UNKNOWN}),
    ("one open beside a yes", "asq", [0, 1, OPEN, 0, 0], {"positive": MET, "acute_positive": NOT_MET}),
    ("four times no, yet acute", "asq", [0, 0, 0, 0, 1], {"positive": NOT_MET, "acute_positive": MET}),
    ("nothing answered", "asq", [OPEN] * 4, {"positive": UNKNOWN, "acute_positive": UNKNOWN}),
    ("no safety item", "gad7", [3, 3, 3, 3, 3, 3, 3], {}),
]


def answers_of(found: Score) -> dict[str, Answer]:
    return {signal.name: signal.answer for signal in found.safety}


@pytest.mark.parametrize(("what", "name", "answers", "expected"), SAFETY)
def test_a_safety_signal_is_never_silent(
    knowledge: Knowledge, what: str, name: str, answers: list[object], expected: dict[str, Answer]
) -> None:
    """Every safety rule has its answer, whatever the total; met and unknown both say what a clinician does."""
    del what
    found = score(knowledge.instruments[name], answers)
    assert answers_of(found) == expected
    assert {signal.name for signal in found.signals} == {name for name, a in expected.items() if a is not NOT_MET}
    assert all((signal.then is None) == (signal.answer is NOT_MET) for signal in found.safety)


@pytest.mark.parametrize(("total", "expected"), [(0, NOT_MET), (1, UNKNOWN), (24, UNKNOWN), (25, MET), (27, MET)])
def test_an_entered_total_leaves_the_safety_item_unknown(knowledge: Knowledge, total: int, expected: Answer) -> None:
    """Eight items reach 24 at most, so 25 needs the ninth; 0 leaves nothing for it; between them nobody can tell."""
    assert answers_of(entered(knowledge.instruments["phq9"], total)) == {"item9": expected}


def test_the_screen_has_no_total_and_says_so(knowledge: Knowledge) -> None:
    """A screen of yes and no has no total: its signals are the result."""
    found = score(knowledge.instruments["asq"], ["no"] * 4)
    assert found.total is None
    assert found.no_total is not None
    assert "safety signals" in found.no_total


# instrument, total, where it lies against each cut-off, what follows
CUTOFFS = [
    ("phq2", 1, ["below", "below"], None),
    ("phq2", 2, ["below", "at"], "PHQ-9 next."),
    ("phq2", 3, ["at", "above"], "PHQ-9 next."),
    ("phq9", 9, ["below", "below", "above"], None),
    ("who5", 5, [], None),  # its cut-offs are percentages: a raw total is not held against them
    ("isi", 10, ["at"], None),
]


@pytest.mark.parametrize(("name", "total", "places", "then"), CUTOFFS)
def test_a_total_is_held_against_the_cutoffs_in_points(
    knowledge: Knowledge, name: str, total: int, places: list[str], then: str | None
) -> None:
    """Below, at or above each cut-off in points; what follows stands there as soon as one is reached."""
    found = entered(knowledge.instruments[name], total)
    assert [item.place for item in found.cutoffs] == places
    assert (found.at_cutoff and found.at_cutoff.then) == then


# answers, the signals in the order of their urgency
URGENCY = [
    (["no", "no", "no", "yes", "yes"], ["acute_positive", "positive"]),
    (["no", "no", "no", "yes"], ["positive", "acute_positive"]),
    (["no", OPEN, "no", "no"], ["positive", "acute_positive"]),
    (["no", "no", "no", "no", "yes"], ["acute_positive", "positive"]),
]


@pytest.mark.parametrize(("answers", "names"), URGENCY)
def test_the_most_urgent_signal_comes_first(knowledge: Knowledge, answers: list[object], names: list[str]) -> None:
    """What is met stands before what is unknown, and a signal that followed on another before that one."""
    assert [signal.name for signal in score(knowledge.instruments["asq"], answers).safety] == names


def test_items_of_one_answer_are_told_together(knowledge: Knowledge) -> None:
    """A signal says what was answered, not under which limit the answers are."""
    found = score(knowledge.instruments["asq"], [0, 1, 0, 1, 0])
    assert {signal.name: signal.because for signal in found.safety} == {
        "positive": "items 2, 4 answered 1",
        "acute_positive": "item 5 answered 0",
    }


# what, instrument, answers, the faults
IMPOSSIBLE = [
    ("above the range", "phq9", [4, 0, 0, 0, 0, 0, 0, 0, 0], ["item 1"]),
    ("below the range", "gad7", [0, 0, 0, 0, 0, 0, -1], ["item 7"]),
    ("a fraction", "phq2", [1.5, 0], ["item 1"]),
    ("a fraction that looks whole", "phq2", [1.0, 0], ["item 1"]),
    ("not a number", "phq2", [float("nan"), 0], ["item 1"]),
    ("a word of another form", "phq2", ["yes", 0], ["item 1"]),
    ("true is no answer", "phq2", [True, 0], ["item 1"]),
    ("too few", "phq9", [1, 1, 1], ["answers"]),
    ("the item on functioning too", "phq9", [1, 1, 1, 1, 1, 1, 1, 1, 1, 2], ["answers"]),
    ("too many", "asq", [0, 0, 0, 0, 0, 0], ["answers"]),
    ("two is no answer to yes or no", "asq", [0, 2, "perhaps", 0], ["item 2", "item 3"]),
    ("everything at once", "phq9", [9, "x", 0.5], ["answers", "item 1", "item 2", "item 3"]),
    ("not scored from answers", "isi", [0, 0, 0, 0, 0, 0, 0], ["instrument"]),
]


@pytest.mark.parametrize(("what", "name", "answers", "places"), IMPOSSIBLE)
def test_impossible_answers_are_refused_with_all_faults(
    knowledge: Knowledge, what: str, name: str, answers: list[object], places: list[str]
) -> None:
    """Every fault of a form is named at once, each with the answers that are possible."""
    del what
    with pytest.raises(InputError) as refused:
        score(knowledge.instruments[name], answers)
    assert [fault.path for fault in refused.value.faults] == places


@pytest.mark.parametrize("total", [-1, 28, 13.5, "13", None, True, float("nan"), float("inf")])
def test_an_impossible_total_is_refused(knowledge: Knowledge, total: object) -> None:
    """A total outside the range, or that is no whole number, is refused with the range."""
    with pytest.raises(InputError, match="from 0 to 27"):
        entered(knowledge.instruments["phq9"], total)


def test_without_a_range_no_total_is_taken(knowledge: Knowledge) -> None:
    """Where the records hold no range, a total cannot be checked, so it is refused."""
    without = [item for item in knowledge.instruments.values() if item.range is None]
    assert without
    for instrument in without:
        with pytest.raises(InputError, match="range of totals"):
            entered(instrument, 1)


# instrument, then each difference: value, unit, stratum, source, read
DIFFERENCES = [
    (
        "phq9",
        [
            (-1.7, "points", "threshold at moderate severity", "kounali_2022", True),
            (5, "points", None, "instruments_memory", False),
            (-21, "percent of baseline", "moderate severity", "kounali_2022", True),
            (20, "percent reduction", "moderately severe symptoms", "kounali_2022", True),
            (50, "percent reduction", None, "mbc_metrics", True),
        ],
    ),
    (
        "gad7",
        [
            (-1.5, "points", None, "kounali_2022", True),
            (4, "points", None, "toussaint_2020", False),
            (-26.8, "percent of baseline", None, "kounali_2022", True),
        ],
    ),
    ("who5", [(10, "percentage points", None, "who5_valant", True)]),
    ("asq", []),
]


@pytest.mark.parametrize(("name", "expected"), DIFFERENCES)
def test_every_important_difference_stands_beside_the_others(
    knowledge: Knowledge, name: str, expected: list[tuple[object, ...]]
) -> None:
    """All are listed, those in points first; a percentage stays one and what was recalled says so."""
    found = important_differences(knowledge.instruments[name])
    assert [(item.value, item.unit, item.stratum, item.source, item.read) for item in found] == expected
    assert [item.in_points for item in found] == [row[1] == "points" for row in expected]


RECALL_DAYS = {"phq9": 14, "phq2": 14, "gad7": 14, "qids_sr16": 7, "madrs_s": 3, "psqi": 30, "isi": None}


@pytest.mark.parametrize(("name", "days"), RECALL_DAYS.items())
def test_a_score_says_how_far_back_it_looks(knowledge: Knowledge, name: str, days: int | None) -> None:
    """The recall window stands in the score; where the records have none it is unknown, not zero."""
    assert entered(knowledge.instruments[name], 0).recall_days == days


BROKEN_FORMS = [
    ({"answers": [3, 0]}, "not upwards"),
    ({"words": {"yes": 4}}, "outside 0 to 3"),
    ({"total": None, "prorating": {"most_missing": 1, "source": "a1", "read": True}}, "no total"),
    ({"safety_at_least": 0}, "for every answer"),
    ({"safety_at_least": 4}, "or for none"),
    ({"safety_items": [3]}, "the form has 2"),
    ({"answers": [0, 4]}, "sum up to 0 to 8"),
]


@pytest.mark.parametrize(("change", "message"), BROKEN_FORMS)
def test_a_record_that_contradicts_itself_is_refused(change: dict[str, object], message: str) -> None:
    """A form must fit its own answers, items and range: a typing slip in a record must not change a score."""
    rule = {
        "name": "one",
        "items": change.pop("safety_items", [1]),
        "at_least": change.pop("safety_at_least", 1),
        "then": "Look.",
        "if_unanswered": "Ask.",
        "standing": "proposed",
        "source": "a1",
        "read": True,
    }
    form = {"answers": [0, 3], "total": "sum", "source": "a1", "read": True, "safety": [rule], **change}
    record = {
        "id": "two",
        "name": "Two items",
        "role": "a test",
        "items": 2,
        "range": [0, 6],
        "form": form,
        "may_ship": "yes",
        "sources": ["a1"],
        "date": "2026-11-25",
        "certainty": "low",
        "read": True,
    }
    with pytest.raises(ValueError, match=message):
        Instrument.model_validate(record)


SCORED = [item for item in load_knowledge().instruments.values() if item.form is not None]


def a_form(instrument: Instrument, *, gaps: bool) -> st.SearchStrategy[list[int | None]]:
    """Any possible answers to an instrument, with open items where asked for."""
    low, high = form_of(instrument).answers
    answer: st.SearchStrategy[int | None] = st.integers(low, high)
    assert instrument.items is not None
    return st.lists(answer | st.none() if gaps else answer, min_size=instrument.items, max_size=instrument.items)


def form_of(instrument: Instrument) -> Form:
    assert instrument.form is not None
    return instrument.form


@pytest.mark.parametrize("instrument", SCORED, ids=lambda item: item.id)
@given(data=st.data())
def test_closing_an_open_item_never_contradicts_the_score(instrument: Instrument, data: st.DataObject) -> None:
    """A prorated total lies between the least and the greatest total possible; a settled signal stays settled."""
    answers = data.draw(a_form(instrument, gaps=True))
    low, high = form_of(instrument).answers
    found = score(instrument, answers)
    ends = [score(instrument, [end if answer is None else answer for answer in answers]) for end in (low, high)]
    if found.total is not None:
        least, greatest = (end.total for end in ends)
        assert least is not None
        assert greatest is not None
        assert least <= found.total <= greatest
    assert found.missing[: answers.count(None)] == tuple(i for i, a in enumerate(answers, start=1) if a is None)
    if not answers.count(None):
        return
    for name, answer in answers_of(found).items():
        closed = {answers_of(end)[name] for end in ends}
        assert answer is UNKNOWN or closed == {answer}


@pytest.mark.parametrize("instrument", SCORED, ids=lambda item: item.id)
@given(data=st.data())
def test_one_answer_more_never_makes_a_score_look_better(instrument: Instrument, data: st.DataObject) -> None:
    """Raising one answer by one raises the total by one and takes no safety signal away."""
    answers = data.draw(a_form(instrument, gaps=False))
    place = data.draw(st.integers(0, len(answers) - 1))
    value = answers[place]
    assert value is not None
    if value == form_of(instrument).answers[1]:
        return
    before = score(instrument, answers)
    after = score(instrument, [*answers[:place], value + 1, *answers[place + 1 :]])
    assert {signal.name for signal in before.signals} <= {signal.name for signal in after.signals}
    if before.total is not None:
        assert after.total == before.total + 1


@pytest.mark.parametrize("instrument", [item for item in SCORED if item.range], ids=lambda item: item.id)
@given(data=st.data())
def test_the_total_alone_never_contradicts_the_answers(instrument: Instrument, data: st.DataObject) -> None:
    """Entering the total of a form gives its band, and signals that are unknown or those of its answers."""
    full = score(instrument, data.draw(a_form(instrument, gaps=False)))
    alone = entered(instrument, full.total)
    assert alone.band == full.band
    for name, answer in answers_of(alone).items():
        assert answer in (UNKNOWN, answers_of(full)[name])
