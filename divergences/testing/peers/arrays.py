"""Peers for arrays: of numbers, of statistics, of learning."""

from __future__ import annotations

from divergences.testing.peers.peer import (
    ALPHA,
    CHI_SQUARED,
    CROSS_ENTROPY,
    ENTROPY,
    HELLINGER,
    JEFFREYS,
    JS,
    KL,
    MI,
    TRIANGULAR,
    TV,
    H,
    Peer,
)

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
    estimators=(
        (H, "counts", "scipy.stats.entropy(x)"),
        (H, "samples", "scipy.stats.differential_entropy(x, method='vasicek')"),
        (H, "samples", "scipy.stats.differential_entropy(x, method='van es')"),
        (H, "samples", "scipy.stats.differential_entropy(x, method='ebrahimi')"),
        (H, "samples", "scipy.stats.differential_entropy(x, method='correa')"),
    ),
    rows={
        "entropy": "scipy.stats.entropy(p, axis=-1)",
        "kl_divergence": "scipy.stats.entropy(p, q, axis=-1)",
        "jensen_shannon_distance": "scipy.spatial.distance.jensenshannon(p, q, axis=-1)",
        "jensen_shannon_divergence": "scipy.spatial.distance.jensenshannon(p, q, axis=-1) ** 2",
        "total_variation_distance": "np.array([scipy.spatial.distance.cityblock(*r) for r in "
        "zip(p, q)]) / 2",
        "hellinger_distance": "np.array([scipy.spatial.distance.euclidean(*r) for r in "
        "zip(np.sqrt(p), np.sqrt(q))]) / np.sqrt(2)",
        "chi_squared_divergence": "scipy.stats.chisquare(p, q, axis=-1).statistic",
    },
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
    rows={
        "entropy": "jax.scipy.special.entr(p).sum(axis=-1)",
        "kl_divergence": "jax.scipy.special.rel_entr(p, q).sum(axis=-1)",
    },
)
TORCH = Peer(
    "PyTorch",
    "torch",
    "import torch\nimport torch.nn.functional as F\nfrom torch.distributions import Categorical, "
    "kl_divergence",
    (
        (KL, "F.kl_div(q.log(), p, reduction='sum')"),
        (KL, "F.kl_div(q.log(), p, reduction='mean')"),
        (KL, "F.kl_div(q.log()[None], p[None], reduction='batchmean')"),
        (KL, "kl_divergence(Categorical(p), Categorical(q))"),
        (CROSS_ENTROPY, "F.cross_entropy(q.log(), p)"),
        (ENTROPY, "Categorical(p).entropy()"),
    ),
    view="p, q = torch.tensor(p), torch.tensor(q)",
)
TORCHMETRICS = Peer(
    "TorchMetrics",
    "torchmetrics",
    "import torch\nfrom torchmetrics.functional.regression import jensen_shannon_divergence, "
    "kl_divergence",
    ((KL, "kl_divergence(p, q)"), (JS, "jensen_shannon_divergence(p, q)")),
    view="p, q = torch.tensor(p)[None], torch.tensor(q)[None]",
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
    (
        (KL, "kl_divergence(Categorical(probs=p), Categorical(probs=q))"),
        (ENTROPY, "Categorical(probs=p).entropy()"),
    ),
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
POT = Peer(
    "POT", "pot", "from ot.backend import NumpyBackend", ((KL, "NumpyBackend().kl_div(p, q)"),)
)
KERAS = Peer(
    "Keras",
    "keras",
    "import os\nos.environ.setdefault('KERAS_BACKEND', 'jax')\nimport keras",
    (
        (KL, "keras.losses.kl_divergence(p, q)"),
        (CROSS_ENTROPY, "keras.losses.categorical_crossentropy(p, q)"),
    ),
)
STATSMODELS = Peer(
    "statsmodels",
    "statsmodels",
    "from statsmodels.stats.gof import powerdiscrepancy",
    (
        (KL, "powerdiscrepancy(p, q, lambd='loglikeratio')[0]"),
        (CHI_SQUARED, "powerdiscrepancy(p, q, lambd='pearson')[0]"),
        (HELLINGER, "powerdiscrepancy(p, q, lambd='freeman_tukey')[0]"),
    ),
)
SKLEARN = Peer(
    "scikit-learn",
    "scikit-learn",
    "from sklearn.feature_selection import mutual_info_regression\n"
    "from sklearn.metrics import mutual_info_score",
    estimators=(
        (MI, "labels", "mutual_info_score(x, y)"),
        (MI, "samples", "mutual_info_regression(x[:, None], y, random_state=0)[0]"),
    ),
)
# What the fastest functions of SciPy make: the rows of benchmarks of speed.
FORMULA = Peer(
    "formula",
    "scipy",
    "from scipy.special import entr, rel_entr",
    rows={
        "entropy": "entr(p).sum(-1)",
        "kl_divergence": "rel_entr(p, q).sum(-1)",
        "jensen_shannon_divergence": "0.5 * (rel_entr(p, 0.5 * (p + q)) + "
        "rel_entr(q, 0.5 * (p + q))).sum(-1)",
        "total_variation_distance": "0.5 * np.abs(p - q).sum(-1)",
    },
)
