"""The discriminator of a generative adversarial network, as a method of `divergences`."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

import divergences as dv
from gan.checks import instance
from gan.finite import standardise
from gan.fitting import Recipe, fit
from gan.networks import Embedding, Identity


@dataclass(frozen=True)
class Discriminator(dv.methods.CrossFitted):
    r"""Divergences of two samples from discriminators trained to tell them apart.

    The network is that of ``python -m gan verify``. Its value on observations that it has not seen,
    V(D) = E_P log D + E_Q log(1 - D), estimates 2 JS(P, Q) - 2 log 2, so

    .. math:: \mathrm{JS} \approx \log 2 + \tfrac12 V(D)

    and every other f-divergence has its variational form; see `divergences.methods.Classifier` for
    what the estimate, its standard error and the lower bound mean. The discriminators of all folds
    are trained at once, by one compiled computation; each stops when its value on a part of the
    observations that is kept for validation no longer rises.

    Parameters
    ----------
    recipe : Recipe
        How the networks are trained.
    embedding : Embedding
        Coordinates in which they see the observations. ``gan.networks.Stereographic()`` suits
        heavy tails on the line.
    folds : int, default 5
        Number of folds, at least 2.
    rng : int or numpy.random.Generator, default 0
        Who chooses the folds, the observations for validation, initial parameters and batches.
    bound_level : float or None, default 0.95
        Confidence level of the lower bound in ``info["lower_bound"]``; None leaves it out, and
        saves folds - 1 fits.

    Raises
    ------
    ValueError
        If a sample is weighted, has fewer than two observations a fold, or the observations of
        both together do not spread in every direction.

    References
    ----------
    Goodfellow et al., "Generative adversarial nets" (2014), theorem 1.

    Examples
    --------
    >>> import numpy as np
    >>> import divergences as dv
    >>> import gan
    >>> rng = np.random.default_rng(0)
    >>> x, y = dv.Sample(rng.normal(0, 1, 500)), dv.Sample(rng.normal(2, 1, 500))
    >>> method = gan.Discriminator(gan.Recipe(width=16, depth=2), folds=2, bound_level=None)
    >>> js = dv.jensen_shannon_divergence(x, y, method=method)  # truth: 0.3368
    >>> bool(abs(js.value - 0.3368) < 3 * js.standard_error)
    True
    """

    recipe: Recipe = field(default_factory=Recipe)
    embedding: Embedding = field(default_factory=Identity)

    def __post_init__(self) -> None:
        """Refuse settings that mean nothing."""
        super().__post_init__()
        instance("recipe", self.recipe, Recipe)
        instance("embedding", self.embedding, Embedding)

    def log_ratios(
        self, x: np.ndarray, y: np.ndarray, splits: Sequence[dv.methods.Split]
    ) -> list[tuple[np.ndarray, np.ndarray]]:
        """Return the logits of discriminators trained on each split."""
        scaled_x, scaled_y, _, _ = standardise(self.embedding, x, y)
        if min(len(part) for split in splits for part in (split.train_p, split.train_q)) < 2:
            raise ValueError("discriminators need two observations to learn from; pass more.")
        rng = np.random.default_rng(self.rng)
        return fit(scaled_x, scaled_y, splits, self.recipe, rng)
