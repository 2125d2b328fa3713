"""For tests of anybody's implementation, not only ours: oracle, tolerances, hostile inputs, laws.

Needs mpmath and Hypothesis, which the extra ``testing`` installs. `check_divergence` checks a
function and returns a report, and `check_estimator` does so for what takes samples or counts.
`parametrize_with_laws` makes tests of pytest of them; ``python -m divergences.testing
mypkg.mymodule:my_kl --like kl_divergence`` is the same as a command.

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

from divergences.testing.checking import check_divergence as check_divergence
from divergences.testing.estimators import check_estimator as check_estimator
from divergences.testing.pytest_items import parametrize_with_laws as parametrize_with_laws
from divergences.testing.report import Report as Report
from divergences.testing.torch_gradient import torch_grad as torch_grad
