"""Wrong implementations: each with the quantity that it should be and the law that notices it.

The mistakes are those that are made: a constant to avoid log 0, a term left out, a clipped
logarithm, a sum over the wrong axis, single precision inside.
"""

import numpy as np
from scipy.special import rel_entr, xlogy


def kl(p, q):
    return rel_entr(p, q).sum()


def js(p, q):
    m = (p + q) / 2
    return (rel_entr(p, m) + rel_entr(q, m)).sum() / 2


def hellinger(p, q):
    return np.sqrt(((np.sqrt(p) - np.sqrt(q)) ** 2).sum() / 2)


def chi2(p, q):
    return np.where(p == q, 0.0, (p - q) ** 2 / q).sum()


def tv(p, q):
    return np.abs(p - q).sum() / 2


def entropy(p):
    return -xlogy(p, p).sum()


def mi(p):
    return rel_entr(p, np.outer(p.sum(1), p.sum(0))).sum()


# Kullback-Leibler
def kl_with_constant(p, q):
    return np.sum(p * np.log((p + 1e-10) / (q + 1e-10)))


def kl_without_limits(p, q):
    return np.sum(p * np.log(p / q))


def kl_nan_to_zero(p, q):
    return np.nan_to_num(p * np.log(p / q), posinf=0.0).sum()


def kl_clipped(p, q):
    return np.sum(p * np.log(np.clip(p, 1e-12, 1) / np.clip(q, 1e-12, 1)))


def kl_on_the_common_support(p, q):
    both = (p > 0) & (q > 0)
    return kl(p[both], q[both])


def kl_symmetrised_by_mistake(p, q):
    return kl(p, q) if p[0] >= q[0] else kl(q, p)


def kl_without_the_last(p, q):
    return kl(p[:-1], q[:-1]) if p.size > 2 else kl(p, q)


def kl_mean_of_terms(p, q):
    return rel_entr(p, q).mean()


def kl_absolute(p, q):
    return np.abs(rel_entr(p, q)).sum()


def kl_rounded(p, q):
    return np.round(kl(p, q), 8)


def kl_in_single(p, q):
    return np.float64(kl(p.astype(np.float32), q.astype(np.float32)))


def kl_returns_single(p, q):
    return np.float32(kl(p, q))


def kl_sorts_its_arguments(p, q):
    order = np.argsort(p, kind="stable")
    p[:], q[:] = p[order], q[order]
    return kl(p, q)


def kl_of_infinite_logs(log_p, log_q):
    return np.sum(np.exp(log_p) * (log_p - log_q))


def kl_with_memory(p, q, calls=[0]):  # noqa: B006
    calls[0] += 1
    return kl(p, q) * (1.0 + 1e-9 * (calls[0] % 2))


def kl_raises_at_zero(p, q):
    if (q == 0).any():
        raise ValueError("q has a zero")
    return kl(p, q)


def kl_capped(p, q):
    return min(kl(p, q), 1e3)


# Jensen-Shannon
def js_of_one_side(p, q):
    return rel_entr(p, (p + q) / 2).sum() if p[0] > 0.5 else js(p, q)


def js_weighted(p, q):
    m = 0.4 * p + 0.6 * q
    return 0.4 * kl(p, m) + 0.6 * kl(q, m)


def js_jeffreys(p, q):
    return (kl(p, q) + kl(q, p)) / 2


def js_geometric(p, q):
    m = np.sqrt(p * q)
    return js(p, q) if m.sum() == 0 else (kl(p, m / m.sum()) + kl(q, m / m.sum())) / 2


def js_capped_low(p, q):
    return min(js(p, q), 0.5)


def js_never_below(p, q):
    return max(js(p, q), 1e-9)


# Others
def hellinger_of_roots_once(p, q):
    return np.sqrt(1.0 - np.sqrt(p * q).sum() ** 2)


def hellinger_with_constant(p, q):
    return hellinger(p + 1e-6, q + 1e-6)


def chi2_symmetric(p, q):
    return ((p - q) ** 2 / (p + q + 1e-300)).sum()


def chi2_without_empty(p, q):
    return ((p - q)[q > 0] ** 2 / q[q > 0]).sum()


def tv_largest(p, q):
    return np.abs(p - q).max()


def tv_with_tolerance(p, q):
    return np.where(np.isclose(p, q), 0.0, np.abs(p - q)).sum() / 2


def entropy_with_constant(p):
    return -np.sum(p * np.log(p + 1e-9))


