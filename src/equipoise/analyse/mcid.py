"""Whether an agreed smallest difference can be in the unit of the ratings: refused where not, noted where doubtful."""

from __future__ import annotations

import numpy as np

from equipoise.analyse.figures import plain
from equipoise.analyse.outcomes import choose_likelihood
from equipoise.errors import Fault
from equipoise.model.observations import Observations
from equipoise.model.plan import Plan
from equipoise.model.posterior import Posterior

FARTHEST = 10.0
"""Without bounds an agreed size may be so many times what the ratings span: a quiet diary may span less than it."""


def mcid_faults(seen: Observations, plan: Plan) -> list[Fault]:
    """A size that no difference of such ratings can have."""
    widest, why = _widest(seen, plan)
    if plan.mcid is None or not widest > 0.0 or plan.mcid < widest:
        return []
    mend = "Check its unit; it is a difference in points, of yes and no in percentage points."
    return [Fault("mcid", plain(plan.mcid), f"less than {plain(widest)}, {why}", mend)]


def mcid_note(answer: Posterior) -> str:
    """A size far from what the ratings can show, as a note; empty where nothing is to be said."""
    agreed, seen = answer.plan.mcid, answer.observations
    levels = np.unique(seen.values[seen.observed])
    if agreed is None or levels.size < 2:
        return ""
    if answer.likelihood == "binary":
        return (
            "" if agreed >= 1.0 else f"The MCID, {plain(agreed)}, is in percentage points: less than one in a hundred."
        )
    if agreed > levels[-1] - levels[0]:
        return f"The MCID, {plain(agreed)}, is more than all ratings lie apart ({plain(levels[-1] - levels[0])})."
    step = float(np.diff(levels).min())
    if agreed < step and answer.likelihood != "poisson":
        return f"The MCID, {plain(agreed)}, is less than the step from one rating to the next ({plain(step)})."
    return ""


def _widest(seen: Observations, plan: Plan) -> tuple[float, str]:
    if choose_likelihood(seen, plan)[0] == "binary":
        return 100.0, "all of the percentage points"
    if seen.bounds is not None:
        return seen.bounds[1] - seen.bounds[0], "the range of the score"
    values = seen.values[seen.observed]
    span = float(np.ptp(values)) if values.size else 0.0
    return FARTHEST * span, f"{FARTHEST:g} times what the ratings span"
