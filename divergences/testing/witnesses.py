"""What shows that laws are tight, and that those which are not claimed do not hold.

For each bound of a relation there is a pair at which it is attained, or nearly; for each law that a
quantity does not claim there are distributions that break it, or it is open. Masses are sixteenths.
"""

from __future__ import annotations

from math import inf
from typing import Any

Masses = list[Any]

# Equal and far apart.
POINT: Masses = [[16, 0], [8, 8]]
THREE_QUARTERS: Masses = [[16, 0], [4, 12]]
MIRRORED: Masses = [[12, 4], [4, 12]]
HALF_APART: Masses = [[8, 8, 0], [8, 0, 8]]
NEAR: Masses = [[8.125, 7.875], [8, 8]]
EXCLUDED: Masses = [[8, 8], [16, 0]]
APART: Masses = [[16, 0], [0, 16]]
EQUAL: Masses = [[12, 4], [12, 4]]

# The pair at which the lower bound of a relation is attained, and that for the upper one.
ATTAINED: dict[tuple[str, str], tuple[Masses | None, Masses | None]] = {
    ("chi_squared_divergence", "χ² ≥ 4 TV²"): (NEAR, None),
    ("chi_squared_divergence", "χ² ≥ TV/(1 − TV)"): (THREE_QUARTERS, None),
    ("conditional_entropy", "H(Y|X) ≤ H(X, Y)"): (None, [[[8, 8]]]),
    ("cross_entropy", "H(P, Q) ≥ H(P)"): (EQUAL, None),
    ("cross_entropy", "H(P, Q) ≥ KL"): (POINT, None),
    ("generalized_jensen_shannon_divergence", "JS, for b = ½"): (MIRRORED, MIRRORED),
    ("hellinger_distance", "H² ≤ TV"): (None, HALF_APART),
    ("jeffreys_divergence", "J ≥ 4 TV artanh TV"): (MIRRORED, None),
    ("jeffreys_divergence", "J ≥ 8 JS"): (NEAR, None),
    ("jensen_shannon_distance", "√JS"): (MIRRORED, MIRRORED),
    (
        "jensen_shannon_divergence",
        "½ (1 + TV) log(1 + TV) + ½ (1 − TV) log(1 − TV) ≤ JS ≤ TV log 2",
    ): (MIRRORED, HALF_APART),
    ("jensen_shannon_divergence", "H² log 2 ≤ JS ≤ H²"): (HALF_APART, NEAR),
    ("kl_divergence", "KL ≥ 2 TV²"): (NEAR, None),
    ("kl_divergence", "KL ≥ −2 log(1 − H²)"): (POINT, None),
    ("kl_divergence", "KL ≤ log(1 + χ²)"): (None, POINT),
    ("kl_divergence", "KL ≤ J"): (None, EXCLUDED),
    ("mutual_information", "I ≤ H(X, Y)"): (None, [[[8, 0], [0, 8]]]),
    ("perplexity", "exp H"): (EQUAL[:1], EQUAL[:1]),
    ("total_variation_distance", "TV ≤ H √(2 − H²)"): (None, MIRRORED),
    ("triangular_discrimination", "2 TV² ≤ Δ ≤ 2 TV"): (MIRRORED, HALF_APART),
    ("triangular_discrimination", "2 H² ≤ Δ ≤ 4 H²"): (HALF_APART, NEAR),
    ("triangular_discrimination", "2 JS / log 2 ≤ Δ ≤ 4 JS"): (HALF_APART, NEAR),
}
# Why a bound is not attained.
NOT_ATTAINED = {
    ("kl_divergence", "KL ≥ −log(1 − TV²)"): "both grow without bound as TV tends to 1, where they "
    "differ by at least 2 log 2 − 1: among doubles the ratio is 1.011 or more",
}
# Distributions at which the upper bound is attained, infinite or not.
GREATEST: dict[str, Masses] = {
    "cross_entropy": APART,
    "alpha_divergence": APART,  # of order 1 or more
    "tsallis_divergence": APART,  # of order 1 or more
    "chi_squared_divergence": APART,
    "kl_divergence": APART,
    "jeffreys_divergence": APART,
    "renyi_divergence": APART,
    "bhattacharyya_distance": APART,
    "hellinger_distance": APART,
    "jensen_shannon_distance": APART,
    "jensen_shannon_divergence": APART,
    "jensen_shannon_deficit": EQUAL,
    "total_variation_distance": APART,
    "triangular_discrimination": APART,
}
# These grow with the number of equal outcomes, without bound.
GROWS = {
    *("entropy", "perplexity", "renyi_entropy", "tsallis_entropy", "joint_entropy"),
    *("conditional_entropy", "mutual_information", "entropy_deficit"),
}
# Laws that are not claimed and not known to be wrong.
OPEN: dict[tuple[str, str, Any], str] = {
    (
        "generalized_jensen_shannon_divergence",
        "bounds",
        inf,
    ): "of b = ½ it is JS, at most log 2; there is one law for all b",
    ("cross_entropy", "metric_power", 0.5): "D(P, P) is not zero, so that no power is a metric",
    (
        "generalized_jensen_shannon_divergence",
        "metric_power",
        0.5,
    ): "of b = ½ it is; of others open",
    (
        "generalized_jensen_shannon_divergence",
        "symmetric",
        True,
    ): "of b = ½ it is; of others it has a dual",
    ("perplexity", "convexity", -1): "open whether it is concave",
}
# Quantity, its order, a law, and what it would have to say: distributions that break it.
BROKEN: dict[tuple[str, float | None, str, Any], Masses] = {
    ("alpha_divergence", 0.375, "convexity", -1): [[16, 0], [4, 12], [3, 13], [3, 13]],
    ("alpha_divergence", 0.375, "additive", True): [[16, 0], [14, 2], [0, 16], [16, 0]],
    ("alpha_divergence", 0.375, "symmetric", True): [[9, 7], [8, 8]],
    ("alpha_divergence", 0.375, "data_processing", -1): [[14, 2], [11, 5]],
    ("alpha_divergence", 0.375, "metric_power", 0.5): [[0, 16], [4, 12], [6, 10]],
    ("alpha_divergence", 0.375, "monotone_in_order", 1): [[0, 16], [7, 9]],
    ("alpha_divergence", 0.375, "monotone_in_order", -1): [[6, 10], [3, 13]],
    ("bhattacharyya_distance", 0.5, "convexity", -1): [[8, 8], [9, 7], [5, 11], [0, 16]],
    ("bhattacharyya_distance", 0.5, "data_processing", -1): [[4, 12], [11, 5]],
    ("bhattacharyya_distance", 0.5, "metric_power", 0.5): [[9, 7], [10, 6], [11, 5]],
    ("chi_squared_divergence", None, "convexity", -1): [[12, 4], [0, 16], [8, 8], [16, 0]],
    ("chi_squared_divergence", None, "additive", True): [[2, 14], [8, 8], [16, 0], [4, 12]],
    ("chi_squared_divergence", None, "symmetric", True): [[11, 5], [13, 3]],
    ("chi_squared_divergence", None, "data_processing", -1): [[5, 11], [16, 0]],
    ("chi_squared_divergence", None, "metric_power", 0.5): [[6, 10], [8, 8], [13, 3]],
    ("conditional_entropy", None, "convexity", 1): [[[4, 10], [0, 2]], [[3, 1], [6, 6]]],
    ("conditional_entropy", None, "data_processing", -1): [[[6, 6], [1, 3]]],
    ("cross_entropy", None, "convexity", 1): [[2, 14], [2, 14], [14, 2], [11, 5]],
    ("cross_entropy", None, "convexity", -1): [[15, 1], [0, 16], [13, 3], [11, 5]],
    ("cross_entropy", None, "symmetric", True): [[10, 6], [16, 0]],
    ("cross_entropy", None, "data_processing", -1): [[16, 0], [8, 8]],
    ("entropy", None, "convexity", 1): [[2, 14], [9, 7]],
    ("entropy", None, "data_processing", -1): [[9, 7]],
    ("entropy_deficit", None, "convexity", -1): [[13, 3], [16, 0]],
    ("entropy_deficit", None, "data_processing", 1): [[4, 12, 0]],
    ("entropy_deficit", None, "data_processing", -1): [[14, 2]],
    ("generalized_jensen_shannon_divergence", None, "convexity", -1): [
        [11, 5],
        [13, 3],
        [5, 11],
        [8, 8],
    ],
    ("generalized_jensen_shannon_divergence", None, "additive", True): [
        [6, 10],
        [4, 12],
        [11, 5],
        [1, 15],
    ],
    ("generalized_jensen_shannon_divergence", None, "data_processing", -1): [[7, 9], [8, 8]],
    ("hellinger_distance", None, "convexity", 1): [[8, 8], [16, 0], [10, 6], [16, 0]],
    ("hellinger_distance", None, "convexity", -1): [[7, 9], [1, 15], [3, 13], [8, 8]],
    ("hellinger_distance", None, "additive", True): [[3, 13], [2, 14], [9, 7], [2, 14]],
    ("hellinger_distance", None, "data_processing", -1): [[6, 10], [0, 16]],
    ("hellinger_distance", None, "metric_power", 1.02): [[2, 14], [5, 11], [7, 9]],
    ("jeffreys_divergence", None, "convexity", -1): [[3, 13], [6, 10], [6, 10], [1, 15]],
    ("jeffreys_divergence", None, "data_processing", -1): [[2, 14], [14, 2]],
    ("jeffreys_divergence", None, "metric_power", 0.5): [[3, 13], [8, 8], [11, 5]],
    ("jensen_shannon_deficit", None, "convexity", 1): [[11, 5], [14, 2], [0, 16], [5, 11]],
    ("jensen_shannon_deficit", None, "additive", True): [[15, 1], [0, 16], [5, 11], [8, 8]],
    ("jensen_shannon_deficit", None, "data_processing", 1): [[13, 3], [10, 6]],
    ("jensen_shannon_deficit", None, "metric_power", 0.5): [[1, 15], [16, 0], [0, 16]],
    ("jensen_shannon_distance", None, "convexity", 1): [[1, 15], [13, 3], [1, 15], [2, 14]],
    ("jensen_shannon_distance", None, "convexity", -1): [[10, 6], [14, 2], [16, 0], [10, 6]],
    ("jensen_shannon_distance", None, "additive", True): [[0, 16], [14, 2], [0, 16], [11, 5]],
    ("jensen_shannon_distance", None, "data_processing", -1): [[2, 14], [11, 5]],
    ("jensen_shannon_distance", None, "metric_power", 1.02): [[4, 12], [5, 11], [7, 9]],
    ("jensen_shannon_divergence", None, "convexity", -1): [[2, 14], [14, 2], [7, 9], [3, 13]],
    ("jensen_shannon_divergence", None, "additive", True): [[16, 0], [5, 11], [4, 12], [8, 8]],
    ("jensen_shannon_divergence", None, "data_processing", -1): [[16, 0], [10, 6]],
    ("jensen_shannon_divergence", None, "metric_power", 0.51): [[10, 6], [11, 5], [13, 3]],
    ("joint_entropy", None, "convexity", 1): [[[4, 2], [3, 7]], [[4, 11], [1, 0]]],
    ("joint_entropy", None, "data_processing", -1): [[[3, 10], [0, 3]]],
    ("kl_divergence", None, "convexity", -1): [[6, 10], [7, 9], [13, 3], [1, 15]],
    ("kl_divergence", None, "symmetric", True): [[8, 8], [10, 6]],
    ("kl_divergence", None, "data_processing", -1): [[4, 12], [14, 2]],
    ("kl_divergence", None, "metric_power", 0.5): [[7, 9], [6, 10], [4, 12]],
    ("mutual_information", None, "convexity", 1): [[[2, 2], [8, 4]], [[0, 11], [0, 5]]],
    ("mutual_information", None, "convexity", -1): [[[10, 3], [2, 1]], [[1, 10], [1, 4]]],
    ("mutual_information", None, "data_processing", -1): [[[3, 0], [5, 8]]],
    ("perplexity", None, "convexity", 1): [[6, 10], [12, 4]],
    ("perplexity", None, "additive", True): [[5, 11], [8, 8]],
    ("perplexity", None, "data_processing", -1): [[1, 15]],
    ("renyi_divergence", 3.0, "convexity", 1): [[10, 6], [12, 4], [1, 15], [8, 8]],
    ("renyi_divergence", 0.375, "convexity", -1): [[9, 7], [7, 9], [10, 6], [15, 1]],
    ("renyi_divergence", 0.375, "symmetric", True): [[10, 6], [1, 15]],
    ("renyi_divergence", 0.375, "data_processing", -1): [[9, 7], [11, 5]],
    ("renyi_divergence", 0.375, "metric_power", 0.5): [[14, 2], [12, 4], [5, 11]],
    ("renyi_divergence", 0.375, "monotone_in_order", -1): [[10, 6], [11, 5]],
    ("renyi_entropy", 0.375, "convexity", 1): [[9, 7], [15, 1]],
    ("renyi_entropy", 3.0, "convexity", -1): [[3, 13], [0, 16]],
    ("renyi_entropy", 0.375, "data_processing", -1): [[9, 7]],
    ("renyi_entropy", 0.375, "monotone_in_order", 1): [[9, 7]],
    ("total_variation_distance", None, "convexity", -1): [[16, 0], [15, 1], [6, 10], [15, 1]],
    ("total_variation_distance", None, "additive", True): [[10, 6], [12, 4], [7, 9], [5, 11]],
    ("total_variation_distance", None, "data_processing", -1): [[11, 5], [10, 6]],
    ("total_variation_distance", None, "metric_power", 1.02): [[4, 12], [8, 8], [11, 5]],
    ("triangular_discrimination", None, "convexity", -1): [[5, 11], [15, 1], [0, 16], [14, 2]],
    ("triangular_discrimination", None, "additive", True): [[6, 10], [15, 1], [2, 14], [4, 12]],
    ("triangular_discrimination", None, "data_processing", -1): [[8, 8], [2, 14]],
    ("triangular_discrimination", None, "metric_power", 0.51): [[9, 7], [7, 9], [6, 10]],
    ("tsallis_divergence", 0.375, "convexity", -1): [[0, 16], [14, 2], [7, 9], [16, 0]],
    ("tsallis_divergence", 0.375, "additive", True): [[7, 9], [16, 0], [15, 1], [9, 7]],
    ("tsallis_divergence", 0.375, "symmetric", True): [[4, 12], [10, 6]],
    ("tsallis_divergence", 0.375, "data_processing", -1): [[1, 15], [10, 6]],
    ("tsallis_divergence", 0.375, "metric_power", 0.5): [[5, 11], [6, 10], [8, 8]],
    ("tsallis_divergence", 0.375, "monotone_in_order", -1): [[13, 3], [6, 10]],
    ("tsallis_entropy", 0.375, "convexity", 1): [[8, 8], [7, 9]],
    ("tsallis_entropy", 0.375, "additive", True): [[5, 11], [13, 3]],
    ("tsallis_entropy", 0.375, "data_processing", -1): [[10, 6]],
    ("tsallis_entropy", 0.375, "monotone_in_order", 1): [[1, 15]],
}
