"""A plan as its protocol: one page to read, to complete and to sign, and the same as PDF."""

from __future__ import annotations

from equipoise import __version__
from equipoise.errors import Fault, InputError
from equipoise.knowledge import Knowledge
from equipoise.model.dossier import Dossier
from equipoise.model.stop_rule import LEVELS
from equipoise.model.trial_design import TrialDesign
from equipoise.report.canvas import LAYOUTS
from equipoise.report.page import page
from equipoise.report.pdf import Paper, page_pdf
from equipoise.report.protocol_summary import summary
from equipoise.report.protocol_timeline import timeline
from equipoise.report.protocol_view import METHODS, STANDARDS, ProtocolView, protocol_view


def protocol_html(design: TrialDesign, records: Knowledge, dossier: Dossier | None = None) -> str:
    """The protocol as one HTML file: no script, no request, no order and no amount; the same plan gives the same page.

    What is blank stands first. Raises `InputError` where `dossier` is not the one that the plan rests on.
    """
    if dossier is not None:
        _hold_to(design, dossier)
    view = protocol_view(design, records, dossier)
    return page(
        "protocol.html.j2",
        f"Protocol · {view.title}",
        f"{_state(view)} · knowledge {records.hash[:12]} · Equipoise {__version__}",
        {},
        design=design,
        view=view,
        notes=view.notes,
        summary=summary(design),
        timelines=[timeline(design, layout) for layout in LAYOUTS],
        levels=LEVELS,
        standards=STANDARDS,
        methods=METHODS,
        records=records,
        version=__version__,
    )


def protocol_pdf(
    design: TrialDesign, records: Knowledge, dossier: Dossier | None = None, *, paper: Paper = "A4"
) -> bytes:
    """The page as a tagged PDF (PDF/UA-1). Raises `MissingExtraError` without the extra `pdf`."""
    return page_pdf(protocol_html(design, records, dossier), "protocol as PDF", records.hash.encode(), paper=paper)


def _state(view: ProtocolView) -> str:
    return "Ready for signature" if view.ready else "Not ready"


def _hold_to(design: TrialDesign, dossier: Dossier) -> None:
    """A plan shown beside another person's dossier, or another day's, would lend it a screening that it never had."""
    rests_on = design.screened
    found = (dossier.case_id, dossier.on, dossier.knowledge_hash, dossier.substance)
    if rests_on is not None:
        wanted = (rests_on.case_id, rests_on.on, rests_on.knowledge_hash, design.substance)
        if found == wanted:
            return
        told = f"case {rests_on.case_id}, {rests_on.on}, records {rests_on.knowledge_hash[:12]}, {design.substance}"
    else:
        told = "none: the plan names no screening"
    shown = f"case {dossier.case_id}, {dossier.on}, records {dossier.knowledge_hash[:12]}, {dossier.substance}"
    mend = "Give the dossier that the plan was made from, or design the trial anew from this one."
    raise InputError("dossier", [Fault("dossier", shown, f"the one that the plan rests on ({told})", mend)])
