"""Pharmacokinetic interactions of one chart, each with its interval and with what is not known.

What the adjunct does to each medicine, what the medicines do to each other and to the adjunct, what a phenotype does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from equipoise.knowledge import SubstanceKnowledge
from equipoise.model.finding import Finding, Implicated, Magnitude
from equipoise.model.medicine import Medicine
from equipoise.model.rules import RatioRule
from equipoise.model.terms import Answer, Certainty, Enzyme, EnzymeRoleKind, Severity, Standing
from equipoise.pharmacology.interaction import Perpetrator
from equipoise.screen.chart import Chart, Taken, names
from equipoise.screen.inhibition import Ceiling, ceiling
from equipoise.screen.predictor import Predictor, magnitude, predictor

CERTAINTY_OF = {
    "posterior prediction": Certainty.MODERATE,
    "partly prior": Certainty.LOW,
    "prior only": Certainty.VERY_LOW,
    "phenotype only": Certainty.LOW,
}
NO_CHANGE = "no shared enzyme"
BASIS = {
    "posterior prediction": "both were seen in interaction studies",
    "partly prior": "one of them was seen in an interaction study, the other is judged by its class",
    "prior only": "judged by class alone, no interaction study of either",
    "phenotype only": "from the phenotype alone",
}


def exposure_findings(chart: Chart) -> Iterator[Finding]:
    """Every predicted change of exposure that reaches a limit of the records."""
    tool = predictor(chart.knowledge)
    phenotypes = {str(known.enzyme): str(known.phenotype) for known in chart.case.phenotypes}
    for victim in chart.current:
        yield from _by_own_medicines(chart, tool, victim, phenotypes)
        yield from _by_adjunct(chart, tool, victim, phenotypes)
    yield from _on_adjunct(chart)


def _by_own_medicines(chart: Chart, tool: Predictor, victim: Taken, phenotypes: dict[str, str]) -> Iterator[Finding]:
    """What the patient's own medicines and phenotype do to one of them, against nobody taking or carrying anything."""
    # Ingredients of one product are dosed together and are no perpetrators of each other.
    others = [
        item for item in chart.acting if item.medicine.id != victim.medicine.id and item.entry is not victim.entry
    ]
    acting = [(item, tool.perpetrator(item.medicine)) for item in others]
    acting = [(item, found) for item, found in acting if _touches(victim.medicine, found)]
    adjuncts = [tool.adjunct(chart.knowledge.substance(name)) for name in chart.other_adjuncts]
    perpetrators = [*(found for _, found in acting), *adjuncts]
    size = magnitude(tool.ratio(tool.victim(victim.medicine), perpetrators, phenotypes))
    if size is None or (size.kind == NO_CHANGE and not _formation_note(victim.medicine, phenotypes)):
        return
    implicated = (
        victim.implicated(),
        *(item.implicated(_enzymes(size)) for item, _ in acting),
        *_phenotyped(phenotypes, size),
    )
    lost = [item for item, found in acting if _blocks_prodrug(victim.medicine, found)]
    notes = (*_prodrug_note(victim.medicine, lost), *_formation_note(victim.medicine, phenotypes))
    severity = _severity(chart.knowledge.ratio_rule, size, narrow=victim.medicine.narrow_index, lost=bool(notes))
    if severity is None:
        return
    yield _finding(
        f"exposure/{victim.medicine.id}",
        "own_medicines",
        f"{victim.medicine.name}: {_direction(size)} through the patient's own medicines",
        _capped(severity),
        implicated,
        size,
        _sentence(victim.medicine, size, "the other medicines" if acting or adjuncts else "the phenotype"),
        notes=notes,
        sources=_sources(victim.medicine, *(item.medicine for item, _ in acting)),
    )


