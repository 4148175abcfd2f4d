"""The loaded record set: immutable, looked up by id, each section built when it is first asked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import orjson

from equipoise import __version__
from equipoise.errors import Fault, KnowledgeError
from equipoise.knowledge.compiled import (
    CLAIMS,
    FITTED,
    INHIBITION,
    KINETICS,
    NAMES,
    compiled_sections,
    content_hash,
)
from equipoise.knowledge.name_table import NameTable, loaded
from equipoise.model.base import Frozen
from equipoise.model.criterion import BaselineTest, Criterion
from equipoise.model.evidence import EvidenceAnswer, Study
from equipoise.model.law import LawRecord
from equipoise.model.medicine import Combination, Medicine
from equipoise.model.rules import BurdenRule, LawRule, Naming, PlainWords, RatioRule, Settings
from equipoise.model.source import Source
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
        EnzymeTurnover,
        ExposureScenario,
        InhibitionRule,
        PerpetratorFigure,
        PublishedRatio,
        VictimKinetics,
    )
    from equipoise.model.instrument import Instrument
    from equipoise.model.interaction import ContributionPrior, ObservedRatio
    from equipoise.model.kinetics import ContentFigure, KineticFigure, KineticFit, KineticModel, KineticStudy
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
    from equipoise.model.phenotypes import PhenotypeFrequencies
    from equipoise.model.plain_fact import PlainFact
    from equipoise.model.protocol_item import ProtocolItem
    from equipoise.model.stop_rule import StopRuleRecord
    from equipoise.model.substance import InVitroConstant, ProductFact

R = TypeVar("R", bound=Frozen)
RECORDS = Path(__file__).parent / "records"
KINETIC_SECTIONS = ("kinetic_studies", "kinetic_figures", "kinetic_model", "content_figures")
"""What a fit of an adjunct's kinetics follows from."""


class _Sections:
    """The verified sections of one scope; a section that is not among them has no record."""

    def __init__(self, blobs: Mapping[str, bytes], scope: str) -> None:
        self._blobs = blobs
        self._scope = scope

    def rows(self, section: str) -> list[dict[str, object]]:
        blob = self._blobs.get(f"{self._scope}.{section}")
        return [] if blob is None else orjson.loads(blob)

    def file(self, name: str) -> bytes | None:
        """A file that a command made beside the records."""
        return self._blobs.get(f"{self._scope}.{name}")

    def records(self, section: str, kind: type[R]) -> tuple[R, ...]:
        return tuple(kind.model_validate(row) for row in self.rows(section))

    def by_id(self, section: str, kind: type[R], key: str = "id") -> Mapping[str, R]:
        return _ById({str(row[key]): row for row in self.rows(section)}, kind)

    def only(self, section: str, kind: type[R]) -> R:
        return self.records(section, kind)[0]


class _ById(Mapping[str, R]):
    """Records by id, each built when it is first asked for: a screening needs a dozen medicines, not a thousand."""

    def __init__(self, rows: dict[str, dict[str, object]], kind: type[R]) -> None:
        self._rows = rows
        self._kind = kind
        self._built: dict[str, R] = {}

    def __getitem__(self, name: str) -> R:
        found = self._built.get(name)
        if found is None:
            found = self._built[name] = self._kind.model_validate(self._rows[name])
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, name: object) -> bool:
        return name in self._rows


class SubstanceKnowledge:
    """All records of one adjunct."""

    def __init__(self, blobs: Mapping[str, bytes], substance: str) -> None:
        self._of = _Sections(blobs, substance)

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


