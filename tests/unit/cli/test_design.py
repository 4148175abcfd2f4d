"""`equipoise design` and `equipoise draw`: from preferences to a protocol, a calendar and a sealed order."""

from __future__ import annotations

import json
import shutil
import stat
from pathlib import Path

import pytest
import yaml
from calls import ran, refused

import equipoise
from equipoise.errors import InputError, UsageError
from equipoise.exchange.protocol_file import read_protocol

EXAMPLES = Path(equipoise.__file__).parent / "examples"
STOP = "stop_rules:\n  - {id: crisis, trigger: any crisis answer, level: emergency, action: act now}\n"
BLIND = "blinding: {blinded: [patient], means: capsules that look alike}\n"


@pytest.fixture
def protocol(tmp_path: Path) -> Path:
    """A blinded plan of two blocks, sized by the records."""
    (tmp_path / "more.yaml").write_text(STOP + BLIND)
    path = tmp_path / "protocol.yaml"
    said = ("--outcome", "phq9@3d", "--outcome", "mood=low mood", "--care", "as before", "--mcid", "5", "--sd", "4")
    ran("design", "--substance", "kratom", *said, "--with", str(tmp_path / "more.yaml"), "--out", str(path))
    return path


def test_a_plan_is_sized_by_kinetics_windows_and_records(protocol: Path) -> None:
    """Washout and periods take five of the longest half-life; the outcome has its record's window, range, direction."""
    plan = read_protocol(protocol)
    assert (plan.period_days, plan.washout_days, plan.run_in_days, plan.blocks) == (15, 15, 14, 2)
    assert plan.primary.id == "phq9"
    assert (plan.primary.recall_days, plan.primary.bounds, plan.primary.better) == (14.0, (0.0, 27.0), "lower")
    assert (plan.primary.mcid, plan.analysis.s0) == (5.0, 4.0)
    assert plan.analysis.half_life_days > 0
    assert plan.screened is None


def test_everything_that_is_missing_is_asked_for_at_once(tmp_path: Path) -> None:
    """Outcome and conventional care are both named, each with its option."""
    found = refused("design", "--substance", "kratom", "--out", str(tmp_path / "p.yaml"))
    assert {fault.path for fault in found.faults} == {"outcomes", "conventional_care"}
    assert "--outcome" in str(found)
    assert "--care" in str(found)
    assert not (tmp_path / "p.yaml").exists()


def test_a_short_washout_is_refused_unless_somebody_signs(tmp_path: Path) -> None:
    """The refusal names the record; with a reason and a name the plan is written, and both stand in it."""
    (tmp_path / "more.yaml").write_text(STOP)
    said = ["design", "--substance", "kratom", "--outcome", "phq9@3d", "--care", "as before", "--washout", "3d"]
    said += ["--with", str(tmp_path / "more.yaml"), "--out", str(tmp_path / "p.yaml")]
    assert "hu_mg_half_life_repeated" in str(refused(*said))
    assert "who sets the rule aside" in str(refused(*said, "--override", "short_washout=modelled"))
    ran(*said, "--override", "short_washout=modelled", "--signed-by", "Dr Ada", "--on", "2027-01-04")
    signed = yaml.safe_load((tmp_path / "p.yaml").read_text())["overrides"]
    assert signed == [{"rule": "short_washout", "reason": "modelled", "signed_by": "Dr Ada", "signed_on": "2027-01-04"}]


def test_a_dossier_that_ends_in_stop_allows_no_exposure(tmp_path: Path) -> None:
    """From the bundled chart no trial can be planned; a taper can, without steps of the program's own."""
    ran("demo", str(tmp_path / "demo"))
    dossier = str(tmp_path / "demo" / "dossier-kratom.json")
    said = ["design", dossier, "--outcome", "phq9@3d", "--care", "as before", "--out", str(tmp_path / "p.yaml")]
    assert "the screening ended in stop" in str(refused(*said))
    assert "shares and days that the clinician decided" in str(refused(*said, "--template", "supervised_taper"))


