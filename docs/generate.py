"""Writes what follows from the records anew: the generated part of docs/reference/, and judged claims. `make docs`.

A test holds that all of it is up to date.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import yaml

from equipoise.errors import EXIT_MEANINGS
from equipoise.knowledge import RECORDS, Knowledge, load_knowledge
from equipoise.knowledge.written import spread_out
from equipoise.model.case import Case
from equipoise.model.claim import NOT_A_BENEFIT, ClaimRow
from equipoise.model.criterion import Criterion, When
from equipoise.model.inhibition import InhibitionFile
from equipoise.model.mechanism import BindingConstant
from equipoise.model.stop_rule import LEVELS, StopRuleRecord
from equipoise.report import claim_view, inhibition_view, kinetics_view
from equipoise.report.plain import dossier_schema
from equipoise.screen.claims import claim_rows, judged_file
from equipoise.screen.inhibition_published import Check, checks

HERE = Path(__file__).parent
ROOT = HERE.parent
REFERENCE = HERE / "reference"
LINE_PER_BINDER = 6  # claims, one claim, its targets, one target, its binders: each binder on a line
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


def claims_of(substance: str) -> Callable[[Knowledge], str]:
    """A page of what is claimed of an adjunct's action: verdicts, occupancies, constants, and the rule."""

    def page(knowledge: Knowledge) -> str:
        adjunct, rule = knowledge.substance(substance), knowledge.claim_rule
        rows = claim_rows(knowledge, adjunct)
        parts = [f"{MADE}# How {adjunct.substance.name} is said to act\n\n{NOT_A_BENEFIT}\n"]
        parts.append(_table("Claims", ("claim", "verdict", "why"), [_claim_row(row) for row in rows]))
        heads = ("target", "what binds", "occupied", "limit", "P(limit reached)", "by concentration")
        figured = [_occupancy_row(item) for item in claim_view.figured(rows)]
        parts.append(_table("Occupancies that can be calculated", heads, figured))
        parts.append(
            f"Interval {rule.interval:.0%}; {rule.draws} draws, seed {rule.seed}; one SD between laboratories "
            f"{rule.laboratories}-fold, between people {rule.people}-fold, between species {rule.species}-fold. "
            f"{rule.because}\n"
        )
        heads = ("constituent", "target", "measure", "receptor of", "used", "sources")
        parts.append(_table("Constants", heads, [_constant_row(item) for item in adjunct.binding_constants]))
        gaps = [f"| {', '.join(gap.targets)} | {gap.what} |" for gap in adjunct.binding_gaps]
        parts.append(_table("Looked for and not found", ("targets", "what"), gaps))
        return "\n".join(parts)

    return page


def _table(title: str, heads: tuple[str, ...], rows: list[str]) -> str:
    head = f"| {' | '.join(heads)} |\n|{'---|' * len(heads)}"
    return "\n".join([f"## {title}\n", head, *rows]) + "\n"


def _cells(*texts: str) -> str:
    return " | ".join(text.replace("\N{NO-BREAK SPACE}", " ") for text in texts)


def _claim_row(row: ClaimRow) -> str:
    return f"| {_cells(row.statement, claim_view.verdict(row), row.why)} |"


def _occupancy_row(item: claim_view.Figured) -> str:
    limit, reached = claim_view.percent(item.target.threshold), f"{item.p_reached:.2f}"
    found = (claim_view.share(item.occupancy), limit, reached, claim_view.VERDICTS[item.verdict])
    return f"| {_cells(*item.label.split(': ', 1), *found)} |"


def _constant_row(item: BindingConstant) -> str:
    value = item.action if item.value is None else f"{item.measure} {item.value:g} {item.unit}"
    used = "yes" if item.counts else item.left_out or "no affinity"
    return f"| {_cells(item.constituent, item.target, str(value), item.receptor, used, ', '.join(item.sources))} |"


