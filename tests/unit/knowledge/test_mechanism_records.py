"""Mechanism records: references hold, 'not known' is written down, judged claims follow from the records."""

from __future__ import annotations

import shutil
from pathlib import Path

import orjson
import pytest
from pydantic import ValidationError

from equipoise.errors import KnowledgeError
from equipoise.knowledge import RECORDS, Knowledge, load_knowledge
from equipoise.model.mechanism import BindingConstant, FreeFraction, MeasuredConcentration
from equipoise.screen.claims import claim_rows, inputs_hash

KRATOM = Path("substances") / "kratom" / "mechanism.yaml"


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the records that a test may change, with a cache of its own."""
    monkeypatch.setenv("EQUIPOISE_CACHE", str(tmp_path / "cache"))
    shutil.copytree(RECORDS, tmp_path / "records")
    return tmp_path / "records"


def replaced(path: Path, old: str, new: str) -> None:
    """The file with one text changed; the text must be there."""
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_a_lost_gap_is_refused(copy: Path) -> None:
    """Silence on a constituent at a claimed target is a fault: it would read as a figure that nobody needs."""
    replaced(copy / KRATOM, "targets: [alpha_1, dopamine_1, dopamine_2,", "targets: [dopamine_1, dopamine_2,")
    with pytest.raises(KnowledgeError, match="nothing on mitragynine at alpha_1"):
        load_knowledge(copy)


def test_a_lost_fraction_is_refused(copy: Path) -> None:
    """What is measured in people needs a word on its unbound fraction, be it that nobody knows it."""
    replaced(
        copy / KRATOM, "{id: oh_unbound, constituent: 7_hydroxymitragynine", "{id: oh_unbound, constituent: mitragynine"
    )
    with pytest.raises(KnowledgeError, match="nothing on unbound_in_plasma of 7_hydroxymitragynine"):
        load_knowledge(copy)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("constituent: speciogynine, target: serotonin_7", "constituent: caffeine, target: serotonin_7", "caffeine"),
        ("target: serotonin_7, measure", "target: serotonin_9, measure", "serotonin_9"),
        ("  claim: stress\n", "  claim: hormones\n", "hormones"),
    ],
)
def test_a_name_that_no_record_defines_is_refused(copy: Path, old: str, new: str, said: str) -> None:
    """Constituents, targets and claims must be records."""
    replaced(copy / KRATOM, old, new)
    with pytest.raises(KnowledgeError, match=said):
        load_knowledge(copy)


def test_claims_without_a_rule_are_refused(copy: Path) -> None:
    """Nothing is judged by a rule that is not there."""
    replaced(copy / "mechanisms.yaml", "claim_rules:", "unused: []\nclaim_rules_lost:")
    with pytest.raises(KnowledgeError):
        load_knowledge(copy)


def test_claims_judged_by_older_records_are_judged_anew(copy: Path) -> None:
    """A changed affinity changes what is shown at once, although the judged file is still the old one."""
    replaced(copy / KRATOM, "value: 1260, unit: nM", "value: 12.6, unit: nM")
    knowledge = load_knowledge(copy)
    rows = {row.id: row for row in claim_rows(knowledge, knowledge.substance("kratom"))}
    (alpha,) = (item for item in rows["noradrenaline"].targets if item.id == "alpha_2a")
    assert alpha.binders[0].ki_nm == (12.6,)
    assert alpha.occupancy is not None
    assert alpha.occupancy.median > 0.1


def test_judged_claims_do_not_change_what_the_records_say(copy: Path, knowledge: Knowledge) -> None:
    """The content hash is of the records alone; the judged file names the hash of the sections that it came from."""
    kept = orjson.loads((copy / KRATOM.with_name("claims.json")).read_bytes())
    assert kept["inputs"] == inputs_hash(knowledge, "kratom")
    copy.joinpath(KRATOM.with_name("claims.json")).unlink()
    assert load_knowledge(copy).hash == knowledge.hash


def test_impossible_figures_are_refused(knowledge: Knowledge) -> None:
    """A fraction above 1, a range in the wrong order, a middle outside its range, a value without unit."""
    kratom = knowledge.substance("kratom")
    fraction = kratom.free_fractions[0].model_dump()
    concentration = kratom.concentrations[0].model_dump()
    constant = next(item for item in kratom.binding_constants if item.counts).model_dump()
    for kind, row in (
        (FreeFraction, fraction | {"part": "unbound_in_plasma", "range_90": (0.5, 1.5)}),
        (FreeFraction, fraction | {"range_90": (0.5, 0.2)}),
        (MeasuredConcentration, concentration | {"middle": 1e6}),
        (BindingConstant, constant | {"unit": None}),
    ):
        with pytest.raises(ValidationError):
            kind.model_validate(row)
