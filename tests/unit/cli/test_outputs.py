"""Where answers go: nothing that was read is destroyed, and no answer takes the place of another."""

from __future__ import annotations

from pathlib import Path

import pytest

from equipoise.cli.outputs import outputs
from equipoise.errors import UsageError

DIARY = Path("diary.csv")


def test_one_person_has_the_files_that_were_asked_for() -> None:
    """Without several people each file keeps its name."""
    found = outputs([None], [Path("a.html"), Path("a.PDF")], Path("p.html"), [DIARY])
    assert [(item.option, item.path.name, item.ending) for item in found] == [
        ("--report", "a.html", ".html"), ("--report", "a.PDF", ".pdf"), ("--patient-page", "p.html", ".html"),
    ]  # fmt: skip


def test_several_people_have_a_file_each() -> None:
    """Each file is named after its person; what no file name should hold becomes an underscore."""
    found = outputs(["A B", "C/../D"], [Path("out/a.html")], None, [DIARY])
    assert [str(item.path) for item in found] == ["out/a-A_B.html", "out/a-C_.._D.html"]
    assert [item.case for item in found] == ["A B", "C/../D"]


REFUSED: list[tuple[list[str | None], list[str], str | None, str]] = [
    ([None], ["a.doc"], None, "--report: found a.doc; expected a file that ends in .html or .pdf"),
    ([None], [], "p.pdf", "--patient-page: found p.pdf; expected a file that ends in .html"),
    ([None], ["a.html"], "a.html", "--patient-page: found a.html twice; expected one file for each page"),
    ([None], ["a.html"], "./x/../A.html", "twice; expected one file for each page"),
    (["A B", "A_B"], [], "p.html", "--patient-page: found p-A_B.html for both 'A B' and 'A_B'; expected one file"),
    (["anna", "Anna"], ["a.html"], None, "for both 'anna' and 'Anna'"),
]


@pytest.mark.parametrize(("cases", "reports", "patient", "told"), REFUSED)
def test_files_that_would_mislead_are_refused(
    cases: list[str | None], reports: list[str], patient: str | None, told: str
) -> None:
    """An ending that says something else, and two answers for one file, are refused."""
    page = None if patient is None else Path(patient)
    with pytest.raises(UsageError) as refused:
        outputs(cases, [Path(report) for report in reports], page, [DIARY])
    assert told in str(refused.value)


def test_what_is_read_is_never_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that the analysis reads is no place for an answer, however it is spelled; also through a link."""
    monkeypatch.chdir(tmp_path)
    diary = tmp_path / "diary.html"
    diary.write_text("day,score\n", "utf-8")
    (tmp_path / "link.html").symlink_to(diary)
    for name in ("diary.html", "./diary.html", str(diary), "link.html", "DIARY.html"):
        with pytest.raises(UsageError, match="another file than those that the analysis reads"):
            outputs([None], [Path(name)], None, [diary])


def test_every_fault_of_the_files_is_told_at_once() -> None:
    """A wrong ending and a shared file come in one message."""
    with pytest.raises(UsageError) as refused:
        outputs([None], [Path("a.doc"), Path("b.html"), Path("b.html")], None, [DIARY])
    assert [fault.path for fault in refused.value.faults] == ["--report", "--report"]
