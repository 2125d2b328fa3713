"""Divergences from an estimate of the log ratio of two densities, by their variational form.

For a convex f and any function T of the observations, with r = exp T,

    D_f(P‖Q) >= E_P f'(r) + E_Q [f(r) - r f'(r)],

with equality where T = log p/q. The two integrands are the slopes dT/dp and dT/dq that every
f-divergence states. An error of T enters the right-hand side to second order only, so it may come
from any learner that has not seen the observations it is averaged over: a classifier fitted to the
other folds, or a kernel density that leaves the observation out.

Nguyen, Wainwright & Jordan, "Estimating divergence functionals and the likelihood ratio by convex
risk minimization", IEEE Trans. Inf. Theory 56 (2010), lemma 1.
"""
