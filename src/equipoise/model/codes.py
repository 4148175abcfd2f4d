"""Codes of the field, each system its own type with its pattern, check digit and URI.

A code that fails its own check digit is a typing error, so it is refused when it is built.
"""

from __future__ import annotations

import re
from typing import Any, ClassVar, Self

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from equipoise.errors import UnfitError
from equipoise.model.base import shown


class Code(str):
    """A code that has passed its system's own rule.

    `uri` is the system's FHIR URI; `spec` says where the rule is written.
    """

    __slots__ = ()
    system: ClassVar[str] = ""
    uri: ClassVar[str] = ""
    spec: ClassVar[str] = ""
    pattern: ClassVar[re.Pattern[str]] = re.compile(r".+")
    failed: ClassVar[str] = "the check character does not agree with the rest"

    def __new__(cls, value: str) -> Self:
        if not cls.pattern.fullmatch(value):
            raise UnfitError(f"a code of {cls.system} of the form {cls.pattern.pattern}", found=shown(value))
        if not cls.checks(value):
            raise UnfitError(f"a code of {cls.system}: {cls.failed}", found=shown(value))
        return super().__new__(cls, value)

    @classmethod
    def checks(cls, value: str) -> bool:
        """True when the check character agrees; systems without one always agree."""
        del value
        return True

    @classmethod
    def parse(cls, value: str) -> Self | None:
        """The code, or None where the text is not one of this system."""
        try:
            return cls(value)
        except ValueError:
            return None

    @classmethod
    def __get_pydantic_core_schema__(cls, source: type[Any], handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(
            cls, core_schema.str_schema(strict=True), serialization=core_schema.to_string_ser_schema()
        )


class RxCUI(Code):
    """A concept of RxNorm.

    >>> RxCUI("4493")
    '4493'
    """

    __slots__ = ()
    system = "RxNorm"
    uri = "http://www.nlm.nih.gov/research/umls/rxnorm"
    spec = "RxNorm technical documentation, section 12: RXCUI is an integer of at most 8 digits"
    pattern = re.compile(r"[1-9]\d{0,7}")


class ATC(Code):
    """A substance (level 5) or a group (levels 1 to 4) of the ATC classification."""

    __slots__ = ()
    system = "ATC"
    uri = "http://www.whocc.no/atc"
    spec = "WHO Collaborating Centre, structure and principles of ATC: five levels"
    pattern = re.compile(r"[A-Z](\d\d([A-Z]([A-Z](\d\d)?)?)?)?")


class ICD10(Code):
    """A category or subcategory of ICD-10 or ICD-10-CM, with its dot."""

    __slots__ = ()
    system = "ICD-10"
    uri = "http://hl7.org/fhir/sid/icd-10-cm"
    spec = "ICD-10-CM official guidelines, section I.A.2: three to seven characters"
    pattern = re.compile(r"[A-Z]\d[0-9A-Z](\.[0-9A-Z]{1,4})?")


class SnomedCT(Code):
    """A SNOMED CT concept identifier, with its Verhoeff check digit."""

    __slots__ = ()
    system = "SNOMED CT"
    uri = "http://snomed.info/sct"
    spec = "SNOMED CT release file specification, section 6: SCTID, 6 to 18 digits, Verhoeff"
    pattern = re.compile(r"[1-9]\d{5,17}")

    @classmethod
    def checks(cls, value: str) -> bool:
        return _verhoeff(value)


class LOINC(Code):
    """A LOINC code, with its modulus-10 check digit."""

    __slots__ = ()
    system = "LOINC"
    uri = "http://loinc.org"
    spec = "LOINC users' guide, appendix C: calculating check digits"
    pattern = re.compile(r"\d{1,7}-\d")

    @classmethod
    def checks(cls, value: str) -> bool:
        body, check = value.split("-")
        return _luhn_check_digit(body) == int(check)


class UNII(Code):
    """A unique ingredient identifier of the FDA's substance registration system, with its check character."""

    __slots__ = ()
    system = "UNII"
    uri = "http://fdasis.nlm.nih.gov"
    spec = "FDA substance registration system user's guide: ten characters, base-36 check character"
    pattern = re.compile(r"[0-9A-Z]{10}")

    @classmethod
    def checks(cls, value: str) -> bool:
        digits = [int(character, 36) for character in value]
        return sum(digits[:9]) % 36 == digits[9]


# ISO 3166-1 alpha-2, with the codes that international bodies use beside it (EU, XK) and INT.
_COUNTRIES = """
AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ
CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO
FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE
JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO
MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW
PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM
TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW EU INT XK
"""
COUNTRIES = frozenset(_COUNTRIES.split())


class JurisdictionCode(Code):
    """A country or subdivision of ISO 3166 (`US`, `US-TX`, `GB`), or `INT` for the United Nations conventions."""

    __slots__ = ()
    system = "ISO 3166"
    uri = "urn:iso:std:iso:3166"
    spec = "ISO 3166-1 alpha-2 and ISO 3166-2"
    pattern = re.compile(r"INT|[A-Z]{2}(-[A-Z0-9]{1,3})?")
    failed = "no country has this code (the United Kingdom is GB)"

    @classmethod
    def checks(cls, value: str) -> bool:
        return value.split("-")[0] in COUNTRIES

    @property
    def country(self) -> str:
        """The country part: `US` of `US-TX`.

        >>> JurisdictionCode("US-TX").country
        'US'
        """
        return self.split("-")[0]


def _luhn_check_digit(body: str) -> int:
    total = 0
    for position, character in enumerate(reversed(body)):
        digit = int(character) * (2 if position % 2 == 0 else 1)
        total += digit - 9 if digit > 9 else digit
    return -total % 10


# The multiplication table of the dihedral group D5 and Verhoeff's permutation, as the SNOMED CT
# specification prints them; both follow from two short rules, so they are computed, not typed.
def _dihedral(left: int, right: int) -> int:
    if left < 5:
        return (left + right) % 5 if right < 5 else 5 + (left + right) % 5
    return 5 + (left - right) % 5 if right < 5 else (left - right) % 5


_PERMUTATION = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)


def _permuted(digit: int, times: int) -> int:
    for _ in range(times % 8):
        digit = _PERMUTATION[digit]
    return digit


_PERMUTED = tuple(tuple(_permuted(digit, times) for digit in range(10)) for times in range(8))
_PRODUCT = tuple(tuple(_dihedral(left, right) for right in range(10)) for left in range(10))


def _verhoeff(value: str) -> bool:
    check = 0
    for position, character in enumerate(reversed(value)):
        check = _PRODUCT[check][_PERMUTED[position % 8][int(character)]]
    return check == 0


CODE_TYPES: tuple[type[Code], ...] = (RxCUI, ATC, ICD10, SnomedCT, LOINC, UNII, JurisdictionCode)
