"""How a number is written: the one form for sentences, tables and pictures."""

from __future__ import annotations

import math


def plain(value: float, figures: int = 3) -> str:
    """A number with a true minus sign and so many figures, whole numbers in full, without exponent.

    >>> plain(-0.8571), plain(1234.5), plain(0.0), plain(-15.99, 2), plain(0.000012)
    ('−0.857', '1234', '0', '−16', '0.000012')
    """
    text = f"{value:.0f}" if abs(value) >= 10**figures else f"{value:.{figures}g}"
    if "e" in text:
        text = f"{value:.6f}".rstrip("0").rstrip(".")
    return "0" if float(text) == 0 else text.replace("-", "−")


def with_error(value: float, error: float) -> str:
    """A number with its standard error, both to the place of the error's second figure.

    >>> with_error(-0.000983, 0.678), with_error(-12.345, 3.21)
    ('0.00 (SE 0.68)', '−12.3 (SE 3.2)')
    """
    places = max(0, 1 - math.floor(math.log10(error))) if error > 0.0 else 2
    told = f"{value:.{places}f}"
    told = told.replace("-", "" if float(told) == 0 else "−")
    return f"{told} (SE {error:.{places}f})"


def span(interval: tuple[float, float], figures: int = 3) -> str:
    """An interval in words.

    >>> span((-1.12, 2.8))
    '−1.12 to 2.8'
    """
    return f"{plain(interval[0], figures)} to {plain(interval[1], figures)}"
