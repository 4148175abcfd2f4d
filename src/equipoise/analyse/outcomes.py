"""Which likelihood a diary gets, by rule, and why: the reason is part of the result."""

from __future__ import annotations

import numpy as np

from equipoise.model.observations import Observations
from equipoise.model.plan import Plan
from equipoise.model.posterior import Posterior

AT_A_BOUND = 0.10
MISFIT = 0.01
TWO_ANSWERS = (0.0, 1.0)
WORDS = {
    "gaussian": "continuous",
    "ordinal_sum": "a bounded sum, rounded and cut off at its bounds",
    "ordinal": "one ordered item",
    "binary": "yes or no",
    "poisson": "a count",
}
OF_SCALE = {"ordinal_item": "ordinal", "binary": "binary", "count": "poisson"}


def share_at_bounds(seen: Observations) -> float:
    """The share of ratings that sit at the least or the greatest score; 0 where the instrument has no bounds."""
    if seen.bounds is None or not seen.n:
        return 0.0
    values = seen.values[seen.observed]
    return float(max(np.mean(values <= seen.bounds[0]), np.mean(values >= seen.bounds[1])))


def choose_likelihood(seen: Observations, plan: Plan) -> tuple[str, str]:
    """The likelihood and the reason for it. A bounded sum is Gaussian while less than a tenth sits at a bound; a diary
    of zeros and ones alone answers yes or no, unless bounds say that the instrument knows more than two scores.
    """
    if plan.likelihood != "auto":
        return plan.likelihood, f"asked for: {WORDS[plan.likelihood]}"
    if seen.scale in OF_SCALE:
        found = OF_SCALE[seen.scale]
        return found, f"the outcome is {WORDS[found]}"
    if seen.bounds in (None, TWO_ANSWERS) and np.isin(seen.values[seen.observed], TWO_ANSWERS).all():
        return "binary", "every rating is 0 or 1"
    share = share_at_bounds(seen)
    if seen.bounds is not None and share >= AT_A_BOUND and _whole(seen):
        return "ordinal_sum", f"{share:.0%} of the ratings sit at a bound (from 10 % on they are not Gaussian)"
    if seen.bounds is not None:
        return "gaussian", f"{share:.0%} of the ratings sit at a bound (below 10 %)"
    return "gaussian", "the ratings are taken as continuous"


def must_be_bounded(answer: Posterior) -> str | None:
    """Why a Gaussian answer to a bounded sum does not hold after all: its own check of the bounds fails; else None."""
    seen = answer.observations
    if answer.plan.likelihood != "auto" or seen.bounds is None or not _whole(seen):
        return None
    failed = [item for item in answer.checks if "share of ratings at" in item.name and item.p_value < MISFIT]
    return f"the Gaussian model fails the check: {failed[0].name}" if failed else None


def _whole(seen: Observations) -> bool:
    return bool(np.all(seen.values[seen.observed] % 1 == 0))
