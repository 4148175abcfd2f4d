"""What an adjunct does to victims by three models, in words and rows, the same on every road out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from equipoise.analyse.figures import plain, span
from equipoise.knowledge import SubstanceKnowledge
from equipoise.model.finding import Magnitude
from equipoise.model.inhibition import OrganBound, PublishedRatio, Ratio, VictimRow
from equipoise.model.source import SourceKey
from equipoise.report import words
from equipoise.report.claim_view import percent
from equipoise.report.ratio_forest import Ratio as Drawn

COURSES = {"once": "one serving, one dose", "daily": "a serving a day"}
ORGANS = {"gut": "gut wall", "liver": "liver"}
NOT_A_DOSE = (
    "Amounts are those of the study; none is a proposal, and no figure here says that a combination is safe. "
    "A larger or more concentrated intake does more."
)
MODELS = (
    "CR-IR: by ratios that studies saw, a floor for daily use. Its interval is for one further study.",
    "Static: the highest concentrations, held for ever. A worst case, not a forecast.",
    "Dynamic: the concentrations of the adjunct's own kinetics over time, enzymes lost and made anew.",
)


@dataclass(frozen=True, slots=True)
class Row:
    """One victim in one course, in words; an empty cell is one that no model fills, and `why` says so."""

    name: str
    course: str
    shares: str
    observed_based: str
    static: str
    dynamic: str
    why: str


@dataclass(frozen=True, slots=True)
class Probe:
    """What a study saw of a probe beside what the models predict of it. `held`: whether the intervals meet."""

    name: str
    what: str
    seen: str
    dynamic: str
    static: str
    held: str


def ratio(found: Ratio | None) -> str:
    """A ratio with its interval.

    >>> ratio(Ratio(median=1.3912, interval=(1.2, 1.61234))), ratio(None)
    ('1.39 (1.2 to 1.61)', '')
    """
    return "" if found is None else f"{plain(found.median)} ({span(found.interval)})"


def row(item: VictimRow) -> Row:
    """A row of the table."""
    shares = ", ".join(
        f"{enzyme} {percent(share)}" for enzyme, share in sorted(item.shares.items(), key=lambda pair: -pair[1])
    )
    return Row(
        name=item.name,
        course=COURSES[item.course],
        shares=shares,
        observed_based=ratio(item.observed_based),
        static=ratio(item.static),
        dynamic=ratio(item.dynamic),
        why=" ".join(_reasons(item)),
    )


def _reasons(item: VictimRow) -> Iterator[str]:
    """Why a model has no figure, each with the name of the model."""
    if item.no_observed:
        yield f"CR-IR: {item.no_observed}"
    if item.unknown:
        yield f"{'Static and dynamic' if item.static is None else 'Dynamic'}: {item.unknown}"


def probes(adjunct: SubstanceKnowledge, rows: Sequence[VictimRow]) -> tuple[Probe, ...]:
    """Every figure that a study saw of a probe beside its prediction in the same course."""
    found: list[Probe] = []
    for seen in adjunct.observed_inhibition:
        item = next((row for row in rows if row.medicine == seen.probe and row.course == "once"), None)
        if item is None:
            continue
        told = (
            ("area", seen.auc_ratio, seen.interval_90, item.dynamic, item.static),
            ("peak", seen.cmax_ratio, seen.cmax_interval_90, item.cmax, None),
            ("half-life", seen.half_life_ratio, seen.half_life_interval_90, item.half_life, None),
        )
        found += [
            Probe(
                item.name, what, f"{plain(middle)} ({span(ends)})", ratio(dynamic), ratio(static), _held(ends, dynamic)
            )
            for what, middle, ends, dynamic, static in told
            if middle is not None and ends is not None and dynamic is not None
        ]
    return tuple(found)


def _held(seen: tuple[float, float], predicted: Ratio) -> str:
    low, high = predicted.interval
    return "intervals meet" if seen[0] <= high and low <= seen[1] else "intervals do not meet"


def bound(item: OrganBound) -> tuple[str, str, str, str]:
    """An enzyme's bound: where, what is left in the middle of what is believed, and at the least."""
    return str(item.enzyme), ORGANS[item.organ], percent(item.middle), percent(item.least)


