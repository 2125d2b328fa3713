"""For tests of anybody's implementation, not only ours: oracle, tolerances, hostile inputs, laws.

Needs mpmath and Hypothesis, which the extra ``test`` installs.

Examples
--------
How far is a textbook formula from the truth, for distributions that differ by 1e-9?

>>> import numpy as np
>>> from divergences.functionals.kullback_leibler import KULLBACK_LEIBLER
>>> from divergences.testing import oracle, tolerance
>>> p, q = np.array([0.5, 0.5]), np.array([0.5 + 1e-9, 0.5 - 1e-9])
>>> exact = oracle.value(KULLBACK_LEIBLER, p, q)
>>> tolerance.ulps(np.sum(p * np.log(p / q)), exact) > 1e6
True
"""
