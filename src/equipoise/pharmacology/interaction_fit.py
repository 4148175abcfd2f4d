"""The fit: observed ratios, class words and evidence on contributions into a `Posterior`.

Maximum a posteriori by Gauss-Newton steps with Student-t weights, then the inverse Hessian (Laplace). All parameters
are logs, so the priors are normal: a contribution or an inhibition lies around its class's centre plus the offset of
the class, and the offsets themselves are learnt. Deterministic: no random numbers.

Source: tod_2011 (model). The spreads were chosen by the marginal likelihood: docs/decisions/0004-auc-ratio-model.md.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, cast

import numpy as np
from numpy.typing import NDArray

from equipoise.pharmacology.interaction import prior
from equipoise.pharmacology.interaction.parts import (
    GUT_ENZYME,
    Belief,
    Perpetrator,
    Posterior,
    Residual,
    Victim,
)
from equipoise.pharmacology.interaction.posterior import gut_belief
from equipoise.pharmacology.interaction.records import Evidence, Observation, Roles

Array = NDArray[np.float64]
Key = tuple[str, ...]
Fact = tuple[Evidence, list[int], int]
"""Evidence, the places of its victim's weights, and which of them it is about."""

CLASS_SD: Final = {"substrate": 0.1, "inhibitor": 0.4}
"""How far a whole class may lie from its definition."""

FRACTION_SD: Final = 0.5
"""Trust in a metabolised fraction of a PBPK file (logit scale)."""

GENOTYPE_SD: Final = {False: 0.2, True: 0.3}
"""Trust in a ratio between genotypes (log scale); recalled ones weigh less."""

EXTRACTION_SD: Final = 0.2
STEP: Final = 1e-20
"""Complex step: the derivative is exact to rounding at any step this small."""

SETTLED: Final = 1e-6
"""Largest step, on the log scale, at which the fit has settled."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where each parameter stands, and its normal prior as rows of a linear system: rows @ theta ~ N(target, 1)."""

    index: Mapping[Key, int]
    rows: Array
    target: Array


@dataclass(frozen=True, slots=True)
class Design:
    """The observations as indices into the parameters; a missing place points behind the last one (see `_padded`)."""

    log_ratio: Array
    weight: NDArray[np.intp]
    inhibition: NDArray[np.intp]
    induction: NDArray[np.intp]
    own_induction: NDArray[np.intp]
    gut: NDArray[np.intp]
    extraction: NDArray[np.intp]
    activity: Array
    is_gut_enzyme: Array
    log_dose: Array
    single: Array
    intravenous: NDArray[np.bool_]


@dataclass(slots=True)
class _Prior:
    """Parameters and prior rows while they are being collected."""

    index: dict[Key, int] = field(default_factory=dict[Key, int])
    entries: list[tuple[dict[Key, float], float, float]] = field(
        default_factory=list[tuple[dict[Key, float], float, float]]
    )

    def add(self, key: Key, mean: float, sd: float, *, offset: Key | None = None) -> None:
        """A parameter with a normal prior, around `mean` or around `mean` + the offset."""
        self.index[key] = len(self.index)
        terms = {key: 1.0} if offset is None else {key: 1.0, offset: -1.0}
        self.entries.append((terms, mean, sd))


def fit(
    observations: Sequence[Observation],
    roles: Roles,
    evidence: Sequence[Evidence],
    *,
    residual: Residual | None = None,
    known_from: Sequence[Observation] | None = None,
) -> Posterior:
    """The posterior of all victims and perpetrators that occur in the observations or the evidence.

    `known_from`: observations whose medicines get parameters although their ratios are not used (default: the same);
    an empty `observations` with `known_from` gives the prior with all evidence other than observed ratios.
    """
    noise = residual or Residual()
    named = observations if known_from is None else known_from
    layout = _layout(named, roles, evidence)
    design = _design(observations, layout.index, roles) if observations else None
    theta, covariance = _solve(layout, design, _facts(evidence, layout.index), noise)
    return _posterior(layout.index, theta, covariance, observations, roles, evidence, noise)


