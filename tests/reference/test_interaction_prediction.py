"""The predictor of AUC ratios against published facts, against its own committed fit, and against withheld pairs."""

from __future__ import annotations

import json
import math
import statistics
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from equipoise.pharmacology.interaction import (
    Exposure,
    Perpetrator,
    Posterior,
    RatioPrediction,
    predict_ratio,
)
from equipoise.pharmacology.interaction.posterior import from_mapping, perpetrator_of, victim_of
from equipoise.pharmacology.interaction.probe import effect_from_probe
from equipoise.pharmacology.interaction.records import (
    Evidence,
    Observation,
    Roles,
    evidence_of,
    observations_of,
    roles_of,
)
from equipoise.pharmacology.interaction_fit import _design, _layout, _log_ratios, _padded, _slots, fit
from equipoise.pharmacology.interaction_validation import cross_validate, figures, figures_by_pair, predict_all

RECORDS = Path(__file__).parents[2] / "src/equipoise/knowledge/records"
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read(name: str) -> Any:
    return yaml.load((RECORDS / name).read_bytes(), Loader=LOADER)  # noqa: S506 - CSafeLoader builds plain values only


@pytest.fixture(scope="module")
def roles() -> Roles:
    files = sorted((RECORDS / "medicines").glob("*.yaml"))
    return roles_of(m for file in files for m in read(f"medicines/{file.name}").get("medicines") or ())


@pytest.fixture(scope="module")
def observations() -> tuple[Observation, ...]:
    return observations_of(read("interactions/observed.yaml")["observed_ratios"])


@pytest.fixture(scope="module")
def evidence() -> tuple[Evidence, ...]:
    return evidence_of(read("interactions/contribution_priors.yaml")["contribution_priors"])


@pytest.fixture(scope="module")
def committed() -> Posterior:
    return from_mapping(json.loads((RECORDS / "interactions/fitted.json").read_bytes()))


def ratio(posterior: Posterior, roles: Roles, victim: str, *perpetrators: str, **options: Any) -> RatioPrediction:
    exposures = [
        Exposure(perpetrator_of(posterior, name, roles.inhibitor.get(name, {}), roles.inducer.get(name, {})))
        for name in perpetrators
    ]
    return predict_ratio(posterior, victim_of(posterior, victim, roles.substrate.get(victim, {})), exposures, **options)


def test_every_observed_row_is_used_or_says_why_not() -> None:
    """186 rows; five are left out, each with its reason; ids are unique."""
    rows = read("interactions/observed.yaml")["observed_ratios"]
    assert len(rows) == len({row["id"] for row in rows}) == 186
    assert sorted(row["id"] for row in rows if row.get("left_out")) == [
        "ddi_004",
        "ddi_006",
        "ddi_138",
        "ddi_139",
        "ddi_140",
    ]


@pytest.mark.parametrize(
    ("victim", "perpetrators", "options", "low", "high"),
    [
        ("lovastatin", ["itraconazole"], {}, 8, 40),
        ("alprazolam", ["ketoconazole"], {}, 2, 4.5),
        ("clozapine", ["fluvoxamine"], {}, 2, 5),
        ("metoprolol", ["paroxetine"], {}, 2.8, 6),
        ("midazolam", ["rifampicin"], {}, 0.02, 0.1),
        ("midazolam", ["rifampicin"], {"route": "intravenous"}, 0.35, 0.6),
        ("midazolam", ["ketoconazole"], {"route": "intravenous"}, 2.5, 5),
        ("desipramine", ["quinidine"], {}, 4, 9),
        ("venlafaxine", ["bupropion"], {}, 2, 6),
        ("tizanidine", ["ciprofloxacin"], {}, 5, 20),
        ("quetiapine", ["carbamazepine"], {}, 0.08, 0.35),
        ("efavirenz", ["rifampicin"], {}, 0.4, 0.9),
        ("citalopram", ["omeprazole"], {}, 1.1, 1.7),
        ("nortriptyline", [], {"phenotypes": {"CYP2D6": "PM"}, "reference": "normal_metaboliser"}, 2.5, 6),
        ("atomoxetine", [], {"phenotypes": {"CYP2D6": "PM"}, "reference": "normal_metaboliser"}, 5, 12),
        ("citalopram", [], {"phenotypes": {"CYP2C19": "PM"}, "reference": "normal_metaboliser"}, 1.5, 3),
    ],
)
def test_well_known_ratios_come_out_sane(
    committed: Posterior,
    roles: Roles,
    victim: str,
    perpetrators: list[str],
    options: dict[str, Any],
    low: float,
    high: float,
) -> None:
    """Textbook interactions, most of them not among the observed pairs, are predicted within a generous band."""
    prediction = ratio(committed, roles, victim, *perpetrators, **options)
    assert prediction.estimate is not None
    assert low <= prediction.estimate <= high