def drawn(adjunct: SubstanceKnowledge, rows: Sequence[VictimRow]) -> tuple[Drawn, ...]:
    """The rows of the picture that judges the models: of each probe what was seen, predicted and published."""
    found: list[Drawn] = []
    for seen in adjunct.observed_inhibition:
        mine = [item for item in rows if item.medicine == seen.probe]
        for item in mine[:1]:
            size = Magnitude(estimate=seen.auc_ratio, interval=seen.interval_90, kind="seen")
            found.append(Drawn(f"{words.sentence(item.name)}: seen in {seen.n} people", size))
        for item in mine:
            found += [
                Drawn(f"{words.sentence(item.name)}: {name}, {COURSES[item.course]}", _size(value))
                for name, value in (
                    ("dynamic", item.dynamic),
                    ("static", item.static if item.course == "once" else None),
                )
                if value is not None
            ]
        found += [
            Drawn(f"{words.sentence(item.name)}: static, as published", _exactly(float(record.printed)))
            for item in mine[:1]
            for record in adjunct.published_ratios
            if record.probe == seen.probe
        ]
    return tuple(found)


def _exactly(value: float) -> Magnitude:
    """A ratio that was published without an interval."""
    return Magnitude(estimate=value, interval=(value, value), kind="published")


def drawn_victims(rows: Sequence[VictimRow]) -> tuple[Drawn, ...]:
    """The rows of the picture of victims: the course of the enzymes, with the static worst case as its ceiling."""
    able = [item for item in rows if item.course == "daily" and item.dynamic is not None]
    able.sort(key=lambda item: -(item.dynamic.median if item.dynamic else 0.0))
    return tuple(
        Drawn(words.sentence(item.name), _size(item.dynamic, item.static)) for item in able if item.dynamic is not None
    )


def _size(found: Ratio, worst: Ratio | None = None) -> Magnitude:
    return Magnitude(
        estimate=found.median,
        interval=found.interval,
        kind="predicted",
        ceiling=None if worst is None else worst.interval[1],
    )


def silent(adjunct: SubstanceKnowledge) -> str:
    """Which constituents no model holds."""
    acting = {item.constituent for item in adjunct.in_vitro if item.left_out is None}
    names = [adjunct.alkaloids[name].name for name in adjunct.substance.alkaloids if name not in acting]
    if not names:
        return ""
    return f"Nobody measured what {', '.join(names)} do to these enzymes: they are in no model and can only add."


@dataclass(frozen=True, slots=True)
class Published:
    """A ratio that others calculated, beside ours from what they printed."""

    what: str
    printed: str
    computed: str
    judged: str
    sources: tuple[SourceKey, ...]


def published(
    record: PublishedRatio, computed: tuple[float, float], inlet_nm: tuple[float, float] | None, *, agrees: bool | None
) -> Published:
    """A row of the table of published ratios."""
    model = "basic model, " if record.basic else f"static model, {record.probe}, "
    low, high = (plain(end) for end in computed)
    over = [plain(end / float(record.printed)) for end in computed]
    notes = [] if agrees is None else ["as printed" if agrees else f"not as printed: {over[0]} to {over[1]} times"]
    if record.missing:
        notes.append(f"not read: {', '.join(record.missing)}")
    if inlet_nm is not None:
        taken = f"{plain(inlet_nm[0], 2)} to {plain(inlet_nm[1], 2)} nM at the inlet"
        notes.append(f"not checked, it gives {taken}" if agrees is None else f"with {taken}, our own shares and rates")
    if record.doubt:
        notes.append(record.doubt)
    return Published(
        what=f"{model}{record.enzyme} {ORGANS[record.organ]}",
        printed=record.printed,
        computed="" if agrees is None else low if low == high else f"{low} to {high}",
        judged="; ".join(notes),
        sources=record.sources,
    )
