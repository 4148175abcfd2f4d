"""`equipoise doctor`: what this installation has, what is missing, what that means, and how to mend it."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

import typer

from equipoise import __version__
from equipoise.cli import options
from equipoise.errors import how_to_install

if TYPE_CHECKING:
    from equipoise.knowledge import Knowledge
    from equipoise.knowledge.rxnorm import RxNormNames


@dataclass(frozen=True, slots=True)
class Package:
    """An optional package: the extra that brings it, what it is for, and what works without it."""

    package: str
    extra: str
    use: str
    without: str

    @property
    def installed(self) -> bool:
        """Whether it can be found; it is not imported, which may take seconds."""
        return find_spec(self.package) is not None

    def __str__(self) -> str:
        if self.installed:
            return f"installed ({self.use})"
        return f"missing: no {self.use}; {self.without}. {how_to_install(self.extra)}"


OPTIONAL = (
    Package("weasyprint", "pdf", "PDF", "pages come as HTML, which a browser prints"),
    Package("pandas", "frames", "data frames of an answer", "the same figures come as JSON"),
    Package("pyarrow", "frames", "simulated tables as Arrow files", "the same tables come as CSV"),
    Package("arviz_base", "mcmc", "ArviZ's container of an answer", "the answer is exact without it"),
    Package("numpyro", "mcmc", "check of an answer by sampling", "the answer itself needs no sampling"),
    Package("numba", "simulate", "simulation of kinetics", "screening and analysis need none"),
    Package("polars", "frames", "simulated tables as Polars data frames", "NumPy columns and CSV need none"),
    Package("distributed", "cluster", "simulation on many machines", "one machine needs none"),
    Package("jax", "mcmc", "compiled batches, on a GPU where there is one", "batches run on the processor's threads"),
)


def doctor(json: options.Json = False) -> None:
    """Say what this installation has, what is missing, what works without it, and how to mend it."""
    from equipoise.knowledge.rxnorm import load_rxnorm

    knowledge, table = options.records(None), load_rxnorm()
    if json:
        import json as writer

        typer.echo(writer.dumps(_facts(knowledge, table), indent=2))
        return
    for name, value in _lines(knowledge, table).items():
        typer.echo(f"{name:<14} {value}")


def _facts(knowledge: Knowledge, table: RxNormNames | None) -> dict[str, object]:
    from equipoise.folders import cache_folder

    return {
        "version": __version__,
        "python": sys.version.split()[0],
        "records": {"date": str(knowledge.date), "hash": knowledge.hash, "adjuncts": knowledge.substance_ids},
        "compiled_copy": str(cache_folder()),
        "rxnorm_concepts": None if table is None else len(table.concepts),
        "optional": {item.package: {"installed": item.installed, "extra": item.extra} for item in OPTIONAL},
    }


def _lines(knowledge: Knowledge, table: RxNormNames | None) -> dict[str, str]:
    from equipoise.folders import cache_folder

    rxnorm = "not imported: `equipoise knowledge import-rxnorm FILE` lets product codes resolve"
    if table is not None:
        rxnorm = f"{len(table.concepts):,} concepts"
    return {
        "Equipoise": __version__,
        "Python": f"{sys.version.split()[0]} ({'ok' if sys.version_info >= (3, 11) else 'needs 3.11 or newer'})",
        "records": f"{knowledge.date}, hash {knowledge.hash[:12]}, adjuncts {', '.join(knowledge.substance_ids)}",
        "compiled copy": str(cache_folder()),
        "RxNorm names": rxnorm,
        **{item.package: str(item) for item in OPTIONAL},
    }
