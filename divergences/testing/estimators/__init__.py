"""Estimators from samples, counts and labels: laws, and tasks whose truth is known."""

from divergences.testing.estimators.checking import check_estimator as check_estimator
from divergences.testing.estimators.checking import claimed as claimed
