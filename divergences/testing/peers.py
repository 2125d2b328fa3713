"""Other libraries' functions with names like ours, as their users would call them.

Each library has code that makes its view of the distributions from arrays `p` and `q`, and calls:
the quantity of ours that the name suggests, then the expression. Samples have exactly the
frequencies p and q.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Peer:
    """A library, the package that it comes in, how to prepare its input, and its functions."""

    library: str
    package: str
    prepare: str
    calls: tuple[tuple[str, str], ...]
    takes: str = "masses"  # or "samples", or "ratios": then the sum over outcomes is the caller's


ENTROPY, CROSS_ENTROPY = "entropy(p)", "cross_entropy(p, q)"
KL, JS, JEFFREYS = (f"{n}_divergence(p, q)" for n in ("kl", "jensen_shannon", "jeffreys"))
TV, HELLINGER = "total_variation_distance(p, q)", "hellinger_distance(p, q)"
JS_DISTANCE = "jensen_shannon_distance(p, q)"
CHI_SQUARED, TRIANGULAR = "chi_squared_divergence(p, q)", "triangular_discrimination(p, q)"
BHATTACHARYYA = "bhattacharyya_distance(p, q)"
RENYI, TSALLIS, ALPHA = (f"{n}_divergence(p, q, 2.0)" for n in ("renyi", "tsallis", "alpha"))
HALF_TSALLIS, HALF_ALPHA = "tsallis_divergence(p, q, 0.5)", "alpha_divergence(p, q, 0.5)"
RENYI_ENTROPY, TSALLIS_ENTROPY = "renyi_entropy(p, 2.0)", "tsallis_entropy(p, 2.0)"
WEIGHTED_JS = "jensen_shannon_divergence(p, q, weights=(0.25, 0.75))"
SAMPLES = "x, y = (np.repeat(range(4), np.rint(16 * r).astype(int)) for r in (p, q))\n"

SCIPY = Peer(
    "SciPy",
    "scipy",
    "import scipy\nimport scipy.spatial.distance\nimport scipy.stats",
    (
        (ENTROPY, "scipy.stats.entropy(p)"),
        (KL, "scipy.stats.entropy(p, q)"),
        (KL, "scipy.special.rel_entr(p, q).sum()"),
        (KL, "scipy.special.kl_div(p, q).sum()"),
        (KL, "scipy.stats.power_divergence(p, q, lambda_='log-likelihood').statistic"),
        (JS, "scipy.spatial.distance.jensenshannon(p, q)"),
        (CHI_SQUARED, "scipy.stats.chisquare(p, q).statistic"),
        (CHI_SQUARED, "scipy.stats.power_divergence(p, q, lambda_='neyman').statistic"),
        (HELLINGER, "scipy.stats.power_divergence(p, q, lambda_='freeman-tukey').statistic"),
        (TV, "scipy.spatial.distance.cityblock(p, q)"),
    ),
)
JAX = Peer(
    "JAX",
    "jax",
    "import jax",
    (
        (ENTROPY, "jax.scipy.special.entr(p).sum()"),
        (KL, "jax.scipy.special.rel_entr(p, q).sum()"),
        (KL, "jax.scipy.special.kl_div(p, q).sum()"),
    ),
)
TORCH = Peer(
    "PyTorch",
    "torch",
    "import torch\nimport torch.nn.functional as F\nfrom torch.distributions import Categorical, "
    "kl_divergence\np, q = torch.tensor(p), torch.tensor(q)",
    (
        (KL, "F.kl_div(q.log(), p, reduction='sum')"),
        (KL, "F.kl_div(q.log(), p, reduction='mean')"),
        (KL, "F.kl_div(q.log()[None], p[None], reduction='batchmean')"),
        (KL, "kl_divergence(Categorical(p), Categorical(q))"),
        (CROSS_ENTROPY, "F.cross_entropy(q.log(), p)"),
        (ENTROPY, "Categorical(p).entropy()"),
    ),
)
TORCHMETRICS = Peer(
    "TorchMetrics",
    "torchmetrics",
    "import torch\nfrom torchmetrics.functional.regression import jensen_shannon_divergence, "
    "kl_divergence\np, q = torch.tensor(p)[None], torch.tensor(q)[None]",
    ((KL, "kl_divergence(p, q)"), (JS, "jensen_shannon_divergence(p, q)")),
)
TFP = Peer(
    "TensorFlow Probability",
    "tensorflow-probability",
    "from tensorflow_probability.substrates.jax.distributions import Categorical",
    (
        (KL, "Categorical(probs=p).kl_divergence(Categorical(probs=q))"),
        (CROSS_ENTROPY, "Categorical(probs=p).cross_entropy(Categorical(probs=q))"),
    ),
)
TFP_VI = Peer(
    "TensorFlow Probability",
    "tensorflow-probability",
    "import tensorflow_probability.substrates.jax as tfp\nfrom jax.numpy import log\n"
    "def E_q(f, **settings):\n    return (q * f(log(p / q), **settings)).sum()",
    (
        (KL, "E_q(tfp.vi.kl_forward)"),
        (KL, "E_q(tfp.vi.kl_reverse)"),
        (JS, "E_q(tfp.vi.jensen_shannon, self_normalized=True)"),
        (JS, "E_q(tfp.vi.jensen_shannon)"),
        (JEFFREYS, "E_q(tfp.vi.jeffreys)"),
        (HELLINGER, "E_q(tfp.vi.squared_hellinger)"),
        (TV, "E_q(tfp.vi.total_variation)"),
        (CHI_SQUARED, "E_q(tfp.vi.pearson)"),
        (TRIANGULAR, "E_q(tfp.vi.triangular)"),
        (ALPHA, "E_q(tfp.vi.amari_alpha, alpha=2.0, self_normalized=True)"),
    ),
    takes="ratios",
)
NUMPYRO = Peer(
    "NumPyro",
    "numpyro",
    "from numpyro.distributions import Categorical, kl_divergence",
    ((KL, "kl_divergence(Categorical(probs=p), Categorical(probs=q))"),),
)
OPTAX = Peer(
    "Optax",
    "optax",
    "import optax\nfrom jax.numpy import log",
    (
        (KL, "optax.kl_divergence(log(q), p)"),
        (CROSS_ENTROPY, "optax.softmax_cross_entropy(log(q), p)"),
    ),
)
DIT = Peer(
    "dit",
    "dit",
    "import dit\nfrom dit.divergences import *\n"
    "P, Q = (dit.Distribution(list('0123456789ab')[:len(r)], list(r)) for r in (p, q))",
    (
        (ENTROPY, "dit.shannon.entropy(P)"),
        (RENYI_ENTROPY, "dit.other.renyi_entropy(P, 2)"),
        (TSALLIS_ENTROPY, "dit.other.tsallis_entropy(P, 2)"),
        (CROSS_ENTROPY, "cross_entropy(P, Q)"),
        (KL, "kullback_leibler_divergence(P, Q)"),
        (JS, "jensen_shannon_divergence([P, Q])"),
        (WEIGHTED_JS, "jensen_shannon_divergence([P, Q], weights=[0.25, 0.75])"),
        (TV, "variational_distance(P, Q)"),
        (HELLINGER, "hellinger_distance(P, Q)"),
        (BHATTACHARYYA, "bhattacharyya_coefficient(P, Q)"),
        (RENYI, "renyi_divergence(P, Q, alpha=2.0)"),
        (TSALLIS, "tsallis_divergence(P, Q, alpha=2.0)"),
        (HALF_TSALLIS, "tsallis_divergence(P, Q, alpha=0.5)"),
        (KL, "tsallis_divergence(P, Q, alpha=1.0)"),
        (HALF_ALPHA, "alpha_divergence(P, Q, alpha=0.0)"),
        (KL, "alpha_divergence(P, Q, alpha=1.0)"),
    ),
)
DIVERGENCE = Peer(
    "divergence",
    "divergence",
    SAMPLES + "from divergence import *",
    (
        (ENTROPY, "discrete_entropy(x)"),
        (CROSS_ENTROPY, "discrete_cross_entropy(x, y)"),
        (KL, "discrete_relative_entropy(x, y)"),
        (JS, "discrete_jensen_shannon_divergence(x, y)"),
        (JEFFREYS, "jeffreys_divergence(x, y, discrete=True)"),
        (TV, "total_variation_distance(x, y, discrete=True)"),
        (HELLINGER, "squared_hellinger_distance(x, y, discrete=True)"),
        (CHI_SQUARED, "chi_squared_divergence(x, y, discrete=True)"),
        (RENYI, "renyi_divergence(x, y, alpha=2.0, discrete=True)"),
        (ALPHA, "cressie_read_divergence(x, y, lambda_param=1.0, discrete=True)"),
    ),
    takes="samples",
)
INFOMEASURE = Peer(
    "infomeasure",
    "infomeasure",
    SAMPLES + "import infomeasure as im",
    (
        (ENTROPY, "im.entropy(x, approach='discrete')"),
        (CROSS_ENTROPY, "im.cross_entropy(x, y, approach='discrete')"),
        (KL, "im.kld(x, y, approach='discrete')"),
        (JS, "im.jensen_shannon_divergence(x, y, approach='discrete')"),
    ),
    takes="samples",
)
PYITLIB = Peer(
    "pyitlib",
    "pyitlib",
    "import pyitlib.discrete_random_variable as drv",
    (
        (ENTROPY, "drv.entropy_pmf(p)"),
        (CROSS_ENTROPY, "drv.entropy_cross_pmf(p, q)"),
        (KL, "drv.divergence_kullbackleibler_pmf(p, q)"),
        (JS, "drv.divergence_jensenshannon_pmf(p, q)"),
        (JEFFREYS, "drv.divergence_kullbackleibler_symmetrised_pmf(p, q)"),
    ),
)
POT = Peer(
    "POT", "pot", "from ot.backend import NumpyBackend", ((KL, "NumpyBackend().kl_div(p, q)"),)
)
PEERS = (
    SCIPY,
    JAX,
    TORCH,
    TORCHMETRICS,
    TFP,
    TFP_VI,
    NUMPYRO,
    OPTAX,
    DIT,
    DIVERGENCE,
    INFOMEASURE,
    PYITLIB,
    POT,
)