def _layout(observations: Sequence[Observation], roles: Roles, evidence: Sequence[Evidence]) -> Layout:
    found = _Prior()
    for word in prior.SHARE:
        found.add(("offset", "substrate", word), 0.0, CLASS_SD["substrate"])
    for word in prior.RATIO_INHIBITED:
        found.add(("offset", "inhibitor", word), 0.0, CLASS_SD["inhibitor"])
    found.add(("dose_slope",), 0.5, 0.25)
    found.add(("single_dose",), -0.5, 0.4)
    gut = {item.victim: item.value for item in evidence if item.kind == "gut_availability"}
    liver = {item.victim: item.value for item in evidence if item.kind == "hepatic_extraction"}
    for victim in sorted({o.victim for o in observations} | {item.victim for item in evidence}):
        _add_victim(found, victim, roles.substrate.get(victim, {}), gut.get(victim), liver.get(victim))
    for perpetrator in sorted({o.perpetrator for o in observations} | _self_inducers(roles)):
        for enzyme, word in roles.inhibitor.get(perpetrator, {}).items():
            offset = ("offset", "inhibitor", word)
            centre, sd = prior.inhibition_centre(enzyme, word), prior.INHIBITION_SD[word]
            found.add(("inhibition", perpetrator, enzyme), centre, sd, offset=offset)
        for enzyme, word in roles.inducer.get(perpetrator, {}).items():
            found.add(("induction", perpetrator, enzyme), prior.induction_centre(enzyme, word), prior.INDUCTION_SD)
    return _as_layout(found)


def _self_inducers(roles: Roles) -> set[str]:
    """Medicines that induce an enzyme by which they are cleared: the posterior knows them as perpetrators too."""
    return {name for name, enzymes in roles.inducer.items() if set(enzymes) & set(roles.substrate.get(name, {}))}


def _add_victim(
    found: _Prior, victim: str, roles: Mapping[str, str], gut: float | None, extraction: float | None
) -> None:
    for enzyme, centre in prior.log_weights(roles).items():
        word = roles[enzyme]
        offset = ("offset", "substrate", word)
        found.add(("weight", victim, enzyme), centre, prior.SHARE_SD[word], offset=offset)
    belief = gut_belief(roles, gut)
    if belief is not None:
        found.add(("gut", victim), belief.mean, belief.sd)
    if roles:
        known = prior.EXTRACTION
        if extraction is not None:
            known = Belief(math.log(extraction / (1.0 - extraction)), EXTRACTION_SD)
        found.add(("extraction", victim), known.mean, known.sd)


def _as_layout(found: _Prior) -> Layout:
    rows = np.zeros((len(found.entries), len(found.index)))
    target = np.zeros(len(found.entries))
    for row, (terms, mean, sd) in enumerate(found.entries):
        for key, factor in terms.items():
            rows[row, found.index[key]] = factor / sd
        target[row] = mean / sd
    return Layout(found.index, rows, target)


def _design(observations: Sequence[Observation], index: Mapping[Key, int], roles: Roles) -> Design:
    missing = len(index)
    substrates = [list(roles.substrate.get(o.victim, {})) for o in observations]
    width = max(1, *(len(enzymes) for enzymes in substrates))

    def table(kind: str, medicine: str) -> NDArray[np.intp]:
        out = np.full((len(observations), width), missing, dtype=np.intp)
        for row, (observation, enzymes) in enumerate(zip(observations, substrates, strict=True)):
            for column, enzyme in enumerate(enzymes):
                out[row, column] = index.get((kind, getattr(observation, medicine), enzyme), missing)
        return out

    def per_enzyme(values: Iterable[list[float]], fill: float) -> Array:
        return np.array([[*row, *[fill] * (width - len(row))] for row in values])

    intravenous = np.array([o.route == "intravenous" for o in observations])
    gut = np.array([index.get(("gut", o.victim), missing) for o in observations])
    return Design(
        log_ratio=np.log([o.ratio for o in observations]),
        weight=table("weight", "victim"),
        inhibition=table("inhibition", "perpetrator"),
        induction=table("induction", "perpetrator"),
        own_induction=table("induction", "victim"),
        gut=np.where(intravenous, missing, gut),
        extraction=np.array([index.get(("extraction", o.victim), missing) for o in observations]),
        activity=per_enzyme(
            ([o.activity.get(e, 1.0) for e in enzymes] for o, enzymes in zip(observations, substrates, strict=True)),
            1.0,
        ),
        is_gut_enzyme=per_enzyme(([float(e == GUT_ENZYME) for e in enzymes] for enzymes in substrates), 0.0),
        log_dose=np.log([o.relative_dose or 1.0 for o in observations]),
        single=np.array([float(o.single_dose) for o in observations]),
        intravenous=intravenous,
    )


