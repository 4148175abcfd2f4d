"""The skeleton of a consent text: plain words, built from the plan and the records; a clinician completes it.

A test measures its reading grade in every kind of plan. It promises nothing, names no amount, and says what is blank.
"""

from __future__ import annotations

from equipoise import __version__
from equipoise.knowledge import Knowledge
from equipoise.model.plain_fact import PlainFact, Topic
from equipoise.model.trial_design import TrialDesign
from equipoise.report import words
from equipoise.report.footnotes import numbered
from equipoise.report.page import page
from equipoise.report.protocol_summary import summary

CLINIC = (
    ("product", "What you will get"),
    ("harms", "How harm is looked for"),
    ("confidentiality", "Who keeps your data safe, and how"),
    ("data_access", "Who may see your data"),
    ("consent_further_use", "Use of your data later on"),
    ("after_trial", "What comes after the trial"),
    ("unblinding", "How we find out in need what you took"),
)
"""What only the clinic can say, by the key of the plan's statement; it stands in the clinic's own words."""


def consent_html(design: TrialDesign, records: Knowledge) -> str:
    """The consent text as one HTML file: no script, no request, no amount; the same plan gives the same page."""
    facts = (*records.plain_facts, *records.substance(design.substance).plain_facts)
    return page(
        "consent.html.j2",
        f"Consent · {words.clean(design.title)}",
        f"Knowledge {records.hash[:12]} · Equipoise {__version__}",
        {},
        design=design,
        title=words.clean(f"Consent to a trial of {design.substance_name} in one person: you"),
        summary=summary(design),
        known=_about(facts, "known"),
        unknown=_about(facts, "unknown"),
        harms=_about(facts, "harm"),
        signs=_about(facts, "sign"),
        clinic=[(title, design.statements.get(key), key) for key, title in _asked(design)],
        rescue=design.rescue,
        notes=numbered((key for fact in facts for key in fact.sources), records.sources),
        records=records,
        version=__version__,
    )


def _asked(design: TrialDesign) -> list[tuple[str, str]]:
    """What the clinic has to say of this plan; where nobody is blind, nothing has to be found out."""
    return [(key, title) for key, title in CLINIC if key != "unblinding" or design.blinding.blinded]


def _about(facts: tuple[PlainFact, ...], topic: Topic) -> list[PlainFact]:
    """The facts of a topic, the surest first."""
    found = [fact for fact in facts if fact.topic == topic]
    return sorted(found, key=lambda fact: -words.CERTAINTY_POINTS[fact.certainty])
