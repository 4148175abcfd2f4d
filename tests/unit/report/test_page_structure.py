"""The page as assistive technology meets it: headings, landmarks, tables, pictures, references."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest
from plans import TEMPLATES, complete

from equipoise.knowledge import Knowledge
from equipoise.model.dossier import Dossier
from equipoise.report.answer_html import answer_html, patient_html
from equipoise.report.consent_html import consent_html
from equipoise.report.html import dossier_html
from equipoise.report.protocol_html import protocol_html

VOID = {"meta", "br", "hr", "wbr"}


@dataclass
class Element:
    """One start tag with its attributes and the text inside it."""

    tag: str
    attributes: dict[str, str]
    parents: tuple[str, ...]
    text: list[str] = field(default_factory=list[str])


class Reader(HTMLParser):
    """Collects the elements of a page and checks that they are closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self.open: list[Element] = []
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, tuple(item.tag for item in self.open))
        self.elements.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1].tag != tag:
            self.faults.append(f"</{tag}> closes {self.open[-1].tag if self.open else 'nothing'}")
            return
        self.open.pop()

    def handle_data(self, data: str) -> None:
        for element in self.open:
            element.text.append(data)

    def all(self, *tags: str) -> list[Element]:
        """The elements of these tags in order."""
        return [element for element in self.elements if element.tag in tags]


def _parsed(text: str) -> Reader:
    reader = Reader()
    reader.feed(text)
    reader.close()
    return reader


def _read(dossier: Dossier) -> Reader:
    return _parsed(dossier_html(dossier))


ANSWERS = ("blocks", "daily", "taper", "watched", "item")
DOSSIERS = ("full", "bare")
PLANNED = (protocol_html, consent_html)


@pytest.fixture(
    scope="module",
    params=[
        *DOSSIERS,
        *((name, make) for name in ANSWERS for make in (answer_html, patient_html)),
        *((name, make) for name in TEMPLATES for make in PLANNED),
    ],
    ids=lambda value: value if isinstance(value, str) else f"{value[0]}-{value[1].__name__}",
)
def page(request: pytest.FixtureRequest, knowledge: Knowledge) -> Reader:
    """The parsed page of a full and of a bare dossier, both pages of each kind of answer, and those of each plan."""
    if isinstance(request.param, str):
        return _read(request.getfixturevalue(request.param))
    name, make = request.param
    if make in PLANNED:
        return _parsed(make(complete(name, knowledge), knowledge))
    return _parsed(make(request.getfixturevalue("answers")[name]))


def test_elements_are_closed_in_order(page: Reader) -> None:
    """Every element is closed where it should be."""
    assert page.faults == []
    assert page.open == []


def test_page_has_language_title_and_one_first_heading(page: Reader) -> None:
    """The language is British English, there is a title, and exactly one h1."""
    assert page.all("html")[0].attributes["lang"] == "en-GB"
    assert len("".join(page.all("title")[0].text)) > 10
    assert len(page.all("h1")) == 1


@pytest.mark.parametrize("name", DOSSIERS)
def test_title_of_a_dossier_names_adjunct_and_case(request: pytest.FixtureRequest, name: str) -> None:
    """The title says what was screened for whom."""
    page = _read(request.getfixturevalue(name))
    assert "".join(page.all("title")[0].text).startswith("Screening dossier: kratom, case case-7")


def test_headings_skip_no_level(page: Reader) -> None:
    """Each heading is at most one level below the one before it."""
    levels = [int(element.tag[1]) for element in page.all("h1", "h2", "h3", "h4", "h5", "h6")]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_landmarks_are_there_once(page: Reader) -> None:
    """There is one banner, one main and one footer, and every section and region has a name."""
    assert [len(page.all(tag)) for tag in ("header", "main", "footer")] == [1, 1, 1]
    named = [*page.all("section", "nav"), *(item for item in page.elements if item.attributes.get("role") == "region")]
    assert all("aria-labelledby" in item.attributes or "aria-label" in item.attributes for item in named)


def test_ids_are_unique_and_references_resolve(page: Reader) -> None:
    """No id is given twice, and every label, description and link inside the page leads somewhere."""
    ids = [element.attributes["id"] for element in page.elements if "id" in element.attributes]
    assert len(ids) == len(set(ids))
    for element in page.elements:
        for name in ("aria-labelledby", "aria-describedby"):
            assert set(element.attributes.get(name, "").split()) <= set(ids)
        link = element.attributes.get("href", "")
        assert not link.startswith("#") or link[1:] in ids


def test_skip_link_comes_first(page: Reader) -> None:
    """The first link of the page leads to the outcome or the answer."""
    first = page.all("a")[0].attributes
    assert first["class"] == "skip"
    assert first["href"] in {"#outcome", "#answer"}


def test_tables_have_captions_and_scoped_headers(page: Reader) -> None:
    """Each table has a caption and column headers, and each header says what it heads."""
    assert len(page.all("caption")) == len(page.all("table"))
    assert all(element.attributes.get("scope") in {"row", "col"} for element in page.all("th"))


def test_wide_tables_can_be_scrolled_by_keyboard(page: Reader) -> None:
    """A table stands in a named region that takes the focus, so that it scrolls without a mouse."""
    regions = [item for item in page.elements if item.attributes.get("class") == "scroll"]
    assert len(regions) == len(page.all("table"))
    assert all(item.attributes.get("tabindex") == "0" for item in regions)


def test_pictures_have_title_and_description_or_are_hidden(page: Reader) -> None:
    """Each picture is an image with title and description; marks beside a word are hidden from readers."""
    for picture in page.all("svg"):
        if picture.attributes.get("aria-hidden") == "true":
            continue
        assert picture.attributes["role"] == "img"
        name = picture.attributes["class"].split()[-1]
        labels = picture.attributes["aria-labelledby"].split()
        assert [label.split("-")[1:] for label in labels] == [[name, "title"], [name, "desc"]]


def test_pictures_have_a_table_beside_them(full: Dossier) -> None:
    """Each picture's section holds a table with the same figures."""
    page = dossier_html(full)
    for name in ("exposure", "burden"):
        section = page[page.index(f'<section id="{name}"') :]
        section = section[: section.index("</section>")]
        assert 'role="img"' in section
        assert "<table" in section


def test_severity_is_a_word_and_a_shape(full: Dossier) -> None:
    """Every finding carries its severity as a word and as a shape of its own."""
    page = _read(full)
    badges = [item for item in page.all("span") if item.attributes.get("class", "").startswith("badge")]
    assert badges
    assert all("".join(item.text).strip() for item in badges)


def test_hatching_is_defined_for_each_picture(full: Dossier) -> None:
    """Each reference to a hatching resolves inside its own page."""
    import re

    page = dossier_html(full)
    used = set(re.findall(r"url\(#([a-z-]+)\)", page))
    assert used == set(re.findall(r'<pattern id="([a-z-]+)"', page))


def test_structure_holds_for_odd_findings(build: Any) -> None:
    """Findings without medicine, source or size keep the page well formed."""
    page = _read(build.dossier(findings=(build.finding(implicated=(), sources=()),)))
    assert page.faults == []
