"""The options of an analysis as texts, from a command line or a trial file, and the values that they mean."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from equipoise.analyse.figures import plain
from equipoise.errors import Fault, InputError
from equipoise.exchange.trial_in import Reading, scale_of
from equipoise.model.plan import Plan
from equipoise.model.prior import WEAK, HalfLife, PhiPrior, Prior
from equipoise.model.schedule import Floats
from equipoise.report.words import readable

if TYPE_CHECKING:
    from equipoise.exchange.trial_folder import Trial
    from equipoise.knowledge import Knowledge
    from equipoise.model.instrument import ImportantDifference, Instrument

SUBJECT = "options of the analysis"
NUMBER = r"\s*(-?\d+(?:\.\d+)?)\s*"
WORDS = {
    "design": ("auto", "blocks", "daily", "coin", "taper", "observational"),
    "better": ("lower", "higher"),
    "trend": ("linear", "spline", "none"),
    "likelihood": ("auto", "gaussian", "ordinal_sum", "ordinal", "binary", "poisson"),
    "prior": ("sceptical", "weak"),
}
DEFAULTS: Mapping[str, Any] = {
    "label": None,
    "on_value": None,
    "kept": None,
    "unit": None,
    "case": None,
    "case_label": None,
    "adjunct": None,
    "covariates": (),
    "guess": None,
    "design": "auto",
    "max_run": None,
    "instrument": None,
    "mcid": None,
    "better": "lower",
    "half_life": "0",
    "before": None,
    "recall": "0",
    "every": None,
    "bounds": None,
    "trend": "linear",
    "likelihood": "auto",
    "prior": "sceptical",
    "effect_prior": None,
    "phi_prior": None,
    "s0": None,
    "fewest": 8,
    "seed": 1,
}
UNSAID = {
    "better": (
        "Which direction is better was not said: lower was assumed.",
        "Which direction is better? Say it with --better lower or --better higher.",
    ),
    "half_life": (
        "How fast it acts and fades was not said: at once, with nothing left behind, was assumed.",
        "How fast does it act and fade? Say it with --half-life 2d, or --half-life 0 for at once.",
    ),
}
"""For each option that is assumed where nobody says it: what the answer notes, and how to say it on a terminal."""
BEFORE = (
    "What was taken before the first row was not said: nothing, or in a taper its first level, was assumed.",
    "Was it taken before the first row? Say it with --before 1, or --before 0 for not.",
)
"""The same for what matters only where the past acts on a rating."""
FOLLOWS = "That the effect follows the concentration is an assumption."
NEEDED = {"time": "--time COLUMN", "outcome": "--outcome COLUMN", "on": "--on COLUMN"}
"""`on` is needed only where no exposure was recorded."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What an analysis needs beside its table.

    `notes`: what was assumed, and facts of the instrument, that a reader should know. `hints`: how to say it instead.
    """

    reading: Reading
    plan: Plan
    texts: Mapping[str, Any]
    notes: tuple[str, ...]
    hints: tuple[str, ...]

    @property
    def case(self) -> str | None:
        """The column that tells people apart."""
        return self.texts["case"]

    def prior(self, values: Floats) -> Prior:
        """The prior; `s0: sd` needs the ratings themselves."""
        return prior_of(self.texts, values)


def needs_records(trial: Trial, given: Mapping[str, Any]) -> bool:
    """Whether an instrument is named, whose window and bounds stand in the records, or an adjunct for its half-life."""
    said = {**trial.options, **given}
    return said.get("instrument") is not None or _is_name(str(said.get("half_life", "")))


def choices(given: Mapping[str, Any], records: Knowledge | None, *, recorded: bool = False) -> Choices:
    """The choices that the texts mean; every wrong one is named in one message. `recorded`: an exposure was."""
    name = given.get("instrument")
    chosen = None if records is None or name is None else _named(records, name)
    facts = {} if chosen is None else _facts(chosen)
    proposed, why = _proposed(records, str(given.get("half_life", "")))
    texts = {**DEFAULTS, **facts, **given, **proposed}
    checks = (_wrong_words, _doubled_labels, _wrong_before)
    faults = [*_missing(texts, recorded=recorded), *(fault for check in checks for fault in check(texts))]
    faults += _contradicted(chosen, given)
    if faults:
        raise InputError(SUBJECT, faults)
    said = {**facts, **given}
    reading = replace(_reading(texts), better_said="better" in said)
    unsaid = [words for name, words in UNSAID.items() if name not in said]
    if reading.before is None and (reading.recall_days > 0.0 or half_life_of(texts["half_life"]).median_days > 0.0):
        unsaid.append(BEFORE)
    plan = Plan(
        trend=texts["trend"],
        likelihood=texts["likelihood"],
        mcid=texts["mcid"],
        seed=texts["seed"],
        fewest=texts["fewest"],
    )
    told = _differences(chosen, records, reading.bounds) if chosen is not None and records is not None else ()
    notes, hints = (*(note for note, _ in unsaid), *why, *told), tuple(hint for _, hint in unsaid)
    return Choices(reading, plan, texts, notes, hints)


def _missing(texts: Mapping[str, Any], *, recorded: bool) -> list[Fault]:
    mend = "Give it, or a folder with a trial.yaml."
    needed = {name: option for name, option in NEEDED.items() if not (recorded and name == "on")}
    return [
        Fault(option, "nothing", "the name of a column", mend) for name, option in needed.items() if not texts.get(name)
    ]


def _wrong_words(texts: Mapping[str, Any]) -> list[Fault]:
    mend = "Use one of these words."
    return [
        Fault(f"--{name}", repr(texts[name]), f"one of {', '.join(known)}", mend)
        for name, known in WORDS.items()
        if texts[name] not in known
    ]


def _doubled_labels(texts: Mapping[str, Any]) -> list[Fault]:
    if texts["case"] is None or texts["case_label"] is None:
        return []
    expected = "no label beside --case, whose column names each person"
    return [Fault("--case-label", repr(texts["case_label"]), expected, "Leave out one of them.")]


def _wrong_before(texts: Mapping[str, Any]) -> list[Fault]:
    before = texts["before"]
    if before is None or 0.0 <= before <= 1.0:
        return []
    return [Fault("--before", f"{before:g}", "a share of the full level, 0 to 1", "For example --before 1.")]


def _reading(texts: Mapping[str, Any]) -> Reading:
    return Reading(
        time=texts["time"],
        outcome=texts["outcome"],
        on=texts.get("on"),
        on_value=texts["on_value"],
        kept=texts["kept"],
        unit=texts["unit"],
        covariates=tuple(texts["covariates"] or ()),
        guess=texts["guess"],
        drawn_by=texts["design"],
        max_run=texts["max_run"],
        before=texts["before"],
        recall_days=days_of("--recall", texts["recall"]),
        every_days=_every(texts["every"]),
        bounds=bounds_of(texts["bounds"]),
        better=texts["better"],
        scale=scale_of(texts["likelihood"]),
        label=texts["label"] or readable(texts["outcome"]),
        case_label=texts["case_label"],
        adjunct=texts["adjunct"],
    )


def _every(text: str | None) -> float | None:
    found = None if text is None else days_of("--every", text)
    if found == 0.0:
        mend = "For example 7d; leave it out where the ratings themselves show it."
        raise InputError(SUBJECT, [Fault("--every", repr(text), "a span above 0", mend)])
    return found


def _is_name(text: str) -> bool:
    """Whether a half-life is said by the name of an adjunct, or is to be its kernel."""
    return re.fullmatch(r"(kernel:)?[a-z][a-z0-9_]*", text.strip()) is not None


def _proposed(records: Knowledge | None, text: str) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The half-life that the fitted kinetics of an adjunct propose, as an option, and a note on what it rests on."""
    wanted, _, name = text.strip().rpartition(":")
    if records is None or not _is_name(text):
        return {}, ()
    fit = records.substance(name).kinetic_fit if name in records.substance_ids else None
    if fit is None:
        fitted = (
            ", ".join(known for known in records.substance_ids if records.substance(known).kinetic_fit) or "none yet"
        )
        expected = f"a span such as 14d, 36h or 2w, or an adjunct whose kinetics are fitted ({fitted})"
        raise InputError(SUBJECT, [Fault("--half-life", repr(text), expected, "Give a number and a unit, or its id.")])
    belief, analyte = fit.hand_over.half_life_days, readable(fit.hand_over.analyte)
    stale = "" if fit.inputs == records.kinetic_inputs(name) else "; the records were changed after that fit"
    if wanted:
        shares = ",".join(f"{share:.6g}" for share in fit.hand_over.kernel)
        told = f"What acts follows what was taken as the mean kinetics of {analyte} in plasma spread it over "
        told += f"{len(fit.hand_over.kernel)} days, fitted to published figures and taken as known{stale}."
        return {"half_life": f"kernel({belief.median};{shares})"}, (f"{told} {FOLLOWS}",)
    size = f"{plain(belief.median, 2)} days, log SD {plain(belief.log_sd, 2)}"
    note = f"The half-life is believed as the kinetics of {analyte} in plasma give it ({size}), fitted to published "
    told = (f"{note}figures{stale}. {FOLLOWS}",)
    return {"half_life": f"lognormal({belief.median},{belief.log_sd})"}, told