def _by_adjunct(chart: Chart, tool: Predictor, victim: Taken, phenotypes: dict[str, str]) -> Iterator[Finding]:
    """What the adjunct does to a medicine, with the floor that a study saw and the worst case by its constants."""
    adjunct = tool.adjunct(chart.adjunct)
    if not _touches(victim.medicine, adjunct):
        return
    own = tool.victim(victim.medicine)
    prediction = tool.ratio(own, [adjunct], phenotypes, reference="same_phenotype")
    highest = ceiling(chart.knowledge, chart.adjunct, own, phenotypes)
    floored = any(item.bound == "floor" for item in chart.adjunct.observed_inhibition)
    size = magnitude(prediction, floor=prediction.estimate if floored else None, ceiling=highest.ratio)
    if size is None:
        return
    severity = _severity(chart.knowledge.ratio_rule, size, narrow=victim.medicine.narrow_index, lost=False)
    if severity is None:
        return
    name = chart.adjunct.substance.name
    yield _finding(
        f"interaction/{chart.adjunct.substance.id}+{victim.medicine.id}",
        "interaction",
        f"{name} and {victim.medicine.name}: {_direction(size)}",
        severity,
        (victim.implicated(_enzymes(size)), Implicated(kind="adjunct", label=name)),
        size,
        _sentence(victim.medicine, size, name) + _bounds(size, chart.adjunct, highest),
        sources=_adjunct_sources(chart, size) + _sources(victim.medicine),
    )


def _on_adjunct(chart: Chart) -> Iterator[Finding]:
    """Medicines that change the enzymes which clear the adjunct; no size where nobody has reported a share."""
    name = chart.adjunct.substance.name
    for role in chart.adjunct.substrate_roles:
        movers = [item for item in chart.acting if _role_at(item.medicine, role.enzyme) is not None]
        if not movers:
            continue
        rising = [item for item in movers if _role_at(item.medicine, role.enzyme) is EnzymeRoleKind.INHIBITOR]
        way = "rise" if len(rising) == len(movers) else "fall" if not rising else "change in either direction"
        yield Finding(
            id=f"interaction/{chart.adjunct.substance.id}.{role.enzyme.lower()}",
            domain="interaction",
            title=f"{name} itself: its exposure may {way}",
            severity=Severity.CAUTION if role.part == "predominant" else Severity.INFORMATION,
            answer=Answer.MET,
            implicated=tuple(item.implicated(str(role.enzyme)) for item in movers),
            explanation=f"{role.what.rstrip('.')}. Acting on {role.enzyme} here: {_named(movers)}. By how much its "
            "exposure changes is not known: nobody has reported the share of its clearance.",
            mechanism=f"{role.enzyme} clears it or forms an active metabolite",
            certainty=role.certainty,
            standing=role.standing,
            sources=role.sources,
            read=role.read,
            would_change="A study that measures its exposure with and without an inhibitor.",
        )


def _named(movers: Iterable[Taken]) -> str:
    return names(item.implicated() for item in movers)


def _role_at(medicine: Medicine, enzyme: Enzyme) -> EnzymeRoleKind | None:
    kinds = [
        role.role for role in medicine.enzymes if role.enzyme is enzyme and role.role is not EnzymeRoleKind.SUBSTRATE
    ]
    return kinds[0] if kinds else None


def _touches(victim: Medicine, perpetrator: Perpetrator) -> bool:
    enzymes = {str(role.enzyme) for role in victim.enzymes if role.role is EnzymeRoleKind.SUBSTRATE}
    return bool(enzymes & (perpetrator.inhibition.keys() | perpetrator.induction.keys()))


def _blocks_prodrug(victim: Medicine, perpetrator: Perpetrator) -> bool:
    return victim.prodrug_of is not None and str(victim.prodrug_of.enzyme) in perpetrator.inhibition


def _prodrug_note(victim: Medicine, lost: Sequence[Taken]) -> tuple[str, ...]:
    if victim.prodrug_of is None or not lost:
        return ()
    blockers = names(item.implicated() for item in lost)
    note = (
        f"{victim.name} works through {victim.prodrug_of.active}, which {victim.prodrug_of.enzyme} forms; {blockers} "
        "inhibits that, so the effect may be lost while the parent rises."
    )
    return (note,)


def _formation_note(victim: Medicine, phenotypes: dict[str, str]) -> tuple[str, ...]:
    """What the phenotype does to a pro-drug's active form: it moves against the parent."""
    if victim.prodrug_of is None:
        return ()
    word = phenotypes.get(str(victim.prodrug_of.enzyme), "NM")
    change = {"PM": "hardly formed: the effect may be lost", "IM": "formed less: the effect may be weaker"}
    change |= {"RM": "formed faster: the effect may be stronger", "UM": "formed much faster: toxicity is possible"}
    if word not in change:
        return ()
    active, enzyme = victim.prodrug_of.active, victim.prodrug_of.enzyme
    return (f"{victim.name} works through {active}, which is {change[word]} with {enzyme} {word}.",)


