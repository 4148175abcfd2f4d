"""A clinician's own case laid over a chart's."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from equipoise.errors import Fault, InputError
from equipoise.model.case import Answered, Case, KnownPhenotype

_T = TypeVar("_T")
_SINGLE = ("id", "died", "sex", "use", "preparation")
_LISTS = ("conditions", "medications", "measurements", "allergies", "jurisdictions", "unread")


def merge_cases(base: Case, overlay: Case) -> Case:
    """The chart's case with the overlay on it: lists are joined, single values that the overlay gives win.

    An age in the overlay replaces a birth date in the chart, and the other way round. A list that either of them
    attests as complete is complete.

    Raises:
        InputError: both answer a question, or both give a phenotype, and they disagree.
    """
    faults = [
        *_identity_faults(base, overlay),
        *_answer_faults(base.answers, overlay.answers),
        *_phenotype_faults(base.phenotypes, overlay.phenotypes),
    ]
    if faults:
        raise InputError("merge", faults)
    values: dict[str, object] = {name: getattr(base, name) for name in Case.model_fields}
    given = overlay.model_fields_set
    values.update(
        {name: getattr(overlay, name) for name in _SINGLE if name in given and getattr(overlay, name) is not None}
    )
    if overlay.birth_date is not None or overlay.age_years is not None:
        values.update(birth_date=overlay.birth_date, age_years=overlay.age_years)
    values.update({name: _joined(getattr(base, name), getattr(overlay, name)) for name in _LISTS})
    values["answers"] = _joined(base.answers, overlay.answers)
    values["phenotypes"] = _joined(base.phenotypes, overlay.phenotypes)
    values["complete"] = base.complete | overlay.complete
    return Case.model_validate(values)


def _identity_faults(base: Case, overlay: Case) -> list[Fault]:
    """Two different patients: a file laid over the wrong chart must not be screened."""
    mend = "This may be another patient's file. Correct it, or leave the field out of the overlay."
    given = overlay.model_fields_set
    differing = [
        name
        for name in ("id", "sex", "birth_date")
        if name in given
        and None not in (getattr(base, name), getattr(overlay, name))
        and getattr(base, name) != getattr(overlay, name)
    ]
    return [
        Fault(name, str(getattr(overlay, name)), f"{getattr(base, name)}, as in the chart", mend) for name in differing
    ]


def _joined(first: Iterable[_T], second: Iterable[_T]) -> tuple[_T, ...]:
    """Both, in order, without what stands in both word for word."""
    joined = list(first)
    joined.extend(item for item in second if item not in joined)
    return tuple(joined)


def _answer_faults(base: Iterable[Answered], overlay: Iterable[Answered]) -> list[Fault]:
    known = {answer.question: answer.applies for answer in base}
    words = {True: "yes", False: "no"}
    return [
        Fault(
            f"answers.{answer.question}",
            f"{words[answer.applies]} over {words[known[answer.question]]}",
            "the same answer in both, or in one only",
            "Ask again and correct one of them.",
        )
        for answer in overlay
        if known.get(answer.question, answer.applies) is not answer.applies
    ]


def _phenotype_faults(base: Iterable[KnownPhenotype], overlay: Iterable[KnownPhenotype]) -> list[Fault]:
    known = {item.enzyme: item.phenotype for item in base}
    return [
        Fault(
            f"phenotypes.{item.enzyme}",
            f"{item.phenotype} over {known[item.enzyme]}",
            "the same phenotype in both, or in one only",
            "Look at the laboratory's report and correct one of them.",
        )
        for item in overlay
        if known.get(item.enzyme, item.phenotype) is not item.phenotype
    ]
