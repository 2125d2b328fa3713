"""Log-probabilities of sampled tokens, under one distribution each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from divergences.measures.pytrees import Wrapper


@dataclass(frozen=True, eq=False)
class SampledLogProbs(Wrapper):
    """Log-probabilities of sampled tokens under a distribution, one number a token.

    Parameters
    ----------
    values
        Natural logarithms of probabilities, of any shape. The logs of the other distribution are of
        the same tokens.

    Notes
    -----
    An f-divergence of two such measures is estimated by `methods.SampledLogRatio`, which says from
    which of the two the tokens were drawn: P unless told otherwise. The result has one value a
    token; its mean estimates the divergence, and the gradient of its mean that of the divergence.

    Each log-probability is that under the whole distribution from which the token was drawn, with
    its temperature and its truncation (top-p, top-k), if any.

    Examples
    --------
    >>> import numpy as np
    >>> import divergences as dv
    >>> p, q = np.array([0.5, 0.3, 0.2]), np.array([0.25, 0.25, 0.5])
    >>> tokens = np.random.default_rng(0).choice(3, size=100_000, p=p)
    >>> sides = (dv.SampledLogProbs(np.log(x)[tokens]) for x in (p, q))
    >>> round(float(dv.kl_divergence(*sides).mean()), 2), round(float(dv.kl_divergence(p, q)), 2)
    (0.22, 0.22)
    """

    values: Any

    instead = (
        "SampledLogProbs knows the probabilities of sampled tokens only, and this quantity needs "
        "those of all outcomes: pass LogProbs or Logits."
    )