def test_only_the_sealed_folder_tells_the_order(protocol: Path, tmp_path: Path) -> None:
    """Two draws with other orders differ outside `sealed` in commitment and time stamp only."""
    texts: dict[str, set[str]] = {}
    orders: set[str] = set()
    for seed in ("1", "2", "5"):
        folder = tmp_path / seed
        ran("draw", str(protocol), "--start", "2027-03-20", "--out", str(folder), "--seed", seed)
        sealed = json.loads((folder / "sealed" / "allocation.json").read_text())
        orders.add(str(sealed["sequence"]))
        for path in folder.glob("*.*"):
            text = path.read_text().replace(sealed["commitment"], "")
            kept = "\n".join(line for line in text.splitlines() if not line.startswith("DTSTAMP"))
            texts.setdefault(path.name, set()).add(kept)
    assert len(orders) > 1
    assert set(texts) == {"calendar.html", "calendar.ics", "calendar.json", "diary.csv", "protocol.yaml"}
    assert {name: len(found) for name, found in texts.items()} == dict.fromkeys(texts, 1)


def test_a_trial_is_drawn_once(protocol: Path, tmp_path: Path) -> None:
    """A second draw into the same folder is refused and changes nothing; so is an impossible day, hour or zone."""
    said = ["draw", str(protocol), "--start", "2027-03-20", "--out", str(tmp_path / "t")]
    ran(*said)
    before = (tmp_path / "t" / "sealed" / "allocation.json").read_bytes()
    assert "it is drawn once" in str(refused(*said))
    assert (tmp_path / "t" / "sealed" / "allocation.json").read_bytes() == before
    elsewhere = ["draw", str(protocol), "--out", str(tmp_path / "u")]
    for wrong, words in (
        (["--start", "2027-02-30"], "--start: found '2027-02-30'; expected a date"),
        (["--start", "2027-03-20", "--remind-at", "25:00"], "an hour"),
        (["--start", "2027-03-20", "--remind-at", "20:00+02:00"], "an hour"),
        (["--start", "2027-03-20", "--remind-at", "T20"], "an hour"),
        (["--start", "2027-03-20", "--time-zone", "Berlin"], "IANA"),
        (["--start", "2027-03-20", "--time-zone", "America"], "IANA"),
        (["--start", "2027-03-20", "--seed", "9" * 500], "below 2**256"),
        (["--start", "2027-03-20", "--seed", "-1"], "0 or a positive whole number"),
    ):
        found = refused(*elsewhere, *wrong)
        assert words in str(found)
        assert isinstance(found, UsageError)
    assert not (tmp_path / "u").exists()


def test_a_filled_diary_is_never_written_over(tmp_path: Path) -> None:
    """A plan without a draw has no sealed order; its folder is refused all the same, and the diary stays as it was."""
    said = ("--outcome", "mood=low mood", "--care", "as before", "--template", "observational")
    ran("design", "--substance", "kratom", *said, "--out", str(tmp_path / "p.yaml"))
    draw = ["draw", str(tmp_path / "p.yaml"), "--start", "2027-03-20", "--out", str(tmp_path / "t")]
    ran(*draw)
    diary = tmp_path / "t" / "diary.csv"
    diary.write_text("day,date,taken_as_planned,mood\n1,2027-03-20,yes,4\n")
    assert "a new folder without a trial" in str(refused(*draw))
    shutil.rmtree(tmp_path / "t" / "sealed")
    assert "diary.csv" in str(refused(*draw))
    assert diary.read_text().endswith("yes,4\n")


