"""The sections of the record set: which type a record has, and where it may stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from equipoise.model.base import Frozen
from equipoise.model.criterion import BaselineTest, Criterion
from equipoise.model.design_caution import DesignCaution
from equipoise.model.evidence import EvidenceAnswer, Study
from equipoise.model.harm import Gap, Harm, RegulatorStatement
from equipoise.model.inhibition import (
    EnzymeTurnover,
    ExposureScenario,
    InhibitionRule,
    PerpetratorFigure,
    PublishedRatio,
    VictimKinetics,
)
from equipoise.model.instrument import Instrument
from equipoise.model.interaction import ContributionPrior, ObservedRatio
from equipoise.model.kinetics import ContentFigure, KineticFigure, KineticModel, KineticStudy
from equipoise.model.law import LawRecord
from equipoise.model.mechanism import (
    BindingConstant,
    BindingGap,
    ClaimRule,
    FreeFraction,
    MeasuredConcentration,
    MechanismClaim,
    MechanismEvidence,
    Metabolite,
    Target,
)
from equipoise.model.medicine import Combination, Medicine
from equipoise.model.phenotypes import PhenotypeFrequencies
from equipoise.model.plain_fact import PlainFact
from equipoise.model.protocol_item import ProtocolItem
from equipoise.model.rules import BurdenRule, LawRule, Naming, PlainWords, RatioRule, Settings
from equipoise.model.source import Source
from equipoise.model.stop_rule import StopRuleRecord
from equipoise.model.substance import (
    Alkaloid,
    InVitroConstant,
    ObservedInhibition,
    ProductFact,
    Substance,
    SubstrateRole,
)


@dataclass(frozen=True, slots=True)
class Section:
    """One kind of record. `single`: the section holds one record, not a list. `key`: the field that names a record."""

    type: type[Frozen]
    key: str | None = "id"
    single: bool = False


GENERAL: dict[str, Section] = {
    "settings": Section(Settings, key=None, single=True),
    "naming": Section(Naming, key=None, single=True),
    "plain_words": Section(PlainWords, key=None, single=True),
    "sources": Section(Source, key="key"),
    "medicines": Section(Medicine),
    "combinations": Section(Combination),
    "instruments": Section(Instrument),
    "observed_ratios": Section(ObservedRatio),
    "contribution_priors": Section(ContributionPrior),
    "medicine_cautions": Section(Criterion),
    "law_rules": Section(LawRule),
    "ratio_rules": Section(RatioRule),
    "burden_rules": Section(BurdenRule),
    "targets": Section(Target),
    "mechanism_claims": Section(MechanismClaim),
    "claim_rules": Section(ClaimRule),
    "phenotype_frequencies": Section(PhenotypeFrequencies),
    "stop_rules": Section(StopRuleRecord),
    "protocol_items": Section(ProtocolItem),
    "enzyme_turnover": Section(EnzymeTurnover),
    "victim_kinetics": Section(VictimKinetics),
    "inhibition_rules": Section(InhibitionRule),
    "plain_facts": Section(PlainFact),
}

OF_SUBSTANCE: dict[str, Section] = {
    "substance": Section(Substance, single=True),
    "alkaloids": Section(Alkaloid),
    "observed_inhibition": Section(ObservedInhibition),
    "substrate_roles": Section(SubstrateRole),
    "in_vitro": Section(InVitroConstant),
    "metabolites": Section(Metabolite),
    "binding_constants": Section(BindingConstant),
    "binding_gaps": Section(BindingGap),
    "concentrations": Section(MeasuredConcentration),
    "free_fractions": Section(FreeFraction),
    "mechanism_evidence": Section(MechanismEvidence),
    "kinetic_studies": Section(KineticStudy),
    "kinetic_figures": Section(KineticFigure),
    "kinetic_model": Section(KineticModel, single=True),
    "content_figures": Section(ContentFigure),
    "exposure_scenario": Section(ExposureScenario, single=True),
    "perpetrator_figures": Section(PerpetratorFigure),
    "published_ratios": Section(PublishedRatio),
    "cautions": Section(Criterion),
    "baseline_tests": Section(BaselineTest),
    "law": Section(LawRecord),
    "answers": Section(EvidenceAnswer),
    "studies": Section(Study),
    "harms": Section(Harm),
    "harm_gaps": Section(Gap),
    "statements": Section(RegulatorStatement),
    "product_facts": Section(ProductFact),
    "stop_rules": Section(StopRuleRecord),
    "design_cautions": Section(DesignCaution),
    "plain_facts": Section(PlainFact),
}

Raw = dict[str, Any]
"""A record as it stands in a file, before its type has checked it: any shape is possible."""
