"""Narratives and attachments: XHTML that is well-formed and harmless, data that decodes to its size and hash."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterator
from xml.etree import ElementTree as ET

from fhir_gate.own_tables import NARRATIVE_STATUS, XHTML_ATTRIBUTES, XHTML_ELEMENTS
from fhir_gate.own_walk import Document, resources, walk

NAMESPACE = "{http://www.w3.org/1999/xhtml}"


def narrative_complaints(document: Document) -> Iterator[str]:
    """Complaints about every narrative, and about resources of the entries that have none (dom-6)."""
    for path, resource in resources(document):
        if ".contained[" not in path and "text" not in resource:
            yield f"{path}: no narrative (dom-6)"
    for path, value in walk(document):
        if isinstance(value, dict) and "div" in value:
            if value.get("status") not in NARRATIVE_STATUS:
                yield f"{path}.status: {value.get('status')!r}"
            yield from _div_complaints(f"{path}.div", value["div"])


def _div_complaints(path: str, div: object) -> Iterator[str]:
    try:
        root = ET.fromstring(str(div))  # noqa: S314
    except ET.ParseError as error:
        yield f"{path}: not well-formed: {error}"
        return
    if root.tag != f"{NAMESPACE}div":
        yield f"{path}: the root is {root.tag}, not a div of XHTML"
    if not "".join(root.itertext()).strip():
        yield f"{path}: says nothing (txt-2)"
    for element in root.iter():
        name = str(element.tag).removeprefix(NAMESPACE)
        if name not in XHTML_ELEMENTS:
            yield f"{path}: the element {name} (txt-1)"
        if odd := set(element.attrib) - XHTML_ATTRIBUTES:
            yield f"{path}: the attributes {sorted(odd)} (txt-1)"


def attachment_complaints(document: Document) -> Iterator[str]:
    """Complaints about every attachment."""
    for path, value in walk(document):
        if isinstance(value, dict) and path.endswith("attachment"):
            yield from _complaints_of_one(path, value)


def _complaints_of_one(path: str, attachment: Document) -> Iterator[str]:
    if not attachment.get("contentType"):
        yield f"{path}.contentType: data has a type (att-1)"
    try:
        data = base64.b64decode(str(attachment.get("data")), validate=True)
    except binascii.Error as error:
        yield f"{path}.data: {error}"
        return
    if attachment.get("size") != len(data):
        yield f"{path}.size: {attachment.get('size')!r}, the data has {len(data)} bytes"
    digest = hashlib.sha1(data, usedforsecurity=False).digest()
    if attachment.get("hash") != base64.b64encode(digest).decode():
        yield f"{path}.hash: not the SHA-1 of the data"
