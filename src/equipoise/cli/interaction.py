"""`equipoise interaction`: the predictor on its own, so that it can be checked against observed ratios."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from equipoise.cli import options
from equipoise.errors import Fault, UsageError

if TYPE_CHECKING:
    from equipoise.knowledge import Knowledge
    from equipoise.knowledge.resolve import Resolution
    from equipoise.model.medicine import Medicine
    from equipoise.pharmacology.interaction import Perpetrator, RatioPrediction, Route
    from equipoise.screen.predictor import Predictor

ROUTES: dict[str, Route] = {"oral": "oral", "iv": "intravenous"}


def interaction(
    victim: Annotated[str, typer.Argument(help="The medicine whose exposure changes.")],
    perpetrators: Annotated[
        list[str] | None, typer.Argument(help="What is taken with it; several act at once.")
    ] = None,
    phenotype: Annotated[
        list[str] | None,
        typer.Option(
            "--phenotype", metavar="ENZYME=WORD", help="PM, IM, NM, RM or UM, for example CYP2D6=PM. Repeats."
        ),
    ] = None,
    route: Annotated[str, typer.Option("--route", help="How the victim is given: oral or iv.")] = "oral",
    json: options.Json = False,
    knowledge: options.Records = None,
) -> None:
    """Predict the AUC ratio of a medicine: with the perpetrators over without them.

    With a phenotype the ratio is against the same person without the perpetrators; a phenotype alone is compared with
    a normal metaboliser.
    """
    from equipoise.screen.predictor import predictor

    records = options.records(knowledge)
    tool = predictor(records)
    phenotypes = _phenotypes(phenotype or [])
    names = _Names(records)
    target = names.medicine("VICTIM", victim)
    acting = [item for text in perpetrators or [] for item in names.perpetrators(tool, text)]
    acting = list({item.id: item for item in acting}.values())  # named twice is taken once
    if not acting and not phenotypes and not names.faults:
        mend = "Name what is taken with it, or give a phenotype: --phenotype CYP2D6=PM."
        names.faults.append(Fault("PERPETRATOR", "nothing", "at least one perpetrator, or a phenotype", mend))
    if target is not None and any(item.id == target for item in acting):
        mend = "Leave it out: what a medicine does to its own exposure is not predicted here."
        names.faults.append(Fault("PERPETRATOR", target, "another medicine than the victim", mend))
    names.raise_faults(route)
    if target is None:
        return
    reference = "same_phenotype" if acting else "normal_metaboliser"
    medicine = records.medicines[target]
    found = tool.ratio(tool.victim(medicine), acting, phenotypes, route=ROUTES[route], reference=reference)
    taken = [item.id for item in acting]
    _show(target, taken, found, list(_remarks(records, medicine, taken, found)), as_json=json)


def _remarks(knowledge: Knowledge, medicine: Medicine, taken: list[str], found: RatioPrediction) -> Iterator[str]:
    """What the number does not say."""
    for name in sorted(set(taken) & set(knowledge.substance_ids)):
        if any(item.bound == "floor" for item in knowledge.substance(name).observed_inhibition):
            yield f"What {name} does rests on a single exposure: a floor for daily use, not a ceiling."
    if medicine.prodrug_of is not None:
        active = medicine.prodrug_of.active
        yield f"{medicine.name} is a pro-drug: its active form ({active}) moves the other way than the parent."
    if found.kind == "no shared enzyme":
        yield "The records hold no shared enzyme. That is no evidence of no interaction."
    if found.kind == "unknown":
        yield f"The records hold no enzyme that clears {medicine.name}. That is no evidence of no interaction."
    yield "Only enzymes in the records are covered: not added effects, other transporters or displacement."


class _Names:
    """Resolves the names of the command line and gathers every fault."""

    def __init__(self, knowledge: Knowledge) -> None:
        from equipoise.knowledge.resolve import Resolver

        self._knowledge = knowledge
        self._resolver = Resolver(knowledge)
        self.faults: list[Fault] = []

    def medicine(self, place: str, text: str) -> str | None:
        found = self._resolve(text)
        if len(found.medicines) == 1 and not found.reason:
            return found.medicines[0]
        self._refuse(place, text, found)
        return None

    def perpetrators(self, tool: Predictor, text: str) -> list[Perpetrator]:
        """What a name means: a medicine, every ingredient of a combination, or an adjunct by its own name."""
        found = self._resolve(text)
        adjunct = self._adjunct(text)
        if adjunct is not None:
            return [tool.adjunct(self._knowledge.substance(adjunct))]
        if found.medicines and not found.reason:
            return [tool.perpetrator(self._knowledge.medicines[name]) for name in found.medicines]
        self._refuse("PERPETRATOR", text, found)
        return []

    def _adjunct(self, text: str) -> str | None:
        """An adjunct by its id or its own name; a constituent alone was not studied and is none."""
        from equipoise.knowledge.names import folded

        for name in self._knowledge.substance_ids:
            records = self._knowledge.substance(name)
            own = {folded(word) for word in (name, records.substance.name, *records.substance.synonyms)}
            constituents = (word for item in records.alkaloids.values() for word in (item.name, *item.synonyms))
            if folded(text) in own - {folded(word) for word in constituents}:
                return name
        return None

    def _resolve(self, text: str) -> Resolution:
        from equipoise.model.case import Medication

        if text in self._knowledge.medicines:
            return self._resolver.resolve(Medication(text=text, medicine=text))
        return self._resolver.resolve(Medication(text=text or "-"))

    def _refuse(self, place: str, text: str, found: Resolution) -> None:
        near = ", ".join(item.name for item in found.candidates)
        expected = "the name of one medicine" + (f"; near it: {near}" if near else "")
        mend = "`equipoise knowledge show medicines` lists them. A name that resembles another is never taken for it."
        if found.adjunct is not None and place == "VICTIM":
            expected = "a medicine: nobody has reported which share of an adjunct's clearance an enzyme carries"
        elif found.adjunct is not None:
            expected = f"{found.adjunct} as a whole: what a constituent alone does to other medicines was not studied"
        if len(found.medicines) > 1:
            expected = f"one medicine; this name stands for {' and '.join(found.medicines)}"
        self.faults.append(Fault(place, repr(text), expected, mend))

    def raise_faults(self, route: str) -> None:
        if route not in ROUTES:
            self.faults.append(Fault("--route", repr(route), "oral or iv", "Leave it out for oral."))
        if self.faults:
            raise UsageError("command line", self.faults)


def _phenotypes(texts: list[str]) -> dict[str, str]:
    from pydantic import ValidationError

    from equipoise.model.base import faults_of
    from equipoise.model.case import KnownPhenotype

    known: dict[str, str] = {}
    faults: list[Fault] = []
    for text in texts:
        enzyme, _, word = text.partition("=")
        try:
            item = KnownPhenotype.model_validate({"enzyme": enzyme.strip().upper(), "phenotype": word.strip().upper()})
        except ValidationError as error:
            faults.extend(faults_of(error, f"--phenotype {text}"))
            continue
        if str(item.enzyme) in known:
            faults.append(Fault(f"--phenotype {text}", text, f"{item.enzyme} once", "Give each enzyme once."))
        known[str(item.enzyme)] = str(item.phenotype)
    if faults:
        raise UsageError("command line", faults)
    return known


def _show(victim: str, perpetrators: list[str], found: RatioPrediction, remarks: list[str], *, as_json: bool) -> None:
    interval = None if found.interval is None else [round(value, 4) for value in found.interval]
    if as_json:
        import json

        result = {
            "victim": victim,
            "perpetrators": perpetrators,
            "estimate": None if found.estimate is None else round(found.estimate, 4),
            "interval": interval,
            "kind": found.kind,
            "remarks": remarks,
            "enzymes": [item.enzyme for item in found.enzymes if item.change != 1.0 or item.activity != 1.0],
            "enzyme_details": [
                {
                    "enzyme": item.enzyme,
                    "contribution": round(item.contribution, 4),
                    "activity": item.activity,
                    "change": round(item.change, 4),
                }
                for item in found.enzymes
            ],
        }
        typer.echo(json.dumps(result, indent=2))
        return
    with_what = f" with {' + '.join(perpetrators)}" if perpetrators else ""
    if found.estimate is None or found.interval is None:
        typer.echo(f"{victim}{with_what}: not known")
    else:
        low, high = found.interval
        size = f"AUC x {found.estimate:.2f} (90 % interval {low:.2f} to {high:.2f})"
        typer.echo(f"{victim}{with_what}: {size}; {found.kind}")
    for item in found.enzymes:
        moved = f"; activity x {item.change * item.activity:.2f}" if item.change != 1.0 or item.activity != 1.0 else ""
        typer.echo(f"  {item.enzyme:<8} carries about {item.contribution:.0%} of its clearance{moved}")
    for remark in remarks:
        typer.echo(f"  {remark}")
