"""Which cautions of an adjunct hold for a plan."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from equipoise.design.exposed import exposed_days, longest_run_days
from equipoise.knowledge import Knowledge
from equipoise.model.design_caution import DesignCaution, PlanTest
from equipoise.model.trial_design import TrialDesign


@dataclass(frozen=True, slots=True)
class Caution:
    """A caution that holds. `here`: what in this plan it holds for."""

    record: DesignCaution
    here: tuple[str, ...]


def cautions(design: TrialDesign, records: Knowledge) -> tuple[Caution, ...]:
    """The cautions of the adjunct's records that hold for this plan, in the order of the records' ids.

    A taper's or an observation's days before the plan are not counted: what was taken then is not the plan's.
    """
    found = (Caution(item, _here(design, item)) for item in records.substance(design.substance).design_cautions)
    return tuple(item for item in found if item.here)


def _here(design: TrialDesign, record: DesignCaution) -> tuple[str, ...]:
    """What the plan has that the first of its tests to hold asks for; empty where none holds."""
    return next((here for test in record.when if (here := _held(design, test))), ())


def _held(design: TrialDesign, test: PlanTest) -> tuple[str, ...]:
    told: list[str] = []
    for name, check in _CHECKS.items():
        if getattr(test, name) in (None, ()):
            continue
        here = check(design, test)
        if here is None:
            return ()
        told.append(here)
    return tuple(told)


def _template(design: TrialDesign, test: PlanTest) -> str | None:
    return design.template.value.replace("_", " ") if design.template in test.templates else None


def _use(design: TrialDesign, test: PlanTest) -> str | None:
    return f"taken now: {design.current_use}" if design.current_use in test.current_use else None


def _run(design: TrialDesign, test: PlanTest) -> str | None:
    days = longest_run_days(design)
    return f"up to {days} days with it in one stretch" if days >= (test.exposed_run_days_at_least or 0) else None


def _in_all(design: TrialDesign, test: PlanTest) -> str | None:
    days = exposed_days(design)
    return f"{days} days with it in all" if days >= (test.exposed_days_at_least or 0) else None


def _unclean(design: TrialDesign, test: PlanTest) -> str | None:
    """The outcomes that at a period's last rating still look back to days on which the one before may act."""
    left = max(0.0, (test.clean_after_days or 0.0) - design.washout_days)
    back = [item for item in design.outcomes if item.recall_days]
    named = [item.label for item in back if item.recall_days + left > design.period_days]
    return f"periods of {design.period_days} d; {', '.join(named)}" if named else None


def _washout(design: TrialDesign, test: PlanTest) -> str | None:
    days = design.washout_days
    return f"washout of {days} d" if days < (test.washout_days_below or 0.0) else None


def _run_in(design: TrialDesign, test: PlanTest) -> str | None:
    days = design.run_in_days
    return f"run-in of {days} d" if days < (test.run_in_days_below or 0) else None


def _blinded(design: TrialDesign, test: PlanTest) -> str | None:
    del test
    who = design.blinding.blinded
    if not who:
        return None
    asked = "a guess is asked for" if design.blinding.ask_guess else "no guess is asked for"
    return f"blind: {', '.join(who)}; {asked}"


_CHECKS: dict[str, Callable[[TrialDesign, PlanTest], str | None]] = {
    "templates": _template,
    "current_use": _use,
    "exposed_run_days_at_least": _run,
    "exposed_days_at_least": _in_all,
    "clean_after_days": _unclean,
    "washout_days_below": _washout,
    "run_in_days_below": _run_in,
    "blinded": _blinded,
}
