"""Documents in, single resources out: Bundles in Bundles, arrays, contained resources, CDS Hooks requests.

What is not a resource is noted with its path. Nothing here recurses, so depth costs no stack.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from equipoise.exchange.fhir_in.references import Entry
from equipoise.exchange.json_text import Document
from equipoise.exchange.json_value import Json, JsonObject, field_name, is_object, kind_of

CONTAINERS = frozenset(
    {
        "AllergyIntolerance", "Condition", "DiagnosticReport", "Encounter", "List", "MedicationAdministration",
        "MedicationDispense", "MedicationOrder", "MedicationPrescription", "MedicationRequest", "MedicationStatement",
        "Observation", "Procedure", "QuestionnaireResponse",
    }
)  # fmt: skip
"""Resources whose contained ones may describe the patient; what others contain goes unread with its container."""


@dataclass(slots=True)
class Walked:
    """The resources of all documents in order, and (path, reason) of what is none."""

    entries: list[Entry] = field(default_factory=list[Entry])
    lost: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])


@dataclass(slots=True)
class _Step:
    """A value to look at. `place` names it as an entry; `root` is its own path."""

    value: Json
    place: str
    root: str
    full_url: str | None = None


def walk(documents: list[Document]) -> Walked:
    """Every resource of the documents."""
    walked = Walked()
    for scope, document in enumerate(documents):
        steps = [_Step(document.value, document.place, document.place)]
        while steps:
            step = steps.pop()
            # The last one is looked at first, so what a step leads to is put on in reverse.
            steps.extend(reversed(_look(step, scope, walked)))
    return walked


def _look(step: _Step, scope: int, walked: Walked) -> list[_Step]:
    value = step.value
    if isinstance(value, list):
        return [_Step(item, f"{step.place}[{i}]", f"{step.root}[{i}]") for i, item in enumerate(value)]
    if not is_object(value):
        walked.lost.append((step.place or "input", f"{kind_of(value)} where a resource is expected"))
        return []
    kind = value.get("resourceType")
    if kind == "Bundle" or (not isinstance(kind, str) and isinstance(value.get("entry"), (list, dict))):
        return _bundle(value, step, walked)
    if kind == "Parameters":
        return _parameters(value, step, walked)
    if isinstance(kind, str) and kind.strip():
        _resource(value, field_name(kind.strip()), step, scope, walked)
        return []
    if "hook" in value or "prefetch" in value:
        return _hook(value, step)
    if is_object(value.get("resource")):
        return [_Step(value["resource"], step.place, f"{step.root}.resource", _url(value))]
    walked.lost.append((step.place or "input", "an object without resourceType"))
    return []


def _bundle(bundle: JsonObject, step: _Step, walked: Walked) -> list[_Step]:
    entries = bundle.get("entry")
    # Only the outermost Bundle is named in a path; an inner one is an entry already.
    place = step.root if step.root.endswith((".resource", "]")) else f"{step.root} Bundle".strip()
    if entries is None:  # what a search without results looks like
        return []
    if is_object(entries):
        entries = [entries]
    if not isinstance(entries, list):
        walked.lost.append((f"{place}.entry", f"{kind_of(entries)} where a list of entries is expected"))
        return []
    steps: list[_Step] = []
    for number, entry in enumerate(entries):
        at = f"{place}.entry[{number}]"
        if is_object(entry) and is_object(entry.get("resource")):
            steps.append(_Step(entry["resource"], at, f"{at}.resource", _url(entry)))
        elif is_object(entry) and ("resourceType" in entry or "entry" in entry):
            steps.append(_Step(entry, at, at))
        else:
            walked.lost.append((at, _why_not(entry)))
    return steps


def _why_not(entry: Json) -> str:
    if not is_object(entry):
        return f"{kind_of(entry)} where an entry is expected"
    if entry.get("resource") is not None:
        return f"its resource is {kind_of(entry['resource'])}, not an object"
    request = entry.get("request")
    if is_object(request) and request.get("method") == "DELETE":
        return "a deletion, not a resource"
    return "an entry without a resource"


def _parameters(parameters: JsonObject, step: _Step, walked: Walked) -> list[_Step]:
    found = parameters.get("parameter")
    root = step.root or "Parameters"
    steps: list[_Step] = []
    for number, item in enumerate(found if isinstance(found, list) else [found]):
        at = f"{root}.parameter[{number}]"
        if is_object(item) and is_object(item.get("resource")):
            steps.append(_Step(item["resource"], at, f"{at}.resource"))
        else:
            walked.lost.append((at, "a parameter without a resource"))
    return steps


def _hook(request: JsonObject, step: _Step) -> list[_Step]:
    """The resources of a CDS Hooks request: all of `prefetch`, and in `context` what has the shape of a resource."""
    steps: list[_Step] = []
    pending: list[tuple[Json, str]] = [
        (request.get(key), f"{step.place}.{key}".removeprefix(".")) for key in ("context", "prefetch")
    ]
    while pending:
        value, path = pending.pop()
        if isinstance(value, list):
            pending.extend((value[i], f"{path}[{i}]") for i in reversed(range(len(value))))
        elif is_object(value) and ("resourceType" in value or "entry" in value):
            steps.append(_Step(value, path, path))
        elif is_object(value):
            pending.extend((item, f"{path}.{field_name(key)}") for key, item in reversed(value.items()))
    return steps


def _resource(value: JsonObject, kind: str, step: _Step, scope: int, walked: Walked) -> None:
    # A line or a file is not a path by itself: `line 3 Patient.birthDate`, but `Bundle.entry[3].resource.birthDate`.
    root = step.root if step.root.endswith((".resource", "]")) else f"{step.root} {kind}".strip()
    entry = Entry(value, kind, _id(value), step.place or kind, root, scope, step.full_url)
    walked.entries.append(entry)
    contained = value.get("contained")
    if kind not in CONTAINERS or contained is None:
        return
    for number, item in enumerate(contained if isinstance(contained, list) else [contained]):
        at = f"{entry.root}.contained[{number}]"
        if not is_object(item) or not isinstance(item.get("resourceType"), str):
            walked.lost.append((at, f"{kind_of(item)} where a contained resource is expected"))
            continue
        inner = Entry(item, field_name(str(item["resourceType"]).strip()), _id(item), at, at, scope, None, entry)
        walked.entries.append(inner)
        if inner.id:
            entry.contained.setdefault(inner.id.removeprefix("#"), inner)


def _id(value: JsonObject) -> str | None:
    identity = value.get("id")
    if isinstance(identity, int) and not isinstance(identity, bool):
        return str(identity) if abs(identity) < 10**18 else None
    return identity.strip() or None if isinstance(identity, str) else None


def _url(entry: JsonObject) -> str | None:
    url = entry.get("fullUrl")
    return url if isinstance(url, str) and url else None
