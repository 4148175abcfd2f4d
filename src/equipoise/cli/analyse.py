"""`equipoise analyse`: a diary in, the individual answer out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from equipoise.cli import options
from equipoise.errors import Fault, InputError

if TYPE_CHECKING:
    from equipoise.exchange.table_in import Table
    from equipoise.model.posterior import Posterior
    from equipoise.model.prior import HalfLife, PhiPrior, Prior

NUMBER = r"\s*(-?\d+(?:\.\d+)?)\s*"


def analyse(
    table: Annotated[Path, typer.Argument(metavar="TABLE", help="A table of one or more people: CSV with a header.")],
    time: Annotated[str, typer.Option("--time", help="Column of the day (a number) or of the date and time.")],
    outcome: Annotated[str, typer.Option("--outcome", help="Column of the rating; empty where it is missing.")],
    on: Annotated[str, typer.Option("--on", help="Column of what was taken: 0 and 1, a level, or words.")],
    on_value: Annotated[str | None, typer.Option("--on-value", help="The word that means: taken.")] = None,
    case: Annotated[str | None, typer.Option("--case", help="Column that tells people apart; one answer each.")] = None,
    where: Annotated[
        list[str] | None, typer.Option("--where", metavar="COLUMN=VALUE", help="Only these rows. Repeats.")
    ] = None,
    covariates: Annotated[
        list[str] | None, typer.Option("--covariate", help="A column to adjust for. Repeats.")
    ] = None,
    design: Annotated[
        str, typer.Option("--design", help="How the order was drawn: auto, blocks, daily, taper, observational.")
    ] = "auto",
    unit: Annotated[
        str | None, typer.Option("--unit", help="Daily draws: the column that tells drawn days apart (study day).")
    ] = None,
    max_run: Annotated[int | None, typer.Option("--max-run", help="Daily draws: the longest run allowed.")] = None,
    mcid: Annotated[float | None, typer.Option("--mcid", help="Smallest difference that matters, in points.")] = None,
    better: Annotated[str, typer.Option("--better", help="Which direction is a relief: lower or higher.")] = "lower",
    half_life: Annotated[
        str, typer.Option("--half-life", help="Build-up and decay of the effect: 0, 2d, 36h or lognormal(2,0.5).")
    ] = "0",
    recall: Annotated[str, typer.Option("--recall", help="The rating looks back over so long: 14d.")] = "0",
    bounds: Annotated[str | None, typer.Option("--bounds", help="Least and greatest score: 0,27.")] = None,
    trend: Annotated[str, typer.Option("--trend", help="linear, spline or none.")] = "linear",
    likelihood: Annotated[
        str, typer.Option("--likelihood", help="auto, gaussian, ordinal_sum, ordinal, binary or poisson.")
    ] = "auto",
    prior: Annotated[
        str, typer.Option("--prior", help="sceptical (default) or weak (flat in level and correlation).")
    ] = "sceptical",
    phi_prior: Annotated[
        str | None, typer.Option("--phi-prior", help="Correlation over one day: beta(2,2) or uniform(0,0.99).")
    ] = None,
    s0: Annotated[
        str | None, typer.Option("--s0", help="Planning SD in points: a number, or `sd` for that of all ratings.")
    ] = None,
    fewest: Annotated[int, typer.Option("--fewest", help="Ratings needed at each level.")] = 8,
    seed: Annotated[int, typer.Option("--seed", help="Draws the orders of a randomisation test.")] = 1,
    json: options.Json = False,
    report: Annotated[
        list[Path] | None, typer.Option("--report", help="Write a report: a file that ends in .html or .pdf. Repeats.")
    ] = None,
    patient_page: Annotated[
        Path | None, typer.Option("--patient-page", help="Write the page in plain language (.html).")
    ] = None,
) -> None:
    """Analyse a single-patient trial: did it help this person, by how much, and could it be chance or trend."""
    from equipoise.analyse import analyse as run
    from equipoise.exchange.table_in import read_table
    from equipoise.exchange.trial_in import Reading, scale_of, trial_of
    from equipoise.model.plan import Plan

    _known("--design", design, ("auto", "blocks", "daily", "taper", "observational"))
    _known("--better", better, ("lower", "higher"))
    _known("--trend", trend, ("linear", "spline", "none"))
    _known("--likelihood", likelihood, ("auto", "gaussian", "ordinal_sum", "ordinal", "binary", "poisson"))
    found = read_table(table)
    for text in where or ():
        column, _, value = text.partition("=")
        found = found.where(column, value)
    reading = Reading(
        time=time,
        outcome=outcome,
        on=on,
        on_value=on_value,
        unit=unit,
        covariates=tuple(covariates or ()),
        drawn_by=design,  # pyright: ignore[reportArgumentType] - one of the words, checked above
        max_run=max_run,
        recall_days=days_of("--recall", recall),
        bounds=_bounds(bounds),
        better=better,  # pyright: ignore[reportArgumentType] - one of the words, checked above
        scale=scale_of(likelihood),
    )
    plan = Plan(
        trend=trend,  # pyright: ignore[reportArgumentType] - one of the words, checked above
        likelihood=likelihood,  # pyright: ignore[reportArgumentType] - one of the words, checked above
        mcid=mcid,
        seed=seed,
        fewest=fewest,
    )
    answers: list[tuple[str | None, Posterior]] = []
    for name, rows in _people(found, case):
        schedule, seen, assumed = trial_of(rows, reading)
        chosen = prior_of(prior, phi_prior, half_life, s0, seen.values)
        answer = run(schedule, seen, prior=chosen, plan=plan)
        answers.append((name, _noted(answer, assumed)))
    for name, answer in answers:
        _show(name, answer, json)
        for path in report or ():
            _write(path if name is None else path.with_stem(f"{path.stem}-{_safe(name)}"), answer, plain=False)
        if patient_page is not None:
            target = patient_page if name is None else patient_page.with_stem(f"{patient_page.stem}-{_safe(name)}")
            _write(target, answer, plain=True)


def _people(table: Table, case: str | None) -> Iterator[tuple[str | None, Table]]:
    if case is None:
        yield None, table
        return
    for name in dict.fromkeys(table.column(case, "--case")):
        yield name, table.where(case, name, "--case")


def _noted(answer: Posterior, assumed: tuple[str, ...]) -> Posterior:
    from dataclasses import replace

    return replace(answer, notes=(*assumed, *answer.notes)) if assumed else answer


def _show(name: str | None, answer: Posterior, json: bool) -> None:  # noqa: FBT001 - the flag of the command
    if json:
        from equipoise.report.answer_plain import answer_json

        typer.echo(answer_json(answer, case=name).decode())
        return
    from rich.console import Console

    from equipoise.report.answer_terminal import print_answer

    print_answer(answer, Console(), case=name)


def _write(path: Path, answer: Posterior, *, plain: bool) -> None:
    from equipoise.report import answer_html

    ending = path.suffix.lower()
    if plain:
        content = answer_html.patient_html(answer).encode()
    elif ending == ".html":
        content = answer_html.answer_html(answer).encode()
    elif ending == ".pdf":
        content = answer_html.answer_pdf(answer)
    else:
        expected = "a file that ends in .html or .pdf"
        raise InputError("command line", [Fault("--report", str(path), expected, "For example --report answer.html.")])
    options.write(path, content)
    typer.echo(f"wrote {path}", err=True)


def _safe(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]+", "_", name)


def _known(option: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        fault = Fault(option, repr(value), f"one of {', '.join(known)}", "Use one of these words.")
        raise InputError("command line", [fault])


def days_of(option: str, text: str) -> float:
    """A span of time as days.

    >>> days_of("--recall", "14d"), days_of("--recall", "36h"), days_of("--recall", "0")
    (14.0, 1.5, 0.0)
    """
    match = re.fullmatch(NUMBER + r"(d|h|w)?", text.strip())
    if match is None or float(match[1]) < 0:
        fault = Fault(option, repr(text), "a span such as 14d, 36h or 2w", "Give a number and a unit.")
        raise InputError("command line", [fault])
    return float(match[1]) * {"d": 1.0, "h": 1.0 / 24.0, "w": 7.0}[match[2] or "d"]


def half_life_of(text: str) -> HalfLife:
    """A fixed half-life, or a log-normal about a median in days.

    >>> half_life_of("lognormal(2,0.5)")
    HalfLife(median_days=2.0, log_sd=0.5)
    """
    from equipoise.model.prior import HalfLife

    match = re.fullmatch(rf"lognormal\({NUMBER}d?\s*,{NUMBER}\)", text.strip())
    return HalfLife(float(match[1]), float(match[2])) if match else HalfLife(days_of("--half-life", text))


def phi_of(text: str) -> PhiPrior:
    """A prior of the correlation over one day.

    >>> phi_of("uniform(-0.99,0.99)").low
    -0.99
    """
    from equipoise.model.prior import PhiPrior

    match = re.fullmatch(rf"(beta|uniform)\({NUMBER},{NUMBER}\)", text.strip().lower())
    if match is None:
        mend = "For example beta(2,2) or uniform(0,0.99)."
        raise InputError("command line", [Fault("--phi-prior", repr(text), "beta(a,b) or uniform(low,high)", mend)])
    first, second = float(match[2]), float(match[3])
    return PhiPrior(first, second) if match[1] == "beta" else PhiPrior.uniform(first, second)


def prior_of(name: str, phi: str | None, half_life: str, s0: str | None, values: object) -> Prior:
    """The prior out of the options."""
    from dataclasses import replace

    import numpy as np

    from equipoise.model.prior import WEAK, Prior

    _known("--prior", name, ("sceptical", "weak"))
    prior = replace(WEAK if name == "weak" else Prior(), half_life=half_life_of(half_life))
    if phi is not None:
        prior = replace(prior, phi=phi_of(phi))
    if s0 is None:
        return prior
    if s0 == "sd":
        return replace(prior, s0=float(np.nanstd(np.asarray(values, dtype=np.float64), ddof=1)))
    try:
        return replace(prior, s0=float(s0))
    except ValueError:
        mend = "Give the within-person SD in points, or `sd`."
        raise InputError("command line", [Fault("--s0", repr(s0), "a number of points, or sd", mend)]) from None


def _bounds(text: str | None) -> tuple[float, float] | None:
    if text is None:
        return None
    match = re.fullmatch(rf"{NUMBER},{NUMBER}", text)
    if match is None or float(match[1]) >= float(match[2]):
        fault = Fault("--bounds", repr(text), "the least and the greatest score", "For example --bounds 0,27.")
        raise InputError("command line", [fault])
    return float(match[1]), float(match[2])
