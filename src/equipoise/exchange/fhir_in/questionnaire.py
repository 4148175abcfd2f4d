"""The QuestionnaireResponse resource: answers whose linkId or definition is a LOINC code (PHQ-9, PHQ-2, GAD-7, …)."""

from __future__ import annotations

import re

from equipoise.exchange.fhir_in.concepts import Concept
from equipoise.exchange.fhir_in.draft import Draft
from equipoise.exchange.fhir_in.measure import add_measurement, value_of
from equipoise.exchange.fhir_in.node import Node
from equipoise.exchange.fhir_in.references import Entry
from equipoise.model.codes import LOINC

NAMES = {
    "44261-6": "PHQ-9 total score",
    "44250-9": "PHQ-9 item 1",
    "44255-8": "PHQ-9 item 2",
    "44259-0": "PHQ-9 item 3",
    "44254-1": "PHQ-9 item 4",
    "44251-7": "PHQ-9 item 5",
    "44258-2": "PHQ-9 item 6",
    "44252-5": "PHQ-9 item 7",
    "44253-3": "PHQ-9 item 8",
    "44260-8": "PHQ-9 item 9",
    "55758-7": "PHQ-2 total score",
    "70274-6": "GAD-7 total score",
}
"""Names for items whose text the response leaves out, as it may."""

_CODE = re.compile(r"(?:^|[/|#])(\d{1,7}-\d)$")


def read_questionnaire(entry: Entry, draft: Draft) -> None:
    """Adds a measurement for each answer that LOINC names; the others are counted in a note."""
    node = Node(entry.resource, entry.root, draft)
    label = draft.label(entry)
    status = (node.word("status") or "").lower()
    if status == "entered-in-error":
        draft.note(label, "entered in error")
        return
    if status in ("in-progress", "stopped"):
        node.note("status", "not a finished response; the answers given are read")
    on = node.day("authored")
    unread = answered = 0
    items = list(reversed(node.nodes("item")))
    while items:
        item = items.pop()
        answers = item.nodes("answer")
        answered += len(answers)
        for answer in answers:
            items.extend(reversed(answer.nodes("item")))
        items.extend(reversed(item.nodes("item")))
        code = _loinc(item)
        if code is None:
            unread += len(answers)
            continue
        concept = Concept((item.phrase("text") or NAMES.get(code, f"LOINC {code}"),), {LOINC: (code,)})
        for answer in answers:
            value = value_of(answer)
            if value is None:
                unread += 1
            else:
                add_measurement(answer, concept, value, on, answer.path, (None, None))
    if unread:
        draft.note(label, f"{unread} of {answered} answers have no LOINC code or no value and were not read")
    elif not answered:
        draft.note(label, "a response without answers")


def _loinc(item: Node) -> LOINC | None:
    for key in ("linkId", "definition"):
        match = _CODE.search(item.word(key) or "")
        code = LOINC.parse(match.group(1)) if match else None
        if code is not None:
            return code
    return None
