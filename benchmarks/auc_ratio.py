"""How well AUC ratios are predicted for pairs that the fit has not seen.

python benchmarks/auc_ratio.py            prints the figures
python benchmarks/auc_ratio.py --write    also writes records/interactions/fitted.json anew
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import json
import math
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import astuple
from pathlib import Path
from typing import Any

import numpy as np
import scipy
import yaml

from equipoise.pharmacology.interaction.parts import Posterior
from equipoise.pharmacology.interaction.posterior import to_mapping
from equipoise.pharmacology.interaction.records import (
    Evidence,
    Observation,
    Roles,
    evidence_of,
    observations_of,
    roles_of,
)
from equipoise.pharmacology.interaction_fit import fit
from equipoise.pharmacology.interaction_validation import (
    Figures,
    Scored,
    by_pair,
    cross_validate,
    figures,
    figures_by_pair,
    folds_of_pairs,
    predict_all,
)

RECORDS = Path(__file__).parents[1] / "src/equipoise/knowledge/records"
FITTED = RECORDS / "interactions/fitted.json"
SEEDS = range(20261123, 20261130)
DATE = dt.date(2026, 11, 25)
WIDTH = 46
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

COMMENTS = {
    ("amitriptyline", "fluvoxamine"): "a single report of no change beside reports of marked rises",
    ("simvastatin", "erythromycin"): "large loss in the gut wall; four erythromycin pairs tell about the strength",
    ("sildenafil", "clarithromycin"): "single doses and low doses of an inactivator",
    ("dextromethorphan", "quinidine"): "50 mg once: the dose slope is learnt from other inhibitors",
    ("venlafaxine", "diphenhydramine"): "'weak' by the table, moderate by this one arm",
    ("tizanidine", "mexiletine"): "no other pair tells about mexiletine",
    ("metoprolol", "paroxetine"): "ten arms from 2.5 to 9.9, the two highest from one small study",
    ("desipramine", "paroxetine"): "eight arms from 1.8 (first dose) to 7.8 (fast metabolisers)",
    ("atomoxetine", "paroxetine"): "a 2.8-fold rise in poor metabolisers: CYP2D6 alone cannot explain it",
    ("tizanidine", "fluvoxamine"): "33-fold: CYP1A2 share above 0.97, far out in the class 'sensitive'",
    ("midazolam", "ketoconazole"): "intravenous arms from 1.6 to 4.8",
    ("midazolam", "rifampicin"): "only triazolam tells about rifampicin when this pair is withheld",
    ("midazolam", "carbamazepine"): "only quinidine tells about carbamazepine when this pair is withheld",
    ("midazolam", "erythromycin"): "low doses for two to seven days; inactivation not complete",
    ("triazolam", "itraconazole"): "four single-dose arms at 3 to 5, one repeated at 19",
    ("triazolam", "ketoconazole"): "9 at 200 mg and 20 at 400 mg",
    ("omeprazole", "fluvoxamine"): "a low dose of fluvoxamine in one arm (1.7), poor metabolisers in another",
    ("duloxetine", "fluvoxamine"): "the paroxetine pair claims more CYP2D6 than fits beside CYP1A2 above 0.8",
    ("tolterodine", "fluoxetine"): "three to four people an arm",
    ("midazolam", "fluconazole"): "loading doses; the single-dose shift was learnt from itraconazole",
    ("quinidine", "verapamil"): "CYP3A4 share 0.75 by its PBPK file, below what the class says",
    ("alprazolam", "nefazodone"): "called strong by the FDA, moderate by these arms",
}


def read() -> tuple[tuple[Observation, ...], Roles, tuple[Evidence, ...], list[dict[str, Any]]]:
    """Observations, roles, evidence, and the raw observed records."""
    observed = _yaml("interactions/observed.yaml")["observed_ratios"]
    evidence = evidence_of(_yaml("interactions/contribution_priors.yaml")["contribution_priors"])
    files = sorted((RECORDS / "medicines").glob("*.yaml"))
    medicines = [m for file in files for m in _yaml(f"medicines/{file.name}").get("medicines") or ()]
    return observations_of(observed), roles_of(medicines), evidence, observed


def _yaml(name: str) -> dict[str, Any]:
    return yaml.load((RECORDS / name).read_bytes(), Loader=LOADER)  # noqa: S506 - CSafeLoader builds plain values only


def input_hash(roles: Roles, posterior: Posterior) -> str:
    """SHA-256 of everything that the fit saw: both record files and the roles of its medicines."""
    digest = hashlib.sha256()
    for name in ("observed.yaml", "contribution_priors.yaml"):
        digest.update((RECORDS / "interactions" / name).read_bytes())
    names = sorted({*posterior.victims, *posterior.perpetrators})
    seen = {m: [roles.substrate.get(m), roles.inhibitor.get(m), roles.inducer.get(m)] for m in names}
    digest.update(json.dumps(seen, sort_keys=True).encode())
    return digest.hexdigest()


# --- the plain contribution-inhibition model, for comparison ---------------------------------------------------------


def plain(
    train: Sequence[Observation], test: Sequence[Observation], roles: Roles, evidence: Sequence[Evidence]
) -> list[Scored]:
    """Plain CR-IR: one oral formula, no gut, dose or class words; neutral priors unless a share is sourced."""
    theta: dict[tuple[str, ...], float] = {}
    sd: dict[tuple[str, ...], float] = {}
    for item in (*train, *test):
        _plain_parameters(item, roles, evidence, theta, sd)
    names = list(theta)
    place = {name: i for i, name in enumerate(names)}
    mean = np.array([theta[name] for name in names])
    precision = np.array([sd[name] for name in names]) ** -2.0
    value = mean.copy()
    for _ in range(25):
        hessian, gradient = np.diag(precision), precision * (mean - value)
        for item in train:
            keys = _plain_keys(item, roles)
            here = [place[key] for key in keys]
            centre = _plain_ratio(item, keys, value[here])
            slope = np.array(
                [(_plain_ratio(item, keys, value[here] + 1e-5 * row) - centre) / 1e-5 for row in np.eye(len(keys))]
            )
            hessian[np.ix_(here, here)] += np.outer(slope, slope) / 0.35**2
            gradient[here] += slope * (math.log(item.ratio) - centre) / 0.35**2
        step = np.linalg.solve(hessian, gradient)
        value = value + step * min(1.0, 1.0 / max(np.abs(step).max(), 1e-9))
    keyed = [(item, _plain_keys(item, roles)) for item in test]
    return [Scored(item, _plain_ratio(item, keys, value[[place[key] for key in keys]])) for item, keys in keyed]


def _plain_keys(item: Observation, roles: Roles) -> list[tuple[str, ...]]:
    keys: list[tuple[str, ...]] = [("cr", item.victim, enzyme) for enzyme in roles.substrate[item.victim]]
    for kind, table in (("ir", roles.inhibitor), ("ind", roles.inducer)):
        shared = set(table.get(item.perpetrator, {})) & set(roles.substrate[item.victim])
        keys += [(kind, item.perpetrator, enzyme) for enzyme in sorted(shared)]
    return keys


def _plain_parameters(
    item: Observation,
    roles: Roles,
    evidence: Sequence[Evidence],
    theta: dict[tuple[str, ...], float],
    sd: dict[tuple[str, ...], float],
) -> None:
    known = {(e.victim, e.enzyme): 1 - 1 / e.value for e in evidence if e.kind == "genotype_ratio" and not e.activity}
    known |= {(e.victim, e.enzyme): min(e.value, 0.975) for e in evidence if e.kind == "fraction_metabolised"}
    share = {1: 0.5, 2: 0.25, 3: 1 / 6}.get(len(roles.substrate[item.victim]), 0.125)
    for key in _plain_keys(item, roles):
        sourced = known.get((key[1], key[2])) if key[0] == "cr" else None
        start = sourced or (share if key[0] == "cr" else 0.5 if key[0] == "ir" else 0.75)
        theta[key], sd[key] = math.log(start / (1 - start)), 0.5 if sourced else 1.5


def _plain_ratio(item: Observation, keys: Sequence[tuple[str, ...]], values: Sequence[float] | np.ndarray) -> float:
    found = dict(zip(keys, values, strict=True))
    shares = {key[2]: 1 / (1 + math.exp(-v)) for key, v in found.items() if key[0] == "cr"}
    rest = max(1 - sum(shares.values()), 0.02)
    before = after = rest
    for enzyme, share in shares.items():
        active = share * item.activity.get(enzyme, 1.0)
        before += active
        strength = math.exp(found["ir", item.perpetrator, enzyme]) if ("ir", item.perpetrator, enzyme) in found else 0.0
        induced = (
            math.exp(found["ind", item.perpetrator, enzyme]) if ("ind", item.perpetrator, enzyme) in found else 0.0
        )
        after += active * (1 + induced) / (1 + strength)
    return math.log(before / after)


def cross_validate_plain(
    observations: Sequence[Observation], roles: Roles, evidence: Sequence[Evidence], *, seed: int
) -> list[Scored]:
    """The plain model on the same folds."""
    fold = folds_of_pairs(observations, seed=seed)
    found: dict[str, Scored] = {}
    for held in range(5):
        train = [item for item in observations if fold[item.pair] != held]
        test = [item for item in observations if fold[item.pair] == held]
        found.update({item.observation.id: item for item in plain(train, test, roles, evidence)})
    return [found[item.id] for item in observations]


# --- printing --------------------------------------------------------------------------------------------------------


def row(name: str, runs: Sequence[Figures]) -> str:
    """One line: the median over seeds and, in brackets, the range."""
    cells: list[str] = []
    for place, form in ((1, ".3f"), (2, ".2f"), (3, ".1%"), (4, ".1%"), (5, ".1%")):
        values = [astuple(run)[place] for run in runs]
        low, middle, high = min(values), statistics.median(values), max(values)
        text = "-" if place == 5 and high == 0 else f"{middle:{form}}"
        cells.append(text if low == high else f"{text} ({low:{form}}-{high:{form}})")
    return f"{name:{WIDTH}}{runs[0].count:4d}  " + "  ".join(f"{cell:22}" for cell in cells)


def seen_elsewhere(observations: Sequence[Observation], roles: Roles) -> set[str]:
    """Oral inhibition where victim and perpetrator, through a shared enzyme, both occur in another pair as well."""
    shared = {o.id: set(roles.substrate[o.victim]) & set(roles.inhibitor.get(o.perpetrator, {})) for o in observations}
    found: set[str] = set()
    for o in observations:
        others = [x for x in observations if x.pair != o.pair and shared[x.id] & shared[o.id]]
        of_victim = any(x.victim == o.victim for x in others)
        if o.route == "oral" and of_victim and any(x.perpetrator == o.perpetrator for x in others):
            found.add(o.id)
    return found


def replicates(observations: Sequence[Observation]) -> list[Scored]:
    """Each observation 'predicted' by the geometric mean of the others with the same pair, route, genotype and dose."""
    groups: dict[tuple[Any, ...], list[Observation]] = {}
    for o in observations:
        key = (o.pair, o.route, tuple(o.activity.items()), o.single_dose, o.relative_dose)
        groups.setdefault(key, []).append(o)
    found: list[Scored] = []
    for group in groups.values():
        for o in group if len(group) > 1 else ():
            others = [math.log(x.ratio) for x in group if x is not o]
            found.append(Scored(o, statistics.fmean(others)))
    return found


def print_worst(runs: Sequence[Sequence[Scored]]) -> None:
    """The ten pairs with the largest mean error over all seeds, one line each."""
    errors: dict[tuple[str, str], list[float]] = {}
    examples = by_pair(runs[0])
    for run in runs:
        for pair, group in by_pair(run).items():
            errors.setdefault(pair, []).extend(abs(item.error) for item in group)
    mean = {pair: math.exp(statistics.fmean(values)) for pair, values in errors.items()}
    print("\nThe ten pairs with the largest mean fold error when withheld (median prediction, observed range)")
    for pair in sorted(mean, key=lambda name: -mean[name])[:10]:
        ids = {item.observation.id for item in examples[pair]}
        predicted = math.exp(statistics.median(x.predicted for run in runs for x in run if x.observation.id in ids))
        seen = [item.observation.ratio for item in examples[pair]]
        span = f"{min(seen):.2f}-{max(seen):.2f}" if len(seen) > 1 else f"{seen[0]:.2f}"
        name = f"{pair[0]} <- {pair[1]}"
        figures_of_pair = f"n {len(seen):2d}  error {mean[pair]:.2f}  predicted {predicted:6.2f}  observed {span:12}"
        print(f"  {name:34} {figures_of_pair}  {COMMENTS.get(pair, '')}")


def print_calibration(runs: Sequence[Sequence[Scored]]) -> None:
    """Coverage of the 90 % interval by the size of the predicted ratio, over all seeds, and its median width."""
    everything = [item for run in runs for item in run]
    bands: list[tuple[str, Callable[[float], bool]]] = [
        ("below 0.8", lambda r: r < 0.8),
        ("0.8 to 1.25", lambda r: 0.8 <= r < 1.25),
        ("1.25 to 2", lambda r: 1.25 <= r < 2),
        ("2 to 5", lambda r: 2 <= r < 5),
        ("5 and above", lambda r: r >= 5),
    ]
    cells: list[str] = []
    for name, inside in bands:
        group = [item for item in everything if inside(math.exp(item.predicted))]
        covered = sum(item.covered for item in group) / len(group)
        width = math.exp(statistics.median(item.high - item.low for item in group))
        cells.append(f"{name}: {covered:.1%} (high/low {width:.1f})")
    print("\nCalibration of the 90 % interval by predicted ratio:  " + ";  ".join(cells))


def report() -> dict[str, Any]:
    """Print everything; return the figures that are written beside the fit."""
    observations, roles, evidence, raw = read()
    print(
        f"{len(raw)} observed ratios, {len(observations)} used, {len({o.pair for o in observations})} pairs. Left out:"
    )
    for item in raw:
        if item.get("left_out"):
            print(f"  {item['id']} {item['victim']} <- {item['perpetrator']} {item['auc_ratio']}: {item['left_out']}")
    full = [cross_validate(observations, roles, evidence, seed=seed) for seed in SEEDS]
    bare = [cross_validate_plain(observations, roles, evidence, seed=seed) for seed in SEEDS[:5]]
    before = predict_all(fit((), roles, evidence, known_from=observations), observations, roles)
    read_only = tuple(item for item in evidence if not item.recalled)
    unrecalled = [cross_validate(observations, roles, read_only, seed=seed) for seed in SEEDS[:5]]
    within = predict_all(fit(observations, roles, evidence), observations, roles)
    both = seen_elsewhere(observations, roles)
    same = replicates(observations)
    has_same = {item.observation.id for item in same}

    print(f"\n5-fold over pairs, median (range) over {len(SEEDS)} seeds from {SEEDS[0]} (5 seeds where compared)")
    heads = ("fold error", "bias", "within 1.5", "within 2", "90 % interval covers")
    print(f"{'':{WIDTH}}   n  " + "  ".join(f"{head:22}" for head in heads))
    observed, paired = [figures(run) for run in full], [figures_by_pair(run) for run in full]
    print(row("model, per observation", observed))
    print(row("model, per pair", paired))
    print(row("plain CR-IR, per observation", [figures(run) for run in bare]))
    print(row("plain CR-IR, per pair", [figures_by_pair(run) for run in bare]))
    print(row("prior only, per observation", [figures(before)]))
    print(row("prior only, per pair", [figures_by_pair(before)]))
    print(row("model without recalled evidence, observations", [figures(run) for run in unrecalled]))
    print(
        row(
            "model, oral, both medicines in other pairs",
            [figures([x for x in r if x.observation.id in both]) for r in full],
        )
    )
    print(row("fitted to all (not withheld), per observation", [figures(within)]))
    print(row("noise: another arm of the same pair and dose", [figures(same)]))
    print(row("model on those same arms", [figures([x for x in r if x.observation.id in has_same]) for r in full]))
    print_worst(full)
    print_calibration(full)
    return {"per_observation": _summary(observed), "per_pair": _summary(paired), "seeds": list(SEEDS), "folds": 5}


def _summary(runs: Sequence[Figures]) -> dict[str, Any]:
    names = ("fold_error", "bias", "within_1_5", "within_2", "coverage")
    table = {name: [getattr(run, name) for run in runs] for name in names}
    return {"count": runs[0].count} | {
        name: {"median": round(statistics.median(v), 3), "low": round(min(v), 3), "high": round(max(v), 3)}
        for name, v in table.items()
    }


def write(cross_validation: dict[str, Any]) -> None:
    """Write the fit to all usable observations, with what it was made from."""
    observations, roles, evidence, _ = read()
    posterior = fit(observations, roles, evidence)
    made = {
        "what": "posterior of the AUC ratio model; generated by benchmarks/auc_ratio.py --write, never edited by hand",
        "date": DATE.isoformat(),
        "seed": SEEDS[0],
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "inputs_sha256": input_hash(roles, posterior),
        "observations": len(observations),
        "belief": "[mean, standard deviation, observed ratios that informed it], on log scales",
    }
    record = {"made": made, "cross_validation": cross_validation, **to_mapping(posterior)}
    FITTED.write_text(json.dumps(record, indent=None, separators=(",", ":")).replace('},"', '},\n"') + "\n")
    print(f"\nwrote {FITTED.relative_to(RECORDS)}: {FITTED.stat().st_size / 1000:.0f} kB")


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="write records/interactions/fitted.json anew")
    arguments = parser.parse_args()
    start = time.perf_counter()
    cross_validation = report()
    if arguments.write:
        write(cross_validation)
    print(f"\n{time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