def test_kind_says_what_a_prediction_rests_on(committed: Posterior, roles: Roles) -> None:
    """Seen medicines give a posterior prediction, unseen ones say so, and no substrate role gives an unknown value."""
    assert ratio(committed, roles, "midazolam", "ketoconazole").kind == "posterior prediction"
    assert ratio(committed, roles, "lovastatin", "ketoconazole").kind == "partly prior"
    assert ratio(committed, roles, "lovastatin", "posaconazole").kind == "prior only"
    alone = ratio(committed, roles, "caffeine", "paroxetine")
    assert (alone.kind, alone.estimate) == ("no shared enzyme", 1.0)
    assert alone.interval is not None
    assert 0.6 < alone.interval[0] < 1 < alone.interval[1] < 1.6
    unknown = ratio(committed, roles, "lithium", "ketoconazole")
    assert (unknown.kind, unknown.estimate, unknown.interval) == ("unknown", None, None)


def test_an_unseen_medicine_has_the_wider_interval(committed: Posterior, roles: Roles) -> None:
    """Class words alone are worth less than observed ratios, and the interval shows it."""
    seen, unseen = (
        ratio(committed, roles, "midazolam", "ketoconazole"),
        ratio(committed, roles, "lovastatin", "posaconazole"),
    )
    assert seen.interval is not None
    assert unseen.interval is not None
    assert unseen.interval[1] / unseen.interval[0] > 1.5 * seen.interval[1] / seen.interval[0]


def test_a_victim_that_induces_its_own_enzymes_is_compared_with_its_induced_state(
    committed: Posterior, roles: Roles
) -> None:
    """Rifampicin lowers efavirenz by 26 % in its study, which its interval holds; midazolam induces nothing."""
    efavirenz = victim_of(committed, "efavirenz", roles.substrate["efavirenz"])
    assert set(efavirenz.induction) == {"CYP2B6", "CYP3A4"}
    prediction = ratio(committed, roles, "efavirenz", "rifampicin")
    assert prediction.interval is not None
    assert prediction.interval[0] < 0.74 < prediction.interval[1]
    assert victim_of(committed, "midazolam", roles.substrate["midazolam"]).induction == {}


def test_the_fit_knows_own_induction_as_the_predictor_does(roles: Roles, evidence: tuple[Evidence, ...]) -> None:
    """An observation of an inducer and a victim that induces its own enzymes has one value in both formulas."""
    seen = (Observation("own", "efavirenz", "rifampicin", 0.74), Observation("weak", "carbamazepine", "modafinil", 0.9))
    posterior = fit((), roles, evidence, known_from=seen)
    layout = _layout(seen, roles, evidence)
    local = _padded(np.array([_value(posterior, key) for key in layout.index]))
    design = _design(seen, layout.index, roles)
    fitted = _log_ratios(design, local[_slots(design, layout.index)]).real
    assert fitted == pytest.approx([item.predicted for item in predict_all(posterior, seen, roles)], abs=1e-9)