def _named(records: Knowledge, name: str) -> Instrument:
    from equipoise.knowledge.scoring import instrument_named  # here: not needed without an instrument, and slow to load

    return instrument_named(records, name)


def _facts(chosen: Instrument) -> dict[str, Any]:
    """What the records say of an instrument, as options that the user may overrule."""
    facts: dict[str, Any] = {"label": chosen.name, "bounds": chosen.range}
    if chosen.recall_days is not None:
        facts["recall"] = f"{chosen.recall_days}d"
    if chosen.better is not None:
        facts["better"] = chosen.better
    return facts


def _contradicted(chosen: Instrument | None, given: Mapping[str, Any]) -> list[Fault]:
    """A direction that turns an instrument round: benefit would be reported as harm."""
    said = given.get("better")
    if chosen is None or chosen.better is None or said in (None, chosen.better):
        return []
    expected = f"{chosen.better}, which is better in {chosen.name}"
    mend = "Leave it out; where the scores were turned round, leave out --instrument."
    return [Fault("--better", repr(said), expected, mend)]


def _differences(chosen: Instrument, records: Knowledge, bounds: tuple[float, float] | None) -> tuple[str, ...]:
    """The published important differences as a note, in points of the scale in use wherever they are points of one."""
    from equipoise.knowledge.scoring import important_differences

    told = [_difference(chosen, item, records, bounds) for item in important_differences(chosen)]
    return (f"Published important differences of {chosen.name}: {'; '.join(told)}.",) if told else ()


