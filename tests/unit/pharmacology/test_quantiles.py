"""Quantiles over a population without keeping it: near the exact ones, whatever the order and the blocks."""

from __future__ import annotations

import numpy as np

from equipoise.model.schedule import Floats
from equipoise.pharmacology.kinetics.quantiles import Quantiles

LEVELS = (0.0, 0.05, 0.25, 0.5, 0.95, 1.0)


def values(count: int = 3000) -> Floats:
    """Rows of many sizes: tiny, negative, of both signs, with zeros."""
    rng = np.random.default_rng(4)
    found = np.exp(2 * rng.standard_normal((count, 6))) * 10.0 ** np.arange(-9, 9, 3)
    found[:, 1] *= -1
    found[:, 2] = np.where(rng.random(count) < 0.3, 0.0, found[:, 2])
    found[:, 3] = rng.standard_normal(count)
    return found


def counted(blocks: list[Floats]) -> Quantiles:
    """The quantiles of blocks of subjects."""
    found = Quantiles(blocks[0].shape[1])
    for block in blocks:
        found.add(block)
    return found


def test_quantiles_are_within_four_in_a_thousand_of_the_exact_ones() -> None:
    """Against NumPy's least value that a share does not exceed; zeros are exact."""
    found = counted([values()]).at(LEVELS)
    expected = np.quantile(values(), LEVELS, axis=0, method="inverted_cdf")
    np.testing.assert_allclose(found, expected, rtol=0.004)


def test_order_and_blocks_change_nothing() -> None:
    """Any blocks in any order: the same numbers, bit for bit."""
    whole = values()
    shuffled = np.random.default_rng(1).permutation(whole)
    blocks = np.array_split(shuffled, [1, 10, 1999])
    assert counted([whole]).at(LEVELS).tobytes() == counted(list(blocks)).at(LEVELS).tobytes()


def test_a_row_with_a_value_that_is_no_number_has_no_quantiles() -> None:
    """NaN and infinite values spoil their row and no other; nobody at all is NaN too."""
    whole = values(50)
    whole[3, 0], whole[4, 5] = np.nan, np.inf
    assert np.isnan(counted([whole]).at([0.5])).tolist() == [[True, False, False, False, False, True]]
    assert np.isnan(Quantiles(2).at([0.5])).all()
