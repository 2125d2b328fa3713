"""Estimators: wrong ones with the laws that notice them, right ones of other conventions."""

import numpy as np
from scipy.spatial import cKDTree
from scipy.special import digamma
from scipy.stats import differential_entropy

H, KL, JS, MI = "entropy", "kl_divergence", "jensen_shannon_divergence", "mutual_information"


# Right ones
def plug_in(counts):
    p = counts[counts > 0] / counts.sum()
    return -np.sum(p * np.log(p))


def miller_madow_in_bits(counts):
    return (plug_in(counts) + (np.count_nonzero(counts) - 1) / (2 * counts.sum())) / np.log(2)


def laplace_in_tens(counts):
    return plug_in(counts + 1.0) / np.log(10)


def of_labels(labels):
    return plug_in(np.unique(labels, return_counts=True)[1])


def vasicek(x):
    return differential_entropy(x, method="vasicek")


def kl_of_counts_q_first(y, x):
    p, q = (x + 0.5) / (x + 0.5).sum(), (y + 0.5) / (y + 0.5).sum()
    return np.sum(p * np.log(p / q))


def js(x, y):
    p, q = x / x.sum(), y / y.sum()
    return max(plug_in((p + q) / 2) - plug_in(p) / 2 - plug_in(q) / 2, 0.0)


def js_distance_in_bits(x, y):
    return np.sqrt(js(x, y) / np.log(2))


def neighbours(x, y, k=3):
    """KL by the k-th nearest neighbours, which refuses ties."""
    x, y = x.reshape(len(x), -1), y.reshape(len(y), -1)
    near = cKDTree(x).query(x, k + 1)[0][:, -1]
    far = cKDTree(y).query(x, k)[0][:, -1]
    if not (near.all() and far.all()):
        raise ValueError("there are ties")
    return x.shape[1] * np.mean(np.log(far / near)) + np.log(len(y) / (len(x) - 1))


def kraskov(x, y, k=3):
    """Kraskov, Stoegbauer and Grassberger's first, with noise against ties."""
    rng = np.random.default_rng(0)
    x, y = (v.reshape(len(v), -1) for v in (x, y))
    x, y = (v / (v.std(axis=0) + (v.std(axis=0) == 0)) for v in (x, y))
    x, y = (v + 1e-10 * rng.normal(size=v.shape) for v in (x, y))
    r = np.nextafter(
        cKDTree(np.hstack([x, y])).query(np.hstack([x, y]), k + 1, p=np.inf)[0][:, -1], 0
    )
    counts = [cKDTree(v).query_ball_point(v, r, p=np.inf, return_length=True) for v in (x, y)]
    return max(digamma(k) + digamma(len(x)) - np.mean(sum(map(digamma, counts))), 0.0)


def mi_of_table(counts):
    return plug_in(counts.sum(0)) + plug_in(counts.sum(1)) - plug_in(counts.ravel())


def mi_of_labels_in_bits(x, y):
    z = np.unique(np.stack([x, y]), axis=1, return_counts=True)[1]
    return max(of_labels(x) + of_labels(y) - plug_in(z), 0.0) / np.log(2)


def with_interval(counts):
    p = counts[counts > 0] / counts.sum()
    error = np.sqrt((np.sum(p * np.log(p) ** 2) - plug_in(counts) ** 2) / counts.sum())
    value = plug_in(counts) + (p.size - 1) / (2 * counts.sum())
    error = max(error, 1 / counts.sum())
    return value, value - 1.96 * error, value + 1.96 * error


# Function, quantity, what it takes, options, words of the convention.
RIGHT = [
    (plug_in, H, "counts", {}, "values as ours"),
    (miller_madow_in_bits, H, "counts", {}, "in bits"),
    (laplace_in_tens, H, "counts", {}, "in base 10"),
    (of_labels, H, "labels", {}, "values as ours"),
    (vasicek, H, "samples", {}, "values as ours"),
    (kl_of_counts_q_first, KL, "counts", {}, "Q first"),
    (neighbours, KL, "samples", {}, "values as ours"),
    (neighbours, KL, "samples", {"dimension": 2}, "values as ours"),
    (js_distance_in_bits, JS, "counts", {}, "in bits, square root"),
    (kraskov, MI, "samples", {}, "values as ours"),
    (mi_of_table, MI, "counts", {}, "values as ours"),
    (mi_of_labels_in_bits, MI, "labels", {}, "in bits"),
    (with_interval, H, "counts", {"level": 0.8}, "values as ours"),
]


