"""A dossier as one page: self-contained, printable, readable without sight and without colour."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from markupsafe import Markup

from equipoise.model.dossier import Dossier
from equipoise.model.terms import Severity
from equipoise.report import palette, pictures, words
from equipoise.report.view import view

if TYPE_CHECKING:
    from jinja2 import Environment, Template

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
    style = _style(dossier)
    layouts = (pictures.WIDE, pictures.NARROW)
    sized = pictures.ratios(dossier.findings)
    page = _template("dossier.html.j2").render(
        dossier=dossier,
        view=shown,
        notes=shown.notes,
        style=style,
        style_hash=_hash(style),
        ratios=sized,
        forests=[picture for layout in layouts if (picture := pictures.forest(sized, layout))],
        burdens=pictures.heaviest_first(dossier.burdens),
        burden_charts=[chart for layout in layouts if (chart := pictures.burden_chart(dossier.burdens, layout))],
        outcome=words.OUTCOMES[dossier.outcome],
        outcome_class=OUTCOME_CLASSES[dossier.outcome],
    )
    return page if page.endswith("\n") else page + "\n"


def title(dossier: Dossier) -> str:
    """The title of the page and of the PDF."""
    return words.clean(f"Screening dossier: {dossier.substance_name}, case {dossier.case_id}, {dossier.on}")


@lru_cache(maxsize=1)
def _environment() -> Environment:
    """The templates, compiled once per process; Jinja is imported here because the terminal never needs it."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("equipoise", "report/templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize,
    )


def _template(name: str) -> Template:
    """One template with the words and colours that all of them use."""
    shared: dict[str, object] = {
        "words": words,
        "colours": palette.LIGHT,
        "severity_classes": SEVERITY_CLASSES,
        "title": title,
        "adjunct_last": pictures.adjunct_last,
    }
    return _environment().get_template(name, globals=shared)


def _finalize(value: object) -> object:
    """Every text on its way into the page loses its control characters; markup made here passes."""
    return words.clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _style(dossier: Dossier) -> Markup:
    """The style sheet. It holds no text of the case but the one that `css_string` has made harmless."""
    parts = {
        "light": palette.variables(palette.LIGHT),
        "dark": palette.variables(palette.DARK),
        "running": css_string(f"Case {dossier.case_id} · {dossier.substance_name} · {dossier.on}"),
        "stamp": css_string(f"Knowledge {dossier.knowledge_hash[:12]} · Equipoise {dossier.program_version}"),
    }
    template = _template("style.css.j2")
    return _markup(template.render({name: _markup(part) for name, part in parts.items()}))


def _markup(text: str) -> Markup:
    """The program's own style, which must not be escaped: escaping is for HTML, and CSS has its own."""
    return Markup(text)  # noqa: S704 - colours of the palette and strings from `css_string`


def css_string(text: str) -> str:
    r"""The text as a string of CSS in which only letters, digits and spaces stand as themselves.

    >>> print(css_string('a"</style>'))
    "a\22 \3c \2f style\3e "
    """
    shortened = words.clean(text if len(text) <= 90 else text[:89] + "…")
    return '"' + re.sub(r"[^A-Za-z0-9 ]", lambda found: f"\\{ord(found.group()):x} ", shortened) + '"'


def _hash(style: str) -> str:
    """The digest under which the page's policy admits this one style sheet and no other."""
    return "sha256-" + base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