def kinetics_of(substance: str) -> Callable[[Knowledge], str]:
    """A page of an adjunct's kinetics: every published figure beside its prediction, and what was fitted."""

    def page(knowledge: Knowledge) -> str:
        adjunct = knowledge.substance(substance)
        model, fit = adjunct.kinetic_model, adjunct.kinetic_fit
        if model is None or fit is None:
            raise LookupError(f"{substance} has no fitted kinetics")
        shown = kinetics_view.rows(knowledge, adjunct, fit)
        parts = [f"{MADE}# Kinetics of {adjunct.substance.name}: predicted beside published\n"]
        parts.append(f"Made by `equipoise knowledge fit {substance}` with seed {fit.seed}. Intervals hold 90 %.\n")
        parts += [f"{line}\n" for line in (*kinetics_view.summary(shown), *kinetics_view.handed_over(fit.hand_over))]
        heads = ("analyte", "figure", "study", "published", "predicted", "single people", "ratio", "range")
        rows = [
            f"| {_cells(row.analyte, row.what, row.study, row.published, row.predicted, row.people, row.ratio)} | "
            f"{'. '.join(text for text in (row.held, row.note) if text)} |"
            for row in shown
        ]
        parts.append(_table("Every figure", heads, rows))
        fitted = [
            f"| {_cells(item.analytes[0], f'`{known.name}`', known.unit, *kinetics_view.fitted(known))} |"
            for item in fit.parts
            for known in item.parameters
        ]
        parts.append(_table("Parameters: median and 90 %", ("part", "name", "unit", "after", "before"), fitted))
        parts.append(f"{model.rule.because}\n")
        content = [
            f"| {item.constituent} | {item.median:.3g} | {item.log_sd:.2f} | {'yes' if item.borrowed else 'no'} |"
            for item in fit.content
        ]
        parts.append(_table("Content of products, mg/g", ("constituent", "median", "log SD", "SD borrowed"), content))
        return "\n".join(parts)

    return page


def stop_rules_of(substance: str) -> Callable[[Knowledge], str]:
    """A page of the stop rules that a plan with an adjunct has to hold, and of the cautions about its design."""

    def page(knowledge: Knowledge) -> str:
        adjunct = knowledge.substance(substance)
        parts = [f"{MADE}# Stop rules and design cautions of {adjunct.substance.name}\n"]
        parts.append(
            "The program may only stop, pause or call a clinician; it never starts again by itself. *Published*: the "
            "threshold stands in the source. *Adapted*: a published one, tightened or moved to this setting. "
            "*Proposed*: ours alone. No clinical advisory group has ratified any of them. For somebody who takes the "
            "adjunct every day a stop is no instruction to stop at once: how to come off it is a clinical decision of "
            "its own.\n"
        )
        levels = "\n".join(f"- **{level}**: {words}" for level, words in LEVELS.items())
        parts.append(f"{levels}\n")
        heads = ("level", "domain", "when", "then", "standing", "sources")
        parts.append(_table("Stop rules", heads, [_stop_row(rule) for rule in knowledge.stop_rules_of(substance)]))
        rows = [
            f"| {_cells(item.title, item.words, item.advice, ', '.join(item.sources))} |"
            for item in adjunct.design_cautions
        ]
        parts.append(_table("Cautions about the design", ("caution", "why", "what to do", "sources"), rows))
        return "\n".join(parts)

    return page


def _stop_row(rule: StopRuleRecord) -> str:
    standing = f"{rule.standing}{'' if rule.read else ', recalled'}"
    action = f"{rule.action}{f' ({rule.note})' if rule.note else ''}"
    return f"| {_cells(rule.level, rule.domain, rule.trigger, action, standing, ', '.join(rule.sources))} |"


