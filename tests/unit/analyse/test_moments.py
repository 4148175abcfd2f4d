"""Whitened products from grouped neighbours, and from the filter, against dense covariances."""

from __future__ import annotations

import numpy as np
import pytest
from dense import correlation

from equipoise.analyse.columns import Columns
from equipoise.analyse.moments import moments, stacked
from equipoise.analyse.noisy import noisy_ratings
from equipoise.model.schedule import Floats

REGULAR = np.arange(1.0, 25.0)
TIMES = {
    "regular": REGULAR,
    "missing days": REGULAR[[0, 1, 2, 5, 6, 9, 10, 11, 18, 22]],
    "irregular": np.sort(np.random.default_rng(3).uniform(0.0, 20.0, 18)).round(
        4
    ),  # to a few seconds: gaps are rounded
}
PHIS = {"regular": (-0.7, 0.0, 0.35, 0.95), "missing days": (-0.7, 0.35), "irregular": (0.02, 0.35, 0.95)}
CASES = [(name, phi) for name, phis in PHIS.items() for phi in phis]


def some_columns(n: int, half_lives: int = 2) -> Columns:
    return Columns(
        names=("level", "trend", "effect"),
        common=np.column_stack([np.ones(n), np.linspace(-1, 1, n)]),
        exposure=np.random.default_rng(4).random((half_lives, n)),
        mean=np.array([4.0, 0.0, 0.5]),
        sd=np.array([3.0, 0.5, 1.5]),
        s0=1.0,
        s0_from="given",
        half_lives_days=np.arange(1.0, 1.0 + half_lives),
        log_weight=np.full(half_lives, -np.log(half_lives)),
    )


def dense_products(found: Columns, node: int, y: Floats, covariance: Floats) -> Floats:
    x = found.at(node)
    rows = np.column_stack([x * found.sd, y - x @ found.mean])
    return rows.T @ np.linalg.solve(covariance, rows)


@pytest.mark.parametrize(("name", "phi"), CASES)
def test_whitened_products_are_those_of_the_dense_covariance(name: str, phi: float) -> None:
    """Sums over neighbours give X'QX, X'Qy, y'Qy and log |R| for gaps of any length, a negative phi on whole days."""
    times = TIMES[name]
    found = some_columns(times.size)
    outcomes = np.random.default_rng(5).standard_normal((3, times.size)) + 4.0
    products, log_det = moments(found, times, outcomes).whitened(np.full((1, 1, 1), phi), np)
    covariance = correlation(times, phi)
    assert np.ravel(log_det) == pytest.approx(np.linalg.slogdet(covariance)[1], abs=1e-10)
    for series in range(3):
        for node in range(2):
            wanted = dense_products(found, node, outcomes[series], covariance)
            for (i, j), array in products.items():
                full = np.broadcast_to(array, (3, 2, 1, 1))
                assert full[series, node, 0, 0] == pytest.approx(wanted[i, j], rel=1e-9, abs=1e-9)


def test_stacked_series_are_the_series() -> None:
    """Series with days, gaps and columns of their own give in one stack what each gives alone."""
    rng = np.random.default_rng(5)
    singles = [
        moments(some_columns(times.size), times, rng.standard_normal((1, times.size))) for times in TIMES.values()
    ]
    phi = np.array([[[0.2, 0.8]]])
    together, log_dets = stacked(singles).whitened(phi, np)
    for row, single in enumerate(singles):
        alone, log_det = single.whitened(phi, np)
        assert np.ravel(log_dets[row]) == pytest.approx(np.ravel(log_det))
        for key, array in alone.items():
            found = np.broadcast_to(together[key][row], (2, 2, 1))
            assert found == pytest.approx(np.broadcast_to(array, (1, 2, 2, 1))[0])


def test_thinned_keeps_every_fourth_half_life() -> None:
    """The scan works on every fourth half-life; what does not depend on it is kept."""
    found = moments(some_columns(24, half_lives=9), REGULAR, np.random.default_rng(5).standard_normal((2, 24)))
    thin, few = found.thinned()
    assert np.arange(9)[few].tolist() == [0, 4, 8]
    assert np.array_equal(thin.now[2, 3], found.now[2, 3][:, [0, 4, 8]])
    assert np.array_equal(thin.now[0, 1], found.now[0, 1])


@pytest.mark.parametrize("phi", [0.05, 0.6, 0.95])
def test_filter_of_noisy_ratings_is_the_dense_covariance(phi: float) -> None:
    """With noise of their own, ratings whitened by the filter give the products of R + noise I for every share."""
    times = TIMES["irregular"]
    found = some_columns(times.size)
    found = Columns(**{name: getattr(found, name) for name in found.__slots__} | {"mean": np.array([4.0, 0.0, 0.0])})
    y = np.random.default_rng(5).standard_normal(times.size) + 4.0
    source = noisy_ratings(found, times, y, (2.0, 2.0))
    products, log_det = source.whitened(np.full((1, 1, 1), phi), np)
    assert np.exp(source.log_weight).sum() == pytest.approx(1.0)
    for index in range(2 * source.shares.size):
        node, share = divmod(index, source.shares.size)
        noise = source.shares[share] / (1.0 - source.shares[share])
        covariance = correlation(times, phi) + noise * np.eye(times.size)
        wanted = dense_products(found, node, y, covariance)
        assert log_det[0, index, 0, 0] == pytest.approx(np.linalg.slogdet(covariance)[1], abs=1e-9)
        for (i, j), array in products.items():
            assert array[0, index, 0, 0] == pytest.approx(wanted[i, j], rel=1e-9, abs=1e-9)
