"""How often an effect is claimed where there is none: the posterior's decision rule beside Welch's t-test.

Simulates diaries without an effect and without a trend, correlated from day to day by 0 to 0.7, under two designs of
84 days; prints the two-sided error at 5 % with its Monte-Carlo error and draws docs/images/type-one-error.svg. The
randomisation test is shown where the design has enough orders to reach 5 %.
Run: python benchmarks/type_one_error.py
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from scipy.stats import ttest_ind

from equipoise.analyse.batch import fit_many
from equipoise.analyse.randomisation import randomisation_test
from equipoise.model.observations import Observations
from equipoise.model.plan import Plan
from equipoise.model.prior import Prior
from equipoise.model.schedule import Exposure, Floats, Randomisation, Schedule

SEED = 20261125
DAYS = 84
PHIS = (0.0, 0.2, 0.4, 0.6, 0.7)
SERIES = 4_000
TESTED = 400
SD, LEVEL, ALPHA = 3.0, 15.0, 0.05
PICTURE = Path(__file__).parent.parent / "docs" / "images" / "type-one-error.svg"
COLOURS = {"Welch's t-test": "#b3261e", "posterior, P > 97.5 %": "#1f5fa8", "randomisation test": "#3c7a3c"}
Rates = dict[str, list[float]]


def null_series(rng: np.random.Generator, phi: float, count: int) -> Floats:
    """Diaries without an effect: (count, days)."""
    out = rng.standard_normal((count, DAYS))
    for i in range(1, DAYS):
        out[:, i] = phi * out[:, i - 1] + np.sqrt(1 - phi**2) * out[:, i]
    return LEVEL + SD * out


def trial(period: int, rng: np.random.Generator) -> tuple[Schedule, Floats]:
    """A schedule whose pairs of periods are drawn, and what is taken on each day."""
    pairs = DAYS // (2 * period)
    order = tuple(int(level) for _ in range(pairs) for level in rng.permutation([0, 1]))
    starts = tuple(float(period * i) for i in range(2 * pairs))
    blocks = tuple(i // 2 + 1 for i in range(2 * pairs))
    taken = np.repeat(np.array(order, dtype=np.float64), period)
    exposure = Exposure(np.arange(DAYS, dtype=np.float64), taken)
    return Schedule("randomised_blocks", exposure, Randomisation("blocks", starts, order, blocks)), taken


def errors(period: int) -> Rates:
    """The share of false claims at each correlation; the order is drawn anew for every fortieth of the series."""
    rng = np.random.default_rng(SEED)
    days = np.arange(1.0, DAYS + 1)
    prior = Prior(s0=SD, centre=LEVEL)
    found: Rates = {name: [] for name in COLOURS}
    for phi in PHIS:
        false: dict[str, list[bool]] = {name: [] for name in COLOURS}
        for _ in range(40):
            schedule, taken = trial(period, rng)
            series = null_series(rng, phi, SERIES // 40)
            welch = ttest_ind(series[:, taken == 1], series[:, taken == 0], axis=1, equal_var=False).pvalue
            below = fit_many(schedule, days, series, prior).below[:, 0]
            false["Welch's t-test"] += (welch < ALPHA).tolist()
            false["posterior, P > 97.5 %"] += (np.minimum(below, 1 - below) < ALPHA / 2).tolist()
            for values in series[: TESTED // 40]:
                test = randomisation_test(schedule, Observations(days, values), prior, Plan())
                false["randomisation test"].append((test.p_value or 1.0) <= ALPHA)
        for name, flags in false.items():
            found[name].append(float(np.mean(flags)))
    return found


def main() -> None:
    """Prints the rates of both designs and draws the picture of the first."""
    designs = {"four periods of 21 days": 21, "twelve periods of 7 days": 7}
    every = {name: errors(period) for name, period in designs.items()}
    for design, rates in every.items():
        print(f"{design}: false claims at a nominal 5 %, {SERIES} series each (randomisation test {TESTED})")
        print("  correlation day to day   " + "".join(f"{phi:>8.1f}" for phi in PHIS))
        for name, values in rates.items():
            count = TESTED if name.startswith("random") else SERIES
            mcse = max(np.sqrt(v * (1 - v) / count) for v in values)
            print(
                f"  {name:<25}"
                + "".join(f"{100 * v:7.1f}%" for v in values)
                + f"   (MC error at most {100 * mcse:.1f})"
            )
    PICTURE.write_text(picture(every), "utf-8")
    print(f"wrote {PICTURE.name}")


def picture(every: dict[str, Rates]) -> str:
    """Both designs side by side: false claims against correlation, a line for each method."""
    parts = [_panel(name, rates, 60.0 + 400.0 * i) for i, (name, rates) in enumerate(every.items())]
    legend = "".join(
        f'<rect x="{70 + 230 * i}" y="292" width="14" height="4" fill="{colour}"/>'
        f'<text x="{90 + 230 * i}" y="299">{name}</text>'
        for i, (name, colour) in enumerate(COLOURS.items())
    )
    words = "Share of trials without any effect in which a method claims one, by correlation from day to day."
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 840 312" '
        'font-family="sans-serif" font-size="12" role="img">'
        f'<title>False claims at a nominal 5 %</title><desc>{words}</desc><rect width="840" height="312" fill="#fff"/>'
        f"{''.join(parts)}{legend}</svg>\n"
    )


def _panel(title: str, rates: Rates, left: float) -> str:
    width, top, height, most = 320.0, 36.0, 200.0, 0.40

    def x(phi: float) -> float:
        return left + width * phi / PHIS[-1]

    def y(rate: float) -> float:
        return top + height * (1 - rate / most)

    grid = "".join(
        f'<line x1="{left}" x2="{left + width}" y1="{y(rate):.1f}" y2="{y(rate):.1f}" stroke="#ddd"/>'
        f'<text x="{left - 6}" y="{y(rate) + 4:.1f}" text-anchor="end">{rate:.0%}</text>'
        for rate in (0.0, 0.1, 0.2, 0.3, 0.4)
    )
    ends = f'x1="{left}" x2="{left + width}" y1="{y(ALPHA):.1f}" y2="{y(ALPHA):.1f}"'
    nominal = f'<line {ends} stroke="#555" stroke-dasharray="4 3"/>'
    ticks = "".join(
        f'<text x="{x(phi):.1f}" y="{top + height + 16}" text-anchor="middle">{phi:g}</text>' for phi in PHIS
    )
    axis = (
        f'<text x="{left + width / 2}" y="{top + height + 34}" text-anchor="middle">correlation from day to day</text>'
    )
    lines = ""
    for name, values in rates.items():
        points = " ".join(f"{x(phi):.1f},{y(rate):.1f}" for phi, rate in zip(PHIS, values, strict=True))
        dots = "".join(f'<circle cx="{x(p):.1f}" cy="{y(r):.1f}" r="3"/>' for p, r in zip(PHIS, values, strict=True))
        line = f'<polyline points="{points}" fill="none" stroke="{COLOURS[name]}" stroke-width="2"/>'
        lines += f'<g fill="{COLOURS[name]}">{line}{dots}</g>'
    return f'<text x="{left}" y="22" font-weight="bold">{title}</text>{grid}{nominal}{ticks}{axis}{lines}'


if __name__ == "__main__":
    main()