class Knowledge:
    """The record set. Two sets with the same `hash` say the same.

    `load_knowledge` makes it; every lookup that fails says which names there are.
    """

    def __init__(self, blobs: Mapping[str, bytes]) -> None:
        self._blobs = blobs
        self._of = _Sections(blobs, "")
        self.hash = content_hash(blobs)

    @cached_property
    def settings(self) -> Settings:
        return self._of.only("settings", Settings)

    @property
    def date(self) -> dt.date:
        """The day on which the record set as a whole was gathered."""
        return self.settings.date

    @cached_property
    def name_table(self) -> NameTable:
        """Every name and code of every medicine and adjunct."""
        return loaded(self._blobs[NAMES])

    @cached_property
    def naming(self) -> Naming:
        return self._of.only("naming", Naming)

    @cached_property
    def plain_words(self) -> frozenset[str]:
        """The English words that a diagnosis may hold without any rule having to look for it."""
        found = self._of.only("plain_words", PlainWords)
        return frozenset(word for line in found.lines for word in line.split())

    @cached_property
    def sources(self) -> Mapping[str, Source]:
        return self._of.by_id("sources", Source, key="key")

    @cached_property
    def medicines(self) -> Mapping[str, Medicine]:
        return self._of.by_id("medicines", Medicine)

    @cached_property
    def combinations(self) -> Mapping[str, Combination]:
        return self._of.by_id("combinations", Combination)

    @cached_property
    def instruments(self) -> Mapping[str, Instrument]:
        from equipoise.model.instrument import Instrument

        return self._of.by_id("instruments", Instrument)

    @cached_property
    def observed_ratios(self) -> tuple[ObservedRatio, ...]:
        from equipoise.model.interaction import ObservedRatio

        return self._of.records("observed_ratios", ObservedRatio)

    @cached_property
    def contribution_priors(self) -> tuple[ContributionPrior, ...]:
        from equipoise.model.interaction import ContributionPrior

        return self._of.records("contribution_priors", ContributionPrior)

    @cached_property
    def medicine_cautions(self) -> Mapping[str, Criterion]:
        """Rules about the patient's own medicines, whatever the adjunct."""
        return self._of.by_id("medicine_cautions", Criterion)

    @cached_property
    def law_rule(self) -> LawRule:
        return self._of.only("law_rules", LawRule)

    @cached_property
    def ratio_rule(self) -> RatioRule:
        return self._of.only("ratio_rules", RatioRule)

    @cached_property
    def burden_rules(self) -> tuple[BurdenRule, ...]:
        return self._of.records("burden_rules", BurdenRule)

    @cached_property
    def targets(self) -> Mapping[str, Target]:
        """Receptors and transporters that mechanism claims name."""
        from equipoise.model.mechanism import Target

        return self._of.by_id("targets", Target)

    @cached_property
    def phenotype_frequencies(self) -> tuple[PhenotypeFrequencies, ...]:
        """How often people have which metaboliser phenotype."""
        from equipoise.model.phenotypes import PhenotypeFrequencies

        return self._of.records("phenotype_frequencies", PhenotypeFrequencies)

    @cached_property
    def mechanism_claims(self) -> tuple[MechanismClaim, ...]:
        from equipoise.model.mechanism import MechanismClaim

        return self._of.records("mechanism_claims", MechanismClaim)

    @cached_property
    def claim_rule(self) -> ClaimRule:
        from equipoise.model.mechanism import ClaimRule

        return self._of.only("claim_rules", ClaimRule)

    @cached_property
    def stop_rules(self) -> tuple[StopRuleRecord, ...]:
        """Those that hold for every adjunct."""
        from equipoise.model.stop_rule import StopRuleRecord

        return self._of.records("stop_rules", StopRuleRecord)

    @cached_property
    def protocol_items(self) -> tuple[ProtocolItem, ...]:
        """What the published checklists ask a protocol to say."""
        from equipoise.model.protocol_item import ProtocolItem

        return self._of.records("protocol_items", ProtocolItem)

    @cached_property
    def plain_facts(self) -> tuple[PlainFact, ...]:
        """What a person is told before consenting, whatever the adjunct."""
        from equipoise.model.plain_fact import PlainFact

        return self._of.records("plain_facts", PlainFact)

    def stop_rules_of(self, substance: str) -> tuple[StopRuleRecord, ...]:
        """All that a plan with this adjunct has to hold, the most urgent first.

        >>> load_knowledge().stop_rules_of("kratom")[0].level
        'emergency'
        """
        from equipoise.model.stop_rule import LEVELS

        order = list(LEVELS)
        found = (*self.stop_rules, *self.substance(substance).stop_rules)
        return tuple(sorted(found, key=lambda rule: (order.index(rule.level), rule.domain, rule.id)))

    @cached_property
    def enzyme_turnover(self) -> tuple[EnzymeTurnover, ...]:
        from equipoise.model.inhibition import EnzymeTurnover

        return self._of.records("enzyme_turnover", EnzymeTurnover)

    @cached_property
    def victim_kinetics(self) -> Mapping[str, VictimKinetics]:
        """How fast medicines come and go, by the id of the medicine."""
        from equipoise.model.inhibition import VictimKinetics

        return self._of.by_id("victim_kinetics", VictimKinetics, key="medicine")

    @cached_property
    def inhibition_rule(self) -> InhibitionRule:
        from equipoise.model.inhibition import InhibitionRule

        return self._of.only("inhibition_rules", InhibitionRule)

    def computed_inhibition(self, scope: str) -> object:
        """What an adjunct's constants do, as it was computed when the records were last edited; plain JSON values."""
        return orjson.loads(self._blobs.get(f"{scope}.{INHIBITION}", b"{}"))

    def judged_claims(self, scope: str) -> object:
        """The claims of an adjunct as they were judged when its records were last edited, as plain JSON values."""
        return orjson.loads(self._blobs.get(f"{scope}.{CLAIMS}", b"{}"))

    def kinetic_inputs(self, scope: str) -> str:
        """A hash of everything that a fit of an adjunct's kinetics follows from."""
        return self.hash_of((scope, name) for name in KINETIC_SECTIONS)

    def hash_of(self, places: Iterable[tuple[str, str]]) -> str:
        """A hash of what some sections, each a (scope, section), say."""
        named = {f"{scope}.{section}": self._blobs.get(f"{scope}.{section}", b"") for scope, section in places}
        return content_hash(named)

    @cached_property
    def fitted_interactions(self) -> object:
        """The fitted parameters of the interaction predictor, as plain JSON values."""
        return orjson.loads(self._blobs.get(FITTED, b"{}"))

    def rows(self, scope: str, section: str) -> tuple[dict[str, object], ...]:
        """A section's records as plain JSON values, for showing and comparing; empty where there is none."""
        return tuple(_Sections(self._blobs, scope).rows(section))

    @cached_property
    def sections(self) -> tuple[tuple[str, str], ...]:
        """Every (scope, section) that has records; the scope is '' or a substance."""
        names = (name.partition(".") for name in self._blobs if not name.endswith(".json"))  # those follow from others
        return tuple(sorted((scope, section) for scope, _, section in names))

    @cached_property
    def substance_ids(self) -> tuple[str, ...]:
        """The adjuncts that the records know."""
        return tuple(scope for scope, section in self.sections if section == "substance")

    @cached_property
    def _substances(self) -> dict[str, SubstanceKnowledge]:
        return {name: SubstanceKnowledge(self._blobs, name) for name in self.substance_ids}

    def substance(self, name: str | None = None) -> SubstanceKnowledge:
        """The records of an adjunct; of the default one where no name is given.

        Raises `KnowledgeError` where the name is not among the records.
        """
        chosen = self.settings.default_substance if name is None else name
        found = self._substances.get(chosen)
        if found is None:
            expected = "one of " + ", ".join(self.substance_ids)
            mend = "Use one of these names, or add a folder of records for it."
            raise KnowledgeError("--substance", [Fault("substance", repr(chosen), expected, mend)])
        return found


@lru_cache(maxsize=4)
def load_knowledge(folder: Path = RECORDS) -> Knowledge:
    """The record set of a folder (the program's own by default), compiled on first use.

    Raises `KnowledgeError` with every fault of the records.

    >>> "kratom" in load_knowledge().substance_ids
    True
    """
    return Knowledge(compiled_sections(folder, __version__))