def _slots(design: Design, index: Mapping[Key, int]) -> NDArray[np.intp]:
    """Per observation, the places of all parameters that it uses: the columns that `_log_ratios` expects."""
    count = len(design.log_ratio)
    shared = np.array([[index["dose_slope",], index["single_dose",]]] * count)
    ends = [design.gut[:, None], design.extraction[:, None], shared]
    tables = [design.weight, design.inhibition, design.induction, design.own_induction]
    return np.concatenate([*tables, *ends], axis=1)


def _log_ratios(design: Design, local: NDArray[np.complex128]) -> NDArray[np.complex128]:
    """The formula of `interaction/formula.py` for all observations at once; `local` holds each one's own parameters."""
    width = design.weight.shape[1]
    weight, inhibition, induction, own = (np.exp(local[:, i * width : (i + 1) * width]) for i in range(4))
    gut, extraction, slope, single = (local[:, 4 * width + i] for i in range(4))
    strength = inhibition * np.exp(slope * design.log_dose + single * design.single)[:, None]
    is_own = np.real(own) >= np.real(induction)
    induced = np.where(is_own, 1.0, (1.0 + induction) / (1.0 + own))
    change = induced / (1.0 + strength)
    usual = 1.0 + (weight * design.activity).sum(axis=1)
    ratio = usual / (1.0 + (weight * design.activity * change).sum(axis=1))
    odds = np.exp(gut)
    in_gut = (change * design.is_gut_enzyme).sum(axis=1)
    oral = ratio * (1.0 + odds) / (1.0 + odds * in_gut)
    extracted = 1.0 / (1.0 + np.exp(-extraction))
    vein = extracted + (1.0 - extracted) * ratio
    return np.log(cast("NDArray[np.complex128]", np.where(design.intravenous, vein, oral)))


def _padded(theta: Array) -> NDArray[np.complex128]:
    """The parameters and, behind them, a log so low that its exponential is nothing, for places that do not exist."""
    return np.append(theta, -700.0).astype(complex)


def _predict(design: Design, slots: NDArray[np.intp], theta: Array) -> tuple[Array, Array]:
    """Log ratios and their derivatives by all parameters: the complex step in each local column, scattered."""
    local = _padded(theta)[slots]
    value = _log_ratios(design, local).real
    jacobian = np.zeros((len(value), len(theta) + 1))
    rows = np.arange(len(value))
    for column in range(slots.shape[1]):
        moved = local.copy()
        moved[:, column] += 1j * STEP
        np.add.at(jacobian, (rows, slots[:, column]), _log_ratios(design, moved).imag / STEP)
    return value, jacobian[:, :-1]


def _fact_rows(facts: Sequence[Fact], theta: Array) -> tuple[Array, Array]:
    """Standardised misfit of the evidence on contributions, and the derivatives of what it is compared with."""
    misfit = np.zeros(len(facts))
    jacobian = np.zeros((len(facts), len(theta)))
    for row, (fact, places, own_place) in enumerate(facts):
        weights = np.exp(theta[places])
        share = weights / (1.0 + weights.sum())
        own = share[own_place]
        slope = -own * share
        slope[own_place] += own
        if fact.kind == "fraction_metabolised":
            found, target, sd = math.log(own / (1.0 - own)), _logit(min(fact.value, 0.975)), FRACTION_SD
            slope = slope / (own * (1.0 - own))
        else:
            lost = 1.0 - fact.activity
            found, target, sd = -math.log(1.0 - own * lost), math.log(fact.value), GENOTYPE_SD[fact.recalled]
            slope = slope * lost / (1.0 - own * lost)
        misfit[row] = (target - found) / sd
        jacobian[row, places] = slope / sd
    return misfit, jacobian


