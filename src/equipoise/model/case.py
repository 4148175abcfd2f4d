"""One patient as presented: a pseudonym and what is recorded, never a name.

A reader (`exchange`) or a person writes a `Case`; `screen` reads it. Dates are compared with the
screening date there, because a case by itself does not know which day it is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Annotated, Self, cast

from pydantic import (
    BeforeValidator,
    Field,
    StringConstraints,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    field_validator,
    model_validator,
)

from equipoise.errors import UnfitError
from equipoise.model.base import Frozen, shown
from equipoise.model.codes import ATC, ICD10, LOINC, RxCUI, SnomedCT
from equipoise.model.law import Jurisdiction
from equipoise.model.source import RecordId, Text
from equipoise.model.substance import Preparation
from equipoise.model.terms import Enzyme, Phenotype, Sex, UseFrequency

ShortText = Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True)]
Path = Annotated[str, StringConstraints(min_length=1, max_length=300)]

POLYMORPHIC = frozenset({Enzyme.CYP2B6, Enzyme.CYP2C9, Enzyme.CYP2C19, Enzyme.CYP2D6})


class Unread(Frozen):
    """Something in the input that was not taken over: where it stands and why."""

    path: Path
    reason: Text


class Condition(Frozen):
    """A diagnosis, finding or problem. `refuted`: the record says that the patient does not have it."""

    text: ShortText
    icd10: tuple[ICD10, ...] = ()
    snomed: tuple[SnomedCT, ...] = ()
    active: bool = True
    refuted: bool = False
    recorded: dt.date | None = None
    ended: dt.date | None = None
    path: Path | None = None

    @field_validator("icd10", "snomed", mode="before")
    @classmethod
    def _one_or_many(cls, value: object) -> object:
        return (value,) if isinstance(value, str) else value


class Medication(Frozen):
    """An entry of the medication list as recorded: text and codes. `medicine` is a person's own confirmed choice.

    `current` None: the record does not say; a screen then treats it as current.
    """

    text: ShortText
    rxcui: tuple[RxCUI, ...] = ()
    atc: tuple[ATC, ...] = ()
    ingredients: tuple[ShortText, ...] = ()
    medicine: RecordId | None = None
    current: bool | None = True
    start: dt.date | None = None
    end: dt.date | None = None
    path: Path | None = None

    @field_validator("rxcui", "atc", "ingredients", mode="before")
    @classmethod
    def _one_or_many(cls, value: object) -> object:
        return (value,) if isinstance(value, str) else value

    @model_validator(mode="after")
    def _span_runs_forward(self) -> Self:
        if self.start and self.end and self.end < self.start:
            raise UnfitError("an end on or after the start", found=f"end {self.end} before start {self.start}")
        return self


class Measurement(Frozen):
    """A laboratory value, vital sign or score on a day. `value` None: it was done but no number is recorded."""

    name: ShortText
    loinc: LOINC | None = None
    value: float | None = None
    text: ShortText | None = None
    unit: ShortText | None = None
    reference_high: float | None = None
    reference_low: float | None = None
    on: dt.date | None = None
    path: Path | None = None


class Allergy(Frozen):
    """A recorded allergy or intolerance."""

    text: ShortText
    path: Path | None = None


class Answered(Frozen):
    """A yes or no that a person gave to a criterion's question.

    `question` may be any word here: a screening refuses what is no id of a caution, and says what to do instead.
    """

    question: ShortText
    applies: bool


class KnownPhenotype(Frozen):
    """A metaboliser phenotype that a laboratory reported."""

    enzyme: Enzyme
    phenotype: Phenotype

    @field_validator("phenotype", mode="before")
    @classmethod
    def _older_word(cls, value: object) -> object:
        """Extensive metaboliser is the older word for normal."""
        return "NM" if value == "EM" else value

    @model_validator(mode="after")
    def _is_polymorphic(self) -> Self:
        if self.enzyme not in POLYMORPHIC:
            names = ", ".join(sorted(POLYMORPHIC))
            raise UnfitError(f"one of {names}: these have metaboliser phenotypes", found=str(self.enzyme))
        return self


def _answers(value: object) -> object:
    pairs = _pairs(value)
    if pairs is None:
        return value
    wrong = [f"{key}: {shown(item)}" for key, item in pairs.items() if _yes_no(item) is None]
    if wrong:
        raise UnfitError(
            "yes or no to each question; one whose answer is not known is left out", found=", ".join(wrong)
        )
    return tuple({"question": key, "applies": _yes_no(item)} for key, item in pairs.items())


def _pairs(value: object) -> Mapping[object, object] | None:
    return cast("Mapping[object, object]", value) if isinstance(value, Mapping) else None


def _yes_no(value: object) -> bool | None:
    words = {"yes": True, "no": False, True: True, False: False}
    return words.get(value) if isinstance(value, (bool, str)) else None


def _texts(value: object) -> object:
    """A plain text in a list stands for an entry with that text: `medications: [sertraline]`."""
    if not isinstance(value, (list, tuple)):
        return value
    return tuple({"text": item} if isinstance(item, str) else item for item in cast("Sequence[object]", value))


def _phenotypes(value: object) -> object:
    pairs = _pairs(value)
    return value if pairs is None else tuple({"enzyme": key, "phenotype": item} for key, item in pairs.items())


def _one_or_more(value: object) -> object:
    return (value,) if isinstance(value, str) else value


def _jurisdiction(value: object) -> object:
    return Jurisdiction.parse(value) if isinstance(value, str) else value


def _day_or_true(value: object, checked: ValidatorFunctionWrapHandler) -> object:
    """One message for the two things that it may be."""
    try:
        return checked(value)
    except ValidationError as error:
        raise UnfitError("a day written as YYYY-MM-DD, or true where no day is recorded", found=shown(value)) from error


class Case(Frozen):
    """A patient under a pseudonym.

    `complete` holds the lists that a clinician attests to be complete: only in an attested list does the
    absence of an entry mean that the patient does not have it; otherwise it is unknown. `died`: the day of death, or
    true where the record knows no day.
    """

    id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,64}$")] = "case"
    birth_date: dt.date | None = None
    age_years: Annotated[int, Field(ge=0, le=130)] | None = None
    died: Annotated[dt.date | bool, WrapValidator(_day_or_true)] = False
    sex: Sex | None = None
    conditions: Annotated[tuple[Condition, ...], BeforeValidator(_texts)] = ()
    medications: Annotated[tuple[Medication, ...], BeforeValidator(_texts)] = ()
    measurements: tuple[Measurement, ...] = ()
    allergies: Annotated[tuple[Allergy, ...], BeforeValidator(_texts)] = ()
    answers: Annotated[tuple[Answered, ...], BeforeValidator(_answers)] = ()
    phenotypes: Annotated[tuple[KnownPhenotype, ...], BeforeValidator(_phenotypes)] = ()
    use: UseFrequency | None = None
    preparation: Preparation | None = None
    jurisdictions: Annotated[
        tuple[Annotated[Jurisdiction, BeforeValidator(_jurisdiction)], ...], BeforeValidator(_one_or_more)
    ] = ()
    complete: frozenset[Annotated[str, StringConstraints(pattern="^(medications|conditions)$")]] = frozenset()
    unread: tuple[Unread, ...] = ()

    @model_validator(mode="after")
    def _does_not_contradict_itself(self) -> Self:
        if self.birth_date is not None and self.age_years is not None:
            raise UnfitError("one of them: two ages can disagree", found="birth_date and age_years")
        if self.birth_date is not None and isinstance(self.died, dt.date) and self.died < self.birth_date:
            raise UnfitError("a day of death on or after the birth date", found="died before birth_date")
        for name, keys in (
            ("answers", [answer.question for answer in self.answers]),
            ("phenotypes", [str(known.enzyme) for known in self.phenotypes]),
        ):
            twice = sorted({key for key in keys if keys.count(key) > 1})
            if twice:
                raise UnfitError("each once", found=f"{', '.join(twice)} more than once in {name}")
        return self

    def age_on(self, on: dt.date) -> int | None:
        """Completed years on a day, at death if that came first; None where nothing recorded tells them.

        >>> Case(birth_date=dt.date(2000, 2, 29)).age_on(dt.date(2018, 2, 28))
        17
        """
        if self.birth_date is None:
            return self.age_years
        if self.died is True:
            return None
        if self.died:
            on = min(on, self.died)
        before_birthday = (on.month, on.day) < (self.birth_date.month, self.birth_date.day)
        return on.year - self.birth_date.year - before_birthday

    def is_dead_on(self, on: dt.date) -> bool:
        """True where the record says that the patient had died by a day.

        >>> Case(died=dt.date(2020, 1, 1)).is_dead_on(dt.date(2019, 12, 31)), Case(died=True).is_dead_on(dt.date.min)
        (False, True)
        """
        return self.died is True or (self.died is not False and self.died <= on)

    def answer_to(self, question: str) -> bool | None:
        """What a person answered to a criterion's question; None where nobody did."""
        return next((answer.applies for answer in self.answers if answer.question == question), None)
