"""What one substance does to one enzyme, as measured in vitro: frozen values that checked themselves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from equipoise.errors import Fault, InputError


@dataclass(frozen=True, slots=True, eq=False)
class Constants:
    """Unbound constants of one substance at one enzyme, each a number or an array of draws.

    `ki_nm`: reversible inhibition. `inactivator_nm` (KI) and `kinact_per_h`: time-dependent inactivation. `emax` and
    `ec50_nm`: induction, scaled by `scale` (d). The defaults do nothing. Raises `InputError` with every fault.

    >>> Constants(ki_nm=-1.0, kinact_per_h=4.0)
    Traceback (most recent call last):
    ...
    equipoise.errors.InputError: constants of an inhibitor: 2 faults
      - ki_nm: found -1; expected a number above 0. Correct it.
      - inactivator_nm: found nothing beside kinact_per_h; expected KI and kinact together. Give both, or neither.
    """

    ki_nm: ArrayLike = np.inf
    inactivator_nm: ArrayLike = np.inf
    kinact_per_h: ArrayLike = 0.0
    emax: ArrayLike = 0.0
    ec50_nm: ArrayLike = np.inf
    scale: ArrayLike = 1.0

    def __post_init__(self) -> None:
        if faults := [*self._out_of_range(), *self._halves()]:
            raise InputError("constants of an inhibitor", faults)

    def _out_of_range(self) -> Iterator[Fault]:
        for field in fields(self):
            values = np.asarray(getattr(self, field.name), dtype=float)
            least = field.name in _FROM_ZERO
            wrong = ~((values >= 0.0) if least else (values > 0.0))
            if wrong.any():
                expected = f"a number {'of 0 or above' if least else 'above 0'}"
                yield Fault(field.name, f"{float(values[wrong][0]):g}", expected, "Correct it.")

    def _halves(self) -> Iterator[Fault]:
        for pair, names in (
            (("inactivator_nm", "kinact_per_h"), "KI and kinact"),
            (("ec50_nm", "emax"), "EC50 and Emax"),
        ):
            site, size = (np.asarray(getattr(self, name), dtype=float) for name in pair)
            if not np.isfinite(site).all() and np.any(size > 0.0):
                expected = f"{names} together"
                yield Fault(pair[0], f"nothing beside {pair[1]}", expected, "Give both, or neither.")

    @property
    def reversible(self) -> bool:
        """Whether it occupies the enzyme."""
        return bool(np.isfinite(np.asarray(self.ki_nm, dtype=float)).any())

    @property
    def inactivates(self) -> bool:
        """Whether it destroys the enzyme over time."""
        return bool((np.asarray(self.kinact_per_h, dtype=float) > 0.0).any())

    @property
    def induces(self) -> bool:
        """Whether more of the enzyme is made."""
        return bool((np.asarray(self.emax, dtype=float) > 0.0).any())


_FROM_ZERO: Final = frozenset({"kinact_per_h", "emax", "scale"})
NOTHING: Final = Constants()
"""The constants of a substance that leaves an enzyme alone."""


@dataclass(frozen=True, slots=True, eq=False)
class Present:
    """A substance at an enzyme: its unbound concentration there (nM, 0 or above), and its constants."""

    free_nm: ArrayLike
    constants: Constants

    def __post_init__(self) -> None:
        free = np.asarray(self.free_nm, dtype=float)
        if not np.all((free >= 0.0) & np.isfinite(free)):
            shown = ", ".join(f"{value:g}" for value in free[~((free >= 0.0) & np.isfinite(free))].reshape(-1)[:3])
            raise InputError("an inhibitor", [Fault("free_nm", shown, "finite numbers of 0 or above", "Correct them.")])
