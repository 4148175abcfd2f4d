"""What every resource of one document shares: the dossier, the moment of issue, and stable addresses."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from uuid import NAMESPACE_URL, UUID, uuid5

from equipoise.errors import Fault, InputError
from equipoise.exchange.fhir_out.codes import BASE
from equipoise.exchange.fhir_out.elements import Resource, clean, compact
from equipoise.model.dossier import Dossier

_DOCUMENTS = uuid5(NAMESPACE_URL, f"{BASE}/document")
# The date line: a day has begun somewhere on earth once it has begun at UTC+14.
_EARLIEST_DAY = dt.timedelta(hours=14)


@dataclass(frozen=True, slots=True)
class Addresses:
    """One document in the making; `issued` is a FHIR instant in UTC, `namespace` makes its addresses."""

    issued: str
    namespace: UUID

    def id(self, name: str) -> str:
        """The same name gives the same id in the same document, and another one in any other document."""
        return str(uuid5(self.namespace, name))

    def url(self, name: str) -> str:
        """The fullUrl of a resource."""
        return f"urn:uuid:{self.id(name)}"

    def reference(self, name: str, display: str | None = None) -> Resource:
        """A reference to the resource of that name; names begin with the resource type (`DetectedIssue/3`).

        `type` is given because the address alone does not tell a reader what it leads to.
        """
        shown = clean(display) if display else None
        return compact(reference=self.url(name), type_=name.partition("/")[0], display=shown)


@dataclass(frozen=True, slots=True)
class Frame(Addresses):
    """The document of a dossier."""

    dossier: Dossier

    @property
    def day(self) -> str:
        """The screening date as a FHIR date."""
        return self.dossier.on.isoformat()


def frame_of(dossier: Dossier, issued: dt.datetime, pdf: bytes | None) -> Frame:
    """The frame of a document.

    Raises:
        InputError: `issued` has no time zone or lies before the screening date, or `pdf` is not a PDF.
    """
    faults = [*faults_of_time(dossier.on, issued), *_faults_of_pdf(pdf)]
    if faults:
        raise InputError("FHIR document", faults)
    moment = instant(issued)
    return Frame(moment, namespace(dossier.model_dump_json(), moment, pdf or b""), dossier)


def instant(moment: dt.datetime) -> str:
    """The moment as a FHIR instant in UTC."""
    return moment.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def namespace(content: str, moment: str, attached: bytes = b"") -> UUID:
    """What makes the addresses of a document: the same content at the same moment has the same ones."""
    digest = hashlib.sha256(content.encode())
    digest.update(moment.encode())
    digest.update(hashlib.sha256(attached).digest())
    return uuid5(_DOCUMENTS, digest.hexdigest())


def faults_of_time(screened: dt.date, issued: dt.datetime) -> list[Fault]:
    """What is wrong with the moment of issue of a document about a screening."""
    if issued.utcoffset() is None:
        return [Fault("issued", str(issued), "a moment with its time zone", "Give a time zone, UTC for instance.")]
    if screened > (issued.astimezone(dt.UTC) + _EARLIEST_DAY).date():
        why = f"a moment not before the screening date {screened}: a record holds no findings of the future"
        return [Fault("issued", str(issued), why, "Issue the document on the screening date or after it.")]
    return []


def _faults_of_pdf(pdf: bytes | None) -> list[Fault]:
    if pdf is None or pdf.startswith(b"%PDF-"):
        return []
    return [Fault("pdf", f"{len(pdf)} bytes that do not begin with %PDF-", "a PDF file", "Give the report's PDF.")]
