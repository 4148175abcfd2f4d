"""The report of an individual analysis: a page for the clinician, one for the patient, and the former as PDF."""

from __future__ import annotations

import hashlib

from equipoise import __version__
from equipoise.model.observations import Observations
from equipoise.model.plan import Plan
from equipoise.model.posterior import Posterior
from equipoise.model.schedule import Schedule
from equipoise.report import answer_pictures as pictures
from equipoise.report.answer_course import Course, course
from equipoise.report.answer_origin import Origin, origin
from equipoise.report.answer_rows import level_of
from equipoise.report.answer_size import estimates
from equipoise.report.answer_view import answer_view
from equipoise.report.canvas import LAYOUTS
from equipoise.report.page import page
from equipoise.report.patient_view import PatientView, patient_view, unanswered_view
from equipoise.report.pdf import Paper, page_pdf


def answer_html(posterior: Posterior) -> str:
    """The whole answer as one HTML file: no script, no request; the same answer gives the same page.

    The answer stands first in words; every figure of a picture stands in a table too.
    """
    view, made = answer_view(posterior), _origin(posterior)
    mcid = posterior.effect.mcid
    rows = estimates(posterior)
    sequence, seen = posterior.confidence_sequence, posterior.observations
    return page(
        "answer.html.j2",
        made.running,
        made.stamp,
        {},
        posterior=posterior,
        view=view,
        origin=made,
        version=__version__,
        level=level_of(posterior),
        notes=view.sources,
        cited={note.key for note in view.sources.notes},
        courses=[course(posterior, layout) for layout in LAYOUTS],
        densities=[pictures.density(posterior, layout) for layout in LAYOUTS],
        forests=[pictures.forest(rows, mcid, layout) for layout in LAYOUTS],
        sequences=[found for layout in LAYOUTS if (found := pictures.looks(sequence, mcid, seen, layout))],
    )


def answer_pdf(posterior: Posterior, *, paper: Paper = "A4") -> bytes:
    """The page as a tagged PDF (PDF/UA-1). Raises `MissingExtraError` without the extra `pdf`."""
    made = answer_html(posterior)
    return page_pdf(made, "analysis as PDF", hashlib.sha256(made.encode()).hexdigest().encode(), paper=paper)


def patient_html(posterior: Posterior) -> str:
    """The answer in plain language as one HTML file: no dose, and no advice to go on or to stop."""
    courses = [course(posterior, layout, fitted=False) for layout in LAYOUTS]
    return _patient_page(patient_view(posterior), _origin(posterior), courses)


def unanswered_html(schedule: Schedule, seen: Observations, plan: Plan) -> str:
    """The patient's page of a diary that cannot answer: it says so, and with whom to decide what comes next."""
    return _patient_page(unanswered_view(seen, schedule.adjunct), origin(schedule, seen, plan), [])


def _origin(posterior: Posterior) -> Origin:
    return origin(posterior.schedule, posterior.observations, posterior.plan)


def _patient_page(view: PatientView, made: Origin, courses: list[Course]) -> str:
    parts = {"view": view, "origin": made, "version": __version__, "courses": courses}
    return page("patient.html.j2", made.running, f"Equipoise {__version__}", {}, **parts)
