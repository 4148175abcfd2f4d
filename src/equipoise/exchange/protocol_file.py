"""The plan of a trial as one YAML file that people read, sign and keep: a protocol."""

from __future__ import annotations

from pathlib import Path

import yaml

from equipoise.design.build import plan_of
from equipoise.errors import Fault, InputError
from equipoise.exchange.files import open_input
from equipoise.exchange.yaml_text import parse_yaml
from equipoise.model.trial_design import TrialDesign

WIDTH = 100


def read_protocol(path: Path) -> TrialDesign:
    """The plan of a protocol file. Raises InputError with every fault of it."""
    pieces = open_input(path).pieces
    if len(pieces) != 1:
        mend = "Give the protocol file itself."
        raise InputError(str(path), [Fault("(whole input)", f"{len(pieces)} files", "one protocol", mend)])
    documents, faults = parse_yaml(pieces[0].text)
    if faults or len(documents) != 1:
        found = faults or [Fault("(whole input)", f"{len(documents)} documents", "one plan", "Write one document.")]
        raise InputError(str(path), found)
    return plan_of(documents[0], str(path))


def protocol_text(design: TrialDesign) -> str:
    """The plan as YAML; what it leaves at its default is left out. Read back, it is the same plan.

    >>> from equipoise.model.trial_design import PlannedOutcome
    >>> plan = TrialDesign(title="on trial", substance="s", substance_name="S", template="observational",
    ...     period_days=28, conventional_care="as before", outcomes=(PlannedOutcome(id="m", label="M", primary=True),))
    >>> plan_of(parse_yaml(protocol_text(plan))[0][0], "it") == plan
    True
    """
    said = design.model_dump(mode="json", exclude_defaults=True)
    return yaml.safe_dump(said, sort_keys=False, allow_unicode=True, width=WIDTH)
