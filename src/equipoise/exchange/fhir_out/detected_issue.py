"""DetectedIssue per finding that is met or unknown."""

from __future__ import annotations

from equipoise.exchange.fhir_out import codes, finding_text
from equipoise.exchange.fhir_out.elements import Resource, clean, coding, compact, concept, note, web_address
from equipoise.exchange.fhir_out.frame import Frame
from equipoise.exchange.fhir_out.medication import name_of_implicated
from equipoise.exchange.fhir_out.narrative import narrative, paragraph
from equipoise.model.finding import Finding, Implicated
from equipoise.model.source import Source
from equipoise.model.terms import Answer

_MEDICINES = frozenset({"medicine", "medication", "drug"})
_CONDITIONS = frozenset({"condition", "diagnosis", "problem"})
_MEASUREMENTS = frozenset({"measurement", "observation", "laboratory", "lab", "vital_sign", "score", "value"})


def detected_issue_name(index: int) -> str:
    """The name of a finding's DetectedIssue in the frame; the index is the finding's place in the dossier."""
    return f"DetectedIssue/{index}"


def detected_issues(frame: Frame) -> list[tuple[str, Resource]]:
    """One DetectedIssue per met or unknown finding under its name; a finding that is not met is no issue."""
    return [
        (detected_issue_name(index), _detected_issue(frame, index, finding))
        for index, finding in enumerate(frame.dossier.findings)
        if finding.answer is not Answer.NOT_MET
    ]


def _detected_issue(frame: Frame, index: int, finding: Finding) -> Resource:
    substance = frame.dossier.substance_name
    implicated, evidence, contained = _what_it_rests_on(frame, finding)
    answer = concept(codes.ANSWER_WORDS[finding.answer], coding(codes.ANSWER, finding.answer))
    action = concept(f"Proposed, not yet done: {finding.mitigation}") if finding.mitigation else None
    return compact(
        resourceType="DetectedIssue",
        id=frame.id(detected_issue_name(index)),
        meta={"tag": _tags(finding)},
        text=narrative(finding_text.blocks(finding), paragraph(substance, "Screened for")),
        contained=contained,
        status=codes.DETECTED_ISSUE_STATUS[finding.answer],
        code=_code(finding),
        severity=codes.DETECTED_ISSUE_SEVERITY[finding.severity],
        patient=frame.reference("Patient"),
        identifiedDateTime=frame.day,
        author=frame.reference("Device"),
        implicated=implicated,
        # The answer stands here too, because a reader that knows only `status` must not lose an unknown.
        evidence=[compact(code=[answer], detail=evidence)],
        detail=finding_text.detail(finding, substance),
        reference=_literature(frame, finding),
        mitigation=[{"action": action}] if action else None,
    )


def _tags(finding: Finding) -> list[Resource]:
    """Our own words, finer than FHIR's, for machines; all of them stand in `detail` too."""
    return [
        coding(codes.SEVERITY, finding.severity),
        coding(codes.CERTAINTY, finding.certainty),
        coding(codes.STANDING, finding.standing),
    ]


def _code(finding: Finding) -> Resource:
    own = coding(codes.FINDING, finding.id, finding.title)
    by_medicine = any(thing.kind in _MEDICINES for thing in finding.implicated)
    alert = [coding(codes.V3_ACT_CODE, "DRG", "Drug Interaction Alert")] if by_medicine else []
    return concept(finding_text.title(finding), own, *alert)


def _what_it_rests_on(frame: Frame, finding: Finding) -> tuple[list[Resource], list[Resource], list[Resource]]:
    """References for `implicated`, references for `evidence.detail`, and the contained resources that they need."""
    implicated: list[Resource] = []
    evidence: list[Resource] = []
    contained: list[Resource] = []
    for place, thing in enumerate(finding.implicated, start=1):
        name = name_of_implicated(frame, thing) if thing.kind in _MEDICINES else None
        held = None if name else _contained(frame, thing, f"rests-on-{place}")
        if held is not None:
            contained.append(held)
        target = evidence if thing.kind in _MEASUREMENTS else implicated
        target.append(_reference(frame, thing, name, held))
    return implicated, evidence, contained


def _reference(frame: Frame, thing: Implicated, name: str | None, held: Resource | None) -> Resource:
    if name:
        return frame.reference(name, thing.label)
    if held is not None:
        return {"reference": f"#{held['id']}", "type": held["resourceType"], "display": clean(thing.label)}
    return {"display": clean(finding_text.implicated_words(thing))}


def _contained(frame: Frame, thing: Implicated, key: str) -> Resource | None:
    """What the case holds and this document has no entry for; None for what is no resource (an age, a place)."""
    text = {"text": clean(thing.label)}
    shared = {"id": key, "subject": frame.reference("Patient"), "note": [note(finding_text.implicated_words(thing))]}
    if thing.kind in _MEDICINES:
        return {"resourceType": "MedicationStatement", "status": "unknown", "medicationCodeableConcept": text, **shared}
    if thing.kind in _CONDITIONS:
        return {"resourceType": "Condition", "code": text, **shared}
    if thing.kind in _MEASUREMENTS:
        return {"resourceType": "Observation", "status": "unknown", "code": text, **shared}
    return None


def _literature(frame: Frame, finding: Finding) -> str | None:
    """The web address of the first source that has one."""
    by_key = {source.key: source for source in frame.dossier.sources}
    addresses = (source_address(by_key[key]) for key in finding.sources if key in by_key)
    return next((address for address in addresses if address), None)


def source_address(source: Source) -> str | None:
    """Where a source is found: its DOI, its PubMed page or its own address."""
    doi = web_address(f"https://doi.org/{source.doi}") if source.doi else None
    pubmed = f"https://pubmed.ncbi.nlm.nih.gov/{source.pmid}/" if source.pmid else None
    return doi or pubmed or web_address(source.url)
