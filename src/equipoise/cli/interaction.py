"""`equipoise interaction`: the predictor on its own, so that it can be checked against observed ratios."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from equipoise.cli import options
from equipoise.errors import Fault, InputError

if TYPE_CHECKING:
    from equipoise.knowledge import Knowledge
    from equipoise.knowledge.resolve import Resolution
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
    acting = [names.perpetrator(tool, text) for text in perpetrators or []]
    names.raise_faults(route)
    if target is None:
        return
    reference = "same_phenotype" if acting else "normal_metaboliser"
    found = tool.ratio(
        tool.victim(records.medicines[target]),
        acting_only(acting),
        phenotypes,
        route=ROUTES[route],
        reference=reference,
    )
    _show(target, [item.id for item in acting_only(acting)], found, as_json=json)


def acting_only(found: list[Perpetrator | None]) -> list[Perpetrator]:
    """The perpetrators that were found."""
    return [item for item in found if item is not None]


class _Names:
    """Resolves the names of the command line and gathers every fault."""

    def __init__(self, knowledge: Knowledge) -> None:
        from equipoise.knowledge.resolve import Resolver

        self._knowledge = knowledge
        self._resolver = Resolver(knowledge)
        self._faults: list[Fault] = []

    def medicine(self, place: str, text: str) -> str | None:
        found = self._resolve(text)
        if len(found.medicines) == 1:
            return found.medicines[0]
        self._refuse(place, text, found)
        return None

    def perpetrator(self, tool: Predictor, text: str) -> Perpetrator | None:
        found = self._resolve(text)
        if found.adjunct is not None or text in self._knowledge.substance_ids:
            return tool.adjunct(self._knowledge.substance(found.adjunct or text))
        name = self.medicine("PERPETRATOR", text)
        return None if name is None else tool.perpetrator(self._knowledge.medicines[name])

    def _resolve(self, text: str) -> Resolution:
        from equipoise.model.case import Medication

        if text in self._knowledge.medicines:
            return self._resolver.resolve(Medication(text=text, medicine=text))
        return self._resolver.resolve(Medication(text=text or "-"))

    def _refuse(self, place: str, text: str, found: Resolution) -> None:
        near = ", ".join(item.name for item in found.candidates)
        expected = "the name of one medicine" + (f"; near it: {near}" if near else "")
        mend = "`equipoise knowledge show medicines` lists them. A name that resembles another is never taken for it."
        if found.adjunct is not None:
            expected = "a medicine: nobody has reported which share of an adjunct's clearance an enzyme carries"
        if len(found.medicines) > 1:
            expected = f"one medicine; this name stands for {' and '.join(found.medicines)}"
        self._faults.append(Fault(place, repr(text), expected, mend))

    def raise_faults(self, route: str) -> None:
        if route not in ROUTES:
            self._faults.append(Fault("--route", repr(route), "oral or iv", "Leave it out for oral."))
        if self._faults:
            raise InputError("command line", self._faults)


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
        raise InputError("command line", faults)
    return known


def _show(victim: str, perpetrators: list[str], found: RatioPrediction, *, as_json: bool) -> None:
    interval = None if found.interval is None else [round(value, 4) for value in found.interval]
    if as_json:
        import json

        result = {
            "victim": victim,
            "perpetrators": perpetrators,
            "estimate": None if found.estimate is None else round(found.estimate, 4),
            "interval": interval,
            "kind": found.kind,
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
        typer.echo(f"{victim}{with_what}: not known. The records hold no enzyme that clears {victim}.")
        return
    low, high = found.interval
    typer.echo(f"{victim}{with_what}: AUC x {found.estimate:.2f} (90 % interval {low:.2f} to {high:.2f}); {found.kind}")
    for item in found.enzymes:
        moved = f"; activity x {item.change * item.activity:.2f}" if item.change != 1.0 or item.activity != 1.0 else ""
        typer.echo(f"  {item.enzyme:<8} carries about {item.contribution:.0%} of its clearance{moved}")
