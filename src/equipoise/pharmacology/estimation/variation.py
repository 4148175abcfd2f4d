"""How parameters vary between patients: what is typical of one like this, and random effects about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from equipoise.errors import Fault, InputError
from equipoise.model.schedule import Bools, Floats, floats


@dataclass(frozen=True, slots=True, eq=False)
class Variation:
    """The prior of one patient's parameters: normal random effects eta, mean 0, covariance `omega` (q, q).

    Parameter i is `typical[i]` x exp(loading[i] . eta) where `logarithmic[i]`, else `typical[i]` + loading[i] . eta.
    `loading` (p, q): which effects a parameter has, and how strongly; a row of zeros is a parameter that does not vary,
    several ones in a row an effect of the person and one of the occasion. `typical`: by the patient's covariates.

    >>> prior = Variation.of({"CL": 5.0, "V": 50.0}, omega=[[0.09]], varying=("CL",))
    >>> prior.parameters(np.array([[0.0], [np.log(2.0)]])).tolist()
    [[5.0, 50.0], [10.0, 50.0]]
    """

    names: tuple[str, ...]
    typical: Floats
    omega: Floats
    loading: Floats
    logarithmic: Bools
    root: Floats

    @classmethod
    def of(
        cls,
        typical: Mapping[str, float],
        omega: Sequence[Sequence[float]] | Floats,
        *,
        varying: Sequence[str] | None = None,
        loading: Sequence[Sequence[float]] | Floats | None = None,
        normal: Sequence[str] = (),
    ) -> Self:
        """The variation of named parameters; without `varying` and `loading` all vary, each by an effect of its own.

        `varying`: the parameters with one effect each, in the order of `omega`. `loading`: instead, the whole matrix.
        `normal`: the parameters whose effects are added rather than multiplied. Raises `InputError` with every fault.
        """
        names = tuple(typical)
        which = names if varying is None else tuple(varying)
        unknown = [name for name in (*which, *normal) if name not in typical]
        if unknown:
            raise InputError("variation", [_unknown(name, names) for name in unknown])
        matrix = np.array([[float(name == other) for other in which] for name in names]).reshape(len(names), -1)
        covariance = floats(np.asarray(omega, dtype=np.float64))
        made = floats(matrix if loading is None else np.asarray(loading, dtype=np.float64))
        values = floats(list(typical.values()))
        logarithmic = np.array([name not in normal for name in names])
        faults = list(_faults(names, values, covariance, made, logarithmic))
        if faults:
            raise InputError("variation", faults)
        return cls(
            names,
            values,
            covariance,
            made,
            logarithmic,
            floats(np.asarray(np.linalg.cholesky(covariance), dtype=np.float64)),
        )

    @property
    def effects(self) -> int:
        """The number q of random effects."""
        return self.omega.shape[0]

    def parameters(self, eta: Floats) -> Floats:
        """The parameters (m, p) of random effects (m, q)."""
        change = eta @ self.loading.T
        return np.where(self.logarithmic, self.typical * np.exp(change), self.typical + change)

    def in_prior_sds(self, eta: Floats) -> Floats:
        """Random effects (q,) as independent ones with variance 1: the root of omega taken out."""
        return np.asarray(np.linalg.solve(self.root, eta), dtype=np.float64)

    def at(self, typical: Mapping[str, float]) -> Self:
        """The same variation about other typical values: those of another patient's covariates."""
        values: dict[str, float] = dict(zip(self.names, self.typical.tolist(), strict=True)) | dict(typical)
        unknown = [name for name in typical if name not in self.names]
        faults = [_unknown(name, self.names) for name in unknown]
        faults += _typical_faults(self.names, [values[name] for name in self.names], self.logarithmic)
        if faults:
            raise InputError("variation", faults)
        return replace(self, typical=floats([values[name] for name in self.names]))


def _unknown(name: str, names: Sequence[str]) -> Fault:
    return Fault(name, "a name without a typical value", f"one of {', '.join(names)}", "Correct the name.")


def _typical_faults(names: Sequence[str], typical: Sequence[float], logarithmic: Bools) -> list[Fault]:
    return [
        Fault(name, f"a typical value of {value:g}", "a finite number, above 0 where effects multiply", "Correct it.")
        for name, value, multiplies in zip(names, typical, logarithmic, strict=True)
        if not np.isfinite(value) or (multiplies and value <= 0.0)
    ]


def _faults(
    names: Sequence[str], typical: Floats, omega: Floats, loading: Floats, logarithmic: Bools
) -> Iterator[Fault]:
    yield from _typical_faults(names, typical.tolist(), logarithmic)
    if loading.ndim != 2 or loading.shape[0] != len(names) or omega.shape != (loading.shape[1],) * 2:
        found = f"omega {omega.shape} and loading {loading.shape} for {len(names)} parameters"
        expected = "omega (effects, effects) and loading (parameters, effects)"
        yield Fault("omega", found, expected, "Give one row for each effect; name those that vary in `varying`.")
    elif not np.all(np.isfinite(omega)) or not np.allclose(omega, omega.T) or np.linalg.eigvalsh(omega).min() <= 0.0:
        expected = "a symmetric matrix with positive eigenvalues: variances, not standard deviations"
        yield Fault("omega", "no covariance matrix", expected, "Leave out an effect without variance.")
