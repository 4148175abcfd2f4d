"""`equipoise score`: the answers of a form, or its total, in; safety signals, total and band out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from equipoise.cli import options
from equipoise.errors import Fault, UsageError

if TYPE_CHECKING:
    from equipoise.model.instrument import Cutoff, ImportantDifference, Instrument, Prorating, StatedRule
    from equipoise.model.score import SafetySignal, Score
    from equipoise.model.source import Source

OPEN_ITEM = "-"
WHOLE = re.compile(r"-?[0-9]{1,9}")


def score(
    instrument: Annotated[
        str, typer.Argument(help="For example PHQ-9 or phq9; `equipoise knowledge show instruments` lists them.")
    ],
    answers: Annotated[
        list[str] | None, typer.Argument(help=f"One for each item, in order; {OPEN_ITEM} where an item is open.")
    ] = None,
    total: Annotated[str | None, typer.Option("--total", help="The total, where the answers are not at hand.")] = None,
    json: options.Json = False,
    knowledge: options.Records = None,
) -> None:
    """Score a form: safety signals first, then total, band and every published important difference."""
    from equipoise.knowledge.scoring import important_differences, instrument_named

    records = options.records(knowledge)
    chosen = instrument_named(records, instrument)
    found = _scored(chosen, answers or [], total)
    differences = important_differences(chosen)
    if json:
        _print_json(found, differences)
        return
    told = _Told(records.sources)
    lines = (told.safety(found), told.score(found), told.cutoffs(found), told.differences(differences))
    for line in (line for part in lines for line in part):
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


@dataclass(frozen=True, slots=True)
class _Told:
    """The lines of a score; every fact with its author and year, and with a word where it was only recalled."""

    sources: Mapping[str, Source]

    def origin(self, fact: SafetySignal | Prorating | Cutoff | StatedRule | ImportantDifference) -> str:
        """Who says it."""
        return self.sources[fact.source].short if fact.read else "recalled, not read in a source"

    def safety(self, found: Score) -> Iterator[str]:
        """The signals, the most urgent first, and that nothing here clears anybody."""
        from equipoise.model.terms import Answer

        words = {Answer.MET: "SAFETY SIGNAL", Answer.UNKNOWN: "SAFETY UNKNOWN", Answer.NOT_MET: "no signal"}
        for signal in found.safety:
            then = f" {signal.then}" if signal.then else ""
            name = f" ({signal.name.replace('_', ' ')})" if len(found.safety) > 1 else ""
            origin = f"{self.origin(signal)}; rule {signal.standing}"
            yield f"{words[signal.answer]}{name}: {signal.because}.{then} [{origin}]"
        if found.signals:
            yield "This command alerts nobody: a clinician has to look at this now."
        elif found.safety:
            yield "No signal in these answers clears nobody of risk."

    def score(self, found: Score) -> Iterator[str]:
        """Total, range and band, or why there is no total; open items, and how they were filled."""
        over = "" if found.recall_days is None else f", over {found.recall_days} days"
        if found.total is None:
            yield f"{found.name}{over}: no total. {found.no_total}"
        else:
            low, high = found.range or ("?", "?")
            band = "no band in the records" if found.band is None else found.band.replace("_", " ")
            unread = "" if found.band is None or found.band_read else ", recalled, not read"
            yield f"{found.name}{over}: {found.total:.4g} of {low} to {high}; {band}{unread}"
        if found.missing:
            yield f"open items: {', '.join(str(item) for item in found.missing)}"
        if found.prorated:
            rule = found.prorated
            most = f"up to {rule.most_missing}"
            yield f"prorated: open items took the mean of the others, {most} [{self.origin(rule)}]"

    def cutoffs(self, found: Score) -> Iterator[str]:
        """Where the total lies against every published cut-off, and what follows at or above the lowest."""
        for item in found.cutoffs:
            cutoff = item.cutoff
            use = f" ({cutoff.use})" if cutoff.use else ""
            known = (("sensitivity", cutoff.sensitivity_percent), ("specificity", cutoff.specificity_percent))
            accuracy = ", ".join(f"{name} {value:g} %" for name, value in known if value is not None)
            told = f"{item.place} the cut-off of {cutoff.score:g}{use}{': ' if accuracy else ''}{accuracy}"
            yield f"{told} [{self.origin(cutoff)}]"
        if found.at_cutoff is not None:
            yield f"at or above a cut-off: {found.at_cutoff.then} [{self.origin(found.at_cutoff)}]"

    def differences(self, found: tuple[ImportantDifference, ...]) -> Iterator[str]:
        """Every published important difference as a size; which direction is better is the instrument's."""
        if found:
            yield "published important differences, as a change in either direction (none is preferred):"
        for item in found:
            stratum = f", {item.stratum}" if item.stratum else ""
            yield f"  {abs(item.value):g} {item.unit}{stratum} [{self.origin(item)}]"


def _print_json(found: Score, differences: tuple[ImportantDifference, ...]) -> None:
    import json

    listed = [item.model_dump(mode="json") for item in differences]
    result = {**found.model_dump(mode="json"), "important_differences": listed}
    typer.echo(json.dumps(result, ensure_ascii=False, indent=2))
