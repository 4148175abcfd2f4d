"""What the priors do to an answer, as notes: they are too narrow for the diary, or they decide the estimate."""

from __future__ import annotations

from equipoise.analyse.figures import plain
from equipoise.analyse.sentence import noun
from equipoise.analyse.what_if import prior_names
from equipoise.model.posterior import Posterior

NARROW = 1.5
"""A residual SD above so many planning SDs: the priors were made for a quieter diary."""

MOVED = 0.5
"""An estimate that another width of its prior moves by more than so many posterior SDs rests on the prior."""


def prior_notes(answer: Posterior) -> tuple[str, ...]:
    """The notes, a sentence or two each; none where the diary outweighs its priors."""
    return tuple(note for note in (_narrow(answer), _moved(answer)) if note)


def _narrow(answer: Posterior) -> str:
    ratio = answer.sigma.mean / answer.s0
    if ratio <= NARROW:
        return ""
    return (
        f"The residual SD is {plain(ratio, 2)} times the planning SD ({answer.s0_from}): "
        f"the priors are narrow for this diary and draw the {noun(answer.schedule)} towards none."
    )


def _moved(answer: Posterior) -> str:
    """The estimate under narrower and wider priors, where one of them differs from it by enough to matter."""
    estimate, own = noun(answer.schedule), answer.effect
    found = {row.name: row for row in answer.what_if}
    rows = [(size, found[name]) for name, size in prior_names(estimate) if name in found]
    if all(abs(row.mean - own.mean) <= MOVED * own.sd for _, row in rows):
        return ""
    others = ", ".join(f"{size} as wide {plain(row.mean, 2)}" for size, row in rows)
    return f"The prior of the {estimate} counts here: as planned {plain(own.mean, 2)}, {others} {own.unit}."
