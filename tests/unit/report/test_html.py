"""The page: what it says, what it never says, and what no input can make it do."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from equipoise.knowledge import Knowledge
from equipoise.model.case import Case, Unread
from equipoise.model.dossier import AssessedMedication, Dossier, LawRow, MissingTest, NotAssessed
from equipoise.model.finding import Burden, BurdenPart, Implicated, Magnitude
from equipoise.model.law import Jurisdiction
from equipoise.model.source import Source
from equipoise.model.terms import Answer, Effect, Outcome, Severity
from equipoise.report.html import dossier_html
from equipoise.report.page import css_string
from equipoise.report.plain import dossier_json
from equipoise.screen import screen

SCRIPT = "<script>alert(1)</script>"


def _position(page: str, *texts: str) -> list[int]:
    return [page.index(text) for text in texts]


def test_sections_stand_in_reading_order(full: Dossier) -> None:
    """The outcome stands first, then what was met, the pictures, the unknown, law, evidence, medicines, sources."""
    page = dossier_html(full)
    names = (
        "outcome",
        "findings",
        "exposure",
        "burden",
        "unknown",
        "law",
        "evidence",
        "medicines",
        "not-met",
        "sources",
    )
    places = _position(page, *(f'<section id="{name}"' for name in names), "<footer")
    assert places == sorted(places)


def test_findings_stand_by_severity(full: Dossier) -> None:
    """Met findings are grouped from contraindicated to information, and unknown ones are not among them."""
    page = dossier_html(full)
    found = page[page.index('id="findings"') : page.index('id="exposure"')]
    places = _position(
        found, ">Contraindicated <span", ">Specialist decision <span", ">Caution <span", ">Information <span"
    )
    assert places == sorted(places)
    assert "caution/pregnancy" not in found


@pytest.mark.parametrize(
    ("outcome", "headline"),
    [
        (Outcome.STOP, "Stop: a contraindication is met"),
        (Outcome.SPECIALIST_DECISION, "A specialist must decide"),
        (Outcome.CLINICIAN_MUST_DECIDE, "The clinician must decide"),
    ],
)
def test_outcome_is_said_in_words(build: Any, outcome: Outcome, headline: str) -> None:
    """Each outcome has its own headline; the colour is not the only sign of it."""
    page = dossier_html(build.dossier(outcome=outcome))
    assert f'<h2 id="outcome-title">{headline}</h2>' in page


@pytest.mark.parametrize("outcome", list(Outcome))
def test_page_never_clears_a_patient(build: Any, outcome: Outcome) -> None:
    """No outcome, and no empty dossier, makes the page speak of cleared, safe or OK."""
    page = dossier_html(build.dossier(outcome=outcome))
    text = re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
    assert not re.search(r"\b(cleared|safe|ok|okay|eligible|no interactions?)\b", text, flags=re.IGNORECASE)
    assert "never clears a patient" in text


def test_full_page_never_clears_a_patient(full: Dossier) -> None:
    """The words of the program itself never speak of cleared, safe or OK, whatever was found."""
    page = re.sub(r"<style>.*?</style>", "", dossier_html(full), flags=re.DOTALL)
    assert not re.search(r"\b(cleared|safe|ok|okay|eligible)\b", page, flags=re.IGNORECASE)


def test_bare_dossier_says_what_is_not_there(bare: Dossier) -> None:
    """Without findings the page says that this is no clearance, and that law and evidence are unknown."""
    page = dossier_html(bare)
    assert "That is no clearance" in page
    assert "The law was not judged" in page
    assert "Its benefit is unknown" in page
    assert "<figure>" not in page


def _hostile(build: Any) -> Dossier:
    """A dossier whose every free text is an attack on the page."""
    label = Implicated(kind="medicine", label=SCRIPT, matched_by=SCRIPT, path=SCRIPT)
    size = Magnitude(estimate=1.2, interval=(1.1, 1.3), kind=SCRIPT)
    met = build.finding(
        title=SCRIPT, explanation=SCRIPT, mechanism=SCRIPT, mitigation=SCRIPT, would_change=SCRIPT, to_settle=SCRIPT,
        notes=(SCRIPT,), implicated=(label,), magnitude=size,
    )  # fmt: skip
    return build.dossier(
        case_id=SCRIPT, substance_name=SCRIPT, reasons=(SCRIPT,), standing_note=SCRIPT, program_version=SCRIPT,
        findings=(met,),
        medications=(
            AssessedMedication(text=SCRIPT, medicines=("a",), names=(SCRIPT,), matched_by=SCRIPT, current=True),
        ),
        not_assessed=(NotAssessed(text=SCRIPT, path=SCRIPT, reason=SCRIPT),),
        unread=(Unread(path=SCRIPT, reason=SCRIPT),),
        missing_tests=(MissingTest(id="a", title=SCRIPT, missing=(SCRIPT,), why=SCRIPT, within_days=3),),
        law=(
            LawRow(
                jurisdiction=Jurisdiction.parse(f"US/{SCRIPT}"), place=SCRIPT, substance="leaf", status=None,
                as_of=None, doubtful=True, severity=None, words=SCRIPT,
            ),
        ),
        burdens=(Burden(effect=Effect.QT, severity=None, parts=(BurdenPart(label=SCRIPT, points=1),)),),
        sources=(build.source("brooks_2023_ss", title=SCRIPT, authors=SCRIPT, doi=None, url="javascript:alert(1)"),),
    )  # fmt: skip


def test_every_text_is_escaped(build: Any) -> None:
    """A script in any free text of the dossier arrives as text, never as an element."""
    page = dossier_html(_hostile(build))
    assert "<script" not in page.lower()
    assert page.count("&lt;script&gt;") > 20
    assert page.count("</style>") == 1


def test_links_are_addresses_of_the_web_only(build: Any) -> None:
    """A source with another scheme than http(s) is printed, and is no link."""
    page = dossier_html(_hostile(build))
    assert 'href="javascript' not in page
    assert '<span class="url">javascript:alert(1)</span>' in page


def test_page_asks_for_nothing(full: Dossier) -> None:
    """Nothing in the page makes a browser fetch anything, and the policy forbids it besides."""
    page = dossier_html(full)
    assert not re.search(
        r"<(script|link|img|iframe|object|embed|base|form|input|audio|video|source)\b", page, re.IGNORECASE
    )
    assert not re.search(r"\b(src|srcset|action|style|on[a-z]+)=", page)
    assert not re.search(r"@import|@font-face|url\((?!#)", page)
    assert "default-src 'none'; style-src 'sha256-" in page


def test_policy_admits_exactly_the_style_of_the_page(full: Dossier) -> None:
    """The digest in the policy is that of the style sheet as it stands in the page."""
    import base64
    import hashlib

    page = dossier_html(full)
    style = page[page.index("<style>") + len("<style>") : page.index("</style>")]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in page


def test_css_string_cannot_be_left() -> None:
    """No case name can end the string, the rule or the style element that it is printed in."""
    text = css_string('a"; } </style>\n\\ é')
    assert re.fullmatch(r'"(?:[A-Za-z0-9 ]|\\[0-9a-f]{1,6} )*"', text)


@pytest.mark.slow
def test_page_does_not_scroll_sideways_on_a_phone(knowledge: Knowledge, tmp_path: Path) -> None:
    """In a window of 500 px only the wide tables scroll, each in its own box, never the page."""
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        pytest.skip("NO BROWSER: neither chromium nor google-chrome is there to lay the page out")
    dossier = screen(Case(age_years=40), knowledge, on=dt.date(2026, 11, 22))
    page = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", dossier_html(dossier))
    measure = "const page = document.documentElement; document.title = `${page.scrollWidth} of ${page.clientWidth}`"
    (tmp_path / "page.html").write_text(page.replace("</body>", f"<script>{measure}</script></body>"), "utf-8")
    options = ("--headless", "--no-sandbox", "--disable-gpu", "--window-size=500,900", "--dump-dom")
    address = (tmp_path / "page.html").as_uri()
    laid_out = subprocess.run([browser, *options, address], capture_output=True, text=True, timeout=120, check=True)
    wide, window = re.findall(r"<title>(\d+) of (\d+)</title>", laid_out.stdout)[0]
    assert wide == window


def test_every_citation_resolves(full: Dossier) -> None:
    """Each number that is cited leads to a footnote of the page, and each footnote is cited."""
    page = dossier_html(full)
    cited = set(re.findall(r'href="#source-(\d+)"', page))
    listed = set(re.findall(r'id="source-(\d+)"', page))
    assert cited == listed
    assert cited == {str(number) for number in range(1, len(full.sources) + 1)}


def test_missing_source_is_said(build: Any) -> None:
    """A cited key that the dossier does not carry gets a footnote which says that it is missing."""
    page = dossier_html(build.dossier(findings=(build.finding(),)))
    assert '<li id="source-1">' in page
    assert "Not among the sources of this dossier" in page


def test_recalled_sources_and_facts_are_marked(full: Dossier) -> None:
    """A source that was not opened says so at its footnote, and the finding says that it is recalled."""
    page = dossier_html(full)
    assert "<b>Recalled, not opened; to be checked before anybody relies on it.</b>" in page
    assert "recalled, to be checked" in page
    assert "Read (abstract) on 2026-11-22." in page


def test_hash_dates_version_and_standing_are_shown(full: Dossier) -> None:
    """The page carries the knowledge hash, both dates, the version, the standing note and the intended use."""
    page = dossier_html(full)
    foot = page[page.index("<footer") :]
    for text in (full.knowledge_hash, str(full.on), str(full.knowledge_date), full.program_version, full.standing_note):
        assert text in foot
    assert "it never recommends a dose and never clears a patient" in foot


def test_blocking_questions_come_first(full: Dossier) -> None:
    """Unanswered contraindications stand before every other question, under a heading that says that they block."""
    page = dossier_html(full)
    places = _position(
        page, "nothing may start before these are answered", "<code>bipolar", "<code>pregnancy", "<code>age_older"
    )
    assert places == sorted(places)


def test_blocking_record_without_finding_is_still_asked(build: Any) -> None:
    """A blocking record that no finding explains is asked in its own words, not dropped."""
    page = dossier_html(build.dossier(blocked_by=("kratom_use_disorder",)))
    assert "Kratom use disorder: does this apply?" in page


def test_unassessed_medicine_shows_candidates_and_never_absence(full: Dossier) -> None:
    """A medicine without a record is shown as not assessed with what it could mean."""
    page = dossier_html(full)
    part = page[page.index('id="not-assessed"') : page.index('id="tests"')]
    assert "Depakotte 500 mg" in part
    assert "valproate" in part
    assert "unknown, not absent" in part


def test_evidence_begins_with_its_bottom_line(full: Dossier) -> None:
    """The answer and its certainty stand before the studies."""
    page = dossier_html(full)
    part = page[page.index('<section id="evidence"') :]
    places = _position(part, "Unknown. No randomised", "Very low certainty", "The studies behind it")
    assert places == sorted(places)


def test_law_is_never_called_legal(full: Dossier) -> None:
    """The law table says unregulated, doubtful and no record, and never that something is legal or allowed."""
    page = dossier_html(full)
    table = page[page.index('id="law-table"') : page.index('<section id="evidence"')]
    assert "unregulated, which is no permission" in table
    assert "no record" in table
    assert "undated" in table
    assert not re.search(r"\b(legal|allowed|permitted)\b", table, re.IGNORECASE)


def test_far_out_magnitudes_are_printed_as_they_are(build: Any) -> None:
    """A ratio of 0.01 and one of 80 are printed in figures although the axis ends before them."""
    sizes = (
        Magnitude(estimate=0.01, interval=(0.004, 0.03), kind="x"),
        Magnitude(estimate=80, interval=(20, 300), kind="x"),
    )
    found = tuple(build.finding(f"exposure/m{index}", magnitude=size) for index, size in enumerate(sizes))
    page = dossier_html(build.dossier(findings=found))
    assert "0.010 (0.004–0.030)" in page
    assert "80 (20–300)" in page
    assert 'role="img"' in page


def test_long_words_and_other_scripts_arrive_whole(build: Any) -> None:
    """A word of 400 letters and names in Greek, Arabic, Chinese and emoji are shown unchanged."""
    names = ("x" * 400, "σερτραλίνη", "سيرترالين", "舍曲林片", "💊 sertraline")
    items = tuple(NotAssessed(text=name, reason="no record") for name in names)
    page = dossier_html(build.dossier(not_assessed=items))
    assert all(f"<bdi>{name}</bdi>" in page for name in names)


def test_control_characters_leave_a_mark(build: Any) -> None:
    """An escape sequence or a reversal of the reading order in a name becomes a visible replacement mark."""
    page = dossier_html(build.dossier(not_assessed=(NotAssessed(text="ab\x1b[2Jcd\u202egn", reason="no record"),)))
    assert "ab\ufffd[2Jcd\ufffdgn" in page


def test_many_findings_stay_small(build: Any) -> None:
    """Sixty findings with pictures, and thousands of unread parts, stay below 120 kB compressed."""
    size = Magnitude(estimate=1.39, interval=(1.23, 1.57), kind="predicted", floor=1.39, ceiling=5.7)
    found = tuple(
        build.finding(
            f"exposure/m{index}", title=f"Exposure to medicine {index} may change", severity=list(Severity)[index % 4],
            answer=Answer.UNKNOWN if index % 5 == 0 else Answer.MET, magnitude=size, mitigation="Watch. " * 40,
        )
        for index in range(60)
    )  # fmt: skip
    unread = tuple(Unread(path=f"entry[{index}].resource", reason=f"reason {index % 7}") for index in range(5000))
    page = dossier_html(build.dossier(findings=found, unread=unread))
    assert page.count("<article") == 48
    assert len(gzip.compress(page.encode(), mtime=0)) < 120_000
    assert "<b>715</b> × reason 0" in page
    assert page.count("entry[") == 7 * 3  # the first places of each reason, as in the terminal
    assert "The JSON form of this dossier lists every part." in page


def test_one_order_many_times_is_one_row_with_its_count(build: Any) -> None:
    """Forty-five entries alike are one row that says how many and where; JSON holds each; another state stays apart."""
    taken = [
        AssessedMedication(
            text="Cisplatin 50 MG Injection", medicines=("cisplatin",), names=("cisplatin",), matched_by="name",
            current=index > 0, since=dt.date(2001, 1, 1 + index % 28) if index else None, path=f"entry[{index}]",
        )
        for index in range(46)
    ]  # fmt: skip
    lost = [NotAssessed(text="Foobarol", reason="no record", path=f"line {index}") for index in range(4)]
    dossier = build.dossier(medications=tuple(taken), not_assessed=tuple(lost))
    page = dossier_html(dossier)
    assert page.count("<bdi>Cisplatin 50 MG Injection</bdi>") == 2
    assert "<bdi>Cisplatin 50 MG Injection</bdi> × 45" in page
    assert "since 2001-01-01: still taken?" in page
    assert "entry[1], entry[2], entry[3] and 42 more" in page
    assert "<bdi>Foobarol</bdi></b> × 4" in page
    assert "line 0, line 1, line 2 and 1 more" in page
    held = json.loads(dossier_json(dossier))
    assert [item["path"] for item in held["medications"]] == [item.path for item in taken]
    assert [item["path"] for item in held["not_assessed"]] == [item.path for item in lost]


def test_same_dossier_gives_the_same_page(build: Any) -> None:
    """The page holds no clock and no chance."""
    assert dossier_html(build.full()) == dossier_html(build.full())


def test_source_without_optional_parts_is_shown(build: Any) -> None:
    """A source of which only the title is known is listed as undated, without an address."""
    bare: Source = build.source("brooks_2023_ss", authors=None, year=None, doi=None, depth=None)
    page = dossier_html(build.dossier(findings=(build.finding(),), sources=(bare,)))
    assert "undated" in page[page.index('id="source-1"') :]
    assert "Read on 2026-11-22." in page
