"""Right implementations of other conventions, with what should be found of them."""

import numpy as np
from scipy.special import logsumexp, rel_entr, xlogy

from .wrong import JS, KL, chi2, entropy, hellinger, js, kl, mi, tv


def kl_in_bits(p, q):
    return kl(p, q) / np.log(2)


def kl_of_q_first(q, p):
    return kl(p, q)


def kl_of_logs(log_p, log_q):
    p = np.exp(log_p)
    return np.where(p > 0, p * (log_p - np.where(p > 0, log_q, 0.0)), 0.0).sum()


def kl_dividing_by_totals(p, q):
    return kl(p / p.sum(), q / q.sum())


def kl_of_ones(p, q):
    if not (np.isclose(p.sum(), 1) and np.isclose(q.sum(), 1)):
        raise ValueError("not distributions")
    return kl(p, q)


def js_distance_in_bits(p, q):
    return np.sqrt(max(js(p, q), 0.0) / np.log(2))


def twice_js_in_bits(p, q):
    return 2 * js(p, q) / np.log(2)


def squared_hellinger(p, q):
    return hellinger(p, q) ** 2


def l1_distance(p, q):
    return 2 * tv(p, q)


def half_chi2(p, q):
    return chi2(p, q) / 2


def squared_js_distance(p, q):
    return js(p, q)


def bhattacharyya_coefficient(p, q):
    return np.sqrt(p * q).sum()


def entropy_in_tens(p):
    return entropy(p) / np.log(10)


def mi_in_bits(p):
    return mi(p) / np.log(2)


def log_sum(p, q):
    """Rényi's divergence of order 2."""
    p, q = p[p > 0], q[p > 0]
    return np.inf if (q == 0).any() else logsumexp(2 * np.log(p) - np.log(q))


def gradient_of_kl(func, argnums):
    def gradient(p, q):
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(p > 0, np.log(p / q) + 1, 0), np.where(q > 0, -p / q, 0)

    return gradient


def rows(p, q, axis=-1):
    return rel_entr(p, q).sum(axis=axis)


def entropy_of_rows(p, axis=-1):
    return -xlogy(p, p).sum(axis=axis)


# The function, what it should be, options, and words of the convention.
RIGHT = [
    (kl, KL, {"batched": rows, "gradient": gradient_of_kl}, "values as ours, takes masses"),
    (kl_in_bits, KL, {}, "in bits"),
    (kl_in_bits, KL, {"unit": "bits", "takes": "masses"}, "in bits"),
    (kl_of_q_first, KL, {}, "Q first"),
    (kl_of_logs, KL, {}, "takes logs"),
    (kl_dividing_by_totals, KL, {}, "totals: divides by them"),
    (kl_of_ones, KL, {}, "totals: must be one"),
    (js_distance_in_bits, JS, {}, "in bits, square root"),
    (twice_js_in_bits, JS, {}, "in bits, twice"),
    (squared_js_distance, "jensen_shannon_distance", {}, "squared"),
    (js_distance_in_bits, "jensen_shannon_distance", {}, "in bits"),
    (squared_hellinger, "hellinger_distance", {}, "squared"),
    (l1_distance, "total_variation_distance", {}, "twice"),
    (half_chi2, "chi_squared_divergence", {}, "half"),
    (bhattacharyya_coefficient, "bhattacharyya_distance", {}, "exp(-x)"),
    (
        bhattacharyya_coefficient,
        "hellinger_distance",
        {"unit": (lambda h: 1 - h * h, lambda c: max(1 - c, 0.0) ** 0.5)},
        "unit as stated",
    ),
    (entropy_in_tens, "entropy", {"batched": lambda p: entropy_of_rows(p) / np.log(10)}, "base 10"),
    (mi_in_bits, "mutual_information", {}, "in bits"),
    (log_sum, "renyi_divergence", {"order": 2.0}, "values as ours"),
]
