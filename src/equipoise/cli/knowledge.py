"""`equipoise knowledge`: look into the records, check them, compare them, extend the names."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from equipoise.cli import knowledge_fit, options

app = typer.Typer(
    help="Look into the knowledge records, check and compare them, extend the names.", no_args_is_help=True
)
app.command("fit")(knowledge_fit.fit)


@app.command()
def check(
    folder: Annotated[Path | None, typer.Argument(help="A folder of records; the program's own by default.")] = None,
    json: options.Json = False,
) -> None:
    """Check every record and every reference between them; list all faults, or the counts and the content hash."""
    knowledge = options.records(folder, "FOLDER")
    counts = Counter(
        "/".join(part for part in place if part) for place in knowledge.sections for _ in knowledge.rows(*place)
    )
    unchecked = [
        row for row in knowledge.rows("", "medicines") if row.get("rxcui") and not row.get("rxcui_confirmed_by")
    ]
    if json:
        _print_json(
            {"hash": knowledge.hash, "date": str(knowledge.date), "records": counts, "unchecked_rxcui": len(unchecked)}
        )
        return
    for name, count in sorted(counts.items()):
        typer.echo(f"{count:6}  {name}")
    typer.echo(f"{sum(counts.values()):6}  records in all, without a fault; gathered {knowledge.date}")
    typer.echo(f"{len(unchecked):6}  medicines whose RxNorm code no second source confirms (marked unchecked)")
    typer.echo(f"hash {knowledge.hash}")


@app.command()
def show(
    section: Annotated[str, typer.Argument(help="medicines, cautions, law, sources, substances, …")],
    name: Annotated[str | None, typer.Argument(help="The id of one record.")] = None,
    substance: options.Substance = None,
    json: options.Json = False,
    knowledge: options.Records = None,
) -> None:
    """Show one record whole, or list the records of a section."""
    from equipoise.knowledge.browse import find

    records = options.records(knowledge)
    with options.asked():
        records.substance(substance)
    if section == "substances":
        section = "substance"
    found = find(records, section, name, substance)
    if json:
        _print_json([{"path": item.path, **item.row} for item in found])
    elif name is None and len(found) > 1:
        for item in found:
            typer.echo(f"{item.path:<48} {_headline(item.row)}")
    else:
        _print_yaml([item.row for item in found])


@app.command()
def stale(on: options.On = None, json: options.Json = False, knowledge: options.Records = None) -> None:
    """List records whose newest source is undated or past its shelf life: they are shown as unverified."""
    from equipoise.knowledge.browse import stale_records

    today = options.day(on)
    found = stale_records(options.records(knowledge), today)
    if json:
        _print_json([{"path": item.path, "as_of": item.row.get("as_of", item.row.get("date"))} for item in found])
        return
    for item in found:
        typer.echo(f"{item.row.get('as_of') or 'undated':<12} {item.path:<56} {item.row.get('status', '')}")
    typer.echo(f"{len(found)} records are unverified on {today}.")


@app.command()
def cite(
    key: Annotated[str, typer.Argument(help="The key of a source.")],
    json: options.Json = False,
    knowledge: options.Records = None,
) -> None:
    """Show a source as a citation, and every record that rests on it."""
    from equipoise.knowledge.browse import citation, find, resting_on

    records = options.records(knowledge)
    source = find(records, "sources", key, None)[0]
    users = resting_on(records, key)
    if json:
        _print_json({**source.row, "cited_by": [item.path for item in users]})
        return
    typer.echo(citation(source.row))
    for item in users:
        typer.echo(f"  {item.path}")


@app.command()
def diff(
    before: Annotated[Path, typer.Argument(help="A folder of records.")],
    after: Annotated[Path | None, typer.Argument(help="Another one; the program's own by default.")] = None,
    json: options.Json = False,
) -> None:
    """Compare two record sets: what was added, removed or changed, field by field."""
    from equipoise.knowledge.browse import compare

    changes = compare(options.records(before, "BEFORE"), options.records(after, "AFTER"))
    if json:
        _print_json([{"kind": item.kind, "path": item.path, "fields": item.fields} for item in changes])
        return
    for item in changes:
        typer.echo(f"{item.kind:<8} {item.path}")
        for field, (old, new) in item.fields.items():
            typer.echo(f"           {field}: {old} -> {new}")
    counts = Counter(item.kind for item in changes)
    typer.echo(", ".join(f"{counts[kind]} {kind}" for kind in ("added", "removed", "changed")))


@app.command("import-rxnorm")
def import_rxnorm(files: Annotated[list[Path], typer.Argument(help="Tab-separated RxNorm tables; gzip too.")]) -> None:
    """Extend the resolver with RxNorm's public prescribable names (columns rxcui, tty, name, ingredient_rxcuis)."""
    from rich.progress import Progress, SpinnerColumn, TextColumn

    from equipoise.knowledge.rxnorm import import_rxnorm as run

    columns = (SpinnerColumn(), TextColumn("{task.description}"))
    with Progress(*columns, transient=True) as progress:
        task = progress.add_task("reading rows")
        summary = run(files, lambda count: progress.update(task, description=f"read {count:,} rows"))
    typer.echo(f"{summary.rows:,} rows read; {summary.concepts:,} RxNorm concepts are now known ({summary.kept_at}).")


def _headline(row: dict[str, object]) -> str:
    for field in ("title", "name", "what", "question", "says", "design"):
        if row.get(field):
            return str(row[field])[:90]
    return ""


def _print_json(value: object) -> None:
    import orjson

    typer.echo(orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS).decode())


def _print_yaml(rows: list[dict[str, object]]) -> None:
    import yaml

    for row in rows:
        typer.echo(yaml.safe_dump(row, sort_keys=False, allow_unicode=True, width=100).rstrip())
