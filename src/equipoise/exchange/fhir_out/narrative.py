"""XHTML narratives: every text is escaped, the elements are the few that FHIR's txt-1 allows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from equipoise.exchange.fhir_out.elements import Resource, clean

XHTML = "http://www.w3.org/1999/xhtml"


def paragraph(text: str, label: str | None = None) -> str:
    """One paragraph, with a bold label before it where one is given."""
    return f"<p><b>{_text(label)}:</b> {_text(text)}</p>" if label else f"<p>{_text(text)}</p>"


def heading(text: str) -> str:
    """A heading inside a section."""
    return f"<h3>{_text(text)}</h3>"


def items(texts: Iterable[str]) -> str:
    """A list, or nothing where there are no texts: XHTML has no empty list."""
    rows = "".join(f"<li>{_text(text)}</li>" for text in texts)
    return f"<ul>{rows}</ul>" if rows else ""


def table(columns: Sequence[str], rows: Iterable[Sequence[str | None]]) -> str:
    """A table, or nothing where there are no rows; an absent cell shows a dash."""
    body = "".join("<tr>" + "".join(f"<td>{_text(cell or '–')}</td>" for cell in row) + "</tr>" for row in rows)
    head = "".join(f"<th>{_text(column)}</th>" for column in columns)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>" if body else ""


def narrative(*blocks: str) -> Resource:
    """A generated Narrative of these blocks."""
    div = f'<div xmlns="{XHTML}" xml:lang="en" lang="en">{"".join(blocks)}</div>'
    return {"status": "generated", "div": div}


def _text(text: str) -> str:
    return escape(clean(text))
