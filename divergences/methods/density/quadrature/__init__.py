"""Certified quadrature: integrals of log-densities with an error bound, in one and two dimensions.

The line is cut at the ends of all supports. Each part is mapped to the whole line by the double
exponential map that suits it (`maps`): sinh-sinh, exp-sinh or tanh-sinh, so that tails and
singular ends, of any exponent, decay at once. There it is scanned, and what is not negligible is
covered by panels, cut at kinks (`engine`). The error of each is read off the decay of its Legendre
coefficients (`spectrum`); panels split until their sum is within the tolerance. What lies beyond
the last node is extrapolated, or found to diverge (`tails`). Rounding of log-densities and of nodes
is part of the bound. Discrete distributions are summed (`lattice`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary, WeakSet

from divergences.measures.affine import Affine
from divergences.measures.density import Density, Mixture
from divergences.measures.distribution import Distribution
from divergences.measures.scipy_adapter import SciPyAdapter
from divergences.methods.density.quadrature.adaptive import Integral
from divergences.methods.density.quadrature.base import Certified
from divergences.methods.density.quadrature.empirical import of_observations as of_observations
from divergences.methods.density.quadrature.integrands import Integrand, OfMass
from divergences.methods.density.quadrature.lattice import over_lattice
from divergences.methods.density.quadrature.lattice_support import components
from divergences.methods.density.quadrature.line import over_line
from divergences.methods.density.quadrature.monte_carlo import MonteCarlo as MonteCarlo
from divergences.methods.density.quadrature.plane import over_plane
from divergences.methods.density.quadrature.transport import (
    DistributionFunctions as DistributionFunctions,
)
from divergences.methods.density.quadrature.transport import Undecided as Undecided

UNIT = 2.0**-26  # how far from one a density may integrate to, as for a pmf
DOUBT = 4.0  # times what the masses of a distribution miss one by, for errors of both signs
_normalised: WeakSet[Distribution] = WeakSet()
_lattice_errors: WeakKeyDictionary[Distribution, float] = (
    WeakKeyDictionary()
)  # of log-probabilities


@dataclass(frozen=True)
class Quadrature(Certified):
    """Integrate numerically, with an error bound that holds; in one and two dimensions.

    Parameters
    ----------
    rtol
        Relative error to reach.
    max_evaluations
        Points at which to evaluate the densities, at most. Default: 100,000 on the line, 4,000,000
        in the plane.

    Notes
    -----
    Jumps and kinks of densities are found, between adjacent floats if need be; that costs some
    hundred evaluations each, which `points` or known kinks save. The bound rests on densities that
    are analytic between them and right to a few units in the last place; it says nothing of peaks
    and holes that lie between all points of evaluation. Where the tolerance is not reached,
    ``info["reached"]`` is False and the bound says how far one came. Divergent integrals are +inf.

    References
    ----------
    Takahasi & Mori, "Double exponential formulas for numerical integration", Publ. RIMS 9 (1974);
    Trefethen, "Is Gauss quadrature better than Clenshaw-Curtis?", SIAM Review 50 (2008).

    Examples
    --------
    >>> import divergences as dv
    >>> js = dv.jensen_shannon_divergence(dv.Normal(0, 1), dv.Normal(2, 1))
    >>> round(js.value, 12), js.error_bound < 1e-12
    (0.33683082034..., True)
    """

    rtol: float = 1e-12
    max_evaluations: int | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if not 1e-14 <= self.rtol < 1.0:
            raise ValueError(f"rtol is {self.rtol!r}; pass a relative error from 1e-14 to 1.")
        if self.max_evaluations is not None and self.max_evaluations < 1:
            raise ValueError(
                f"max_evaluations is {self.max_evaluations!r}; pass a positive number."
            )

    def total(self, integrand: Integrand, ps: Sequence[Distribution]) -> Integral:
        """Return the integral of a function of the log-densities of `ps`."""
        dim = ps[0].dim
        if dim > 2 or ps[0].support.lattice:
            kind = "discrete" if ps[0].support.lattice else f"of {dim} dimensions"
            other = "LatticeSum()" if ps[0].support.lattice else "MonteCarlo(n, rng)"
            raise TypeError(
                f"Quadrature is for densities in one and two dimensions, and {ps[0]!r} is {kind}; "
                f"pass method={other}."
            )
        over, limit = (over_plane, 4_000_000) if dim == 2 else (over_line, 100_000)
        return over(integrand, ps, self.rtol, self.max_evaluations or limit)

    def checked(self, ps: Sequence[Distribution]) -> int:
        """Refuse densities that do not integrate to one; return how many evaluations that took."""
        return sum(self._check(p) for p in ps)

    def _check(self, p: Distribution) -> int:
        """Refuse a density that does not integrate to one; return the evaluations it took."""
        if isinstance(p, Mixture):
            return sum(self._check(c) for c in p.components)
        if isinstance(p, Affine):
            return self._check(p.base)
        if not isinstance(p, Density | SciPyAdapter) or p in _normalised:
            return 0
        found = Quadrature(1e-9, self.max_evaluations).total(OfMass(), (p,))
        if not abs(found.value - 1.0) <= UNIT + found.error:
            raise ValueError(
                f"{p!r} integrates to {found.value:.9g}, not 1, by quadrature. Normalise it; or if "
                "it is normalised, quadrature has not seen all of it: say where its narrow parts "
                "and jumps are by points=, of a Density."
            )
        if found.error > 1e-3:
            raise ValueError(
                f"{p!r} cannot be integrated: its mass is known to {found.error:.1g} only. "
                "Say where its kinks, jumps and narrow parts are by points=, of a Density."
            )
        _normalised.add(p)
        return found.evaluations


@dataclass(frozen=True)
class LatticeSum(Certified):
    """Sum over the whole numbers, with a bound of what is left out.

    Parameters
    ----------
    rtol
        Relative error to reach.
    max_evaluations
        Outcomes at which to evaluate the probabilities, at most.

    Notes
    -----
    Up to 32,768 outcomes are summed one by one. More are summed in runs, from 24 terms each, with
    an error read off the decay of Legendre coefficients, so that spreads of 10^12 outcomes cost no
    more than ones of 10^5. Tails that fall geometrically are bounded; those that fall like a power,
    of the zeta distribution, are summed by the Euler-Maclaurin formula. What does not fit is
    refused: outcomes past 2^53, and masses that change from one outcome to the next without a rule,
    at more than `max_evaluations` of them.

    Distributions of `scipy.stats` are summed first to see whether their masses sum to one. By as
    much as they do not, their logarithms are taken to be wrong, four times.

    Examples
    --------
    >>> import divergences as dv
    >>> p, q = dv.Poisson(3.0), dv.Geometric(0.25)
    >>> kl = dv.kl_divergence(p, q, method=dv.methods.LatticeSum())
    >>> kl.error_bound < 1e-12
    True
    """

    rtol: float = 1e-12
    max_evaluations: int = field(default=10_000_000, repr=False)

    def total(self, integrand: Integrand, ps: Sequence[Distribution]) -> Integral:
        """Return the sum of a function of the log-probabilities of `ps`."""
        if not ps[0].support.lattice:
            raise TypeError(
                f"LatticeSum is for discrete distributions, and {ps[0]!r} is continuous; pass "
                "method=Quadrature()."
            )
        errors = [max(_lattice_errors.get(c, 0.0) for c in components(p)) for p in ps]
        return over_lattice(integrand, ps, self.rtol, self.max_evaluations, errors)

    def checked(self, ps: Sequence[Distribution]) -> int:
        """Refuse distributions whose masses do not sum to one; return the evaluations it took."""
        return sum(self._check(component) for p in ps for component in components(p))

    def _check(self, p: Distribution) -> int:
        if not isinstance(p, SciPyAdapter) or p in _lattice_errors or not p.support.lattice:
            return 0
        found = over_lattice(OfMass(), (p,), self.rtol, self.max_evaluations)
        excess = abs(found.value - 1.0)
        if not excess <= UNIT + found.error:
            raise ValueError(
                f"the masses of {p!r} sum to {found.value:.9g}, not 1; pass a distribution whose "
                "probabilities are normalised and right at all outcomes."
            )
        _lattice_errors[p] = DOUBT * excess if excess > found.error else 0.0
        return found.evaluations
