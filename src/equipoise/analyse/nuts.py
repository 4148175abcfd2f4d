"""The same densities by sampling (NUTS): slow, and the check on everything that is computed without sampling."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np

from equipoise.analyse.columns import HALF_LIFE_REACH, Columns
from equipoise.analyse.latent_model import LatentModel, latent_model
from equipoise.analyse.moments import Array
from equipoise.analyse.sites import Between, Counts
from equipoise.errors import Fault, MissingExtraError
from equipoise.model.prior import Prior
from equipoise.model.schedule import Floats


@dataclass(frozen=True, slots=True, eq=False)
class Draws:
    """Draws of the posterior, each (chains, draws): effect and sigma on the scale of the likelihood, phi per day.

    `expected`, `course`: columns times coefficients without and with the residual, (chains, draws, n); a Gaussian
    rating is its course. `thresholds`: (chains, draws, thresholds). `diverged`: how many transitions diverged; more
    than a few mean that the draws are not to be trusted.
    """

    effect: Floats
    phi: Floats
    sigma: Floats
    half_life_days: Floats
    expected: Floats
    course: Floats
    thresholds: Floats
    diverged: int


def sample(
    columns: Columns,
    times_days: Floats,
    values: Floats,
    prior: Prior,
    likelihood: str,
    bounds: tuple[float, float] | None = None,
    *,
    draws: int = 1000,
    warmup: int = 1000,
    chains: int = 4,
    seed: int = 1,
) -> Draws:
    """Draws under `gaussian` or one of the likelihoods of `latent_model`, in double precision (set for the whole
    process).

    `columns` are those of the observed rows. Between their half-lives the exposure is interpolated over the
    logarithm, so give many of them (some hundreds) where the half-life is uncertain. Raises MissingExtraError without
    the extra `mcmc`, and InputError as `latent_model` does.

    Source: ou_quadrature
    """
    target = _target(columns, times_days, values, prior, likelihood, bounds)
    if find_spec("numpyro") is None or find_spec("jax") is None:
        mend = 'Install it with: pip install "equipoise[mcmc]"'
        raise MissingExtraError(
            "sampling", [Fault("numpyro", "not installed", "the extra `mcmc`: NumPyro samples", mend)]
        )
    # Heavy imports, and an extra; taken by name because their types are of no use to a strict checker.
    numpyro: Any = import_module("numpyro")
    jax: Any = import_module("jax")
    infer: Any = import_module("numpyro.infer")
    numpyro.enable_x64()
    kernel = infer.NUTS(_Program(target), target_accept_prob=0.9, dense_mass=[target.dense])
    run = infer.MCMC(
        kernel,
        num_warmup=warmup,
        num_samples=draws,
        num_chains=chains,
        chain_method="vectorized",
        progress_bar=False,
    )
    run.run(jax.random.PRNGKey(seed), extra_fields=("diverging",))
    found = run.get_samples(group_by_chain=True)
    diverged = int(np.asarray(run.get_extra_fields(group_by_chain=True)["diverging"]).sum())
    none = np.empty((chains, draws, 0))
    names = ("effect", "phi", "sigma", "half_life", "expected", "course", "thresholds")
    kept = [np.asarray(found.get(name, none), dtype=np.float64) for name in names]
    return Draws(kept[0], kept[1], kept[2], kept[3], kept[4], kept[5], kept[6], diverged)


@dataclass(frozen=True, slots=True, eq=False)
class _Target:
    """The data of one density; `latent` None: the ratings are the latent state itself."""

    latent: LatentModel | None
    times_days: Floats
    values: Floats
    x: Floats
    mean: Floats
    sd: Floats
    scale: float
    half_lives_days: Floats
    prior: Prior

    @property
    def thresholds(self) -> int:
        return self.latent.model.threshold_mean.size if self.latent else 0

    @property
    def dense(self) -> tuple[str, ...]:
        """The parameters whose correlations the sampler learns: all but the latent course."""
        names = ["phi_part", "spread", "coefficients"]
        names += ["thresholds"] if self.thresholds else []
        names += [] if self.half_lives_days.size == 1 else ["half_life_step"]
        return tuple(names)


def _target(
    columns: Columns,
    times_days: Floats,
    values: Floats,
    prior: Prior,
    likelihood: str,
    bounds: tuple[float, float] | None,
) -> _Target:
    if likelihood == "gaussian":
        x = np.stack([columns.at(i) for i in range(columns.half_lives_days.size)], axis=2)
        latent, mean, sd, unit = None, columns.mean, columns.sd, columns.s0
    else:
        latent = latent_model(columns, times_days, values, prior, likelihood, bounds)
        x, mean, sd, unit = latent.model.x, latent.model.mean, latent.model.sd, latent.unit
    return _Target(latent, times_days, values, x, mean, sd, prior.scale * unit, columns.half_lives_days, prior)


class _Program:
    """The density as NumPyro reads it."""

    def __init__(self, target: _Target) -> None:
        self.target = target
        self.np: Any = import_module("jax.numpy")
        self.lax: Any = import_module("jax.lax")
        self.special: Any = import_module("jax.scipy.special")
        self.numpyro: Any = import_module("numpyro")
        self.dist: Any = import_module("numpyro.distributions")

    def __call__(self) -> None:
        target, prior = self.target, self.target.prior
        sample, dist, xp = self.numpyro.sample, self.dist, self.np
        low, width = prior.phi.low, prior.phi.high - prior.phi.low
        part = sample("phi_part", dist.Beta(prior.phi.a, prior.phi.b))
        phi = self.numpyro.deterministic("phi", low + width * part)
        spread = sample("spread", dist.HalfNormal(target.scale))
        sigma = spread / xp.sqrt(1.0 - phi * phi) if prior.scale_of == "innovation" else spread
        self.numpyro.deterministic("sigma", sigma)
        step = sample("coefficients", dist.Normal(0.0, 1.0).expand([target.mean.size]).to_event(1))
        coefficients = target.mean + target.sd * step
        self.numpyro.deterministic("effect", coefficients[-1])
        expected = self.numpyro.deterministic("expected", self._columns() @ coefficients)
        if target.latent is None:
            course = xp.asarray(target.values)
            self._residual("given", course - expected, phi, sigma)
        elif isinstance(target.latent.model.sites, Between) and not target.thresholds:
            # Ratings that pin the course down: the course itself is the better coordinate.
            wide = dist.Normal(0.0, 1.0).expand([target.values.size]).to_event(1).mask(False)
            course = sample("course_step", wide) + target.values
            self._residual("process", course - expected, phi, sigma)
            self._ratings(course, None)
        else:
            course = expected + sigma * self._process(phi)
            self._ratings(course, self._thresholds())
        self.numpyro.deterministic("course", course)

    def _columns(self) -> Array:
        target, xp = self.target, self.np
        count = target.half_lives_days.size
        if count == 1:
            self.numpyro.deterministic("half_life", xp.asarray(target.half_lives_days[0]))
            return xp.asarray(target.x[:, :, 0])
        reach = HALF_LIFE_REACH
        step = self.numpyro.sample("half_life_step", self.dist.TruncatedNormal(0.0, 1.0, low=-reach, high=reach))
        prior = target.prior.half_life
        self.numpyro.deterministic("half_life", prior.median_days * xp.exp(prior.log_sd * step))
        place = (step + reach) / (2.0 * reach) * (count - 1)
        left = xp.clip(xp.floor(place).astype(int), 0, count - 2)
        share = place - left
        x = xp.asarray(target.x)
        return (1.0 - share) * xp.take(x, left, axis=2) + share * xp.take(x, left + 1, axis=2)

    def _residual(self, name: str, residual: Array, phi: Array, sigma: Array) -> None:
        """The density of an Ornstein-Uhlenbeck process, rating by rating given the one before."""
        xp, normal = self.np, self.dist.Normal
        rho = phi ** np.diff(self.target.times_days)
        first = normal(0.0, sigma).log_prob(residual[0])
        spread = sigma * xp.sqrt(1.0 - rho * rho)
        self.numpyro.factor(name, first + normal(rho * residual[:-1], spread).log_prob(residual[1:]).sum())

    def _process(self, phi: Array) -> Array:
        """The process of unit spread: each state is a share of the one before plus what is new, summed up as a scan."""
        xp, times = self.np, self.target.times_days
        z = self.numpyro.sample("innovation", self.dist.Normal(0.0, 1.0).expand([times.size]).to_event(1))
        rho = phi ** np.diff(times)
        share = xp.append(xp.zeros(1), rho)
        fresh = xp.append(xp.ones(1), xp.sqrt(1.0 - rho * rho)) * z

        def joined(left: tuple[Array, Array], right: tuple[Array, Array]) -> tuple[Array, Array]:
            return left[0] * right[0], right[0] * left[1] + right[1]

        return self.lax.associative_scan(joined, (share, fresh))[1]

    def _thresholds(self) -> Array:
        latent = self.target.latent
        if latent is None or not self.target.thresholds:
            return None
        ordered = self.dist.ImproperUniform(self.dist.constraints.ordered_vector, (), (self.target.thresholds,))
        found = self.numpyro.sample("thresholds", ordered)
        belief = self.dist.Normal(latent.model.threshold_mean, latent.model.threshold_sd)
        self.numpyro.factor("threshold_prior", belief.log_prob(found).sum())
        return found

    def _ratings(self, course: Array, thresholds: Array) -> None:
        if self.target.latent is None:
            return
        sites, xp = self.target.latent.model.sites, self.np
        if isinstance(sites, Counts):
            log_density = self.dist.Poisson(xp.exp(course)).log_prob(sites.counts[:, 0])
        elif isinstance(sites, Between):
            low, high = sites.low[:, 0], sites.high[:, 0]
            if thresholds is not None and sites.lower is not None:
                every = xp.concatenate([sites.low[:1, 0], thresholds, sites.high[:1, 0]])
                low, high = every[sites.lower + 1], every[sites.lower + 2]
            log_density = self._log_between((low - course) / sites.noise, (high - course) / sites.noise)
        else:
            raise TypeError(f"no density for {type(sites).__name__}")
        self.numpyro.factor("ratings", log_density.sum())

    def _log_between(self, low: Array, high: Array) -> Array:
        xp, log_ndtr = self.np, self.special.log_ndtr
        flip = low > 0.0
        bottom, top = xp.where(flip, -high, low), xp.where(flip, -low, high)
        upper = log_ndtr(top)
        return upper + xp.log1p(-xp.exp(log_ndtr(bottom) - upper))
