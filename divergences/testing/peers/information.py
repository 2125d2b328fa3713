"""Peers whose subject is information, and distances between distributions."""

from __future__ import annotations

from divergences.testing.peers.peer import (
    ALPHA,
    BHATTACHARYYA,
    CHI_SQUARED,
    CROSS_ENTROPY,
    ENTROPY,
    HALF_ALPHA,
    HALF_TSALLIS,
    HELLINGER,
    JEFFREYS,
    JS,
    JS_OF,
    KL,
    KL_OF,
    MI,
    RENYI,
    RENYI_ENTROPY,
    SAMPLES,
    TRIANGULAR,
    TSALLIS,
    TSALLIS_ENTROPY,
    TV,
    WEIGHTED_JS,
    H,
    Peer,
)

DIT = Peer(
    "dit",
    "dit",
    "import dit\nimport dit.inference\nfrom dit.divergences import *",
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
    view="P, Q = (dit.Distribution(list('0123456789ab')[:len(r)], list(r)) for r in (p, q))",
    estimators=(
        (H, "labels", "dit.inference.entropy_0(x, 1)"),
        (H, "labels", "dit.inference.entropy_1(x, 1)"),
        (H, "labels", "dit.inference.entropy_2(x, 1)"),
        (H, "samples", "dit.inference.differential_entropy_knn(x[:, None], [0], k=3)"),
        (
            MI,
            "samples",
            "dit.inference.total_correlation_ksg(np.c_[x, y], [[0], [1]], k=3)",
        ),
    ),
)
DIVERGENCE = Peer(
    "divergence",
    "divergence",
    "import divergence as dvg",
    (
        (ENTROPY, "dvg.discrete_entropy(x)"),
        (CROSS_ENTROPY, "dvg.discrete_cross_entropy(x, y)"),
        (KL, "dvg.discrete_relative_entropy(x, y)"),
        (JS, "dvg.discrete_jensen_shannon_divergence(x, y)"),
        (JEFFREYS, "dvg.jeffreys_divergence(x, y, discrete=True)"),
        (TV, "dvg.total_variation_distance(x, y, discrete=True)"),
        (HELLINGER, "dvg.squared_hellinger_distance(x, y, discrete=True)"),
        (CHI_SQUARED, "dvg.chi_squared_divergence(x, y, discrete=True)"),
        (RENYI, "dvg.renyi_divergence(x, y, alpha=2.0, discrete=True)"),
        (ALPHA, "dvg.cressie_read_divergence(x, y, lambda_param=1.0, discrete=True)"),
    ),
    view=SAMPLES,
    takes="samples",
    estimators=(
        (H, "labels", "dvg.discrete_entropy(x)"),
        (KL_OF, "labels", "dvg.discrete_relative_entropy(x, y)"),
        (JS_OF, "labels", "dvg.discrete_jensen_shannon_divergence(x, y)"),
        (MI, "labels", "dvg.discrete_mutual_information(x, y)"),
        (H, "samples", "dvg.knn_entropy(x)"),
        (H, "samples", "dvg.entropy_from_samples(x)"),
        (KL_OF, "samples", "dvg.knn_kl_divergence(x, y)"),
        (KL_OF, "samples", "dvg.relative_entropy_from_samples(x, y)"),
        (JS_OF, "samples", "dvg.jensen_shannon_divergence_from_samples(x, y)"),
        (MI, "samples", "dvg.ksg_mutual_information(x, y)"),
        (MI, "samples", "dvg.ksg_mutual_information(x, y, algorithm=2)"),
        (MI, "samples", "dvg.mutual_information_from_samples(x, y)"),
    ),
)
INFOMEASURE = Peer(
    "infomeasure",
    "infomeasure",
    "import infomeasure as im",
    (
        (ENTROPY, "im.entropy(x, approach='discrete')"),
        (CROSS_ENTROPY, "im.cross_entropy(x, y, approach='discrete')"),
        (KL, "im.kld(x, y, approach='discrete')"),
        (JS, "im.jensen_shannon_divergence(x, y, approach='discrete')"),
    ),
    view=SAMPLES,
    takes="samples",
    estimators=(
        *(
            (H, "labels", f"im.entropy(x, approach={name!r})")
            for name in (
                *("discrete", "miller_madow", "chao_shen", "chao_wang_jost", "nsb", "ansb"),
                *("grassberger", "shrink", "zhang", "bonachela"),
            )
        ),
        (H, "labels", "im.entropy(x, approach='bayes', alpha='jeffrey')"),
        (KL_OF, "labels", "im.kld(x, y, approach='discrete')"),
        (JS_OF, "labels", "im.jensen_shannon_divergence(x, y, approach='discrete')"),
        (MI, "labels", "im.mutual_information(x, y, approach='discrete')"),
        (H, "samples", "im.entropy(x, approach='metric')"),
        (KL_OF, "samples", "im.kld(x, y, approach='metric')"),
        (MI, "samples", "im.mutual_information(x, y, approach='metric')"),
    ),
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
    estimators=(
        *(
            (H, "labels", f"drv.entropy(x, estimator={name!r})")
            for name in ("ML", "PERKS", "MINIMAX", "JAMES-STEIN", "GOOD-TURING")
        ),
        (KL_OF, "labels", "drv.divergence_kullbackleibler(x, y)"),
        (JS_OF, "labels", "drv.divergence_jensenshannon(x, y)"),
        (MI, "labels", "drv.information_mutual(x, y)"),
    ),
)
GENSIM = Peer(
    "gensim",
    "gensim",
    "from gensim import matutils",
    (
        (KL, "matutils.kullback_leibler(p, q)"),
        (JS, "matutils.jensen_shannon(p, q)"),
        (HELLINGER, "matutils.hellinger(p, q)"),
    ),
)
SCIKIT_BIO = Peer(
    "scikit-bio",
    "scikit-bio",
    "from skbio.diversity import alpha",
    (
        (ENTROPY, "alpha.shannon(p)"),
        (RENYI_ENTROPY, "alpha.renyi(p, order=2)"),
        (TSALLIS_ENTROPY, "alpha.tsallis(p, order=2)"),
    ),
    estimators=((H, "counts", "alpha.shannon(x)"),),
)
DISTCLASSIPY = Peer(
    "DistClassiPy",
    "distclassipy",
    "from distclassipy import distances",
    (
        (JS, "distances.jensenshannon_divergence(p, q)"),
        (JS, "distances.jensen_difference(p, q)"),
        (JS, "distances.topsoe(p, q)"),
        (JEFFREYS, "distances.jeffreys(p, q)"),
        (HELLINGER, "distances.hellinger(p, q)"),
        (TRIANGULAR, "distances.squared_chisq(p, q)"),
        (TRIANGULAR, "distances.prob_chisq(p, q)"),
    ),
)
NPEET = Peer(
    "NPEET+",
    "npeet-plus",
    "import npeet_plus",
    estimators=(
        (H, "labels", "npeet_plus.entropyd(x)"),
        (MI, "labels", "npeet_plus.midd(x, y)"),
        (H, "samples", "npeet_plus.entropy(x[:, None])"),
        (KL_OF, "samples", "npeet_plus.kldiv(x[:, None], y[:, None])"),
        (MI, "samples", "npeet_plus.mi(x[:, None], y[:, None])"),
    ),
)
ENNEMI = Peer(
    "ennemi",
    "ennemi",
    "import ennemi",
    estimators=(
        (H, "labels", "ennemi.estimate_entropy(x, discrete=True)"),
        (MI, "labels", "ennemi.estimate_mi(y, x, discrete_x=True, discrete_y=True)"),
        (H, "samples", "ennemi.estimate_entropy(x)"),
        (MI, "samples", "ennemi.estimate_mi(y, x)"),
    ),
)
ENTROPY_ESTIMATORS = Peer(
    "entropy-estimators",
    "entropy-estimators",
    "from entropy_estimators import continuous",
    estimators=(
        (H, "samples", "continuous.get_h(x[:, None], k=3)"),
        (MI, "samples", "continuous.get_mi(x[:, None], y[:, None], k=3)"),
    ),
)
MUTUAL_INFO = Peer(
    "mutual-info",
    "mutual-info",
    "from mutual_info import mutual_info",
    estimators=(
        (H, "samples", "mutual_info.entropy(x[:, None], k=3)"),
        (MI, "samples", "mutual_info.mutual_information((x[:, None], y[:, None]), k=3)"),
    ),
)
