"""The colours of the page, light and dark, and which of them meet as text and ground."""

from __future__ import annotations

LIGHT: dict[str, str] = {
    "ink": "#1c2430",
    "muted": "#4a5563",
    "paper": "#ffffff",
    "panel": "#f4f6f8",
    "line": "#c9d0d8",
    "rule": "#6b7787",
    "link": "#0b4a86",
    "contraindicated": "#8a1a12",
    "contraindicated-ground": "#fcefed",
    "specialist": "#704400",
    "specialist-ground": "#fdf4e3",
    "caution": "#1d4a73",
    "caution-ground": "#edf3f9",
    "information": "#434d59",
    "information-ground": "#f0f2f4",
    "band": "#e4e8ed",
    "bar": "#56789c",
    "bar-next": "#7d99b6",
}

DARK: dict[str, str] = {
    "ink": "#e7ebf0",
    "muted": "#b1bac5",
    "paper": "#14181d",
    "panel": "#1c2229",
    "line": "#3b4551",
    "rule": "#8a96a4",
    "link": "#8fc4fb",
    "contraindicated": "#ffb3a9",
    "contraindicated-ground": "#351917",
    "specialist": "#f9cd8b",
    "specialist-ground": "#2f250f",
    "caution": "#abd2f7",
    "caution-ground": "#162737",
    "information": "#c6cdd6",
    "information-ground": "#222830",
    "band": "#2a323b",
    "bar": "#7fa3c7",
    "bar-next": "#557593",
}

TEXT_PAIRS: tuple[tuple[str, str], ...] = (
    ("ink", "paper"),
    ("ink", "panel"),
    ("ink", "contraindicated-ground"),
    ("ink", "specialist-ground"),
    ("ink", "caution-ground"),
    ("ink", "information-ground"),
    ("ink", "band"),
    ("muted", "paper"),
    ("muted", "panel"),
    ("muted", "contraindicated-ground"),
    ("muted", "specialist-ground"),
    ("muted", "caution-ground"),
    ("link", "paper"),
    ("link", "panel"),
    ("contraindicated", "paper"),
    ("contraindicated", "contraindicated-ground"),
    ("specialist", "paper"),
    ("specialist", "specialist-ground"),
    ("caution", "paper"),
    ("caution", "caution-ground"),
    ("information", "paper"),
    ("information", "information-ground"),
)
"""Text on ground: at least 4.5 to 1 (WCAG 2.2, 1.4.3)."""

SHAPE_PAIRS: tuple[tuple[str, str], ...] = (
    ("rule", "paper"),
    ("rule", "panel"),
    ("rule", "band"),
    ("link", "band"),
    ("bar", "paper"),
    ("ink", "band"),
    ("contraindicated", "contraindicated-ground"),
)
"""Lines and marks on ground: at least 3 to 1 (WCAG 2.2, 1.4.11)."""


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours by the formula of WCAG 2.2.

    >>> round(contrast("#000000", "#ffffff"), 1)
    21.0
    """
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    parts = (int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def variables(colours: dict[str, str]) -> str:
    """The colours as custom properties of CSS."""
    return " ".join(f"--{name}: {colour};" for name, colour in colours.items())
