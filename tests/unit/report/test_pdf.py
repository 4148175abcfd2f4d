"""The PDF: tagged, titled, self-contained; and a mend where the part that makes it is missing."""

from __future__ import annotations

import importlib
import os
import re
import zlib
from typing import Any

import pytest

from equipoise.errors import ExitCode, MissingExtraError
from equipoise.model.dossier import Dossier
from equipoise.report import pdf


def _inflated(made: bytes) -> bytes:
    """The PDF with its compressed streams read, so that a test can look for what they hold."""
    streams = re.findall(rb"stream\r?\n(.*?)endstream", made, flags=re.DOTALL)
    return made + b"\n".join(zlib.decompressobj().decompress(one) for one in streams if one[:1] == b"\x78")


@pytest.fixture
def weasyprint() -> Any:
    """WeasyPrint; a loud skip where it or Pango is absent, a failure where CI demands it."""
    try:
        return importlib.import_module("weasyprint")
    except (ImportError, OSError) as error:
        if os.environ.get("EQUIPOISE_REQUIRE_GATE"):
            pytest.fail(f"CI must be able to lay out a PDF: {error}")
        pytest.skip(f"NO PDF: WeasyPrint or Pango is absent ({error}); install the extra `pdf` and Pango")


def test_missing_extra_is_named_with_its_mend(bare: Dossier, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without WeasyPrint the error says which extra to install and how."""

    def nothing(name: str) -> None:
        del name

    monkeypatch.setattr(pdf, "find_spec", nothing)
    with pytest.raises(MissingExtraError) as caught:
        pdf.dossier_pdf(bare)
    assert 'python -m pip install -e ".[pdf]"' in str(caught.value)
    assert caught.value.exit_code is ExitCode.MISSING_EXTRA


def test_nothing_is_fetched() -> None:
    """Should a page ever ask for something, the request is refused."""
    with pytest.raises(ValueError, match="fetches nothing"):
        pdf._refuse("https://example.org/a.png")


@pytest.mark.slow
@pytest.mark.usefixtures("weasyprint")
def test_pdf_is_tagged_and_titled(full: Dossier) -> None:
    """The PDF declares PDF/UA-1, is tagged, names its language and its title, and holds no script."""
    made = _inflated(pdf.dossier_pdf(full))
    assert made.startswith(b"%PDF-1.7")
    assert b"/MarkInfo" in made
    assert b"/Lang (en-GB)" in made
    assert b"pdfuaid:part" in made
    assert "Screening dossier: kratom".encode("utf-16-be") in made or b"Screening dossier: kratom" in made
    assert b"/JavaScript" not in made


@pytest.mark.slow
def test_each_picture_of_the_pdf_has_a_text(full: Dossier, weasyprint: Any) -> None:
    """Each figure in the tag tree has an alternative text."""
    from equipoise.report.html import dossier_html

    page: Any = weasyprint.HTML(string=dossier_html(full))
    made: bytes = page.write_pdf(pdf_variant="pdf/ua-1", uncompressed_pdf=True)
    assert made.count(b"/S /Figure") == made.count(b"/Alt ") > 0


@pytest.mark.slow
@pytest.mark.parametrize(("paper", "box"), [("A4", (595, 841)), ("letter", (612, 792))])
@pytest.mark.usefixtures("weasyprint")
def test_paper_is_the_one_asked_for(bare: Dossier, paper: pdf.Paper, box: tuple[int, int]) -> None:
    """The pages are A4 unless Letter is asked for."""
    made = _inflated(pdf.dossier_pdf(bare, paper=paper))
    found = re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", made)
    assert found is not None
    assert (int(float(found[1])), int(float(found[2]))) == box
