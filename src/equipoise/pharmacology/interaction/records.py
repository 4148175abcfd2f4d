"""Records, as plain mappings, into the values that the fit takes. Nothing is read from disk here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from equipoise.pharmacology.interaction.parts import Route

EvidenceKind = Literal["fraction_metabolised", "genotype_ratio", "gut_availability", "hepatic_extraction"]


@dataclass(frozen=True, slots=True)
class Observation:
    """One observed AUC ratio (> 0) of `victim` with over without `perpetrator`.

    `activity`: of enzymes known from the participants' genotype, 1 = normal.
    `relative_dose`: daily dose of the perpetrator over its usual daily dose.
    """

    id: str
    victim: str
    perpetrator: str
    ratio: float
    route: Route = "oral"
    activity: Mapping[str, float] = field(default_factory=dict[str, float])
    relative_dose: float | None = None
    single_dose: bool = False

    @property
    def pair(self) -> tuple[str, str]:
        """What cross-validation withholds as a whole."""
        return self.victim, self.perpetrator


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of a victim from elsewhere than an interaction study.

    `value`: a fraction (0 to 1), or for 'genotype_ratio' the AUC ratio of people with this `activity` over normal.
    """

    kind: EvidenceKind
    victim: str
    enzyme: str
    value: float
    recalled: bool
    activity: float = 0.0


@dataclass(frozen=True, slots=True)
class Roles:
    """Enzyme roles by medicine, in regulatory words: medicine -> enzyme -> strength."""

    substrate: Mapping[str, Mapping[str, str]]
    inhibitor: Mapping[str, Mapping[str, str]]
    inducer: Mapping[str, Mapping[str, str]]


def observations_of(raw: Iterable[Mapping[str, Any]]) -> tuple[Observation, ...]:
    """The usable observations: those without a reason under `left_out`.

    >>> row = {"id": "a", "victim": "v", "perpetrator": "p", "auc_ratio": 2, "route": "IV"}
    >>> observations_of([row, {**row, "left_out": "a washout phase"}])[0].route
    'intravenous'
    """
    return tuple(
        Observation(
            row["id"],
            row["victim"],
            row["perpetrator"],
            float(row["auc_ratio"]),
            "intravenous" if row["route"] == "IV" else "oral",
            dict(row.get("activity") or {}),
            row.get("relative_dose"),
            bool(row.get("single_dose")),
        )
        for row in raw
        if not row.get("left_out")
    )


def evidence_of(raw: Iterable[Mapping[str, Any]]) -> tuple[Evidence, ...]:
    """The evidence on contributions that a record does not mark as left out."""
    return tuple(
        Evidence(row["kind"], row["victim"], row["enzyme"], row["value"], not row["read"], row.get("activity") or 0.0)
        for row in raw
        if not row.get("left_out")
    )


def roles_of(medicines: Iterable[Mapping[str, Any]]) -> Roles:
    """Roles of all medicines that have any.

    >>> roles_of([{"id": "a", "enzymes": [{"enzyme": "CYP2D6", "role": "inhibitor", "strength": "weak"}]}]).inhibitor
    {'a': {'CYP2D6': 'weak'}}
    """
    found: dict[str, dict[str, dict[str, str]]] = {"substrate": {}, "inhibitor": {}, "inducer": {}}
    for medicine in medicines:
        for role in medicine.get("enzymes") or ():
            found[role["role"]].setdefault(medicine["id"], {})[role["enzyme"]] = role["strength"]
    return Roles(found["substrate"], found["inhibitor"], found["inducer"])
