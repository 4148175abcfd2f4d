"""The randomisation test: how often would another order, drawn by the very same rule, have looked as striking?

The statistic is the generalised least-squares effect over its standard error, with correlation and spread fitted
*without* the effect, so that they are the same under every order. Valid whatever the distribution of the ratings.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.linalg import solve_triangular

from equipoise.analyse.exposure import acting_exposure
from equipoise.analyse.gaussian import fit_gaussian
from equipoise.model.admissible import MOST_UNITS, Admissible, Orders
from equipoise.model.observations import Observations
from equipoise.model.plan import Plan
from equipoise.model.posterior import RandomisationTest
from equipoise.model.prior import HalfLife, Prior
from equipoise.model.schedule import Exposure, Floats, Randomisation, Schedule

MOST_RATINGS = 2_000
NO_EFFECT = 1e-6  # the effect's prior SD in units of s0 under the null: none
TIE = 1e-9


def randomisation_test(schedule: Schedule, seen: Observations, prior: Prior, plan: Plan) -> RandomisationTest:
    """The two-sided p-value over exactly the admissible orders, or why it cannot be had.

    All orders are listed where they are at most 20,000, else 9,999 are drawn with the plan's seed and the one that was
    used is counted too, which keeps the test exact. Source: ou_quadrature.
    """
    rule = schedule.randomisation
    if rule is None:
        return RandomisationTest(None, why=_why_none(schedule))
    if seen.n > MOST_RATINGS:
        return RandomisationTest(None, why=f"{seen.n} ratings are more than the {MOST_RATINGS} it is built for")
    if len(rule.drawn) > MOST_UNITS:
        return RandomisationTest(None, why=f"{len(rule.drawn)} drawn units are more than the {MOST_UNITS} it counts")
    orders = Admissible(rule)
    drawn, weight, exact = orders.reference(plan.seed)
    statistic, own = _statistics(schedule, seen, prior, plan, drawn)
    size = np.abs(statistic)
    striking = float(weight @ (size >= abs(own) - TIE))
    ties = float(weight @ (np.abs(size - abs(own)) <= TIE))
    return RandomisationTest(
        p_value=min(striking, 1.0),
        mid_p=min(max(striking - 0.5 * ties, 0.0), 1.0),
        schedules=orders.count,
        exact=exact,
        statistic=own,
        least_p=float(weight @ (size >= size.max() - TIE)),
        seed=None if exact else plan.seed,
        why=schedule.assumed_draw,
    )


def unit_exposures(rule: Randomisation, half_life: HalfLife, times: Floats, recall_days: float) -> Floats:
    """What each unit adds to the acting exposure when it is on: (n, units). Exposure is linear in what is taken."""
    ends = rule.unit_ends_days or (*rule.unit_starts_days[1:], np.inf)
    median = np.array([half_life.median_days])
    rows: list[Floats] = []
    for start, end in zip(rule.unit_starts_days, ends, strict=True):
        on = Exposure((start, end), (1.0, 0.0)) if end < np.inf else Exposure((start,), (1.0,))
        rows.append(acting_exposure(on, times, median, recall_days, half_life.kernel)[0])
    return np.stack(rows, axis=1)


def _statistics(
    schedule: Schedule, seen: Observations, prior: Prior, plan: Plan, drawn: Orders
) -> tuple[Floats, float]:
    rule = schedule.randomisation
    if rule is None:
        raise ValueError("a schedule without a randomisation has no admissible orders")
    half_life = prior.half_life.known
    null = _blind(replace(prior, effect=NO_EFFECT, half_life=half_life), seen)
    fit = fit_gaussian(schedule, seen, null, plan, "fast")
    phi, share, spread = (float(fit.weight @ part) for part in (fit.phi, fit.share, fit.spread))
    gaps = np.abs(fit.times_days[:, None] - fit.times_days)
    covariance = phi**gaps if phi >= 0 else np.sign(phi) ** gaps * np.abs(phi) ** gaps
    covariance += (share / (1.0 - share) + 1e-12) * np.eye(fit.values.size)
    root = np.linalg.cholesky(covariance)
    units = unit_exposures(rule, half_life, fit.times_days, seen.recall_days)
    white_units = solve_triangular(root, units, lower=True)
    white_y = solve_triangular(root, fit.values, lower=True)
    basis, _ = np.linalg.qr(solve_triangular(root, fit.columns.common, lower=True))
    white_units -= basis @ (basis.T @ white_units)
    white_y -= basis @ (basis.T @ white_y)
    cross, square = white_units.T @ white_y, white_units.T @ white_units
    every = np.vstack([np.array(rule.drawn, dtype=np.int8), drawn]).astype(np.float64)
    length = np.einsum("ij,jk,ik->i", every, square, every)
    usable = length > 1e-10 * max(float(length.max()), 1.0)
    found = np.where(usable, every @ cross / (spread * np.sqrt(np.where(usable, length, 1.0))), 0.0)
    return found[1:], float(found[0])


def _blind(prior: Prior, seen: Observations) -> Prior:
    """The prior without anything read from the order that was drawn, so that all orders have the same correlation."""
    s0 = prior.s0 or float(np.nanstd(seen.values, ddof=1))
    return replace(prior, s0=s0, centre="mean" if isinstance(prior.centre, str) else prior.centre)


def _why_none(schedule: Schedule) -> str:
    if schedule.design in ("supervised_taper", "observational"):
        return f"the order was not drawn by chance (design: {schedule.design.replace('_', ' ')})"
    return "nobody recorded how the order was drawn"
