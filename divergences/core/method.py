"""What every algorithm is."""

from __future__ import annotations


class Method:
    """How: an algorithm with its settings, passed as ``method=``.

    A method has one function for each family of functionals that it serves, named as in
    `divergences.dispatch` (`f_divergence`, `cross_entropy`, ...), which takes the member of the
    family, if there is a choice, and the measures, and returns an `Estimate` in nats.
    """
