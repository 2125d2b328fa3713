"""The checkout as the architecture tests see it: files, syntax trees and the public face."""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parents[2]


def blocks(page: Path, language: str) -> list[str]:
    """Return the blocks of code of a page of Markdown that are plain text, not cells."""
    text = page.read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


# Others call these names: additions go here too, renames and removals are not made.
FAMILIES = {
    "Bernoulli",
    "Beta",
    "Binomial",
    "Cauchy",
    "Chi",
    "ChiSquared",
    "ContinuousBernoulli",
    "DiagonalNormal",
    "Dirichlet",
    "Exponential",
    "Frechet",
    "Gamma",
    "GeneralizedGamma",
    "Geometric",
    "Gumbel",
    "HalfNormal",
    "InverseGamma",
    "InverseGaussian",
    "Laplace",
    "LogNormal",
    "Logistic",
    "Maxwell",
    "MultivariateNormal",
    "NegativeBinomial",
    "Normal",
    "Pareto",
    "Poisson",
    "Rayleigh",
    "StudentT",
    "Uniform",
    "VonMises",
    "Weibull",
    "Zeta",
}
FUNCTIONS = {
    "chi_squared_divergence",
    "compare",
    "alpha_divergence",
    "bhattacharyya_distance",
    "renyi_divergence",
    "renyi_entropy",
    "tsallis_divergence",
    "tsallis_entropy",
    "conditional_entropy",
    "cross_entropy",
    "energy_distance",
    "entropy",
    "entropy_deficit",
    "f_divergence",
    "generalized_jensen_shannon_divergence",
    "hellinger_distance",
    "jeffreys_divergence",
    "jensen_shannon_deficit",
    "jensen_shannon_distance",
    "jensen_shannon_divergence",
    "joint_entropy",
    "kl_divergence",
    "maximum_mean_discrepancy",
    "mutual_information",
    "pairwise",
    "perplexity",
    "sinkhorn_divergence",
    "sliced_wasserstein_distance",
    "total_variation_distance",
    "triangular_discrimination",
    "two_sample_test",
    "variational_form",
    "wasserstein_distance",
}
# Of these what matters is where the mass lies: they have no unit of information, no `where`.
LOCATED = {
    "energy_distance",
    "maximum_mean_discrepancy",
    "sinkhorn_divergence",
    "sliced_wasserstein_distance",
    "two_sample_test",
    "wasserstein_distance",
}
# Functions of a quantity or of tables, not of distributions.
OF_QUANTITIES = {"compare", "pairwise", "variational_form"}
MEASURES = {
    "Counts",
    "Density",
    "Distribution",
    "LinearLogits",
    "LogProbs",
    "Logits",
    "Mixture",
    "Sample",
    "SampledLogProbs",
    "TopLogProbs",
    "Weights",
} | FAMILIES
RESULTS = {"Comparison", "Estimate", "Method", "VariationalForm"}
INFORMATION = {"build_info"}  # of the installation
MODULES = {"methods", "plot", "states", "testing"}


def python_files(*folders: str) -> list[Path]:
    """Python files under the folders that exist, in a stable order."""
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def relative(path: Path) -> str:
    """Path as seen from the root of the checkout."""
    return path.relative_to(ROOT).as_posix()


def tree(path: Path) -> ast.Module:
    """Syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def public_names(module: ModuleType) -> set[str]:
    """Names of a module that others may use: not private, and not its submodules."""
    names = ((n, getattr(module, n)) for n in dir(module) if not n.startswith("_"))
    return {n for n, v in names if not isinstance(v, ModuleType)}


def imported_at_module_level(node: ast.AST) -> Iterator[str]:
    """Top-level names of the packages imported when the module is, conditional blocks included."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(child, ast.If) and ast.unparse(child.test).endswith("TYPE_CHECKING"):
            continue
        if isinstance(child, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in child.names)
        elif isinstance(child, ast.ImportFrom) and child.module and not child.level:
            yield child.module.partition(".")[0]
        yield from imported_at_module_level(child)


def assert_same(actual: Iterable[str], expected: Iterable[str], what: str) -> None:
    """Fail with what is missing and what is extra."""
    actual, expected = set(actual), set(expected)
    missing, extra = sorted(expected - actual), sorted(actual - expected)
    assert actual == expected, f"{what}. Missing: {missing}. Extra: {extra}."
