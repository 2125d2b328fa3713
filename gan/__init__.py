"""GAN experiments, built on `divergences`.

A trained discriminator is a way to measure the Jensen-Shannon divergence: its value
``V(D) = E_P log D + E_Q log(1 - D)`` never exceeds ``2 JS(P, Q) - 2 log 2`` and reaches it at
``D* = p/(p + q)`` (Goodfellow et al. 2014).

A name is imported when it is first used (SPEC 1): ``import gan`` alone does not load JAX.
"""

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gan.comparison import Finding as Finding
    from gan.comparison import compare as compare
    from gan.conditional import Conditional as Conditional
    from gan.conditional import Labelled as Labelled
    from gan.conditional import Projection as Projection
    from gan.config import Config as Config
    from gan.discriminator import Discriminator as Discriminator
    from gan.discriminators import evaluate as evaluate
    from gan.discriminators import train_discriminator as train_discriminator
    from gan.f_gan import FGAN as FGAN
    from gan.fitting import Recipe as Recipe
    from gan.game import Objective as Objective
    from gan.game import non_saturating as non_saturating
    from gan.game import relativistic as relativistic
    from gan.game import saturating as saturating
    from gan.generators import Noisy as Noisy
    from gan.generators import Push as Push
    from gan.identity import run_identity as run_identity
    from gan.objectives import js_from_value as js_from_value
    from gan.objectives import optimal_logits as optimal_logits
    from gan.objectives import value_function as value_function
    from gan.pairs import Pair as Pair
    from gan.penalties import R1 as R1
    from gan.penalties import R2 as R2
    from gan.playing import Trained as Trained
    from gan.playing import train as train
    from gan.registry import suites as suites
    from gan.registry import targets as targets
    from gan.sample_quality import Quality as Quality
    from gan.sample_quality import quality as quality
    from gan.saving import load as load
    from gan.saving import save as save
    from gan.truth import true_divergence as true_divergence
    from gan.truth import true_js as true_js

_EXTRAS = ("jax", "equinox", "optax", "rich", "matplotlib", "sklearn")
if _missing := [name for name in _EXTRAS if find_spec(name) is None]:
    raise ImportError(
        f'gan needs {", ".join(_missing)}: install them with  pip install "divergences[gan]"'
    )

_MODULES = {
    "Conditional": "conditional",
    "Labelled": "conditional",
    "Projection": "conditional",
    "Finding": "comparison",
    "compare": "comparison",
    "Config": "config",
    "Discriminator": "discriminator",
    "evaluate": "discriminators",
    "train_discriminator": "discriminators",
    "FGAN": "f_gan",
    "Recipe": "fitting",
    "Objective": "game",
    "non_saturating": "game",
    "relativistic": "game",
    "saturating": "game",
    "Noisy": "generators",
    "Push": "generators",
    "run_identity": "identity",
    "js_from_value": "objectives",
    "optimal_logits": "objectives",
    "value_function": "objectives",
    "Pair": "pairs",
    "R1": "penalties",
    "R2": "penalties",
    "Trained": "playing",
    "train": "playing",
    "load": "saving",
    "save": "saving",
    "suites": "registry",
    "targets": "registry",
    "Quality": "sample_quality",
    "quality": "sample_quality",
    "true_divergence": "truth",
    "true_js": "truth",
}
__all__ = list(_MODULES)  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module 'gan' has no attribute {name!r}")
    value = getattr(import_module(f"gan.{_MODULES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
