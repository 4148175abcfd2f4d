"""A page as PDF: as printed, tagged for assistive technology."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Literal, NoReturn

from equipoise.errors import Fault, MissingExtraError, how_to_install
from equipoise.model.dossier import Dossier
from equipoise.report.html import dossier_html

Paper = Literal["A4", "letter"]


def dossier_pdf(dossier: Dossier, *, paper: Paper = "A4") -> bytes:
    """The dossier as a tagged PDF (PDF/UA-1) on A4 or Letter; title, language and outline are set.

    Raises `MissingExtraError` where WeasyPrint, or the Pango library that it needs, is not installed.
    """
    return page_pdf(dossier_html(dossier), "dossier as PDF", dossier.knowledge_hash.encode(), paper=paper)


def page_pdf(page: str, subject: str, identifier: bytes, *, paper: Paper = "A4") -> bytes:
    """A page of the program as a tagged PDF (PDF/UA-1); `identifier` makes it the same file for the same content.

    Raises `MissingExtraError` about `subject` where WeasyPrint, or the Pango library that it needs, is not installed.
    """
    if find_spec("weasyprint") is None:
        expected = "the extra `pdf`: WeasyPrint lays out the pages"
        fault = Fault("weasyprint", "not installed", expected, how_to_install("pdf"))
        raise MissingExtraError(subject, [fault])
    try:
        # A heavy import, and an extra: only who asks for a PDF pays for it.
        from weasyprint import CSS, HTML  # pyright: ignore[reportMissingTypeStubs]
    except OSError as error:
        mend = "Install Pango: on Debian `apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0`."
        fault = Fault("weasyprint", str(error).splitlines()[0], "the text layout library Pango", mend)
        raise MissingExtraError(subject, [fault]) from error

    size = CSS(string=f"@page {{ size: {paper} }}")
    made: object = HTML(string=page, url_fetcher=_refuse).write_pdf(  # pyright: ignore[reportUnknownMemberType]
        stylesheets=[size],
        pdf_variant="pdf/ua-1",
        pdf_identifier=identifier,
    )
    if not isinstance(made, bytes):
        raise TypeError("the PDF engine gave no bytes")
    return made


def _refuse(url: str) -> NoReturn:
    """The page asks for nothing; should it ever, nothing is fetched."""
    raise ValueError(f"a report fetches nothing: {url}")
