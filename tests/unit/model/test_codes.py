"""Codes know their own rule."""

from __future__ import annotations

import pytest

from equipoise.model.codes import ATC, CODE_TYPES, ICD10, LOINC, UNII, Code, JurisdictionCode, RxCUI, SnomedCT

GOOD = [
    (RxCUI, "4493"),
    (ATC, "N06AB03"),
    (ATC, "N06A"),
    (ICD10, "F33.1"),
    (ICD10, "O9A"),
    (SnomedCT, "370143000"),
    (SnomedCT, "84757009"),
    (LOINC, "44249-1"),
    (LOINC, "2951-2"),
    (UNII, "NR7O1405Q9"),
    (JurisdictionCode, "US-TX"),
    (JurisdictionCode, "INT"),
]
BAD = [
    (RxCUI, "0449"),
    (RxCUI, "44a3"),
    (ATC, "N6AB03"),
    (ICD10, "33.1"),
    (SnomedCT, "370143001"),
    (SnomedCT, "12345"),
    (LOINC, "44249-2"),
    (LOINC, "44249"),
    (UNII, "NR7O1405Q8"),
    (JurisdictionCode, "Texas"),
    (JurisdictionCode, "us-tx"),
]


@pytest.mark.parametrize(("kind", "text"), GOOD)
def test_a_right_code_is_taken(kind: type[Code], text: str) -> None:
    """A code with the right form and check character is taken as it is."""
    assert kind(text) == text
    assert kind.parse(text) == text


@pytest.mark.parametrize(("kind", "text"), BAD)
def test_a_wrong_code_is_refused(kind: type[Code], text: str) -> None:
    """A code of the wrong form, or with one wrong digit, is refused and named after its system."""
    assert kind.parse(text) is None
    with pytest.raises(ValueError, match=kind.system):
        kind(text)


@pytest.mark.parametrize("position", range(9))
def test_snomed_catches_every_single_wrong_digit(position: int) -> None:
    """Verhoeff's scheme finds each change of one digit."""
    digits = "370143000"
    for digit in set("0123456789") - {digits[position]}:
        changed = digits[:position] + digit + digits[position + 1 :]
        assert SnomedCT.parse(changed) is None


def test_every_system_says_where_its_rule_is_written() -> None:
    """Each code type carries its name, its FHIR URI and the specification of its form."""
    for kind in CODE_TYPES:
        assert kind.system
        assert kind.uri
        assert len(kind.spec) > 10


def test_an_unknown_country_is_not_called_a_wrong_check_character() -> None:
    """A place that is no country says so and names the code that is meant most often; it has no check character."""
    with pytest.raises(ValueError, match="no country has this code") as caught:
        JurisdictionCode("UK")
    assert "GB" in str(caught.value)
    assert "check character" not in str(caught.value)
