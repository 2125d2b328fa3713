"""Logits that are known by their factors: the last layer of a language model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from divergences.measures import array_likes, checks
from divergences.measures.pytrees import Wrapper


@dataclass(frozen=True, eq=False)
class LinearLogits(Wrapper):
    """Logits known by their factors, ``hidden @ matrix``, which are never formed whole.

        z = c tanh(a/c) / T,   a = s h W + b

    Parameters
    ----------
    hidden
        Hidden states h, of shape (..., d): one distribution for each.
    matrix
        The matrix W, of shape (d, V) for V outcomes: of layers that keep its transpose, pass that.
    bias
        The bias b, of shape (V,), or None. A bias of -inf masks an outcome.
    temperature
        A positive number T, as of `Logits`.
    scale
        A number s that multiplies the product, 1 by default.
    softcap
        A positive number c that bounds the logits smoothly, or None.

    Raises
    ------
    TypeError
        If temperature, scale or softcap is not a real number.
    ValueError
        If shapes do not agree, or temperature or softcap is not positive and finite.

    Notes
    -----
    A quantity of it is that of ``Logits(z)``, for all families that take `Logits` along their last
    axis; the sides may have hidden states of different widths, and the other may be `Logits`,
    `LogProbs` or `TopLogProbs`.

    Tokens are taken in blocks of 256 or more. Under JAX the logits of a block are computed again
    for the gradient. Value and gradient of a loss by a student's factors take, beside inputs and
    results, the gradient of the matrix and a block of logits, or three blocks if that is more,
    however many tokens there are. The gradient of the matrix is summed over the blocks in single
    precision, also for 16-bit factors, and rounded once. Products have the precision that JAX is
    set to (``jax.default_matmul_precision``). On a CPU 16-bit factors are widened.

    Under PyTorch they are, too. On NumPy blocks are formed in double precision, one after another.

    Examples
    --------
    >>> import numpy as np
    >>> import divergences as dv
    >>> rng = np.random.default_rng(0)
    >>> h, w = rng.normal(size=(5, 3)), rng.normal(size=(3, 7))
    >>> teacher = dv.Logits(rng.normal(size=(5, 7)))
    >>> found = dv.kl_divergence(teacher, dv.LinearLogits(h, w))
    >>> bool(np.allclose(found, dv.kl_divergence(teacher, dv.Logits(h @ w)), rtol=1e-12))
    True
    """

    hidden: Any
    matrix: Any
    bias: Any = None
    temperature: Any = 1.0
    scale: Any = 1.0
    softcap: Any = None

    instead = (
        "LinearLogits forms its logits in blocks, and this quantity needs them whole: pass "
        "Logits(hidden @ matrix)."
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "temperature", checks.temperature(self.temperature))
        object.__setattr__(self, "scale", checks.number("scale", self.scale))
        if self.softcap is not None:
            object.__setattr__(self, "softcap", checks.number("softcap", self.softcap, least=0.0))
        for name in ("hidden", "matrix", "bias"):
            array_likes.unmasked(name, getattr(self, name), recorded=True)
            array_likes.unlabelled(name, getattr(self, name))
            if isinstance(getattr(self, name), list | tuple):
                object.__setattr__(self, name, np.asarray(getattr(self, name)))
        shape, other = np.shape(self.hidden), np.shape(self.matrix)
        if len(other) != 2 or not shape or shape[-1] != other[0]:
            raise ValueError(
                f"hidden has shape {tuple(shape)} and matrix {tuple(other)}; pass (..., d) and "
                "(d, outcomes), a row of the matrix for each entry of a hidden state."
            )
        if self.bias is not None and np.shape(self.bias) != other[1:]:
            raise ValueError(
                f"bias has shape {tuple(np.shape(self.bias))}; pass one number for each of the "
                f"{other[1]} outcomes."
            )
