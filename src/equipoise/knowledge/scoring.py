"""From the answers of a form, or from a total that was entered, to a score: all rules stand in the records."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Literal, TypeGuard

from equipoise.errors import Fault, InputError
from equipoise.knowledge.browse import find
from equipoise.knowledge.store import Knowledge
from equipoise.model.base import shown
from equipoise.model.instrument import Form, ImportantDifference, Instrument, Number, Prorating, SafetyRule, StatedRule
from equipoise.model.score import CutoffPlace, SafetySignal, Score
from equipoise.model.terms import Answer

Given = tuple[int | None, ...]
Place = Literal["below", "at", "above"]


def instrument_named(knowledge: Knowledge, name: str) -> Instrument:
    """The instrument of that id, however it is written; raises `KnowledgeError` with what is near where there is none.

    >>> from equipoise.knowledge import load_knowledge
    >>> instrument_named(load_knowledge(), "PHQ-9").id
    'phq9'
    """
    same = [item for item in knowledge.instruments.values() if _letters(item.id) == _letters(name)]
    if not same:
        find(knowledge, "instruments", name, None)
    return same[0]


def _letters(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def score(instrument: Instrument, answers: Sequence[object]) -> Score:
    """The score of a form: total, band, safety signals, open items.

    `answers`: one per item in the form's order, a whole number or one of the form's words; None where it was left open.
    Open items are filled only by a rule of the records; otherwise there is no total, and the score says why.
    Raises `InputError` with every impossible answer, or where the records do not say how this form is scored.

    >>> from equipoise.knowledge import load_knowledge
    >>> found = score(load_knowledge().instruments["phq9"], [2, 2, 1, 1, 1, 1, 1, 0, 1])
    >>> found.total, found.band, [signal.name for signal in found.signals]
    (10, 'moderate', ['item9'])
    """
    form, items = instrument.form, instrument.items
    if form is None or items is None:
        mend = "Enter its total instead." if instrument.range else "Choose another instrument."
        expected = "an instrument whose records say how its answers are scored"
        raise InputError(f"answers to {instrument.name}", [Fault("instrument", instrument.id, expected, mend)])
    given = _checked(instrument, form, items, answers)
    missing = _open_items(form, items, given)
    total, no_total, prorated = _total(form, given[:items])
    return Score(
        instrument=instrument.id,
        name=instrument.name,
        range=instrument.range,
        recall_days=instrument.recall_days,
        total=total,
        no_total=no_total,
        band=_band(instrument, total),
        band_read=instrument.bands_read,
        answers=given,
        missing=missing,
        prorated=prorated,
        cutoffs=_places(instrument, total),
        at_cutoff=_at_cutoff(instrument, total),
        safety=_signals_of_answers(form, items, given, missing),
    )


def entered(instrument: Instrument, total: object) -> Score:
    """The score of a form of which only the total is known: a whole number in the instrument's range.

    Safety signals are unknown, except where no answers with this total could leave the question open.
    Raises `InputError` where the total is impossible, or the records hold no range to hold it against.

    >>> from equipoise.knowledge import load_knowledge
    >>> entered(load_knowledge().instruments["isi"], 15).band
    'moderate'
    """
    subject = f"total of {instrument.name}"
    if instrument.range is None:
        expected = "an instrument whose records have a range of totals"
        raise InputError(subject, [Fault("instrument", instrument.id, expected, "Choose another instrument.")])
    low, high = instrument.range
    if not _whole(total) or not low <= total <= high:
        expected = f"a whole number from {low} to {high}: no other total can come about"
        raise InputError(subject, [Fault("total", shown(total), expected, "Correct the total.")])
    return Score(
        instrument=instrument.id,
        name=instrument.name,
        range=instrument.range,
        recall_days=instrument.recall_days,
        total=total,
        band=_band(instrument, total),
        band_read=instrument.bands_read,
        cutoffs=_places(instrument, total),
        at_cutoff=_at_cutoff(instrument, total),
        safety=_signals_of_total(instrument, total),
    )


def important_differences(instrument: Instrument) -> tuple[ImportantDifference, ...]:
    """Every published important difference of an instrument, those in points first; empty where there is none.

    None is preferred, none is converted: a percentage of a baseline stays one, and what was not read says so.

    >>> from equipoise.knowledge import load_knowledge
    >>> [(item.value, item.unit, item.read) for item in important_differences(load_knowledge().instruments["isi"])]
    [(-8.4, 'points', True), (6, 'points', False)]
    """
    return tuple(sorted(instrument.important_differences, key=lambda item: not item.in_points))


def _whole(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def _checked(instrument: Instrument, form: Form, items: int, answers: Sequence[object]) -> Given:
    """The answers as numbers, one for each item and each follow-up item; every fault of the form is raised together."""
    faults: list[Fault] = []
    last = items + form.follow_up_items
    if not items <= len(answers) <= last:
        optional = f", or {last} with what follows a signal" if form.follow_up_items else ""
        parts = f" ({instrument.parts})" if instrument.parts else ""
        expected = f"{items}, one for each item{optional}{parts}"
        mend = "Give them in the form's order; say which are open instead of leaving them out."
        faults.append(Fault("answers", f"{len(answers)} answers", expected, mend))
    low, high = form.answers
    words = f", or {' or '.join(form.words)}" if form.words else ""
    given: list[int | None] = []
    for number, raw in enumerate(answers, start=1):
        value = form.words.get(raw.casefold(), raw) if isinstance(raw, str) else raw
        if value is None or (_whole(value) and low <= value <= high):
            given.append(value)
            continue
        expected = f"a whole number from {low} to {high}{words}: the form has no other answer"
        faults.append(Fault(f"item {number}", shown(raw), expected, "Correct it, or mark the item as open."))
    if faults:
        raise InputError(f"answers to {instrument.name}", faults)
    return (*given, *[None] * (last - len(given)))


def _open_items(form: Form, items: int, given: Given) -> tuple[int, ...]:
    """The items that should have an answer and have none; a follow-up item only where a signal led to it."""
    regular = tuple(item for item in range(1, items + 1) if given[item - 1] is None)
    if all(_from_answers(rule, given, regular).answer is Answer.NOT_MET for rule in form.safety):
        return regular
    return regular + tuple(item for item in range(items + 1, len(given) + 1) if given[item - 1] is None)


def _total(form: Form, given: Given) -> tuple[Number | None, str | None, Prorating | None]:
    """The total, or why there is none; and the rule that filled open items."""
    if form.total is None:
        return None, "This form has no total: its result is its safety signals.", None
    answered = [value for value in given if value is not None]
    missing = len(given) - len(answered)
    if not missing:
        return sum(answered), None, None
    rule = form.prorating
    if rule is None:
        return None, f"Open items: {missing}. The records have no rule for filling them.", None
    if missing > rule.most_missing:
        return None, f"Open items: {missing}. The rule of the records fills up to {rule.most_missing}.", None
    total = sum(answered) * len(given) / len(answered)
    return int(total) if total.is_integer() else total, None, rule


def _band(instrument: Instrument, total: Number | None) -> str | None:
    """The name of the band. A band begins at a whole score, so a fraction below its first score has not reached it."""
    if total is None:
        return None
    return next((band.name for band in instrument.bands if band.low <= math.floor(total) <= band.high), None)


def _places(instrument: Instrument, total: Number | None) -> tuple[CutoffPlace, ...]:
    """Where the total lies against each cut-off in points; one in another unit cannot be held against it."""
    if total is None:
        return ()
    places: tuple[Place, ...] = ("at", "above", "below")  # by the sign of what the total lies above the cut-off
    ours = [item for item in instrument.cutoffs if item.unit is None]
    return tuple(CutoffPlace(place=places[(total > c.score) - (total < c.score)], cutoff=c) for c in ours)


def _at_cutoff(instrument: Instrument, total: Number | None) -> StatedRule | None:
    reached = any(item.place != "below" for item in _places(instrument, total))
    return instrument.at_cutoff if reached else None


def _signals_of_answers(form: Form, items: int, given: Given, missing: tuple[int, ...]) -> tuple[SafetySignal, ...]:
    """The signals, the most urgent first: what is met, a signal that followed on another before that one, then what is
    unknown.
    """
    follow_up_is_open = any(value is None for value in given[items:])
    signals = [_from_answers(rule, given, missing, ask=follow_up_is_open) for rule in form.safety]
    order = (Answer.MET, Answer.UNKNOWN, Answer.NOT_MET)

    def urgency(signal: SafetySignal) -> tuple[int, bool]:
        return order.index(signal.answer), signal.answer is Answer.MET and max(signal.items) <= items

    return tuple(sorted(signals, key=urgency))


def _from_answers(rule: SafetyRule, given: Given, missing: tuple[int, ...], *, ask: bool = False) -> SafetySignal:
    """The signal of one rule; `ask`: an item after the others, to which a signal leads, has no answer yet."""
    answered = {item: given[item - 1] for item in rule.items}
    met = tuple(item for item, value in answered.items() if value is not None and value >= rule.at_least)
    if met:
        return _signal(rule, Answer.MET, met, _said(answered, met), ask=ask)
    unanswered = tuple(item for item in rule.items if item in missing)
    if unanswered:
        return _signal(rule, Answer.UNKNOWN, unanswered, f"no answer to {_named(unanswered)}")
    if all(value is None for value in answered.values()):
        return _signal(rule, Answer.NOT_MET, rule.items, f"no earlier answer led to {_named(rule.items)}")
    return _signal(rule, Answer.NOT_MET, rule.items, _said(answered, rule.items))


def _said(answered: Mapping[int, int | None], items: tuple[int, ...]) -> str:
    """What was answered, items of one answer together: `items 1, 3 answered 0; item 2 answered 1`."""
    values = sorted({value for item in items if (value := answered[item]) is not None})
    return "; ".join(
        f"{_named(tuple(item for item in items if answered[item] == value))} answered {value}" for value in values
    )


def _signals_of_total(instrument: Instrument, total: int) -> tuple[SafetySignal, ...]:
    if instrument.form is None or instrument.items is None:
        return ()
    form, items = instrument.form, instrument.items
    return tuple(_from_total(rule, form, items, total) for rule in form.safety)


def _from_total(rule: SafetyRule, form: Form, items: int, total: int) -> SafetySignal:
    """A total settles the question only where all, or none, of the answers that add up to it meet the rule."""
    low, high = form.answers
    most_without = (items - len(rule.items)) * high + len(rule.items) * (rule.at_least - 1)
    greatest_answer = total - (items - 1) * low
    named = _named(rule.items)
    if max(rule.items) > items:
        return _signal(rule, Answer.UNKNOWN, rule.items, f"a total does not count {named}")
    if total > most_without:
        because = f"a total of {total} needs {rule.at_least} or more on {named}"
        return _signal(rule, Answer.MET, rule.items, because)
    if greatest_answer < rule.at_least:
        because = f"a total of {total} leaves no {rule.at_least} for {named}"
        return _signal(rule, Answer.NOT_MET, rule.items, because)
    return _signal(rule, Answer.UNKNOWN, rule.items, f"a total of {total} does not tell {named}")


def _named(items: tuple[int, ...]) -> str:
    return f"item {items[0]}" if len(items) == 1 else f"items {', '.join(str(item) for item in items)}"


def _signal(
    rule: SafetyRule, answer: Answer, items: tuple[int, ...], because: str, *, ask: bool = False
) -> SafetySignal:
    then = f"{rule.ask} {rule.then}" if rule.ask and ask else rule.then
    actions = {Answer.MET: then, Answer.UNKNOWN: rule.if_unanswered, Answer.NOT_MET: None}
    return SafetySignal(
        name=rule.name,
        answer=answer,
        items=items,
        because=because,
        then=actions[answer],
        standing=rule.standing,
        source=rule.source,
        read=rule.read,
    )
