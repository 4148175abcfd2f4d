"""What is said of a plan on a command line, as the fields of the plan itself."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from equipoise.cli.trial_options import days_of
from equipoise.errors import Fault, InputError

if TYPE_CHECKING:
    import datetime as dt

SUBJECT = "options of the plan"
OUTCOME = re.compile(r"(?P<name>[a-z0-9_.-]+)(=(?P<label>[^@]+))?(@(?P<every>.+))?", re.IGNORECASE)


def preferences_of(given: Mapping[str, Any], path: Path | None) -> dict[str, Any]:
    """The preferences of a file with those of the command line laid over them."""
    found = {} if path is None else _file(path)
    return {**found, **{name: value for name, value in given.items() if value not in (None, (), [])}}


def _file(path: Path) -> dict[str, Any]:
    from equipoise.exchange.files import open_input
    from equipoise.exchange.yaml_text import parse_yaml

    documents, faults = parse_yaml(open_input(path).pieces[0].text)
    if not faults and (len(documents) != 1 or not isinstance(documents[0], dict)):
        expected = "one document with fields of a plan (docs/how-to/design-a-trial.md lists them)"
        faults = (Fault("(whole input)", f"{len(documents)} documents", expected, "Write fields and values."),)
    if faults:
        raise InputError(str(path), faults)
    return {str(name): value for name, value in documents[0].items()}  # type: ignore[union-attr] - checked above


def outcome_of(text: str) -> dict[str, Any]:
    """An outcome: an instrument of the records, or `column=label` for a scale of one's own, and how often.

    >>> outcome_of("phq9@14d"), outcome_of("mood=low mood")
    ({'instrument': 'phq9', 'every_days': 14}, {'id': 'mood', 'label': 'low mood'})
    """
    match = OUTCOME.fullmatch(text.strip())
    if match is None:
        expected = "an instrument such as phq9, or column=label, each with @7d for every seven days"
        raise InputError(SUBJECT, [Fault("--outcome", repr(text), expected, 'For example --outcome "mood=low mood".')])
    label = match["label"]
    found: dict[str, Any] = {"instrument": match["name"]} if label is None else {"id": match["name"], "label": label}
    if match["every"] is not None:
        found["every_days"] = whole_days("--outcome", match["every"])
    return found


def whole_days(option: str, text: str) -> int:
    """A span in whole days.

    >>> whole_days("--period", "3w")
    21
    """
    found = days_of(option, text)
    if found != int(found):
        raise InputError(SUBJECT, [Fault(option, repr(text), "whole days", "For example 14d.")])
    return int(found)


def overrides_of(texts: Sequence[str], signed_by: str | None, on: dt.date) -> list[dict[str, Any]]:
    """Rules set aside: `rule=reason`, with the name of who signs."""
    faults: list[Fault] = []
    found: list[dict[str, Any]] = []
    for text in texts:
        rule, _, reason = (part.strip() for part in text.partition("="))
        if not rule or not reason:
            mend = 'For example --override short_washout="the model of the analysis carries it over".'
            faults.append(Fault("--override", repr(text), "RULE=REASON", mend))
        found.append({"rule": rule, "reason": reason, "signed_by": signed_by, "signed_on": on})
    if texts and not signed_by:
        faults.append(Fault("--signed-by", "nothing", "who sets the rule aside", "Give the clinician's name."))
    if faults:
        raise InputError(SUBJECT, faults)
    return found
