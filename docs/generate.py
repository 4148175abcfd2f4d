"""Writes the generated part of docs/reference/ anew: `make docs`. A test holds that it is up to date."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import yaml

from equipoise.errors import EXIT_MEANINGS
from equipoise.knowledge import Knowledge, load_knowledge
from equipoise.model.case import Case
from equipoise.model.criterion import Criterion, When
from equipoise.report.plain import dossier_schema

HERE = Path(__file__).parent
ROOT = HERE.parent
REFERENCE = HERE / "reference"
CODES = "The ICD-10 and SNOMED CT codes are recalled; no release of either was compared with them."
MADE = "<!-- Made by docs/generate.py; edit the records or the situations instead. -->\n\n"


def exit_codes(knowledge: Knowledge) -> str:
    """The table of exit codes."""
    del knowledge
    rows = "\n".join(f"| {int(code)} | {code.name.lower()} | {words} |" for code, words in EXIT_MEANINGS.items())
    return f"{MADE}# Exit codes\n\n| code | name | meaning |\n|---|---|---|\n{rows}\n"


def cautions_of(substance: str) -> Callable[[Knowledge], str]:
    """A page of all cautions of an adjunct with their situations."""

    def page(knowledge: Knowledge) -> str:
        records = knowledge.substance(substance)
        tables = {table["criterion"]: table for table in _situations(substance)}
        parts = [f"{MADE}# Cautions of {records.substance.name}\n"]
        parts.append(f"{len(records.cautions)} criteria. {knowledge.settings.standing_note}\n\n{CODES}\n")
        for name, criterion in records.cautions.items():
            parts.append(_caution(criterion, tables[name]))
        return "\n".join(parts)

    return page


def _situations(substance: str) -> Iterator[dict[str, Any]]:
    for path in sorted((ROOT / "tests" / "spec" / substance).glob("*.yaml")):
        content = yaml.safe_load(path.read_text("utf-8"))
        yield from content if isinstance(content, list) else [content]


def _caution(criterion: Criterion, table: dict[str, Any]) -> str:
    levels = "\n".join(
        f"- **{level.severity.replace('_', ' ')}** when {_spoken(level.when)}"
        + (f" ({level.because})" if level.because else "")
        for level in criterion.levels
    )
    rows = "\n".join(_row(row) for row in table["situations"])
    sources = ", ".join(f"`{key}`" for key in criterion.sources) or "none"
    return (
        f"## {criterion.title}\n\n`{criterion.id}` · evidence {criterion.certainty.replace('_', ' ')} · "
        f"{criterion.standing} · {'source read' if criterion.read else 'recalled'} · sources {sources}\n\n"
        f"{criterion.rationale}\n\n"
        f"*Question:* {criterion.question}\n\n{levels}\n\n| situation | answer | severity |\n|---|---|---|\n{rows}\n"
    )


def _row(row: dict[str, Any]) -> str:
    expect = row["expect"]
    count = f" ({len(row['each'])} cases)" if "each" in row else ""
    severity = expect.get("severity", "").replace("_", " ")
    return f"| {row['name']}{count} | {expect['answer'].replace('_', ' ')} | {severity} |"


def _spoken(when: When) -> str:
    """An expression in words."""
    if when.any is not None:
        return "any of: " + "; ".join(_spoken(part) for part in when.any)
    if when.all is not None:
        return "all of: (" + ") and (".join(_spoken(part) for part in when.all) + ")"
    if when.none is not None:
        return "none of: " + "; ".join(_spoken(part) for part in when.none)
    if when.recorded is not None:
        return f"recorded: {_spoken(when.recorded)}"
    kind = next(iter(when.model_fields_set))
    test = getattr(when, kind).model_dump(mode="json", exclude_defaults=True)
    words = ", ".join(f"{name.replace('_', ' ')} {_value(value)}" for name, value in test.items())
    return f"{kind} {words}".strip()


def _value(value: Any) -> str:
    if isinstance(value, list):
        return " / ".join(_value(item) for item in value)
    if isinstance(value, dict):
        return " ".join(f"{key} {_value(item)}" for key, item in value.items())
    return str(value).replace("_", " ")


def case_schema(knowledge: Knowledge) -> str:
    """The JSON schema of a case file."""
    del knowledge
    return json.dumps(Case.model_json_schema(), indent=1, sort_keys=True) + "\n"


def dossier_schema_text(knowledge: Knowledge) -> str:
    """The JSON schema of `--json`."""
    del knowledge
    return json.dumps(dossier_schema(), indent=1, sort_keys=True) + "\n"


def medicines(knowledge: Knowledge) -> str:
    """All medicines with their roles and effects."""
    head = (
        f"{MADE}# Medicines\n\n{len(knowledge.medicines)} records. `?` behind a code: no second source confirms it.\n\n"
    )
    rows = ["| medicine | RxNorm | classes | enzymes | effects |\n|---|---|---|---|---|"]
    for item in sorted(knowledge.medicines.values(), key=lambda item: item.name):
        code = "" if item.rxcui is None else f"{item.rxcui}{'' if item.rxcui_confirmed_by else ' ?'}"
        enzymes = ", ".join(f"{role.enzyme} {role.strength} {role.role}" for role in item.enzymes)
        effects = ", ".join(f"{effect} {grade}" for effect, grade in item.effects.items())
        classes = ", ".join(name.replace("_", " ") for name in item.classes)
        rows.append(f"| {item.name} | {code} | {classes} | {enzymes} | {effects} |")
    return head + "\n".join(rows) + "\n"


def pages(knowledge: Knowledge) -> dict[Path, str]:
    """Every generated page with its text."""
    makers: dict[str, Callable[[Knowledge], str]] = {
        "exit-codes.md": exit_codes,
        "case.schema.json": case_schema,
        "dossier.schema.json": dossier_schema_text,
        "medicines.md": medicines,
    }
    makers |= {f"cautions-{name}.md": cautions_of(name) for name in knowledge.substance_ids}
    return {REFERENCE / name: make(knowledge) for name, make in makers.items()}


def main() -> None:
    """Writes every page, and says which changed."""
    for path, text in pages(load_knowledge()).items():
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")
            sys.stdout.write(f"wrote {path.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