def test_a_probe_study_gives_the_strength_that_explains_it(committed: Posterior) -> None:
    """Midazolam 1.39 (1.23 to 1.57) gives a weak inhibition whose prediction for midazolam is 1.39 again."""
    midazolam = committed.victims["midazolam"]
    found = effect_from_probe(midazolam, "CYP3A4", 1.39, 1.23, 1.57)
    again = predict_ratio(committed, midazolam, [Exposure(Perpetrator("probe", {"CYP3A4": found.belief}))])
    assert again.estimate == pytest.approx(1.39, abs=0.005)
    with pytest.raises(ValueError, match="expected 0 < low"):
        effect_from_probe(midazolam, "CYP3A4", 1.39, 1.5, 1.57)


def test_the_committed_fit_is_what_the_records_give(
    committed: Posterior, roles: Roles, observations: tuple[Observation, ...], evidence: tuple[Evidence, ...]
) -> None:
    """A new fit predicts every observation as the committed one does, to 2 %."""
    before = predict_all(committed, observations, roles)
    after = predict_all(fit(observations, roles, evidence), observations, roles)
    for old, new in zip(before, after, strict=True):
        assert old.predicted == pytest.approx(new.predicted, abs=0.02), old.observation.id


def test_the_fit_and_the_predictor_use_one_formula(
    roles: Roles, observations: tuple[Observation, ...], evidence: tuple[Evidence, ...]
) -> None:
    """The vectorised formula of the fit gives the run-time predictor's estimate for every observation."""
    posterior = fit((), roles, evidence, known_from=observations)
    layout = _layout(observations, roles, evidence)
    theta = [_value(posterior, key) for key in layout.index]
    design = _design(observations, layout.index, roles)
    local = _padded(np.array(theta))[_slots(design, layout.index)]
    for value, scored in zip(_log_ratios(design, local).real, predict_all(posterior, observations, roles), strict=True):
        assert value == pytest.approx(scored.predicted, abs=1e-9)


def _value(posterior: Posterior, key: tuple[str, ...]) -> float:
    match key:
        case ("weight", victim, enzyme):
            return posterior.victims[victim].weight[enzyme].mean
        case ("gut", victim):
            gut = posterior.victims[victim].gut
            return math.nan if gut is None else gut.mean
        case ("extraction", victim):
            return posterior.victims[victim].extraction.mean
        case ("inhibition", perpetrator, enzyme):
            return posterior.perpetrators[perpetrator].inhibition[enzyme].mean
        case ("induction", perpetrator, enzyme):
            return posterior.perpetrators[perpetrator].induction[enzyme].mean
        case ("offset", role, word):
            return posterior.class_offset[role, word].mean
        case ("dose_slope",):
            return posterior.dose_slope.mean
        case _:
            return posterior.single_dose.mean


def test_a_prediction_is_fast_and_the_fit_small(committed: Posterior, roles: Roles) -> None:
    """One prediction takes less than 5 ms even on a loaded machine; the record stays below 300 kB."""
    start = time.process_time()
    for _ in range(20):
        ratio(committed, roles, "imipramine", "fluoxetine", "cimetidine")
    assert (time.process_time() - start) / 20 < 0.005
    assert (RECORDS / "interactions/fitted.json").stat().st_size < 300_000


@pytest.mark.slow
def test_withheld_pairs_are_predicted_as_well_as_printed(
    roles: Roles, observations: tuple[Observation, ...], evidence: tuple[Evidence, ...]
) -> None:
    """Median over five seeds of 5-fold cross-validation over pairs, with a small margin below the printed figures."""
    runs = [cross_validate(observations, roles, evidence, seed=seed) for seed in range(20261123, 20261128)]
    single, paired = [figures(run) for run in runs], [figures_by_pair(run) for run in runs]
    assert statistics.median(run.fold_error for run in single) < 1.38
    assert statistics.median(run.within_1_5 for run in single) > 0.72
    assert statistics.median(run.within_2 for run in single) > 0.87
    assert statistics.median(run.fold_error for run in paired) < 1.34
    assert statistics.median(run.within_1_5 for run in paired) > 0.78
    assert statistics.median(run.within_2 for run in paired) > 0.92
    assert 0.85 < statistics.median(run.coverage for run in single) < 0.95