def _severity(rule: RatioRule, size: Magnitude, *, narrow: bool, lost: bool) -> Severity | None:
    reached = [
        limit.severity_narrow_index if narrow else limit.severity
        for limit in rule.limits
        if (limit.at_least is not None and size.estimate >= limit.at_least)
        or (limit.at_most is not None and size.estimate <= limit.at_most)
    ]
    if lost:
        reached.append(rule.when_activation_is_blocked)
    beyond = any(limit.at_least is not None and size.interval[1] >= limit.at_least for limit in rule.limits)
    if narrow and not reached and beyond and size.kind != NO_CHANGE:
        reached.append(rule.when_only_the_interval_reaches)
    return min(reached, key=lambda item: item.rank, default=None)


def _capped(severity: Severity) -> Severity:
    """Known, often wanted changes among own medicines ask for a specialist at most (decision 0003)."""
    return max(severity, Severity.SPECIALIST_DECISION, key=lambda item: item.rank)


def _direction(size: Magnitude) -> str:
    return "exposure rises" if size.estimate > 1 else "exposure falls"


def _sentence(victim: Medicine, size: Magnitude, by: str) -> str:
    low, high = size.interval
    narrow = " Its therapeutic index is narrow." if victim.narrow_index else ""
    return (
        f"Predicted AUC of {victim.name} with {by}: {size.estimate:.2f} times (90 % interval {low:.2f} to {high:.2f}; "
        f"{BASIS.get(size.kind, size.kind)}).{narrow}"
    )


def _bounds(size: Magnitude, adjunct: SubstanceKnowledge, highest: Ceiling) -> str:
    parts = ""
    if size.floor is not None:
        parts += " This rests on a single exposure: a floor for daily use, not a ceiling."
    if size.ceiling is not None:
        parts += (
            f" Worst case by constants measured in vitro{_of_constituents(adjunct)}: {size.ceiling:.2g} times, "
            "a ceiling for exposures like those that were studied. "
            "A larger or more concentrated intake was never bounded."
        )
    if highest.lacking:
        lacking = ", ".join(highest.lacking)
        parts += f" No ceiling can be given: no constant of {adjunct.substance.name} is known for {lacking}."
    return parts


def _of_constituents(adjunct: SubstanceKnowledge) -> str:
    """How many of the constituents have constants: the others can only add."""
    measured = {item.constituent for item in adjunct.in_vitro if item.left_out is None}
    known, every = len(measured & set(adjunct.substance.alkaloids)), len(adjunct.substance.alkaloids)
    return "" if known == every else f", for {known} of {every} constituents"


def _enzymes(size: Magnitude) -> str:
    return ", ".join(size.enzymes) or "no enzyme"


def _phenotyped(phenotypes: dict[str, str], size: Magnitude) -> Iterator[Implicated]:
    for enzyme, word in phenotypes.items():
        if enzyme in size.enzymes and word != "NM":
            yield Implicated(kind="phenotype", label=f"{enzyme} {word}")


def _sources(*medicines: Medicine) -> tuple[str, ...]:
    return tuple(dict.fromkeys(key for medicine in medicines for key in medicine.sources))


def _adjunct_sources(chart: Chart, size: Magnitude) -> tuple[str, ...]:
    seen = [item for item in chart.adjunct.observed_inhibition if item.enzyme in size.enzymes]
    return tuple(dict.fromkeys(key for item in seen for key in item.sources))


def _finding(
    name: str,
    domain: str,
    title: str,
    severity: Severity,
    implicated: tuple[Implicated, ...],
    size: Magnitude,
    explanation: str,
    *,
    sources: tuple[str, ...],
    notes: tuple[str, ...] = (),
) -> Finding:
    return Finding(
        id=name,
        domain=domain,
        title=title,
        severity=severity,
        answer=Answer.MET,
        implicated=implicated,
        explanation=explanation,
        mechanism=f"change of {_enzymes(size)}",
        magnitude=size,
        certainty=CERTAINTY_OF.get(size.kind, Certainty.VERY_LOW),
        standing=Standing.PROPOSED,
        sources=sources,
        read=False,
        mitigation="Watch for effects and side effects; measure the concentration where an assay exists.",
        would_change="A measured concentration, or a study of this pair.",
        notes=notes,
    )