def entropy_miller_madow(p):
    return entropy(p) + ((p > 0).sum() - 1) / 2000


def mi_of_rows(p):
    return entropy(p.sum(1)) if p.shape[0] > 2 else mi(p)


def mi_with_constant(p):
    return np.sum(p * np.log((p + 1e-8) / (np.outer(p.sum(1), p.sum(0)) + 1e-8)))


def renyi_of_order_three(p, q):
    some = p > 0
    return np.inf if (q[some] == 0).any() else np.log((p[some] ** 3 / q[some] ** 2).sum()) / 2


# Batches and gradients
def batch_over_first_axis(p, q):
    return rel_entr(p, q).sum(axis=0)


def batch_over_all(p, q):
    return rel_entr(p, q).sum()


def batch_ignores_axis(p, q, axis=-1):
    return rel_entr(p, q).sum(axis=-1)


def batch_normalised_together(p, q):
    return rel_entr(p / p.sum() * p[..., 0].size, q).sum(axis=-1) + 1e-9 * p[..., 0].mean()


def gradient_of(*parts):
    return lambda func, argnums: lambda *ps: tuple(part(*ps) for part in parts)


def log_ratio(p, q):
    return np.log(p / q)


def zero(p, q):
    return 0.0 * p


KL, JS = "kl_divergence", "jensen_shannon_divergence"
# The function, what it should be, options, and the law that notices it.
WRONG = [
    (kl_with_constant, KL, {}, "excluded outcomes"),
    (kl_without_limits, KL, {}, "impossible outcomes"),
    (kl_nan_to_zero, KL, {}, "disjoint supports"),
    (kl_clipped, KL, {}, "excluded outcomes"),
    (kl_on_the_common_support, KL, {}, "bounds"),
    (kl_symmetrised_by_mistake, KL, {}, "order of outcomes"),
    (kl_without_the_last, KL, {}, "impossible outcomes"),
    (kl_mean_of_terms, KL, {}, "impossible outcomes"),
    (kl_absolute, KL, {}, "value"),
    (kl_rounded, KL, {}, "value"),
    (kl_in_single, KL, {}, "value"),
    (kl_returns_single, KL, {}, "dtype"),
    (kl_sorts_its_arguments, KL, {}, "arguments"),
    (kl_of_infinite_logs, KL, {}, "disjoint supports"),
    (kl_with_memory, KL, {}, "repetition"),
    (kl_raises_at_zero, KL, {}, "excluded outcomes"),
    (kl_capped, KL, {}, "disjoint supports"),
    (kl, KL, {"unit": "bits"}, "value"),
    (kl, KL, {"arguments": ("q", "p")}, "value"),
    (js_of_one_side, JS, {}, "symmetry"),
    (js_weighted, JS, {}, "symmetry"),
    (js_jeffreys, JS, {}, "bounds"),
    (js_jeffreys, JS, {}, "relations"),
    (js_geometric, JS, {}, "bounds"),
    (js_capped_low, JS, {}, "disjoint supports"),
    (js_never_below, JS, {}, "equal distributions"),
    (hellinger_of_roots_once, "hellinger_distance", {}, "value"),
    (hellinger_with_constant, "hellinger_distance", {}, "value"),
    (chi2_symmetric, "chi_squared_divergence", {}, "disjoint supports"),
    (chi2_without_empty, "chi_squared_divergence", {}, "excluded outcomes"),
    (tv_largest, "total_variation_distance", {}, "data processing"),
    (tv_with_tolerance, "total_variation_distance", {}, "value"),
    (entropy_with_constant, "entropy", {}, "bounds"),
    (entropy_miller_madow, "entropy", {}, "additivity"),
    (mi_of_rows, "mutual_information", {}, "symmetry"),
    (mi_with_constant, "mutual_information", {}, "value"),
    (renyi_of_order_three, "renyi_divergence", {"order": 1.25}, "order"),
    (kl, KL, {"batched": batch_over_first_axis}, "batch"),
    (kl, KL, {"batched": batch_over_all}, "batch"),
    (kl, KL, {"batched": batch_ignores_axis}, "axis"),
    (kl, KL, {"batched": batch_normalised_together}, "batch"),
    (kl, KL, {"gradient": gradient_of(log_ratio, log_ratio)}, "gradient"),
    (kl, KL, {"gradient": gradient_of(zero, zero)}, "gradient"),
]
