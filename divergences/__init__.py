"""Entropy, cross-entropy, Kullback-Leibler, Jensen-Shannon and their relatives, to the last digits.

What you pass says what you know: a plain array is probabilities; `Weights`, `LogProbs` and `Logits`
say otherwise. The function's name says what you want.
"""

from divergences.api.distance import hellinger_distance as hellinger_distance
from divergences.api.distance import jensen_shannon_distance as jensen_shannon_distance
from divergences.api.distance import total_variation_distance as total_variation_distance
from divergences.api.divergence import jeffreys_divergence as jeffreys_divergence
from divergences.api.divergence import jensen_shannon_deficit as jensen_shannon_deficit
from divergences.api.divergence import jensen_shannon_divergence as jensen_shannon_divergence
from divergences.api.divergence import kl_divergence as kl_divergence
from divergences.api.entropy import cross_entropy as cross_entropy
from divergences.api.entropy import entropy as entropy
from divergences.api.entropy import entropy_deficit as entropy_deficit
from divergences.api.entropy import perplexity as perplexity
from divergences.api.joint import conditional_entropy as conditional_entropy
from divergences.api.joint import joint_entropy as joint_entropy
from divergences.api.joint import mutual_information as mutual_information
from divergences.api.quadratic import chi_squared_divergence as chi_squared_divergence
from divergences.api.quadratic import triangular_discrimination as triangular_discrimination
from divergences.api.transport import wasserstein_distance as wasserstein_distance
from divergences.interface import Estimate as Estimate
from divergences.interface import Method as Method
from divergences.measures.counts import Counts as Counts
from divergences.measures.discrete import Logits as Logits
from divergences.measures.discrete import LogProbs as LogProbs
from divergences.measures.discrete import Weights as Weights
from divergences.measures.distribution import Distribution as Distribution
from divergences.measures.families.cauchy import Cauchy as Cauchy
from divergences.measures.families.laplace import Laplace as Laplace
from divergences.measures.families.normal import Normal as Normal
from divergences.measures.sample import Sample as Sample
