"""A short way to screen a case written as plain values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from equipoise.knowledge import Knowledge
from equipoise.model.case import Case
from equipoise.model.dossier import Dossier
from equipoise.screen import screen

ON = dt.date(2026, 11, 22)
Screen = Callable[..., Dossier]


@pytest.fixture
def screened(knowledge: Knowledge) -> Screen:
    """Screens a case given as keyword arguments; `substance` and `on` may be given too."""

    def run(substance: str | None = None, on: dt.date = ON, **case: Any) -> Dossier:
        return screen(Case.model_validate(case), knowledge, on=on, substance=substance)

    return run
