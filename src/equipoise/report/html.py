"""A dossier as one page: self-contained, printable, readable without sight and without colour."""

from __future__ import annotations

from equipoise.model.claim import NOT_A_BENEFIT
from equipoise.model.dossier import Dossier
from equipoise.model.terms import Severity
from equipoise.report import claim_view, words
from equipoise.report.burden_chart import adjunct_last, burden_chart, heaviest_first
from equipoise.report.canvas import LAYOUTS
from equipoise.report.occupancy_forest import occupancy_forest
from equipoise.report.page import page
from equipoise.report.ratio_forest import forest, ratios
from equipoise.report.view import view

SEVERITY_CLASSES: dict[Severity, str] = {
    Severity.CONTRAINDICATED: "contraindicated",
    Severity.SPECIALIST_DECISION: "specialist",
    Severity.CAUTION: "caution",
    Severity.INFORMATION: "information",
}
OUTCOME_CLASSES: dict[str, str] = {
    "stop": "contraindicated",
    "specialist_decision": "specialist",
    "clinician_must_decide": "caution",
}


def dossier_html(dossier: Dossier) -> str:
    """The dossier as one HTML file: no script, no request, every text escaped; the same dossier gives the same page."""
    shown = view(dossier)
    sized = ratios(dossier.findings)
    occupied = claim_view.figured(dossier.claims)
    return page(
        "dossier.html.j2",
        f"Case {dossier.case_id} · {dossier.substance_name} · {dossier.on}",
        f"Knowledge {dossier.knowledge_hash[:12]} · Equipoise {dossier.program_version}",
        {
            "severity_classes": SEVERITY_CLASSES,
            "title": title,
            "adjunct_last": adjunct_last,
            "claims": claim_view,
            "not_a_benefit": NOT_A_BENEFIT,
        },
        dossier=dossier,
        view=shown,
        notes=shown.notes,
        ratios=sized,
        forests=[picture for layout in LAYOUTS if (picture := forest(sized, layout))],
        burdens=heaviest_first(dossier.burdens),
        burden_charts=[chart for layout in LAYOUTS if (chart := burden_chart(dossier.burdens, layout))],
        occupancies=occupied,
        occupancy_forests=[picture for layout in LAYOUTS if (picture := occupancy_forest(occupied, layout))],
        outcome=words.OUTCOMES[dossier.outcome],
        outcome_class=OUTCOME_CLASSES[dossier.outcome],
    )


def title(dossier: Dossier) -> str:
    """The title of the page and of the PDF."""
    return words.clean(f"Screening dossier: {dossier.substance_name}, case {dossier.case_id}, {dossier.on}")
