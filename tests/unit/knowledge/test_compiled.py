"""The compiled records: verified at every start, mended where they are damaged."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from equipoise.errors import KnowledgeError
from equipoise.knowledge import RECORDS, load_knowledge
from equipoise.knowledge.compiled import KEPT, MANIFEST


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A cache folder of its own; every load in the test reads the disk."""
    monkeypatch.setenv("EQUIPOISE_CACHE", str(tmp_path / "cache"))
    load_knowledge.cache_clear()
    yield tmp_path / "cache"
    load_knowledge.cache_clear()


def loaded() -> tuple[str, int, int]:
    """What a fresh process would see: the hash, the number of cautions, the number of law records."""
    load_knowledge.cache_clear()
    knowledge = load_knowledge()
    kratom = knowledge.substance("kratom")
    return knowledge.hash, len(kratom.cautions), len(kratom.law)


@pytest.mark.parametrize("wrong", ["lost", "emptied", "garbled", "manifest lost", "folder only"])
def test_a_damaged_copy_is_never_read_as_no_rules(cache: Path, wrong: str) -> None:
    """Whatever happens to a compiled section, the next start sees every rule again."""
    whole = loaded()
    copy = next(path for path in cache.iterdir() if (path / MANIFEST).is_file())
    target = copy / "kratom.cautions"
    if wrong == "lost":
        target.unlink()
    elif wrong == "emptied":
        target.write_bytes(b"[]")
    elif wrong == "garbled":
        target.write_bytes(b"")
    elif wrong == "manifest lost":
        (copy / MANIFEST).unlink()
    else:
        shutil.rmtree(copy)
        copy.mkdir()
    assert loaded() == whole
    assert loaded() == whole


def test_a_loaded_set_outlives_its_copy(cache: Path) -> None:
    """A screening that has begun does not depend on the cache: sections are in memory before anything is asked."""
    knowledge = load_knowledge()
    shutil.rmtree(cache)
    assert len(knowledge.substance("kratom").cautions) == 47


def test_a_cache_that_cannot_be_written_costs_time_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a place for the copy the records are compiled for this process."""
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("EQUIPOISE_CACHE", str(tmp_path / "file"))
    assert loaded()[1] == 47
    load_knowledge.cache_clear()


def test_old_copies_are_forgotten(cache: Path, tmp_path: Path) -> None:
    """Only the newest copies stay."""
    for number in range(KEPT + 2):
        records = tmp_path / f"records{number}"
        shutil.copytree(RECORDS, records)
        (records / "note.yaml").write_text(f"# {number}\n{{}}\n", "utf-8")
        load_knowledge(records)
    assert len([path for path in cache.iterdir() if (path / MANIFEST).is_file()]) <= KEPT


def test_a_record_set_without_rules_is_refused(tmp_path: Path, cache: Path) -> None:
    """A folder that lacks settings, medicines or the cautions of an adjunct is a fault, not an empty screening."""
    assert cache.name == "cache"
    (tmp_path / "empty").mkdir()
    with pytest.raises(KnowledgeError) as error:
        load_knowledge(tmp_path / "empty")
    assert "settings" in str(error.value)
    records = tmp_path / "records"
    shutil.copytree(RECORDS, records)
    (records / "substances" / "kratom" / "cautions.yaml").unlink()
    with pytest.raises(KnowledgeError) as error:
        load_knowledge(records)
    assert "kratom/cautions" in str(error.value)
