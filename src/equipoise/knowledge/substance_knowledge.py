"""All records of one adjunct, built when they are first asked for."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from equipoise.knowledge.compiled import (
    KINETICS,
)
from equipoise.knowledge.section_rows import Sections
from equipoise.model.criterion import BaselineTest, Criterion
from equipoise.model.evidence import EvidenceAnswer, Study
from equipoise.model.law import LawRecord
from equipoise.model.substance import (
    Alkaloid,
    ObservedInhibition,
    Substance,
    SubstrateRole,
)
from equipoise.model.terms import Certainty

if TYPE_CHECKING:
    # Types that a screening does not need are imported where they are asked for: building them costs start-up time.
    from equipoise.model.design_caution import DesignCaution
    from equipoise.model.harm import Gap, Harm, RegulatorStatement
    from equipoise.model.inhibition import (
        ExposureScenario,
        PerpetratorFigure,
        PublishedRatio,
    )
    from equipoise.model.kinetics import ContentFigure, KineticFigure, KineticFit, KineticModel, KineticStudy
    from equipoise.model.mechanism import (
        BindingConstant,
        BindingGap,
        FreeFraction,
        MeasuredConcentration,
        MechanismEvidence,
        Metabolite,
    )
    from equipoise.model.plain_fact import PlainFact
    from equipoise.model.stop_rule import StopRuleRecord
    from equipoise.model.substance import InVitroConstant, ProductFact


class SubstanceKnowledge:
    """All records of one adjunct."""

    def __init__(self, blobs: Mapping[str, bytes], substance: str) -> None:
        self._of = Sections(blobs, substance)

    @cached_property
    def substance(self) -> Substance:
        return self._of.only("substance", Substance)

    @cached_property
    def alkaloids(self) -> Mapping[str, Alkaloid]:
        return self._of.by_id("alkaloids", Alkaloid)

    @cached_property
    def observed_inhibition(self) -> tuple[ObservedInhibition, ...]:
        return self._of.records("observed_inhibition", ObservedInhibition)

    @cached_property
    def substrate_roles(self) -> tuple[SubstrateRole, ...]:
        return self._of.records("substrate_roles", SubstrateRole)

    @cached_property
    def in_vitro(self) -> tuple[InVitroConstant, ...]:
        from equipoise.model.substance import InVitroConstant

        return self._of.records("in_vitro", InVitroConstant)

    @cached_property
    def metabolites(self) -> Mapping[str, Metabolite]:
        from equipoise.model.mechanism import Metabolite

        return self._of.by_id("metabolites", Metabolite)

    @cached_property
    def binding_constants(self) -> tuple[BindingConstant, ...]:
        from equipoise.model.mechanism import BindingConstant

        return self._of.records("binding_constants", BindingConstant)

    @cached_property
    def binding_gaps(self) -> tuple[BindingGap, ...]:
        from equipoise.model.mechanism import BindingGap

        return self._of.records("binding_gaps", BindingGap)

    @cached_property
    def concentrations(self) -> tuple[MeasuredConcentration, ...]:
        from equipoise.model.mechanism import MeasuredConcentration

        return self._of.records("concentrations", MeasuredConcentration)

    @cached_property
    def free_fractions(self) -> tuple[FreeFraction, ...]:
        from equipoise.model.mechanism import FreeFraction

        return self._of.records("free_fractions", FreeFraction)

    @cached_property
    def mechanism_evidence(self) -> tuple[MechanismEvidence, ...]:
        from equipoise.model.mechanism import MechanismEvidence

        return self._of.records("mechanism_evidence", MechanismEvidence)

    @cached_property
    def kinetic_studies(self) -> tuple[KineticStudy, ...]:
        from equipoise.model.kinetics import KineticStudy

        return self._of.records("kinetic_studies", KineticStudy)

    @cached_property
    def kinetic_figures(self) -> tuple[KineticFigure, ...]:
        from equipoise.model.kinetics import KineticFigure

        return self._of.records("kinetic_figures", KineticFigure)

    @cached_property
    def kinetic_model(self) -> KineticModel | None:
        """The model of its kinetics; None where there is none."""
        from equipoise.model.kinetics import KineticModel

        found = self._of.records("kinetic_model", KineticModel)
        return found[0] if found else None

    @cached_property
    def kinetic_fit(self) -> KineticFit | None:
        """What was fitted to the figures when the records were last edited; None where nothing was."""
        from equipoise.model.kinetics import KineticFit

        found = self._of.file(KINETICS)
        return None if found is None else KineticFit.model_validate_json(found)

    @cached_property
    def content_figures(self) -> tuple[ContentFigure, ...]:
        from equipoise.model.kinetics import ContentFigure

        return self._of.records("content_figures", ContentFigure)

    @cached_property
    def exposure_scenario(self) -> ExposureScenario | None:
        """Whose exposure the mechanistic models compute; None where no study is named."""
        from equipoise.model.inhibition import ExposureScenario

        found = self._of.records("exposure_scenario", ExposureScenario)
        return found[0] if found else None

    @cached_property
    def perpetrator_figures(self) -> tuple[PerpetratorFigure, ...]:
        from equipoise.model.inhibition import PerpetratorFigure

        return self._of.records("perpetrator_figures", PerpetratorFigure)

    @cached_property
    def published_ratios(self) -> tuple[PublishedRatio, ...]:
        from equipoise.model.inhibition import PublishedRatio

        return self._of.records("published_ratios", PublishedRatio)

    @cached_property
    def cautions(self) -> Mapping[str, Criterion]:
        return self._of.by_id("cautions", Criterion)

    @cached_property
    def baseline_tests(self) -> tuple[BaselineTest, ...]:
        return self._of.records("baseline_tests", BaselineTest)

    @cached_property
    def law(self) -> tuple[LawRecord, ...]:
        return self._of.records("law", LawRecord)

    @cached_property
    def _law_by_place(self) -> dict[str, tuple[LawRecord, ...]]:
        places: dict[str, list[LawRecord]] = {}
        for record in self.law:
            places.setdefault(record.jurisdiction, []).append(record)
        return {place: tuple(records) for place, records in places.items()}

    @cached_property
    def law_certainty(self) -> Mapping[str, Certainty]:
        """The recorded certainty of each law record by its id."""
        return {record.id: record.certainty for record in self.law}

    def law_of(self, place: str) -> tuple[LawRecord, ...]:
        """The records of one place, its localities included; empty where there is none."""
        return self._law_by_place.get(place, ())

    @cached_property
    def federations(self) -> frozenset[str]:
        """Countries whose subdivisions have law of their own in the records."""
        codes = (record.jurisdiction for record in self.law)
        return frozenset(code.country for code in codes if code != code.country)

    @cached_property
    def answers(self) -> tuple[EvidenceAnswer, ...]:
        return self._of.records("answers", EvidenceAnswer)

    @cached_property
    def studies(self) -> tuple[Study, ...]:
        return self._of.records("studies", Study)

    @cached_property
    def harms(self) -> tuple[Harm, ...]:
        from equipoise.model.harm import Harm

        return self._of.records("harms", Harm)

    @cached_property
    def harm_gaps(self) -> tuple[Gap, ...]:
        from equipoise.model.harm import Gap

        return self._of.records("harm_gaps", Gap)

    @cached_property
    def statements(self) -> tuple[RegulatorStatement, ...]:
        from equipoise.model.harm import RegulatorStatement

        return self._of.records("statements", RegulatorStatement)

    @cached_property
    def product_facts(self) -> tuple[ProductFact, ...]:
        from equipoise.model.substance import ProductFact

        return self._of.records("product_facts", ProductFact)

    @cached_property
    def stop_rules(self) -> tuple[StopRuleRecord, ...]:
        """The adjunct's own; those that hold for every adjunct stand in `Knowledge.stop_rules`."""
        from equipoise.model.stop_rule import StopRuleRecord

        return self._of.records("stop_rules", StopRuleRecord)

    @cached_property
    def design_cautions(self) -> tuple[DesignCaution, ...]:
        from equipoise.model.design_caution import DesignCaution

        return self._of.records("design_cautions", DesignCaution)

    @cached_property
    def plain_facts(self) -> tuple[PlainFact, ...]:
        """What a person is told before consenting, in plain words."""
        from equipoise.model.plain_fact import PlainFact

        return self._of.records("plain_facts", PlainFact)
