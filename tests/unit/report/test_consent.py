"""The consent text: plain enough, whole, with no promise and no amount."""

from __future__ import annotations

import html
import re

import pytest
from leaks import leaks
from plans import TEMPLATES, bare, complete
from reading_grade import grade, sentences

from equipoise.knowledge import Knowledge
from equipoise.report.consent_html import CLINIC, consent_html
from equipoise.report.protocol_html import protocol_html

EACH = pytest.mark.parametrize("template", TEMPLATES)
MOST_GRADE = 7.0
MOST_WORDS = 25
PROMISES = re.compile(
    r"\b(will help|will feel better|is safe|harmless|no risk|cures?|proven|effective)\b", re.IGNORECASE
)
AMOUNT = re.compile(r"\d\s*(mg|g|grams?|ml|µg|mcg|capsules?|teaspoons?|cups?)\b", re.IGNORECASE)
FELT = re.compile(r"ALT|AST|QTc|PHQ-9|C-SSRS")
"""Rules of a test or a form: the clinic sees them, the person feels nothing."""


def text_of(page: str) -> str:
    """What the person reads, without the sources."""
    own = page[page.index("<main") : page.index('<section id="sources"')]
    own = re.sub(r'<span class="cites">.*?</span></span>', " ", own, flags=re.DOTALL)
    return re.sub(r'<span class="cites">.*?</a>\s*</span>', " ", own, flags=re.DOTALL)


def read(page: str) -> list[str]:
    """The sentences of the program; what the clinic says in its own words is the clinic's."""
    return sentences(text_of(page))


@EACH
@pytest.mark.parametrize("substance", ["kratom", "st_johns_wort"])
def test_text_reads_at_grade_seven_or_below(knowledge: Knowledge, template: str, substance: str) -> None:
    """As a whole, in every part, and with no long sentence; whatever the plan and the adjunct."""
    page = consent_html(complete(template, knowledge, substance=substance, substance_name="it"), knowledge)
    found = read(page)
    assert len(found) > 40
    assert grade(found) <= MOST_GRADE
    assert [line for line in found if len(line.split()) > MOST_WORDS] == []
    parts = re.findall(r'<section id="(\w+)".*?</section>', text_of(page), flags=re.DOTALL)
    for part in re.findall(r"<section id=.*?</section>", text_of(page), flags=re.DOTALL):
        if lines := sentences(part):
            assert grade(lines) <= MOST_GRADE, part[:60]
    assert {"outcome", "plan", "known", "unknown", "harms", "signs", "rights", "data", "clinic", "sign"} == set(parts)


@EACH
def test_summary_of_the_protocol_reads_as_plainly(knowledge: Knowledge, template: str) -> None:
    """The plain part of the protocol is for the person too."""
    page = protocol_html(complete(template, knowledge), knowledge)
    part = page[page.index('<section id="plain"') : page.index('<section id="rationale"')]
    assert grade(sentences(part)) <= MOST_GRADE


@EACH
def test_text_promises_nothing_and_names_no_amount(knowledge: Knowledge, template: str) -> None:
    """No word of benefit or safety, no amount, no advice to take it."""
    said = html.unescape(re.sub(r"<[^>]+>", " ", text_of(consent_html(complete(template, knowledge), knowledge))))
    assert PROMISES.findall(said) == []
    assert AMOUNT.findall(said) == []
    assert "We promise you nothing" in said


@EACH
def test_what_everybody_must_be_told_is_there(knowledge: Knowledge, template: str) -> None:
    """Care goes on, one may stop, help in a crisis, what is written down, and every fact of the records."""
    design = complete(template, knowledge)
    said = " ".join(read(consent_html(design, knowledge)))
    for part in (
        "Your other care goes on",
        "You can stop at any time",
        "do not stop all at once on your own",
        "If you think of hurting yourself",
        "You may ask for a copy",
        "You may say no",
    ):
        assert part in said, part
    for fact in (*knowledge.plain_facts, *knowledge.substance("kratom").plain_facts):
        assert fact.words.split(".")[0] in said, fact.id


def test_blanks_are_loud(knowledge: Knowledge) -> None:
    """What only the clinic can say is a blank until it says it, and the phone number always is one."""
    empty = consent_html(bare("observational"), knowledge)
    assert all((f"<code>statements.{key}</code>" in empty) is (key != "unblinding") for key, _ in CLINIC)
    whole = consent_html(complete("observational", knowledge), knowledge)
    assert whole.count('class="doubt">blank') == 1


def test_adjunct_without_plain_words_says_so(knowledge: Knowledge) -> None:
    """Silence of the records is never read as harmless."""
    page = consent_html(bare("observational", substance="st_johns_wort", substance_name="St John's wort"), knowledge)
    assert "No one has put the harms into plain words" in page


def test_every_emergency_that_can_be_felt_is_a_sign(knowledge: Knowledge) -> None:
    """The person knows when to call; what only a test or a form shows is the clinic's to see."""
    told = {
        rule
        for fact in (*knowledge.plain_facts, *knowledge.substance("kratom").plain_facts)
        for rule in fact.rules
        if fact.topic == "sign"
    }
    urgent = [rule for rule in knowledge.stop_rules_of("kratom") if rule.level == "emergency"]
    assert [rule.id for rule in urgent if rule.id not in told and not FELT.search(rule.trigger)] == []


def test_text_gives_no_order_away(knowledge: Knowledge) -> None:
    """The person reads how chance decides, never what it decided."""
    page = consent_html(complete("randomised_blocks", knowledge, blocks=8), knowledge)
    assert leaks(page, (0, 1, 1, 0, 1, 0, 0, 1, 0, 1, 0, 1, 1, 0, 1, 0), seed=918273645) == []
