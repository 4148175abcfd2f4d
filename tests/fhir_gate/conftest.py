"""Makes `fhir_gate` importable, and says loudly when the Node oracles are absent."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from fhir_gate.oracles import ABSENT, node_is_ready


@pytest.fixture(scope="session")
def node_oracles() -> None:
    """The Node packages are installed; else a skip that names the command, or a failure where they are required."""
    if node_is_ready():
        return
    if os.environ.get("EQUIPOISE_REQUIRE_GATE") == "1":
        pytest.fail(ABSENT)
    pytest.skip(ABSENT)