def test_a_draw_that_fails_on_its_way_leaves_nothing(
    protocol: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where one file cannot be written there is no half trial: no order without its calendar, no draft beside it."""
    said = ("draw", str(protocol), "--start", "2027-03-20", "--out", str(tmp_path / "t"))
    kept = Path.write_bytes

    def full(path: Path, content: bytes) -> int:
        if path.name == "diary.csv":
            raise OSError(28, "No space left on device")
        return kept(path, content)

    before = sorted(tmp_path.iterdir())
    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", full)
        assert "No space left on device" in str(refused(*said))
    assert sorted(tmp_path.iterdir()) == before
    (tmp_path / "t").mkdir()
    ran(*said)
    assert (tmp_path / "t" / "sealed" / "allocation.json").exists()


def test_the_order_is_kept_from_others_and_who_draws_is_told_what_a_known_seed_means(
    protocol: Path, tmp_path: Path
) -> None:
    """With a seed of one's own the order is no secret; only the owner reads `sealed`; a signature comes first."""
    said = ("draw", str(protocol), "--start", "2027-03-20")
    known = ran(*said, "--out", str(tmp_path / "known"), "--seed", "7")
    assert stat.S_IMODE((tmp_path / "known" / "sealed").stat().st_mode) == 0o700
    secret = ran(*said, "--out", str(tmp_path / "secret"), "--time-zone", "America/Chicago")
    assert "whoever knows it can find out the order" in known
    assert "whoever knows it" not in secret
    assert "reminders stand at 20:00 UTC" in known
    assert "No time zone" not in secret
    assert all("before a clinician has signed" in text for text in (known, secret))


def test_a_guess_that_the_plan_asks_for_has_its_column_and_is_read(protocol: Path, tmp_path: Path) -> None:
    """The diary has a column for it, the calendar says when, and the analysis holds the guesses against the orders."""
    asking = protocol.read_text().replace("ask_guess: false", "").replace("blinding:", "blinding:\n  ask_guess: true")
    protocol.write_text(asking)
    ran("draw", str(protocol), "--start", "2027-03-20", "--out", str(tmp_path / "t"))
    diary = tmp_path / "t" / "diary.csv"
    header, *rows = diary.read_text().splitlines()
    assert header == "day,date,taken_as_planned,guess,phq9,mood"
    assert "On the last day of each period" in (tmp_path / "t" / "calendar.html").read_text()
    days = [int(row.split(",")[0]) for row in rows]
    filled = [f"{day},,yes,{day % 2},{10 + day % 5},3" for day in days]
    diary.write_text("\n".join([header, *filled]) + "\n")
    blinding = json.loads(ran("analyse", str(tmp_path / "t" / "sealed"), "--json"))["blinding"]
    assert blinding["guesses"] == len(days)


def test_an_outcome_cannot_take_a_column_of_the_diary(tmp_path: Path) -> None:
    """A scale called date, or as another column of the diary, would make the diary unreadable: it is refused."""
    for name in ("day", "date", "taken_as_planned", "guess"):
        said = ("--outcome", f"{name}=my scale", "--care", "as before", "--out", str(tmp_path / "p.yaml"))
        assert "the diary has these columns already" in str(refused("design", "--substance", "kratom", *said))


def test_the_use_that_the_case_told_is_the_use_of_the_plan(tmp_path: Path) -> None:
    """Who takes it daily by the case gets no off periods from a plan that says nothing, or another word, on use."""
    case = (EXAMPLES / "trial-case.yaml").read_text().replace("use: occasional", "use: daily")
    (tmp_path / "case.yaml").write_text(case)
    ran("screen", str(tmp_path / "case.yaml"), "--on", "2026-11-25", "--out", str(tmp_path / "d.json"))
    said = ["design", str(tmp_path / "d.json"), "--outcome", "mood=low mood", "--care", "as before"]
    said += ["--out", str(tmp_path / "p.yaml")]
    assert "shares and days that the clinician decided" in str(refused(*said))
    assert "withdrawal lowers mood" in str(refused(*said, "--template", "randomised_blocks"))
    assert "daily, as the dossier says" in str(refused(*said, "--current-use", "occasional"))
    assert not (tmp_path / "p.yaml").exists()


def test_an_edited_protocol_is_judged_again(protocol: Path, tmp_path: Path) -> None:
    """A washout that was shortened in the file by hand is refused before anything is drawn."""
    text = protocol.read_text().replace("washout_days: 15", "washout_days: 2")
    (tmp_path / "edited.yaml").write_text(text)
    found = refused("draw", str(tmp_path / "edited.yaml"), "--start", "2027-03-20", "--out", str(tmp_path / "t"))
    assert isinstance(found, InputError)
    assert "at least 14.1 d" in str(found)


def test_the_sealed_folder_is_what_analyse_reads(protocol: Path, tmp_path: Path) -> None:
    """With a filled diary the drawn trial is analysed as planned: exposure, draw, window, prior."""
    ran("draw", str(protocol), "--start", "2027-03-20", "--out", str(tmp_path / "t"), "--seed", "1")
    diary = tmp_path / "t" / "diary.csv"
    header, *rows = diary.read_text().splitlines()
    assert header == "day,date,taken_as_planned,phq9,mood"
    days = [row.split(",")[0] for row in rows]
    filled = [f"{day},,{'no' if day == '20' else ''},{10 + int(day) % 5},3" for day in days]
    diary.write_text("\n".join([header, *filled]) + "\n")
    answer = json.loads(ran("analyse", str(tmp_path / "t" / "sealed"), "--json"))
    assert answer["n"] == len(rows)
    assert answer["randomisation_test"]["schedules"] == 4
    assert any("not kept in line 21:" in note for note in answer["notes"])


def test_an_analysis_that_departs_from_its_plan_says_so(protocol: Path, tmp_path: Path) -> None:
    """As planned there is no note; an option changed in the file or on the command line is named with both values."""
    sealed = tmp_path / "t" / "sealed"
    ran("draw", str(protocol), "--start", "2027-03-20", "--out", str(tmp_path / "t"), "--seed", "1")
    diary = tmp_path / "t" / "diary.csv"
    header, *rows = diary.read_text().splitlines()
    days = [int(row.split(",")[0]) for row in rows]
    diary.write_text("\n".join([header, *(f"{day},,yes,{10 + day % 5},3" for day in days)]) + "\n")

    def notes(*said: str) -> list[str]:
        found = json.loads(ran("analyse", str(sealed), "--json", *said))["notes"]
        return [note for note in found if "plan" in note]

    assert notes() == []
    assert notes("--mcid", "1") == ["Not as planned before the first day: mcid is 1.0, planned was 5.0."]
    text = (sealed / "trial.yaml").read_text()
    (sealed / "trial.yaml").write_text(text.replace("trend: linear", "trend: none"))
    assert notes() == ["Not as planned before the first day: trend is none, planned was linear."]
    plan = tmp_path / "t" / "protocol.yaml"
    plan.write_text(plan.read_text().replace("mcid: 5.0", "mcid: 1.0"))
    assert "Give the protocol that the order was drawn for" in str(refused("analyse", str(sealed)))
    plan.unlink()
    assert notes() == [
        "The plan that the order was drawn for is not beside it: whether this analysis is the planned one is not known."
    ]


def test_another_order_than_the_sealed_one_is_not_analysed(protocol: Path, tmp_path: Path) -> None:
    """An order that was edited in the trial file, or in the seal itself, is refused."""
    ran("draw", str(protocol), "--start", "2027-03-20", "--out", str(tmp_path / "t"), "--seed", "1")
    sealed = tmp_path / "t" / "sealed"
    text = (sealed / "trial.yaml").read_text()
    drawn = yaml.safe_load(text)["randomisation"]["drawn"]
    other = text.replace(f"drawn: {drawn}", f"drawn: {[1 - level for level in drawn]}")
    assert other != text
    (sealed / "trial.yaml").write_text(other)
    assert "another order than the sealed one" in str(refused("analyse", str(sealed)))
    (sealed / "trial.yaml").write_text(text)
    order = json.loads((sealed / "allocation.json").read_text())
    (sealed / "allocation.json").write_text(json.dumps(order | {"sequence": [1 - level for level in drawn]}))
    assert "the stored order is analysed as it was drawn" in str(refused("analyse", str(sealed)))


def test_what_is_open_in_the_dossier_stands_in_the_plan(tmp_path: Path) -> None:
    """A plan keeps the hash of its dossier and the contraindications that are unanswered, and says so."""
    ran("screen", str(EXAMPLES / "trial-case.yaml"), "--on", "2026-11-25", "--out", str(tmp_path / "d.json"))
    dossier = json.loads((tmp_path / "d.json").read_text())
    (tmp_path / "open.json").write_text(json.dumps(dossier | {"blocked_by": ["pregnancy"]}))
    said = ["--outcome", "phq9@3d", "--care", "as before", "--out", str(tmp_path / "p.yaml")]
    assert "unanswered" not in ran("design", str(tmp_path / "d.json"), *said)
    first = read_protocol(tmp_path / "p.yaml").screened
    assert "1 contraindication is unanswered" in ran("design", str(tmp_path / "open.json"), *said)
    second = read_protocol(tmp_path / "p.yaml").screened
    assert first is not None
    assert second is not None
    assert second.unanswered == ("pregnancy",)
    assert first.dossier_hash != second.dossier_hash


def test_the_least_p_of_few_orders_is_told_exactly(tmp_path: Path) -> None:
    """Three pairs give eight orders: no p below an eighth, which is not rounded down."""
    said = ("--outcome", "mood=low mood", "--care", "as before", "--blocks", "3", "--out", str(tmp_path / "p.yaml"))
    assert "below 0.125." in " ".join(ran("design", "--substance", "kratom", *said).split())
