"""`equipoise score`: the answers of a form, or its total, in; safety signals, total and band out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from equipoise.cli import options
from equipoise.errors import Fault, UsageError

if TYPE_CHECKING:
    from equipoise.model.instrument import ImportantDifference, Instrument
    from equipoise.model.score import Score

OPEN_ITEM = "-"
WHOLE = re.compile(r"-?[0-9]{1,9}")


def score(
    instrument: Annotated[str, typer.Argument(help="`equipoise knowledge show instruments` lists them.")],
    answers: Annotated[
        list[str] | None, typer.Argument(help=f"One for each item, in order; {OPEN_ITEM} where an item is open.")
    ] = None,
    total: Annotated[str | None, typer.Option("--total", help="The total, where the answers are not at hand.")] = None,
    json: options.Json = False,
    knowledge: options.Records = None,
) -> None:
    """Score a form: safety signals first, then total, band and every published important difference."""
    from equipoise.knowledge.browse import find
    from equipoise.knowledge.scoring import important_differences

    records = options.records(knowledge)
    find(records, "instruments", instrument, None)  # says what is near where the name is unknown
    chosen = records.instruments[instrument]
    found = _scored(chosen, answers or [], total)
    differences = important_differences(chosen)
    if json:
        _print_json(found, differences)
        return
    for line in (*_safety_lines(found), *_score_lines(found), *_difference_lines(differences)):
        typer.echo(line)


def _scored(instrument: Instrument, answers: list[str], total: str | None) -> Score:
    from equipoise.knowledge import scoring

    if bool(answers) == (total is not None):
        given = "both" if answers else "neither"
        mend = f"For example: equipoise score {instrument.id} --total 0, or one answer for each item."
        raise UsageError("command line", [Fault("ANSWERS", given, "either answers or --total", mend)])
    with options.asked():
        if total is not None:
            return scoring.entered(instrument, _value(total))
        return scoring.score(instrument, [_value(text) for text in answers])


def _value(text: str) -> int | str | None:
    """A number, an open item, or the text as it stands: the records know which words are answers."""
    if text == OPEN_ITEM:
        return None
    return int(text) if WHOLE.fullmatch(text) else text


def _safety_lines(found: Score) -> Iterator[str]:
    from equipoise.model.terms import Answer

    words = {Answer.MET: "SAFETY SIGNAL", Answer.UNKNOWN: "SAFETY UNKNOWN", Answer.NOT_MET: "no signal"}
    for signal in sorted(found.safety, key=lambda signal: signal.answer is Answer.NOT_MET):
        then = f" {signal.then}" if signal.then else ""
        origin = f"{signal.source}{_unread(read=signal.read)}; rule {signal.standing}"
        yield f"{words[signal.answer]} {signal.name}: {signal.because}.{then} [{origin}]"
    if found.signals:
        yield "This command alerts nobody: a clinician has to look at this now."
    elif found.safety:
        yield "No signal in these answers clears nobody of risk."


def _score_lines(found: Score) -> Iterator[str]:
    days = "an unknown time" if found.recall_days is None else f"{found.recall_days} days"
    if found.total is None:
        yield f"{found.name}, over {days}: no total. {found.no_total}"
    else:
        low, high = found.range or ("?", "?")
        band = "no band in the records" if found.band is None else found.band.replace("_", " ")
        unread = "" if found.band is None else _unread(read=bool(found.band_read))
        yield f"{found.name}, over {days}: {found.total:.4g} of {low} to {high}; {band}{unread}"
    if found.missing:
        yield f"open items: {', '.join(str(item) for item in found.missing)}"
    if found.prorated:
        rule = found.prorated
        origin = f"{rule.source}{_unread(read=rule.read)}"
        yield f"prorated: open items took the mean of the others, up to {rule.most_missing} [{origin}]"


def _difference_lines(differences: tuple[ImportantDifference, ...]) -> Iterator[str]:
    if differences:
        yield "published important differences (none is preferred):"
    for item in differences:
        stratum = f", {item.stratum}" if item.stratum else ""
        yield f"  {item.value:g} {item.unit}{stratum} [{item.source}{_unread(read=item.read)}]"


def _unread(*, read: bool) -> str:
    return "" if read else ", recalled, not read"


def _print_json(found: Score, differences: tuple[ImportantDifference, ...]) -> None:
    import json

    listed = [item.model_dump(mode="json") for item in differences]
    result = {**found.model_dump(mode="json"), "important_differences": listed}
    typer.echo(json.dumps(result, ensure_ascii=False, indent=2))
