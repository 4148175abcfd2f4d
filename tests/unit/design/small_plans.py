"""Plans that tests simulate."""

from __future__ import annotations

from equipoise.model.trial_design import PlannedAnalysis, PlannedOutcome, TrialDesign

MOOD = PlannedOutcome(id="mood", label="low mood", primary=True, mcid=2.0, minutes=2.0)
KNOWN = PlannedAnalysis(s0=3.0, centre=15.0)
CARRY_OVER = PlannedAnalysis(s0=3.0, centre=15.0, half_life_days=1.5, half_life_log_sd=0.4)


def plan(**changes: object) -> TrialDesign:
    """Three blocks of periods of a week after a week without."""
    known: dict[str, object] = {
        "title": "t",
        "substance": "sample",
        "substance_name": "Sample",
        "template": "randomised_blocks",
        "blocks": 3,
        "period_days": 7,
        "run_in_days": 7,
        "conventional_care": "as before",
        "outcomes": (MOOD,),
        "analysis": KNOWN,
    }
    return TrialDesign.model_validate(known | changes)
