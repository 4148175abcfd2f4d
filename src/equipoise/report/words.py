"""The plain words of a report: what an outcome, a severity or a size is called, the same on every road out."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from equipoise.model.finding import Finding, Implicated, Magnitude
from equipoise.model.terms import Answer, Certainty, Effect, LawStatus, Outcome, Severity

NBSP = "\N{NO-BREAK SPACE}"

INTENDED_USE = "Decision support for a clinician; it never recommends a dose and never clears a patient."


@dataclass(frozen=True, slots=True)
class OutcomeWords:
    """An outcome as a headline, and what follows from it."""

    headline: str
    meaning: str


OUTCOMES: dict[Outcome, OutcomeWords] = {
    Outcome.STOP: OutcomeWords(
        "Stop: a contraindication is met",
        "Nothing may start while it stands. For a patient who already takes the adjunct this is no instruction to stop "
        "at once: how to stop is a clinical decision of its own.",
    ),
    Outcome.SPECIALIST_DECISION: OutcomeWords(
        "A specialist must decide",
        "At least one point needs a specialist's judgement. Nothing may start before that judgement is recorded.",
    ),
    Outcome.CLINICIAN_MUST_DECIDE: OutcomeWords(
        "The clinician must decide",
        "The records can say no more than what stands below. What is unknown counts against starting until it is "
        "known.",
    ),
}

SEVERITIES: dict[Severity, str] = {
    Severity.CONTRAINDICATED: "Contraindicated",
    Severity.SPECIALIST_DECISION: "Specialist decision",
    Severity.CAUTION: "Caution",
    Severity.INFORMATION: "Information",
}

CERTAINTIES: dict[Certainty, str] = {
    Certainty.HIGH: "High certainty",
    Certainty.MODERATE: "Moderate certainty",
    Certainty.LOW: "Low certainty",
    Certainty.VERY_LOW: "Very low certainty",
}

CERTAINTY_POINTS: dict[Certainty, int] = {
    Certainty.HIGH: 4,
    Certainty.MODERATE: 3,
    Certainty.LOW: 2,
    Certainty.VERY_LOW: 1,
}

EFFECTS: dict[Effect, str] = {
    Effect.SEROTONERGIC: "Serotonergic load",
    Effect.SEDATIVE: "Sedation",
    Effect.RESPIRATORY: "Respiratory depression",
    Effect.QT: "QT prolongation",
    Effect.SEIZURE: "Lowered seizure threshold",
    Effect.LIVER: "Liver injury",
    Effect.BLEEDING: "Bleeding",
    Effect.HYPONATRAEMIA: "Low sodium",
    Effect.ANTICHOLINERGIC: "Anticholinergic load",
    Effect.HYPERTENSIVE: "Raised blood pressure",
    Effect.BRADYCARDIA: "Slow heart rate",
}

LAW_STATUSES: dict[LawStatus, str] = {
    LawStatus.PROHIBITED: "prohibited",
    LawStatus.CONTROLLED_PRESCRIPTION: "controlled, on prescription only",
    LawStatus.LOCAL_BANS: "banned in some localities",
    LawStatus.REGULATED_CONSUMER_ACT: "regulated by a consumer act",
    LawStatus.REGULATED_OTHER: "regulated in another way",
    LawStatus.UNREGULATED: "unregulated, which is no permission",
    LawStatus.UNCLEAR: "unclear",
}

DOMAINS: dict[str, str] = {
    "caution": "caution of the adjunct",
    "own_medicines": "the patient's own medicines",
    "law": "law",
    "burden": "added burden",
    "exposure": "exposure to a medicine",
    "interaction": "interaction",
}

# Parts of record ids that are not ordinary lower-case words.
_SPELLED = {
    "7oh": "7-OH",
    "cns": "CNS",
    "cyp2d6": "CYP2D6",
    "cyp3a": "CYP3A",
    "cyp3a4": "CYP3A4",
    "maoi": "MAO inhibitor",
    "mdd": "major depression",
    "pgp": "P-glycoprotein",
    "qt": "QT",
    "sud": "substance use disorder",
    "ecg": "ECG",
    "ema": "EMA",
    "fda": "FDA",
    "hiv": "HIV",
}

# Characters that could redraw a terminal, break a document, or reverse the reading order of a name.
_HARMFUL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    r"""The text without control characters; each stands as a replacement mark, so that nothing vanishes unseen.

    >>> ascii(clean("sertraline\x1b[2J"))
    "'sertraline\\ufffd[2J'"
    """
    return _HARMFUL.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r\n", "\n"))


def readable(identifier: str) -> str:
    """A record id as words.

    >>> readable("kratom_use_disorder"), readable("product_7oh_or_synthetic"), readable("maoi")
    ('kratom use disorder', 'product 7-OH or synthetic', 'MAO inhibitor')
    """
    return " ".join(_spelled(part) for part in identifier.split("_"))


def _spelled(part: str) -> str:
    registered = part.startswith("nct") and part[3:].isdigit()
    return part.upper() if registered else _SPELLED.get(part, part)


def domain(name: str) -> str:
    """What part of the knowledge a finding comes from."""
    return DOMAINS.get(name, readable(name))


def law_status(status: LawStatus | None) -> str:
    """The status in words; a missing record is said, not left blank."""
    return "no record" if status is None else LAW_STATUSES[status]


def number(value: float) -> str:
    """A ratio as a clinician reads it: three significant figures, never in powers of ten.

    >>> number(1.386), number(0.0123), number(80), number(12.345), number(1.0)
    ('1.39', '0.012', '80', '12.3', '1.00')
    """
    if value >= 100:
        return f"{value:,.0f}"
    if value >= 10:
        return f"{value:.1f}".removesuffix(".0")
    if value >= 0.1:
        return f"{value:.2f}"
    return f"{value:.3f}" if value >= 0.001 else "below 0.001"


def ratio(size: Magnitude) -> str:
    """The ratio with its 90 % interval.

    >>> ratio(Magnitude(estimate=1.39, interval=(1.23, 1.57), kind="observed")).replace(NBSP, " ")
    'AUC × 1.39 (90 % 1.23–1.57)'
    """
    low, high = size.interval
    return f"AUC{NBSP}×{NBSP}{number(size.estimate)} (90{NBSP}%{NBSP}{number(low)}–{number(high)})"


def probability(value: float) -> str:
    """A probability with three decimals, never rounded to 0 or 1.

    >>> probability(0.1974), probability(0.99999)
    ('0.197', '>0.999')
    """
    if value < 0.001:
        return "<0.001"
    return ">0.999" if value > 0.999 else f"{value:.3f}"


def bounds(size: Magnitude) -> str:
    """The floor and the ceiling in words, where there are any."""
    parts: list[str] = []
    if size.floor is not None:
        parts.append(f"floor {number(size.floor)}")
    if size.ceiling is not None:
        parts.append(f"ceiling {number(size.ceiling)}")
    return ", ".join(parts)


def magnitude(size: Magnitude) -> str:
    """The ratio, its interval and its bounds in one line."""
    return ", ".join(part for part in (ratio(size), bounds(size)) if part)


def matched(item: Implicated) -> str:
    """How a part of the case was matched and where it stands."""
    return "; ".join(part for part in (item.matched_by, item.path) if part)


def certainty(word: Certainty | None) -> str:
    """GRADE's word as a phrase; a row that does not address the question has none."""
    return "not rated: does not address the question" if word is None else CERTAINTIES[word]


