"""What users of other libraries pass out of habit is refused with what to pass in its place."""

import numpy as np
import pytest

import divergences as dv
from tests.test_errors import HALF, refused


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda x: dv.mutual_information(x, x), r"1 .*\(p\), and 2 were .* Sample\.joint\(x, y\)"),
        (lambda x: dv.conditional_entropy(x, x), r"Sample\.joint\(x, y\)"),
        (lambda x: dv.joint_entropy(x, x), r"Sample\.joint\(x, y\)"),
        (lambda x: dv.entropy(x, x), r"by name: base=, .* kl_divergence\(p, q\) and cross_entropy"),
        (lambda x: dv.entropy(x, None, 2), r"and 3 were given\. .* base="),
        (lambda x: dv.perplexity(x, x), r"kl_divergence\(p, q\)"),
        (lambda x: dv.jensen_shannon_distance(x, x, 2), r"\(p, q\), and 3 .* is base="),
        (lambda x: dv.jensen_shannon_divergence(x, x, 2), r"2 is no distribution; .* base=2"),
        (lambda x: dv.wasserstein_distance(x, x, x, x), r"positions=.* Sample\(x, weights\)"),
        (lambda x: dv.wasserstein_distance(x, x, x), r"ndarray; pass a real.*Sample\(x, weights\)"),
        (lambda x: dv.energy_distance(x, x, x, x), r"and 4 .* Sample\(x, weights\)"),
        (lambda x: dv.maximum_mean_discrepancy(x, x, 1.0), r"by name: kernel=, bandwidth="),
        (lambda x: dv.two_sample_test(x, x, 999), r"by name: statistic=, permutations="),
        (lambda x: dv.compare({"a": x}, {"a": x}, ["a"]), r"by name: columns="),
        (lambda x: dv.compare("a.csv", "b.csv"), r"-m divergences compare a\.csv b\.csv"),
        (lambda x: dv.variational_form("kl_divergence", 2), r"\(quantity\).* by name: alpha="),
        (lambda x: dv.Mixture(dv.Normal(), dv.Normal()), r"one Normal; .*Mixture\(\[P, Q\]\)"),
    ],
)
def test_what_users_of_other_libraries_pass_by_position(call, words):
    with refused(TypeError, words):
        call(np.array(HALF))


def test_two_variables_are_no_vector():
    with refused(
        ValueError, r"1 dimension.*Two variables have a table of masses, or Sample\.joint"
    ):
        dv.mutual_information(HALF)


def test_labels_are_no_probabilities():
    for labels in (["a", "b"], np.array(["a", "b"]), np.array(["a", "b"], object)):
        with refused(TypeError, r"p has dtype .*probabilities are real.*passed as Sample\("):
            dv.entropy(labels)
