"""The options of an analysis: the command and a trial file know the same ones."""

from __future__ import annotations

import inspect

from equipoise.cli.analyse import analyse
from equipoise.cli.trial_options import DEFAULTS, NEEDED
from equipoise.exchange.trial_folder import _Options


def test_command_and_trial_file_know_the_same_options_with_the_same_defaults() -> None:
    """What `choices` reads is an option of the command and a field of trial.yaml, and its default is one value."""
    of_command = {name: item.default or None for name, item in inspect.signature(analyse).parameters.items()}
    of_file = {name: item.default or None for name, item in _Options.model_fields.items()}
    assert set(of_file) == {*DEFAULTS, *NEEDED}
    assert {name: of_command[name] for name in of_file} == of_file
    assert {name: value or None for name, value in DEFAULTS.items()} == {name: of_file[name] for name in DEFAULTS}
