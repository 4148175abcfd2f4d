"""The order that chance drew, once: kept apart from everything that blinded people see."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from equipoise.errors import UnfitError
from equipoise.model.base import Frozen
from equipoise.model.dossier import Sha256
from equipoise.model.source import Text

Whole = Annotated[str, StringConstraints(pattern=r"^(0|[1-9][0-9]{0,399})$")]
"""A whole number as text: counts of orders outgrow what other languages read exactly out of JSON."""


class Allocation(Frozen):
    """The drawn order with all that is needed to draw it again and to prove that it was never changed.

    `seed`, `admissible` (how many orders there were): whole numbers as text. `nonce`: 256 random bits, so that the
    published `commitment` tells nobody the order, however few orders there are. `design_hash`: of the plan.

    Raises where the commitment is not that of the other fields: then the file was changed after the draw.
    """

    algorithm: Literal["sha256-unranked", "sha256-coin"]
    version: Literal[1] = 1
    program_version: Text
    seed: Whole
    nonce: Sha256
    admissible: Whole
    sequence: Annotated[tuple[Annotated[int, Field(ge=0, le=1)], ...], Field(min_length=2)]
    start: dt.date
    design_hash: Sha256
    commitment: Sha256

    @model_validator(mode="after")
    def _nothing_was_changed_since_the_draw(self) -> Self:
        expected = commitment(self.design_hash, self.start, self.seed, self.nonce, self.sequence)
        if self.commitment != expected:
            wanted = "the hash of plan, first day, seed, nonce and order: the stored order is analysed as it was drawn"
            raise UnfitError(wanted, f"commitment {self.commitment[:12]}..., but the fields hash to {expected[:12]}...")
        return self


def commitment(design_hash: str, start: dt.date, seed: str, nonce: str, sequence: tuple[int, ...]) -> str:
    """A SHA-256 that binds an order without telling it."""
    order = "".join(map(str, sequence))
    return hashlib.sha256(f"{design_hash}|{start.isoformat()}|{seed}|{nonce}|{order}".encode()).hexdigest()
