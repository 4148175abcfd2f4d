"""Command lines called as a person calls them."""

from __future__ import annotations

from typer.testing import CliRunner

from equipoise.cli.app import app
from equipoise.errors import EquipoiseError


def ran(*arguments: str) -> str:
    """What a command line that works prints."""
    found = CliRunner().invoke(app, list(arguments), catch_exceptions=False)
    assert found.exit_code == 0, found.output
    return found.output


def refused(*arguments: str) -> EquipoiseError:
    """The error that a command line ends with."""
    found = CliRunner().invoke(app, list(arguments)).exception
    assert isinstance(found, EquipoiseError)
    return found
