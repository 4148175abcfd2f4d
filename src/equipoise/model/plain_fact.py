"""What a person is told before consenting, in plain words: the records behind the consent text."""

from __future__ import annotations

from typing import Literal

from equipoise.model.source import Provenance, RecordId, Text

Topic = Literal["known", "unknown", "harm", "sign"]
"""`sign`: what the person may feel that calls for help at once."""


class PlainFact(Provenance):
    """One fact in short words and short sentences; a test measures their reading grade.

    `rules`: the stop rules that a sign puts into plain words.
    """

    id: RecordId
    topic: Topic
    words: Text
    rules: tuple[RecordId, ...] = ()
