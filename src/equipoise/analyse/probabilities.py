"""What the posterior of an effect says of differences that matter: beyond an agreed size, for better or for worse."""

from __future__ import annotations

from equipoise.model.mixture import Mixture
from equipoise.model.observations import Better


def beyond(effect: Mixture, size: float, direction: Better) -> float:
    """The probability of an effect of more than `size` towards lower or higher ratings.

    >>> import numpy as np
    >>> one = Mixture(np.ones(1), np.array([-2.0]), np.array([1.0]))
    >>> round(beyond(one, 1.0, "lower"), 3), round(beyond(one, 1.0, "higher"), 3)
    (0.841, 0.001)
    """
    return effect.below(-size) if direction == "lower" else 1.0 - effect.below(size)


def opposite(direction: Better) -> Better:
    """The direction of harm, where `direction` is that of relief."""
    return "higher" if direction == "lower" else "lower"


def within(effect: Mixture, size: float) -> float:
    """The probability of an effect smaller than `size` in either direction."""
    return effect.below(size) - effect.below(-size)
