"""The most probable outcomes of a distribution, with the rest as one outcome."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from divergences.measures import array_likes
from divergences.measures.pytrees import Wrapper
from divergences.numerics.runtime.namespace import as_array, namespace


@dataclass(frozen=True, eq=False)
class TopLogProbs(Wrapper):
    """Log-probabilities of K outcomes, by their indices; all other outcomes are one, the rest.

    Parameters
    ----------
    values
        Natural logarithms of the probabilities of K outcomes among all, not among the K.
    indices
        Integers, of one shape with `values`: which outcomes these are, each once. Both have their
        outcomes along the ``axis`` given to the function that takes them.

    Raises
    ------
    TypeError
        If the indices are not integers.
    ValueError
        If the shapes of values and indices differ. Functions that take the measure refuse indices
        out of range, negative or repeated, and totals above one; while JAX traces, wrong indices
        make the result NaN.

    Notes
    -----
    Of P known so and Q given by `Logits`, `LogProbs`, `Weights` or probabilities of all V outcomes,
    both are coarsened alike, to K + 1 outcomes:

        p' = (p_(i_1), ..., p_(i_K), 1 - ∑_k p_(i_k))

        q' = (q_(i_1), ..., q_(i_K), ∑_(j ∉ i) q_j)

    The result is the divergence of these. It is a divergence: not negative, zero only for p' = q',
    and at most that of all V outcomes (data processing), which it equals at K = V. Entropies and
    cross-entropies of the coarsened distributions are lower bounds too; `jensen_shannon_deficit` is
    an upper bound. What needs every outcome (`entropy_deficit`, mutual information, transport,
    `pairwise`) is refused.

    The rest of Q is summed, not subtracted from one, so that it and its gradient are right however
    small it is. The rest of P is one less the sum of the K probabilities: it is known no better
    than they are, so pass them in single precision at least. What rounding cannot tell from zero,
    two epsilon of the precision of the computation, is zero.

    The gradient by a logit of Q outside of the K divides what is due to the rest in proportion to
    the probabilities: for KL it is q_j (1 - p'_rest / q'_rest). Under JAX logits are taken in
    blocks of rows, so that memory does not grow with them.

    Two such measures must have the same indices in the same order; others are refused, since the
    probabilities that one lacks are not known.

    Examples
    --------
    >>> import numpy as np
    >>> import divergences as dv
    >>> teacher = dv.TopLogProbs(np.log([0.5, 0.25]), [2, 0])
    >>> student = dv.Logits(np.log([0.125, 0.25, 0.5, 0.125]))
    >>> round(float(dv.kl_divergence(teacher, student)), 6)
    0.071921
    >>> p, q = [0.25, 0.2, 0.5, 0.05], [0.125, 0.25, 0.5, 0.125]
    >>> round(float(dv.kl_divergence(p, q)), 6)
    0.082844
    """

    values: Any
    indices: Any

    instead = (
        "TopLogProbs knows the probabilities of K outcomes only, and this quantity needs those of "
        "all: pass LogProbs or Logits."
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        array_likes.unlabelled("indices", self.indices)
        indices = as_array(self.indices, np)
        xp = namespace(indices)
        if not xp.isdtype(indices.dtype, "integral"):
            raise TypeError(
                f"indices has dtype {indices.dtype}; pass integers, the positions of the outcomes."
            )
        shape, other = tuple(np.shape(self.values)), tuple(indices.shape)
        if shape != other or not shape:
            raise ValueError(
                f"values has shape {shape} and indices {other}; pass one index for each value, "
                "outcomes along one axis at least."
            )
        object.__setattr__(self, "indices", indices)