def reading(read: bool) -> str:  # noqa: FBT001 - the flag is the value that is put into words
    """Whether the fact was seen in its source or only recalled."""
    return "read in the source" if read else "recalled, to be checked"


def question(item: Finding) -> str:
    """What has to be asked to settle a finding; a question of law names its place."""
    if item.to_settle is not None:
        return f"{item.title}: {item.to_settle}" if item.domain == "law" else item.to_settle
    return item.title if item.title.endswith("?") else f"{item.title}: does this apply?"


def is_open(item: Finding) -> bool:
    """True while something about the finding is still to be asked."""
    return item.answer is Answer.UNKNOWN or item.to_settle is not None


def count(amount: int, one: str, many: str | None = None) -> str:
    """A number with its noun.

    >>> count(1, "question"), count(3, "medicine"), count(2, "entry", "entries")
    ('1 question', '3 medicines', '2 entries')
    """
    return f"{amount} {one if amount == 1 else many or one + 's'}"


def cells(text: str) -> float:
    """The width of a text in average Latin letters; East Asian letters are about twice as wide."""
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
    return len(text) + 0.8 * wide


def sentence(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]


def closed(text: str) -> str:
    """The text as a sentence with its full stop.

    >>> closed("unclear; unverified"), closed("Banned.")
    ('Unclear; unverified.', 'Banned.')
    """
    return sentence(text if text.endswith((".", "!", "?")) else f"{text}.")
