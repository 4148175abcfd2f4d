"""The words that answers are made of; each list is closed and ordered where order means something."""

from __future__ import annotations

from enum import StrEnum


class Answer(StrEnum):
    """The three values of a criterion (Kleene's strong logic)."""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"


class Severity(StrEnum):
    """How much a met criterion weighs; from the strongest to the weakest."""

    CONTRAINDICATED = "contraindicated"
    SPECIALIST_DECISION = "specialist_decision"
    CAUTION = "caution"
    INFORMATION = "information"

    @property
    def rank(self) -> int:
        """0 for the strongest."""
        return _RANKS[self]


_RANKS = {severity: rank for rank, severity in enumerate(Severity)}


class Outcome(StrEnum):
    """How a screening ends; there is no 'cleared'. From the strongest to the weakest."""

    STOP = "stop"
    SPECIALIST_DECISION = "specialist_decision"
    CLINICIAN_MUST_DECIDE = "clinician_must_decide"


class Certainty(StrEnum):
    """GRADE's four words."""

    HIGH = "high"
    MODERATE = "moderate"
    LOW = "low"
    VERY_LOW = "very_low"


class Standing(StrEnum):
    """Who stands behind a record. Nothing is `ratified` until a clinical advisory group has done so."""

    PROPOSED = "proposed"
    ADAPTED = "adapted"
    PUBLISHED = "published"
    RATIFIED = "ratified"


class Plausibility(StrEnum):
    """Whether a claimed mechanism can be true at the concentrations that people reach; it says nothing of benefit."""

    PLAUSIBLE = "plausible"
    IMPLAUSIBLE = "implausible"
    UNKNOWN = "unknown"


class Grade(StrEnum):
    """How strongly a medicine contributes to a pharmacodynamic effect."""

    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"

    @property
    def weight(self) -> int:
        """1, 2 or 3 points of the additive burden."""
        return _WEIGHTS[self]


_WEIGHTS = {grade: weight for weight, grade in enumerate(Grade, start=1)}


class Effect(StrEnum):
    """The pharmacodynamic effects that add up over a medication list."""

    SEROTONERGIC = "serotonergic"
    SEDATIVE = "sedative"
    RESPIRATORY = "respiratory"
    QT = "qt"
    SEIZURE = "seizure"
    LIVER = "liver"
    BLEEDING = "bleeding"
    HYPONATRAEMIA = "hyponatraemia"
    ANTICHOLINERGIC = "anticholinergic"
    HYPERTENSIVE = "hypertensive"
    BRADYCARDIA = "bradycardia"


class Enzyme(StrEnum):
    """Enzymes and the transporter that the interaction records know."""

    CYP1A2 = "CYP1A2"
    CYP2B6 = "CYP2B6"
    CYP2C8 = "CYP2C8"
    CYP2C9 = "CYP2C9"
    CYP2C19 = "CYP2C19"
    CYP2D6 = "CYP2D6"
    CYP2E1 = "CYP2E1"
    CYP3A4 = "CYP3A4"
    UGT = "UGT"
    P_GP = "P-gp"


class EnzymeRoleKind(StrEnum):
    """What a medicine is to an enzyme."""

    SUBSTRATE = "substrate"
    INHIBITOR = "inhibitor"
    INDUCER = "inducer"


class Strength(StrEnum):
    """Regulatory strength of an enzyme role: substrates sensitive/major/minor, the others strong/moderate/weak."""

    SENSITIVE = "sensitive"
    MAJOR = "major"
    MINOR = "minor"
    STRONG = "strong"
    MODERATE = "moderate"
    WEAK = "weak"


class Phenotype(StrEnum):
    """Metaboliser phenotype of a polymorphic enzyme (CPIC's words)."""

    POOR = "PM"
    INTERMEDIATE = "IM"
    NORMAL = "NM"
    RAPID = "RM"
    ULTRARAPID = "UM"


class OpioidRole(StrEnum):
    """What a medicine is to opioid receptors."""

    AGONIST = "agonist"
    PARTIAL_AGONIST = "partial_agonist"
    ANTAGONIST = "antagonist"


class MaoInhibition(StrEnum):
    """How a medicine inhibits monoamine oxidase."""

    IRREVERSIBLE = "irreversible"
    REVERSIBLE = "reversible"


class Sex(StrEnum):
    """Administrative sex as the chart records it."""

    FEMALE = "female"
    MALE = "male"
    OTHER = "other"


class LawStatus(StrEnum):
    """What a legal record says of a substance; `unregulated` is never 'legal'."""

    PROHIBITED = "prohibited"
    CONTROLLED_PRESCRIPTION = "controlled_prescription"
    LOCAL_BANS = "local_bans"
    REGULATED_CONSUMER_ACT = "regulated_consumer_act"
    REGULATED_OTHER = "regulated_other"
    UNREGULATED = "unregulated"
    UNCLEAR = "unclear"


class ProductForm(StrEnum):
    """The form in which an adjunct is taken."""

    LEAF_POWDER = "leaf_powder"
    LEAF_TEA = "leaf_tea"
    LEAF_CAPSULE = "leaf_capsule"
    STANDARDISED_TABLET = "standardised_tablet"
    EXTRACT = "extract"
    LIQUID_SHOT = "liquid_shot"
    BLEND = "blend"
    ISOLATE = "isolate"
    SEMI_SYNTHETIC = "semi_synthetic"
    OTHER = "other"


class UseFrequency(StrEnum):
    """How often the patient takes the adjunct now."""

    NEVER = "never"
    PAST = "past"
    OCCASIONAL = "occasional"
    DAILY = "daily"