def _facts(evidence: Sequence[Evidence], index: Mapping[Key, int]) -> list[Fact]:
    """The evidence on contributions of enzymes that the victim is known to use."""
    found: list[Fact] = []
    for item in evidence:
        own = ("weight", item.victim, item.enzyme)
        if item.kind in {"fraction_metabolised", "genotype_ratio"} and own in index:
            places = [i for key, i in index.items() if key[:2] == own[:2]]
            found.append((item, places, places.index(index[own])))
    return found


def _solve(layout: Layout, design: Design | None, facts: Sequence[Fact], noise: Residual) -> tuple[Array, Array]:
    theta: Array = np.linalg.lstsq(layout.rows, layout.target, rcond=None)[0].astype(np.float64)
    slots = None if design is None else _slots(design, layout.index)
    precision = layout.rows.T @ layout.rows
    for _ in range(100):
        misfit, jacobian = _fact_rows(facts, theta)
        hessian = precision + jacobian.T @ jacobian
        gradient = layout.rows.T @ (layout.target - layout.rows @ theta) + jacobian.T @ misfit
        if design is not None and slots is not None:
            value, slope = _predict(design, slots, theta)
            scale = np.hypot(noise.base, noise.slope * value)
            z = (design.log_ratio - value) / scale
            trust = (noise.df + 1.0) / (noise.df + z**2)
            hessian = hessian + (slope.T * (trust / scale**2)) @ slope
            gradient = gradient + slope.T @ (trust * z / scale)
        step = np.linalg.solve(hessian, gradient)
        size = float(np.abs(step).max())
        theta += step * min(1.0, 1.0 / max(size, SETTLED))
        if size < SETTLED:
            return theta, np.linalg.inv(hessian).astype(np.float64)
    raise ArithmeticError("the fit did not settle within 100 steps; are there contradictory records?")


def _posterior(
    index: Mapping[Key, int],
    theta: Array,
    covariance: Array,
    observations: Sequence[Observation],
    roles: Roles,
    evidence: Sequence[Evidence],
    noise: Residual,
) -> Posterior:
    counts = _counts(observations, roles)

    def belief(key: Key) -> Belief:
        place = index[key]
        return Belief(float(theta[place]), math.sqrt(float(covariance[place, place])), counts.get(key, 0))

    names = sorted({key[1] for key in index if key[0] == "weight"})
    culprits = sorted({key[1] for key in index if key[0] in {"inhibition", "induction"}})

    def beliefs(kind: str, medicine: str) -> dict[str, Belief]:
        return {key[2]: belief(key) for key in index if key[:2] == (kind, medicine)}

    return Posterior(
        victims={
            name: Victim(
                name,
                beliefs("weight", name),
                belief(("gut", name)) if ("gut", name) in index else None,
                belief(("extraction", name)),
            )
            for name in names
        },
        perpetrators={n: Perpetrator(n, beliefs("inhibition", n), beliefs("induction", n)) for n in culprits},
        class_offset={(key[1], key[2]): belief(key) for key in index if key[0] == "offset"},
        gut_available={item.victim: item.value for item in evidence if item.kind == "gut_availability"},
        dose_slope=belief(("dose_slope",)),
        single_dose=belief(("single_dose",)),
        residual=noise,
    )


def _counts(observations: Sequence[Observation], roles: Roles) -> dict[Key, int]:
    """How many observed ratios touch each parameter through an enzyme that both medicines share."""
    counts: dict[Key, int] = {}
    for observation in observations:
        for enzyme in roles.substrate.get(observation.victim, {}):
            for kind, table in (("inhibition", roles.inhibitor), ("induction", roles.inducer)):
                if enzyme in table.get(observation.perpetrator, {}):
                    touched: list[Key] = [
                        (kind, observation.perpetrator, enzyme),
                        ("weight", observation.victim, enzyme),
                    ]
                    for key in touched:
                        counts[key] = counts.get(key, 0) + 1
    return counts


def _logit(fraction: float) -> float:
    return math.log(fraction / (1.0 - fraction))
