"""How long a plan may expose: in one stretch, and in all. What chance has not drawn yet is taken at its longest."""

from __future__ import annotations

from equipoise.model.trial_design import TrialDesign


def longest_run_days(design: TrialDesign) -> int:
    """The longest stretch of days with the adjunct that any admissible order has; 0 for a mere observation.

    Two periods with it can meet where one block ends and the next begins, unless a washout parts them.

    >>> from equipoise.model.trial_design import PlannedOutcome
    >>> plan = TrialDesign(title="t", substance="s", substance_name="S", template="randomised_blocks", blocks=3,
    ...     period_days=14, conventional_care="as before",
    ...     outcomes=(PlannedOutcome(id="mood", label="low mood", primary=True),))
    >>> longest_run_days(plan), exposed_days(plan)
    (28, 42)
    """
    if not design.template.randomised:
        return _taken_days(design)
    if design.washout_days:
        return design.period_days
    most = min(design.blocks, 2) if design.rule == "blocks" else design.blocks
    return min(most, design.max_run or most) * design.period_days


def exposed_days(design: TrialDesign) -> int:
    """All days with the adjunct together, where everything is taken as planned; 0 for a mere observation."""
    return design.blocks * design.period_days if design.template.randomised else _taken_days(design)


def _taken_days(design: TrialDesign) -> int:
    """The days of a taper on which some of it is taken; what is taken in the run-in is not the plan's."""
    return sum(step.days for step in design.steps if step.share > 0.0)
