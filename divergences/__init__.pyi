from divergences import methods as methods
from divergences import plot as plot
from divergences import states as states
from divergences import testing as testing
from divergences.api.alpha_divergence import alpha_divergence as alpha_divergence
from divergences.api.alpha_divergence import tsallis_divergence as tsallis_divergence
from divergences.api.distance import hellinger_distance as hellinger_distance
from divergences.api.distance import total_variation_distance as total_variation_distance
from divergences.api.entropy import cross_entropy as cross_entropy
from divergences.api.entropy import entropy as entropy
from divergences.api.entropy import entropy_deficit as entropy_deficit
from divergences.api.entropy import perplexity as perplexity
from divergences.api.f_divergence import f_divergence as f_divergence
from divergences.api.generalized import (
    generalized_jensen_shannon_divergence as generalized_jensen_shannon_divergence,
)
from divergences.api.jensen_shannon import jensen_shannon_deficit as jensen_shannon_deficit
from divergences.api.jensen_shannon import jensen_shannon_distance as jensen_shannon_distance
from divergences.api.jensen_shannon import jensen_shannon_divergence as jensen_shannon_divergence
from divergences.api.joint import conditional_entropy as conditional_entropy
from divergences.api.joint import joint_entropy as joint_entropy
from divergences.api.joint import mutual_information as mutual_information
from divergences.api.kernel import energy_distance as energy_distance
from divergences.api.kernel import maximum_mean_discrepancy as maximum_mean_discrepancy
from divergences.api.kullback_leibler import jeffreys_divergence as jeffreys_divergence
from divergences.api.kullback_leibler import kl_divergence as kl_divergence
from divergences.api.order_entropy import renyi_entropy as renyi_entropy
from divergences.api.order_entropy import tsallis_entropy as tsallis_entropy
from divergences.api.pairwise import pairwise as pairwise
from divergences.api.quadratic import chi_squared_divergence as chi_squared_divergence
from divergences.api.quadratic import triangular_discrimination as triangular_discrimination
from divergences.api.renyi_divergence import bhattacharyya_distance as bhattacharyya_distance
from divergences.api.renyi_divergence import renyi_divergence as renyi_divergence
from divergences.api.transport import sinkhorn_divergence as sinkhorn_divergence
from divergences.api.transport import sliced_wasserstein_distance as sliced_wasserstein_distance
from divergences.api.transport import wasserstein_distance as wasserstein_distance
from divergences.api.two_sample import two_sample_test as two_sample_test
from divergences.api.variational import VariationalForm as VariationalForm
from divergences.api.variational import variational_form as variational_form
from divergences.core import Estimate as Estimate
from divergences.core import Method as Method
from divergences.measures.counts import Counts as Counts
from divergences.measures.density import Density as Density
from divergences.measures.density import Mixture as Mixture
from divergences.measures.discrete import Logits as Logits
from divergences.measures.discrete import LogProbs as LogProbs
from divergences.measures.discrete import Weights as Weights
from divergences.measures.distribution import Distribution as Distribution
from divergences.measures.families.beta import Beta as Beta
from divergences.measures.families.binomial import Bernoulli as Bernoulli
from divergences.measures.families.binomial import Binomial as Binomial
from divergences.measures.families.cauchy import Cauchy as Cauchy
from divergences.measures.families.continuous_bernoulli import (
    ContinuousBernoulli as ContinuousBernoulli,
)
from divergences.measures.families.dirichlet import Dirichlet as Dirichlet
from divergences.measures.families.gamma import ChiSquared as ChiSquared
from divergences.measures.families.gamma import Exponential as Exponential
from divergences.measures.families.gamma import Gamma as Gamma
from divergences.measures.families.gamma import GeneralizedGamma as GeneralizedGamma
from divergences.measures.families.geometric import Geometric as Geometric
from divergences.measures.families.geometric import NegativeBinomial as NegativeBinomial
from divergences.measures.families.gumbel import Gumbel as Gumbel
from divergences.measures.families.inverse_gamma import Frechet as Frechet
from divergences.measures.families.inverse_gamma import InverseGamma as InverseGamma
from divergences.measures.families.inverse_gaussian import InverseGaussian as InverseGaussian
from divergences.measures.families.laplace import Laplace as Laplace
from divergences.measures.families.logistic import Logistic as Logistic
from divergences.measures.families.lognormal import LogNormal as LogNormal
from divergences.measures.families.multivariate_normal import DiagonalNormal as DiagonalNormal
from divergences.measures.families.multivariate_normal import (
    MultivariateNormal as MultivariateNormal,
)
from divergences.measures.families.normal import Normal as Normal
from divergences.measures.families.pareto import Pareto as Pareto
from divergences.measures.families.poisson import Poisson as Poisson
from divergences.measures.families.student import StudentT as StudentT
from divergences.measures.families.uniform import Uniform as Uniform
from divergences.measures.families.vonmises import VonMises as VonMises
from divergences.measures.families.weibull import Chi as Chi
from divergences.measures.families.weibull import HalfNormal as HalfNormal
from divergences.measures.families.weibull import Maxwell as Maxwell
from divergences.measures.families.weibull import Rayleigh as Rayleigh
from divergences.measures.families.weibull import Weibull as Weibull
from divergences.measures.families.zeta import Zeta as Zeta
from divergences.measures.linear_logits import LinearLogits as LinearLogits
from divergences.measures.sample import Sample as Sample
from divergences.measures.sampled_log_probs import SampledLogProbs as SampledLogProbs
from divergences.measures.top_log_probs import TopLogProbs as TopLogProbs
from divergences.numerics.compiled import build_info as build_info
from divergences.tables import Comparison as Comparison
from divergences.tables import compare as compare

__version__: str

def __dir__() -> list[str]: ...
