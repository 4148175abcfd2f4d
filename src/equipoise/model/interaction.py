"""Observed interactions and what is known beforehand of an enzyme's share: the ground of the predictor."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from equipoise.model.base import Frozen
from equipoise.model.source import Provenance, RecordId, Text
from equipoise.model.terms import Enzyme


class ObservedRatio(Provenance):
    """One observed ratio of AUC with over without a perpetrator, as a study or a curated data set gives it."""

    id: RecordId
    victim: Text
    perpetrator: RecordId
    auc_ratio: Annotated[float, Field(gt=0)]


class ContributionPrior(Provenance):
    """The share of a victim's oral clearance that one enzyme carries, from a source other than the observed ratios."""

    id: RecordId
    victim: Text
    enzyme: Enzyme


class Unused(Frozen):
    """Placeholder."""
