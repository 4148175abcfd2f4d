"""Units of amounts, volumes, times and what is made of them: enough to find terms that cannot be added."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

from equipoise.errors import UnfitError

NOT_STATED = "?"
_LITRE, _METRE = 1.0, 10.0  # lengths are counted in decimetres, so that a litre is a cube of 1
_BASE: dict[str, tuple[float, dict[str, int]]] = {
    "1": (1.0, {}),
    "%": (0.01, {}),
    "s": (1.0 / 3600.0, {"time": 1}),
    "min": (1.0 / 60.0, {"time": 1}),
    "h": (1.0, {"time": 1}),
    "d": (24.0, {"time": 1}),
    "week": (168.0, {"time": 1}),
    "kg": (1e6, {"mass": 1}),
    "g": (1e3, {"mass": 1}),
    "mg": (1.0, {"mass": 1}),
    "ug": (1e-3, {"mass": 1}),
    "ng": (1e-6, {"mass": 1}),
    "pg": (1e-9, {"mass": 1}),
    "mol": (1e9, {"substance": 1}),
    "mmol": (1e6, {"substance": 1}),
    "umol": (1e3, {"substance": 1}),
    "nmol": (1.0, {"substance": 1}),
    "pmol": (1e-3, {"substance": 1}),
    "M": (1e9, {"substance": 1, "length": -3}),
    "mM": (1e6, {"substance": 1, "length": -3}),
    "uM": (1e3, {"substance": 1, "length": -3}),
    "nM": (1.0, {"substance": 1, "length": -3}),
    "IU": (1.0, {"activity": 1}),
    "L": (_LITRE, {"length": 3}),
    "dL": (1e-1 * _LITRE, {"length": 3}),
    "mL": (1e-3 * _LITRE, {"length": 3}),
    "uL": (1e-6 * _LITRE, {"length": 3}),
    "m": (_METRE, {"length": 1}),
    "cm": (1e-2 * _METRE, {"length": 1}),
}
TIMES = ("s", "min", "h", "d", "week")
_PART = re.compile(r"\s*([*/]?)\s*([A-Za-zµ%]+|1)(?:\s*(?:\*\*|\^)\s*(-?\d+(?:\.\d+)?))?\s*")


@dataclass(frozen=True, slots=True)
class Unit:
    """A scale and the powers of its dimensions (time in h, mass in mg, substance in nmol, length in dm, activity).

    >>> unit("mg/L").like(unit("ug/mL")), unit("mg/L").like(unit("ng/mL")), unit("ng/mL").factor_to(unit("mg/L"))
    (True, False, 0.001)
    >>> (unit("L/h") / unit("L")).like(unit("1/h"))
    True
    """

    factor: float
    powers: Mapping[str, Fraction]

    def __mul__(self, other: Unit) -> Unit:
        return _made(self.factor * other.factor, self, other, 1)

    def __truediv__(self, other: Unit) -> Unit:
        return _made(self.factor / other.factor, self, other, -1)

    def __pow__(self, exponent: float) -> Unit:
        exact = Fraction(exponent).limit_denominator(1000)
        powers = {name: power * exact for name, power in self.powers.items() if exact}
        return Unit(self.factor**exponent, MappingProxyType(powers))

    @property
    def pure(self) -> bool:
        """True for a number without dimension and scale."""
        return self.like(PURE)

    def same_dimension(self, other: Unit) -> bool:
        """True where a factor leads from one to the other."""
        return dict(self.powers) == dict(other.powers)

    def like(self, other: Unit) -> bool:
        """True where values can be added as they are."""
        return self.same_dimension(other) and math.isclose(self.factor, other.factor, rel_tol=1e-9)

    def factor_to(self, other: Unit) -> float:
        """What a value in this unit is multiplied by to be in the other one, of the same dimension."""
        return self.factor / other.factor


def _made(factor: float, left: Unit, right: Unit, sign: int) -> Unit:
    powers = dict(left.powers)
    for name, power in right.powers.items():
        powers[name] = powers.get(name, Fraction(0)) + sign * power
    return Unit(factor, MappingProxyType({name: power for name, power in powers.items() if power}))


PURE = Unit(1.0, MappingProxyType({}))


def unit(text: str) -> Unit | None:
    """The unit of a text such as "mg", "L/h", "1/h", "L/h/kg**0.75"; None for "?", a unit that is not stated.

    Raises `UnfitError` for any other text.

    >>> unit("?"), unit("mg*h/L").factor
    (None, 1.0)
    """
    if text.strip() == NOT_STATED:
        return None
    found, end = PURE, 0
    while end < len(text):
        part = _PART.match(text, end)
        name = part[2].replace("µ", "u") if part else ""
        if part is None or name not in _BASE or (end > 0) != bool(part[1]):
            known = ", ".join(_BASE)
            raise UnfitError(f"units of {known}, joined by * / and **, or ? where none is stated", found=repr(text))
        factor, powers = _BASE[name]
        one = Unit(factor, MappingProxyType({key: Fraction(power) for key, power in powers.items()}))
        raised = one ** float(part[3] or 1)
        found, end = found / raised if part[1] == "/" else found * raised, part.end()
    if not text.strip():
        raise UnfitError("a unit, 1 for a pure number, ? where none is stated", found="nothing")
    return found
