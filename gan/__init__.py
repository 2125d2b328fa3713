"""GAN experiments, built on `divergences`.

A trained discriminator is a way to measure the Jensen-Shannon divergence: its value
``V(D) = E_P log D + E_Q log(1 - D)`` never exceeds ``2 JS(P, Q) - 2 log 2`` and reaches it at
``D* = p/(p + q)`` (Goodfellow et al. 2014).
"""

from importlib.util import find_spec

_EXTRAS = ("jax", "equinox", "optax", "rich", "matplotlib")
if _missing := [name for name in _EXTRAS if find_spec(name) is None]:
    raise ImportError(
        f'gan needs {", ".join(_missing)}: install them with  pip install "divergences[gan]"'
    )

from gan.config import Config as Config  # noqa: E402
from gan.discriminator import Discriminator as Discriminator  # noqa: E402
from gan.fitting import Recipe as Recipe  # noqa: E402
from gan.identity import run_identity as run_identity  # noqa: E402
from gan.objectives import js_from_value as js_from_value  # noqa: E402
from gan.objectives import optimal_logits as optimal_logits  # noqa: E402
from gan.objectives import value_function as value_function  # noqa: E402
from gan.pairs import Pair as Pair  # noqa: E402
from gan.registry import suites as suites  # noqa: E402
from gan.registry import targets as targets  # noqa: E402
from gan.training import train_discriminator as train_discriminator  # noqa: E402