def _difference(
    chosen: Instrument, item: ImportantDifference, records: Knowledge, bounds: tuple[float, float] | None
) -> str:
    source = records.sources[item.source].short if item.read else "recalled, not read"
    published = f"{abs(item.value):g} {item.unit}"
    size = chosen.points_of(item, bounds)
    if size is None or f"{size:g} points" == published:
        return f"{published} ({source})"
    return f"{size:g} points (published as {published}; {source})"


def days_of(option: str, text: str) -> float:
    """A span of time as days.

    >>> days_of("--recall", "14d"), days_of("--recall", "36h"), days_of("--recall", "0")
    (14.0, 1.5, 0.0)
    """
    match = re.fullmatch(NUMBER + r"(d|h|w)?", text.strip())
    if match is None or float(match[1]) < 0:
        fault = Fault(option, repr(text), "a span such as 14d, 36h or 2w", "Give a number and a unit.")
        raise InputError(SUBJECT, [fault])
    return float(match[1]) * {"d": 1.0, "h": 1.0 / 24.0, "w": 7.0}[match[2] or "d"]


def half_life_of(text: str) -> HalfLife:
    """A fixed half-life, a log-normal about a median in days, or a kernel of daily shares after the median.

    >>> half_life_of("lognormal(2,0.5)")
    HalfLife(median_days=2.0, log_sd=0.5, kernel=())
    """
    kernel = re.fullmatch(rf"kernel\({NUMBER};([0-9.,e\- ]+)\)", text.strip())
    if kernel:
        return HalfLife(float(kernel[1]), kernel=tuple(float(share) for share in kernel[2].split(",")))
    match = re.fullmatch(rf"lognormal\({NUMBER}d?\s*,{NUMBER}\)", text.strip())
    return HalfLife(float(match[1]), float(match[2])) if match else HalfLife(days_of("--half-life", text))


def phi_of(text: str) -> PhiPrior:
    """A prior of the correlation over one day.

    >>> phi_of("uniform(-0.99,0.99)").low
    -0.99
    """
    match = re.fullmatch(rf"(beta|uniform)\({NUMBER},{NUMBER}\)", text.strip().lower())
    if match is None:
        mend = "For example beta(2,2) or uniform(0,0.99)."
        raise InputError(
            "options of the analysis", [Fault("--phi-prior", repr(text), "beta(a,b) or uniform(low,high)", mend)]
        )
    first, second = float(match[2]), float(match[3])
    return PhiPrior(first, second) if match[1] == "beta" else PhiPrior.uniform(first, second)


def prior_of(texts: Mapping[str, Any], values: Floats) -> Prior:
    """The prior out of the options."""
    prior = replace(WEAK if texts["prior"] == "weak" else Prior(), half_life=half_life_of(str(texts["half_life"])))
    if texts["effect_prior"] is not None:
        prior = replace(prior, effect=texts["effect_prior"])
    if texts["phi_prior"] is not None:
        prior = replace(prior, phi=phi_of(texts["phi_prior"]))
    s0 = texts["s0"]
    if s0 is None:
        return prior
    if s0 == "sd":
        return replace(prior, s0=float(np.nanstd(values, ddof=1)))
    try:
        return replace(prior, s0=float(s0))
    except ValueError:
        mend = "Give the within-person SD in points, or `sd`."
        raise InputError(
            "options of the analysis", [Fault("--s0", repr(s0), "a number of points, or sd", mend)]
        ) from None


def bounds_of(text: str | Sequence[float] | None) -> tuple[float, float] | None:
    """The least and the greatest score.

    >>> bounds_of("0,27")
    (0.0, 27.0)
    """
    if text is None:
        return None
    text = text if isinstance(text, str) else ",".join(str(end) for end in text)
    match = re.fullmatch(rf"{NUMBER},{NUMBER}", text)
    if match is None or float(match[1]) >= float(match[2]):
        fault = Fault("--bounds", repr(text), "the least and the greatest score", "For example --bounds 0,27.")
        raise InputError(SUBJECT, [fault])
    return float(match[1]), float(match[2])
