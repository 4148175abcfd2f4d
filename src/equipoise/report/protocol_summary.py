"""The plan in plain words, for the person who is to keep the diary. A test measures its reading grade."""

from __future__ import annotations

from equipoise.model.trial_design import Template, TrialDesign
from equipoise.report import words

KINDS = {
    Template.RANDOMISED_BLOCKS: (
        "Then come times with it and times without it.",
        "Chance picks which comes first. It is like the toss of a coin.",
    ),
    Template.ALTERNATING_DAYS: ("Then come days with it and days without it.", "Chance picks the days."),
    Template.SUPERVISED_TAPER: ("Then you take less of it, step by step.", "Your clinician helps you at each step."),
    Template.OBSERVATIONAL: ("Then you go on as you do now.", "We only watch. We change nothing."),
}


def summary(design: TrialDesign) -> tuple[str, ...]:
    """Short sentences: what is asked, what happens, for how long, what goes on, and how to stop."""
    start = f"First you keep a diary for {words.count(design.run_in_days, 'day')}." if design.run_in_days else ""
    hidden = ""
    if "patient" in design.blinding.blinded:
        hidden = "You will not know when you take it. This makes the answer more fair."
    asked = f"You give {words.count(len(design.outcomes), 'score')} on the days that your diary shows."
    found = (
        words.clean(f"We want to find out what {design.substance_name} does for you. We call it “it” here."),
        start,
        *KINDS[design.template],
        hidden,
        asked,
        f"The trial lasts {words.count(design.length_days, 'day')}.",
        "All your other care goes on.",
        "You may stop at any time. You do not have to say why.",
        "If you feel worse, tell your clinician at once.",
        "It may help, do nothing, or do harm. No one knows yet.",
    )
    return tuple(text for text in found if text)
