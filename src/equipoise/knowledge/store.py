"""The loaded record set: immutable, looked up by id, each section built when it is first asked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from equipoise import __version__
from equipoise.errors import Fault, KnowledgeError
from equipoise.knowledge.compiled import (
    CLAIMS,
    FITTED,
    INHIBITION,
    NAMES,
    compiled_sections,
    content_hash,
)
from equipoise.knowledge.name_table import NameTable, loaded
from equipoise.knowledge.section_rows import Sections
from equipoise.knowledge.substance_knowledge import SubstanceKnowledge
from equipoise.model.criterion import Criterion
from equipoise.model.medicine import Combination, Medicine
from equipoise.model.rules import BurdenRule, LawRule, Naming, PlainWords, RatioRule, Settings
from equipoise.model.source import Source

if TYPE_CHECKING:
    # Types that a screening does not need are imported where they are asked for: building them costs start-up time.
    from equipoise.model.inhibition import (
        EnzymeTurnover,
        InhibitionRule,
        VictimKinetics,
    )
    from equipoise.model.instrument import Instrument
    from equipoise.model.interaction import ContributionPrior, ObservedRatio
    from equipoise.model.mechanism import (
        ClaimRule,
        MechanismClaim,
        Target,
    )
    from equipoise.model.phenotypes import PhenotypeFrequencies
    from equipoise.model.plain_fact import PlainFact
    from equipoise.model.protocol_item import ProtocolItem
    from equipoise.model.stop_rule import StopRuleRecord

RECORDS = Path(__file__).parent / "records"
KINETIC_SECTIONS = ("kinetic_studies", "kinetic_figures", "kinetic_model", "content_figures")
"""What a fit of an adjunct's kinetics follows from."""


class Knowledge:
    """The record set. Two sets with the same `hash` say the same.

    `load_knowledge` makes it; every lookup that fails says which names there are.
    """

    def __init__(self, blobs: Mapping[str, bytes]) -> None:
        self._blobs = blobs
        self._of = Sections(blobs, "")
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
        return tuple(Sections(self._blobs, scope).rows(section))

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
