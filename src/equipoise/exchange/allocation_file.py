"""The drawn order as a file: written once, read back as it was drawn, never drawn again."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from equipoise.design.draw import design_hash
from equipoise.errors import Fault, InputError
from equipoise.exchange.files import open_input
from equipoise.model.allocation import Allocation
from equipoise.model.base import faults_of
from equipoise.model.trial_design import TrialDesign


def read_allocation(path: Path, design: TrialDesign) -> Allocation:
    """The stored order of this plan. Raises InputError where the file, or the plan, was changed since the draw."""
    try:
        found = Allocation.model_validate_json(open_input(path).pieces[0].text)
    except ValidationError as error:
        raise InputError(str(path), faults_of(error)) from error
    if found.design_hash != design_hash(design):
        told = f"an order drawn for the plan {found.design_hash[:12]}..., this plan is {design_hash(design)[:12]}..."
        mend = "Give the protocol that the order was drawn for; a changed plan needs a draw of its own."
        raise InputError(str(path), [Fault("design_hash", told, "the order of this plan", mend)])
    return found


def allocation_text(allocation: Allocation) -> str:
    """The order as JSON, with all that is needed to draw it again."""
    return allocation.model_dump_json(indent=2) + "\n"
