"""For tests of anybody's implementation, not only ours: an oracle, tolerances, hostile inputs, laws.

Needs mpmath and Hypothesis, which the extra ``test`` installs.
"""
