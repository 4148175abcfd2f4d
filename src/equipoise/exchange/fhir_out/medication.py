"""MedicationStatement per entry of the medication list, whether a record could be tied to it or not."""

from __future__ import annotations

from equipoise.exchange.fhir_out.codes import MEDICINE
from equipoise.exchange.fhir_out.elements import Resource, clean, coding, compact, concept, note
from equipoise.exchange.fhir_out.frame import Frame
from equipoise.exchange.fhir_out.narrative import narrative, paragraph
from equipoise.model.dossier import AssessedMedication, NotAssessed
from equipoise.model.finding import Implicated


def assessed_name(index: int) -> str:
    """The name of an assessed entry in the frame."""
    return f"MedicationStatement/assessed/{index}"


def not_assessed_name(index: int) -> str:
    """The name of an entry that was not assessed in the frame."""
    return f"MedicationStatement/not-assessed/{index}"


def medication_statements(frame: Frame) -> list[tuple[str, Resource]]:
    """Every entry of the medication list under its name, the assessed ones first."""
    dossier = frame.dossier
    assessed = [(assessed_name(i), _assessed(frame, i, entry)) for i, entry in enumerate(dossier.medications)]
    others = [(not_assessed_name(i), _not_assessed(frame, i, entry)) for i, entry in enumerate(dossier.not_assessed)]
    return [*assessed, *others]


def name_of_implicated(frame: Frame, implicated: Implicated) -> str | None:
    """The name of the entry that a finding rests on: by its path, else by its text or a medicine's name."""
    dossier = frame.dossier
    label = implicated.label.casefold()
    for by_path in (True, False):
        for index, entry in enumerate(dossier.medications):
            texts = {text.casefold() for text in (entry.text, *entry.names, *entry.medicines)}
            if _same(implicated.path, entry.path) if by_path else _names(label, texts):
                return assessed_name(index)
        for index, other in enumerate(dossier.not_assessed):
            if _same(implicated.path, other.path) if by_path else label == other.text.casefold():
                return not_assessed_name(index)
    return None


def matched_words(entry: NotAssessed) -> str:
    """What an unresolved entry might mean, in words that cannot be taken for a decision."""
    if not entry.candidates:
        return "No record resembles it."
    names = "; ".join(f"{candidate.name} ({candidate.score:.0f})" for candidate in entry.candidates)
    return f"It might mean, for a person to confirm: {names}."


def _names(label: str, texts: set[str]) -> bool:
    """True for one of the texts, also with its state in brackets behind it ("stopped 3 d ago")."""
    return any(label == text or label.startswith(f"{text} (") for text in texts)


def _same(left: str | None, right: str | None) -> bool:
    return left is not None and left == right


def _assessed(frame: Frame, index: int, entry: AssessedMedication) -> Resource:
    codings = [coding(MEDICINE, key, name) for key, name in zip(entry.medicines, entry.names, strict=False)]
    # Names may be fewer than records; a code without its display is still worth more than no code.
    codings += [coding(MEDICINE, key) for key in entry.medicines[len(entry.names) :]]
    how = f"Matched by: {entry.matched_by}." + (f" Recorded at: {entry.path}." if entry.path else "")
    how += f" Written or begun on {entry.since}: still taken?" if entry.since else ""
    return compact(
        resourceType="MedicationStatement",
        id=frame.id(assessed_name(index)),
        text=narrative(paragraph(entry.text, "Medicine"), paragraph(how)),
        status="active" if entry.current else "completed",
        medicationCodeableConcept=concept(entry.text, *codings),
        subject=frame.reference("Patient"),
        note=[note(how)],
    )


def _not_assessed(frame: Frame, index: int, entry: NotAssessed) -> Resource:
    why = f"NOT ASSESSED: {entry.reason} {matched_words(entry)}"
    where = f" Recorded at: {entry.path}." if entry.path else ""
    return compact(
        resourceType="MedicationStatement",
        id=frame.id(not_assessed_name(index)),
        text=narrative(paragraph(entry.text, "Medicine"), paragraph(why + where)),
        status="unknown",
        # No code: a fuzzy match is never taken over without a person's word.
        medicationCodeableConcept={"text": clean(entry.text)},
        subject=frame.reference("Patient"),
        note=[note(why + where)],
    )
