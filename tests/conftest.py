"""What every test may use: the record set, the shared data where it is, a cache of its own."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from equipoise.knowledge import Knowledge, load_knowledge

# The same examples in every run, and no clock: a slow machine must not fail a law.
settings.register_profile("steady", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session", autouse=True)
def _own_folders(tmp_path_factory: pytest.TempPathFactory) -> None:
    """No test reads or writes the user's own cache or imported names."""
    base = Path(os.environ.get("EQUIPOISE_TEST_CACHE", "") or tmp_path_factory.getbasetemp().parent / "equipoise-cache")
    os.environ["EQUIPOISE_CACHE"] = str(base)
    os.environ["EQUIPOISE_DATA_HOME"] = str(tmp_path_factory.mktemp("data-home"))


@pytest.fixture(scope="session")
def knowledge(_own_folders: None) -> Knowledge:
    """The program's own record set."""
    return load_knowledge()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data; the test is skipped, visibly, where it is absent."""
    folder = Path(os.environ.get("EQUIPOISE_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"REAL DATA ABSENT: {folder} is not there; set EQUIPOISE_DATA to run this test")
    return folder
