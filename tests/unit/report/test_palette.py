"""The colours meet WCAG 2.2 AA, in light and in dark, as they stand in the page."""

from __future__ import annotations

import re

import pytest

from equipoise.model.dossier import Dossier
from equipoise.report.html import dossier_html
from equipoise.report.palette import DARK, LIGHT, SHAPE_PAIRS, TEXT_PAIRS, contrast


def _colours(page: str) -> list[dict[str, str]]:
    """The custom properties of the page's style sheet: light first, then dark."""
    style = page[page.index("<style>") : page.index("</style>")]
    return [dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", rule)) for rule in re.findall(r":root \{(.*?)\}", style)][
        :2
    ]


def test_page_uses_the_palette(full: Dossier) -> None:
    """The colours in the page are those of the palette, so that the contrast checks speak of the page."""
    assert _colours(dossier_html(full)) == [LIGHT, DARK]


def test_style_names_no_colour_outside_the_palette(full: Dossier) -> None:
    """Beside the custom properties the style sheet uses one colour only, for the margins of printed pages."""
    page = dossier_html(full)
    style = page[page.index("<style>") : page.index("</style>")]
    rest = re.sub(r":root \{.*?\}", "", style)
    assert set(re.findall(r"#[0-9a-f]{6}\b", rest)) == {LIGHT["muted"]}
    assert set(re.findall(r"var\(--([a-z-]+)\)", rest)) <= set(LIGHT)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT_PAIRS)
def test_text_can_be_read(colours: dict[str, str], text: str, ground: str) -> None:
    """Text has a contrast of at least 4.5 to 1 with its ground."""
    assert contrast(colours[text], colours[ground]) >= 4.5


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("shape", "ground"), SHAPE_PAIRS)
def test_marks_can_be_seen(colours: dict[str, str], shape: str, ground: str) -> None:
    """Lines and marks that carry meaning have a contrast of at least 3 to 1 with their ground."""
    assert contrast(colours[shape], colours[ground]) >= 3.0


def test_contrast_follows_the_formula() -> None:
    """The formula gives the published values: 21 for black on white, 4.54 for the grey #767676."""
    assert contrast("#ffffff", "#000000") == pytest.approx(21.0)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)