def victims_page(substance: str) -> Callable[[Knowledge], str]:
    """A page of what an adjunct does to victims by three models, beside what was seen and what others calculated."""

    def page(knowledge: Knowledge) -> str:
        adjunct, rule = knowledge.substance(substance), knowledge.inhibition_rule
        kept = InhibitionFile.model_validate(knowledge.computed_inhibition(substance))
        parts = [f"{MADE}# What {adjunct.substance.name} does to the exposure of medicines, by three models\n"]
        parts.append(f"Made by `equipoise victims {substance} --write` with seed {kept.seed}. Intervals hold 90 %.\n")
        parts.append(f"{inhibition_view.NOT_A_DOSE}\n")
        parts.append(
            "\n".join(f"- {text}" for text in (*inhibition_view.MODELS, inhibition_view.silent(adjunct))) + "\n"
        )
        heads = ("probe", "figure", "seen", "dynamic", "static", "held")
        judged = [
            f"| {_cells(item.name, item.what, item.seen, item.dynamic, item.static, item.held)} |"
            for item in inhibition_view.probes(adjunct, kept.rows)
        ]
        parts.append(_table("Judged by what was seen, one serving with one dose", heads, judged))
        heads = ("victim", "course", "shares of clearance", "CR-IR", "static", "dynamic", "why not")
        shown = [inhibition_view.row(item) for item in kept.rows]
        rows = [
            f"| {_cells(row.name, row.course, row.shares, row.observed_based, row.static, row.dynamic, row.why)} |"
            for row in shown
        ]
        parts.append(_table("Victims", heads, rows))
        bounds = [f"| {_cells(*inhibition_view.bound(item))} |" for item in kept.bounds]
        heads = ("enzyme", "where", "activity left, middle", "least (5 %)")
        parts.append(_table("What the static model leaves of enzymes", heads, bounds))
        parts.append(f"{rule.because}\n")
        found = [_published(item) for item in checks(knowledge, adjunct)]
        heads = ("figure", "printed", "ours", "judged", "sources")
        parts.append(_table("What others calculated, from the inputs that they printed", heads, found))
        ways = [
            f"| {_cells(item.constituent, item.part.replace('_', ' '), _ends(item.range_90), item.how)} |"
            for item in adjunct.perpetrator_figures
        ]
        parts.append(
            _table("On the way to the enzymes: 90 % of what is believed", ("constituent", "part", "range", "how"), ways)
        )
        turnover = [
            f"| {_cells(str(item.enzyme), item.organ, _ends(item.range_90), item.how)} |"
            for item in knowledge.enzyme_turnover
        ]
        parts.append(
            _table("Loss of enzymes, 1/h: 90 % of what is believed", ("enzyme", "where", "range", "how"), turnover)
        )
        return "\n".join(parts)

    return page


def _published(item: Check) -> str:
    row = inhibition_view.published(item.record, item.computed, item.inlet_nm, agrees=item.agrees)
    return f"| {_cells(row.what, row.printed, row.computed, row.judged, ', '.join(row.sources))} |"


def _ends(found: tuple[float, float] | None) -> str:
    return "not known" if found is None else f"{found[0]:g} to {found[1]:g}"


def judged_claims(substance: str) -> Callable[[Knowledge], str]:
    """The file of an adjunct's judged claims, which a screening reads instead of sampling."""

    def text(knowledge: Knowledge) -> str:
        return spread_out(judged_file(knowledge, knowledge.substance(substance)), LINE_PER_BINDER) + "\n"

    return text


def pages(knowledge: Knowledge) -> dict[Path, str]:
    """Every generated page with its text."""
    makers: dict[str, Callable[[Knowledge], str]] = {
        "exit-codes.md": exit_codes,
        "case.schema.json": case_schema,
        "dossier.schema.json": dossier_schema_text,
        "medicines.md": medicines,
    }
    makers |= {f"cautions-{name}.md": cautions_of(name) for name in knowledge.substance_ids}
    claimed = [name for name in knowledge.substance_ids if claim_rows(knowledge, knowledge.substance(name))]
    makers |= {f"claims-{name}.md": claims_of(name) for name in claimed}
    fitted = [name for name in knowledge.substance_ids if knowledge.substance(name).kinetic_fit is not None]
    makers |= {f"kinetics-{name}.md": kinetics_of(name) for name in fitted}
    ruled = [name for name in knowledge.substance_ids if knowledge.substance(name).stop_rules]
    makers |= {f"stop-rules-{name}.md": stop_rules_of(name) for name in ruled}
    bounded = [name for name in knowledge.substance_ids if knowledge.computed_inhibition(name)]
    makers |= {f"victims-{name}.md": victims_page(name) for name in bounded}
    found = {REFERENCE / name: make(knowledge) for name, make in makers.items()}
    judged = {RECORDS / "substances" / name / "claims.json": judged_claims(name)(knowledge) for name in claimed}
    return found | judged


def main() -> None:
    """Writes every page, and says which changed."""
    for path, text in pages(load_knowledge()).items():
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")
            sys.stdout.write(f"wrote {path.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
