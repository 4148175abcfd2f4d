"""Files in, text out: gzip by its magic bytes, one limit of size, and every common Unicode encoding.

Nothing here looks at a name to learn what a file holds; names only select files inside a folder.
"""

from __future__ import annotations

import codecs
import re
import zlib
from dataclasses import dataclass
from pathlib import Path

from equipoise.errors import Fault, InputError

SIZE_LIMIT = 256 * 2**20
"""Bytes that one input may hold after unpacking: more than any single chart, less than a gzip bomb wants."""

_TAKEN = (".json", ".ndjson", ".jsonl", ".yaml", ".yml")
_BULK_NAME = re.compile(r"[A-Z][A-Za-z]{2,40}(\.\d{1,6})?\.(json|ndjson|jsonl)(\.gz)?")
_CHUNK = 2**20
_FOREIGN = (
    (b"%PDF", "a PDF", "Export the chart as FHIR JSON instead."),
    (b"PK\x03\x04", "a ZIP archive", "Unpack it and give the folder."),
    (b"SQLite format 3", "an SQLite database", "Export the chart as FHIR JSON instead."),
    (b"\x89PNG", "a picture", "Export the chart as FHIR JSON instead."),
    (b"\xff\xd8\xff", "a picture", "Export the chart as FHIR JSON instead."),
    (b"<", "XML or HTML", "Export the chart as FHIR JSON instead."),
)
_EXPECTED = "a case file (YAML or JSON) or FHIR R4 JSON (resource, Bundle, ndjson)"


@dataclass(frozen=True, slots=True)
class Piece:
    """The text of one file. `name` is for messages to the user, `place` for paths inside a case."""

    name: str
    place: str
    text: str


@dataclass(frozen=True, slots=True)
class Opened:
    """What an input holds: its pieces, and the files of a folder that were left out with the reason."""

    subject: str
    pieces: tuple[Piece, ...]
    left_out: tuple[tuple[str, str], ...] = ()


def open_input(source: str | Path | bytes) -> Opened:
    """The text of a file, of every file of a folder, or of bytes; InputError names what cannot be used."""
    if isinstance(source, bytes):
        return Opened("input", (Piece("input", "", _text("input", source, SIZE_LIMIT)),))
    path = Path(source)
    subject = str(path)
    try:
        if path.is_dir():
            return _open_folder(path, subject)
        content = _content(path)
    except (OSError, ValueError) as error:
        raise InputError(subject, [_unopened(subject, error)]) from error
    return Opened(subject, (Piece(subject, "", _text(subject, content, SIZE_LIMIT)),))


def _open_folder(folder: Path, subject: str) -> Opened:
    """Every file is tried before anything is refused, so that all faults come together."""
    pieces: list[Piece] = []
    left_out: list[tuple[str, str]] = []
    faults: list[Fault] = []
    room = SIZE_LIMIT
    for number, path in enumerate(sorted(folder.iterdir()), start=1):
        # A file's name may be a patient's name, so only names of the bulk-data form enter a path.
        place = path.name if _BULK_NAME.fullmatch(path.name) else f"file[{number}]"
        if path.is_dir() or not path.name.lower().removesuffix(".gz").endswith(_TAKEN):
            left_out.append((place, f"not a file named {', '.join(_TAKEN)} (or one of these with .gz)"))
            continue
        try:
            piece = Piece(path.name, place, _text(path.name, _content(path), room))
        except OSError as error:
            faults.append(_unopened(path.name, error))
        except InputError as error:
            faults.extend(error.faults)
        else:
            pieces.append(piece)
            room -= len(piece.text)
    if not pieces and not faults:
        expected = f"at least one file named {', '.join(_TAKEN)} (or .gz of these)"
        faults.append(Fault(subject, "a folder without such files", expected, "Give the folder that holds the export."))
    if faults:
        raise InputError(subject, faults)
    return Opened(subject, tuple(pieces), tuple(left_out))


def _content(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(SIZE_LIMIT + 1)


def _unopened(subject: str, error: OSError | ValueError) -> Fault:
    if isinstance(error, FileNotFoundError):
        return Fault(subject, "no such file", "a file or folder that exists", "Correct the path.")
    if isinstance(error, PermissionError):
        return Fault(subject, "a file that may not be read", "a readable file", "Change its permissions or copy it.")
    reason = error.strerror if isinstance(error, OSError) and error.strerror else "not a path"
    return Fault(subject, reason.lower(), "a readable file or folder", "Correct the path.")


def _text(name: str, content: bytes, room: int) -> str:
    content = unpack(name, content, room)
    if not content.strip():
        raise _refused(name, "an empty file", _EXPECTED, "Give the file that holds the chart.")
    start = content[:64].lstrip()
    for magic, found, mend in _FOREIGN:
        if start.startswith(magic):
            raise _refused(name, found, _EXPECTED, mend)
    return decode(name, content)


def unpack(name: str, content: bytes, room: int = SIZE_LIMIT) -> bytes:
    """The content, unpacked where its first bytes are gzip's; InputError beyond the limit or when it is cut off."""
    if not content.startswith(b"\x1f\x8b"):
        if len(content) > room:
            raise _too_large(name)
        return content
    parts: list[bytes] = []
    rest, size = content, 0
    try:
        # A gzip file may have several members, one after the other; zeros after the last are padding.
        while rest.strip(b"\0"):
            member = zlib.decompressobj(wbits=31)
            while not member.eof:
                parts.append(member.decompress(rest, _CHUNK))
                rest = member.unconsumed_tail or member.unused_data
                size += len(parts[-1])
                if size > room:
                    raise _too_large(name)
                if not member.eof and not parts[-1] and not rest:
                    raise _refused(
                        name, "gzip data that ends too early", "a whole gzip file", "Copy or export the file again."
                    )
    except zlib.error as error:
        raise _refused(name, "damaged gzip data", "a whole gzip file", "Copy or export the file again.") from error
    return b"".join(parts)


def decode(name: str, content: bytes) -> str:
    """The content as text: UTF-8, UTF-16 or UTF-32, with or without a byte-order mark."""
    encoding = _encoding(content)
    if encoding.startswith("utf-8") and b"\0" in content:
        raise _refused(name, "binary data", _EXPECTED, "Give the file that holds the chart.")
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        found = f"a byte at position {error.start} that is not {encoding.removesuffix('-sig').upper()}"
        raise _refused(name, found, "text in UTF-8", "Save the file as UTF-8; or it is not a text file.") from error


def _encoding(content: bytes) -> str:
    marks = (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark is a prefix of it
        (codecs.BOM_UTF32_BE, "utf-32"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    )
    for mark, encoding in marks:
        if content.startswith(mark):
            return encoding
    zeros = "".join("." if byte else "0" for byte in content[:4])
    unmarked = {".0.0": "utf-16-le", "0.0.": "utf-16-be", ".000": "utf-32-le", "000.": "utf-32-be"}
    return unmarked.get(zeros, "utf-8")


def _too_large(name: str) -> InputError:
    expected = f"at most {SIZE_LIMIT // 2**20} MiB after unpacking"
    return _refused(name, "more than that", expected, "Give one patient's chart, or split the export.")


def _refused(name: str, found: str, expected: str, mend: str) -> InputError:
    return InputError(name, [Fault(name, found, expected, mend)])
