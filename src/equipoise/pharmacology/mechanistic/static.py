"""The mechanistic static model: one concentration in the gut wall and one at the liver's inlet, held for ever.

An upper bound by design: both are peaks, and the enzyme is taken at the steady state that it would reach if the peak
stayed. For one course over time see `dynamic`.

    AUC ratio = 1 / (a_gut (1 - Fg) + Fg)  x  1 / (sum of a_liver fm + 1 - sum of fm)
    a = A B C,  A = kdeg / (kdeg + sum of kinact I / (KI + I))
                B = 1 + d Emax I / (EC50 + I)
                C = 1 / (1 + sum of I / Ki)

Source: fahmi_2009 (the model); fda_invitro_2020 (concentrations, flows).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from equipoise.errors import Fault, InputError
from equipoise.model.schedule import Floats
from equipoise.pharmacology.mechanistic.constants import Present


@dataclass(frozen=True, slots=True, eq=False)
class StaticRatio:
    """AUC with the inhibitors over AUC without, 1: no change; `gut` and `liver`: its two factors."""

    gut: Floats
    liver: Floats

    @property
    def ratio(self) -> Floats:
        """The product of both."""
        return self.gut * self.liver


def enterocyte_nm(amount_nmol: ArrayLike, ka_per_h: ArrayLike, absorbed: ArrayLike, flow_l_h: ArrayLike) -> Floats:
    """The highest concentration in the gut wall (nM): absorbed x ka x amount / flow through the villi.

    `absorbed`: the fraction (0 to 1) that gets into the wall. What is unbound in it is not known: all of it.

    >>> float(enterocyte_nm(1800.0, 1.0, 0.5, 18.0))
    50.0

    Source: rostami_tucker_2004; fda_invitro_2020.
    """
    return _floats(absorbed) * _floats(ka_per_h) * _floats(amount_nmol) / _floats(flow_l_h)


def inlet_nm(
    peak_nm: ArrayLike,
    entering_nmol_h: ArrayLike,
    unbound: ArrayLike,
    flow_l_h: ArrayLike,
    blood_over_plasma: ArrayLike = 1.0,
) -> Floats:
    """The highest unbound concentration where blood enters the liver (nM): unbound x (peak + entering / flow / RB).

    `entering_nmol_h`: what is absorbed at the fastest, fraction absorbed x ka x amount. `unbound`: in plasma.

    >>> float(inlet_nm(100.0, 9700.0, 0.5, 97.0, 2.0))
    75.0

    Source: ito_1998; fda_invitro_2020.
    """
    brought = _floats(entering_nmol_h) / _floats(flow_l_h) / _floats(blood_over_plasma)
    return _floats(unbound) * (_floats(peak_nm) + brought)


def remaining_activity(present: Sequence[Present], kdeg_per_h: ArrayLike) -> Floats:
    """An enzyme's activity over usual (1: no change), at the steady state under substances that stay as they are.

    Occupations add, because they compete for one site; rates of inactivation add, because they empty one pool. Of
    several inducers the strongest decides: they share receptors, which saturate. `kdeg_per_h`: its own loss, above 0.

    >>> from equipoise.pharmacology.mechanistic.constants import Constants
    >>> both = [Present(10.0, Constants(ki_nm=10.0)), Present(20.0, Constants(ki_nm=10.0))]
    >>> float(remaining_activity(both, 0.02))
    0.25
    >>> float(remaining_activity([Present(5.0, Constants(inactivator_nm=5.0, kinact_per_h=0.12))], 0.02))
    0.25
    """
    kdeg = _floats(kdeg_per_h)
    if not np.all(kdeg > 0.0):
        shown = f"{float(kdeg[~(kdeg > 0.0)].reshape(-1)[0]):g}"
        raise InputError("an enzyme", [Fault("kdeg_per_h", shown, "a rate above 0", "Correct it.")])
    occupied, lost, gained = (np.zeros(()) for _ in range(3))
    for item in present:
        free, known = _floats(item.free_nm), item.constants
        occupied = occupied + free / _floats(known.ki_nm)
        lost = lost + _floats(known.kinact_per_h) * _share(free, known.inactivator_nm)
        gained = np.maximum(gained, _floats(known.scale) * _floats(known.emax) * _share(free, known.ec50_nm))
    return kdeg / (kdeg + lost) * (1.0 + gained) / (1.0 + occupied)


def static_ratio(
    shares: Mapping[str, ArrayLike],
    gut_available: ArrayLike,
    liver: Mapping[str, ArrayLike],
    gut: ArrayLike = 1.0,
) -> StaticRatio:
    """The AUC ratio of a victim by mouth whose enzymes keep these activities.

    `shares`: fm, of its clearance by enzyme (0 to 1, together at most 1). `gut_available`: Fg, the fraction (above 0,
    at most 1) that passes the gut wall; `gut`: activity of the enzyme that takes the rest. `liver`: activity by enzyme;
    what is not named is at 1. Raises `InputError` with every fault.

    >>> found = static_ratio({"CYP3A4": 0.9}, 0.5, {"CYP3A4": 0.0}, gut=0.0)
    >>> round(float(found.gut), 6), round(float(found.liver), 6), round(float(found.ratio), 6)
    (2.0, 10.0, 20.0)

    Source: fahmi_2009.
    """
    available = _floats(gut_available)
    total = sum((_floats(share) for share in shares.values()), np.zeros(()))
    _check(shares, total, available)
    kept = sum((_floats(share) * _floats(liver.get(name, 1.0)) for name, share in shares.items()), np.zeros(()))
    return StaticRatio(
        gut=1.0 / (_floats(gut) * (1.0 - available) + available),
        liver=1.0 / (kept + (1.0 - total)),
    )


def _check(shares: Mapping[str, ArrayLike], total: Floats, available: Floats) -> None:
    faults = [
        Fault(f"shares.{name}", f"{float(np.min(_floats(share))):g}", "a fraction of 0 to 1", "Correct it.")
        for name, share in shares.items()
        if not np.all(_floats(share) >= 0.0)
    ]
    if not np.all(total <= 1.0 + 1e-12):
        found = f"{float(np.max(total)):g} together"
        faults.append(Fault("shares", found, "shares of one clearance: at most 1", "Correct them."))
    if not np.all((available > 0.0) & (available <= 1.0)):
        found = f"{float(np.min(available)):g} to {float(np.max(available)):g}"
        faults.append(Fault("gut_available", found, "a fraction above 0, at most 1", "Correct it."))
    if faults:
        raise InputError("a victim", faults)


def _share(free: Floats, half_nm: ArrayLike) -> Floats:
    """How much of its greatest effect a substance has; 0 where the constant is infinite."""
    over = free / _floats(half_nm)
    return over / (1.0 + over)


def _floats(value: ArrayLike) -> Floats:
    return np.asarray(value, dtype=float)