# Wrong ones
def correction_without_n(counts):
    return plug_in(counts) + (np.count_nonzero(counts) - 1) / 20


def correction_upside_down(counts):
    return mi_of_table(counts) - np.prod(np.array(counts.shape) - 1) / counts.sum()


def of_zero_counts(counts):
    p = counts / counts.sum()
    return -np.sum(p * np.log(p))


def coverage_of_singletons(counts):
    """Chao and Shen's, of which nothing is left where no symbol is seen twice."""
    n = counts.sum()
    p = (1 - np.sum(counts == 1) / n) * counts[counts > 0] / n
    return -np.sum(p * np.log(p) / (1 - (1 - p) ** n))


def spacings_in_order_of_observation(x):
    return np.mean(np.log(len(x) * np.abs(np.diff(x)) + 1e-12)) + np.euler_gamma


def of_the_first_half(x):
    return vasicek(x[: len(x) // 2])


def fixed_bins(x):
    counts, edges = np.histogram(x, bins=200, range=(-50.0, 50.0))
    return plug_in(counts) + np.log(edges[1] - edges[0])


def bins_without_width(x):
    return plug_in(np.histogram(x, bins=20)[0])


def as_if_normal(x):
    return np.log(2 * np.pi * np.e * np.var(x)) / 2


def sorts_in_place(x):
    x.sort()
    return vasicek(x)


def neighbours_without_sizes(x, y):
    return neighbours(x, y) - np.log(len(y) / (len(x) - 1))


def neighbours_of_ties(x, y):
    x, y = x[:, None], y[:, None]
    near = cKDTree(x).query(x, 4)[0][:, -1]
    return np.mean(np.log(cKDTree(y).query(x, 3)[0][:, -1] / near)) + np.log(len(y) / (len(x) - 1))


def pooled(x, y):
    p, q, both = x / x.sum(), y / y.sum(), (x + y) / (x + y).sum()
    share = x.sum() / (x + y).sum()
    return plug_in(both) - share * plug_in(p) - (1 - share) * plug_in(q)


def one_sided(x, y):
    p, q = x / x.sum(), y / y.sum()
    some = p > 0
    return np.sum(p[some] * np.log(2 * p[some] / (p + q)[some]))


def of_correlation(x, y):
    return -np.log(1 - np.corrcoef(x, y)[0, 1] ** 2) / 2


def mi_of_mixed_up_labels(x, y):
    return of_labels(x) + of_labels(y) - of_labels(3 * x + y)


RNG = np.random.default_rng(0)


def of_a_random_half(x):
    return vasicek(RNG.choice(x, len(x) // 2, replace=False))


def too_sure(counts):
    value, low, high = with_interval(counts)
    return value, (value + low) / 2, (value + high) / 2


def always(value):
    def constant(*arrays):
        return value

    return constant


WRONG = [
    (correction_without_n, H, "counts", {}, "consistency"),
    (correction_upside_down, MI, "counts", {}, "bounds"),
    (of_zero_counts, H, "counts", {}, "outcomes not seen"),
    (coverage_of_singletons, H, "counts", {}, "ties"),
    (spacings_in_order_of_observation, H, "samples", {}, "order of observations"),
    (of_the_first_half, H, "samples", {}, "order of observations"),
    (fixed_bins, H, "samples", {}, "translation"),
    (bins_without_width, H, "samples", {}, "rescaling"),
    (as_if_normal, H, "samples", {}, "consistency"),
    (sorts_in_place, H, "samples", {}, "arguments"),
    (of_a_random_half, H, "samples", {}, "repetition"),
    (neighbours_without_sizes, KL, "samples", {}, "unequal samples"),
    (neighbours_of_ties, KL, "samples", {}, "ties"),
    (neighbours, KL, "samples", {"unit": "bits"}, "consistency"),
    (kl_of_counts_q_first, KL, "counts", {"arguments": ("p", "q")}, "consistency"),
    (pooled, JS, "counts", {}, "unequal samples"),
    (one_sided, JS, "counts", {}, "symmetry"),
    (of_correlation, MI, "samples", {}, "consistency"),
    (of_correlation, MI, "samples", {}, "constants"),
    (mi_of_mixed_up_labels, MI, "labels", {}, "relabelling"),
    (too_sure, H, "counts", {}, "coverage"),
]
