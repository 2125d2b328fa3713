"""Array libraries: those that are served, and words for the others and for their gradients."""

import sys

import numpy as np
import pytest

import divergences as dv
from divergences.testing.members import ORDERS, members

MEMBERS = members(orders=ORDERS[:1])
P = np.array([[0.25, 0.5, 0.25], [0.125, 0.5, 0.375]])
Q = P[:, ::-1].copy()
WRAPPERS = {"pmf": lambda x: x, "weights": dv.Weights, "logits": dv.Logits}


def sides(member, kind):
    """Two distributions, or as many as the member takes, as NumPy arrays."""
    xs = [x[:, None, :] * np.array([[0.25], [0.75]]) if member.joint else x for x in (P, Q)]
    return [np.log(x) if kind == "logits" else x for x in xs[: member.arity]]


def calls(convert):
    """Yield calls of everything else that takes arrays, each with one that is converted."""
    p, points = convert(P[0]), convert(np.array([[0.5], [2.0], [1.5]]))
    yield lambda: dv.pairwise("kl_divergence", convert(P))
    yield lambda: dv.pairwise("jensen_shannon_distance", convert(P))
    yield lambda: dv.entropy(dv.Counts(convert(np.array([1.0, 2.0]))))
    yield lambda: dv.entropy(dv.Sample(convert(np.arange(5.0))))
    yield lambda: dv.jensen_shannon_divergence(P[0], Q[0], weights=p[:2])
    yield lambda: dv.generalized_jensen_shannon_divergence(P, Q, p[:2])
    yield lambda: dv.wasserstein_distance(P[0], Q[0], positions=p)
    yield lambda: dv.wasserstein_distance(points[:, 0], P[0])
    yield lambda: dv.sliced_wasserstein_distance(points, P.T, rng=0)
    yield lambda: dv.energy_distance(points[:, 0], P[0])
    yield lambda: dv.maximum_mean_discrepancy(P[0], points[:, 0])
    yield lambda: dv.two_sample_test(points, P.T[:, :1], rng=0)


def test_other_gradients_of_pytorch_are_refused_in_words():
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")

    def recorded(x):
        return torch.tensor(x, requires_grad=True)

    for member in MEMBERS:
        for kind, wrap in WRAPPERS.items():
            values = member.function(*(wrap(torch.tensor(x)) for x in sides(member, kind)))
            assert isinstance(values, torch.Tensor)
            expected = member.function(*map(wrap, sides(member, kind)))
            assert values.numpy() == pytest.approx(expected, rel=1e-13, abs=1e-15)
    for call in calls(recorded):
        with pytest.raises(TypeError, match=r"records a gradient.* x\.detach\(\)"):
            call()


@pytest.mark.filterwarnings("ignore:.torch.jit.script. is deprecated:DeprecationWarning")
def test_their_forward_derivatives_are_refused_too():
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    p = torch.tensor(P)

    def quantity(x):
        return dv.energy_distance(x[0], x[1])

    for transform in (
        lambda: torch.func.jvp(quantity, (p,), (p,)),
        lambda: torch.func.grad(lambda x: quantity(x).sum())(p),
    ):
        with pytest.raises(TypeError, match="records a gradient"):
            transform()


def test_sparse_arrays_are_refused_at_once():
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    with pytest.raises(TypeError, match=r"q is a sparse tensor; pass x\.to_dense\(\)"):
        dv.kl_divergence(torch.tensor(P), torch.tensor(Q).to_sparse())
    sparse = pytest.importorskip("sparse", reason="pydata sparse is not installed")
    with pytest.raises(TypeError, match=r"p is an array of sparse.* x\.todense\(\)"):
        dv.kl_divergence(sparse.COO(P), sparse.COO(Q))


def array_of(library, **attributes):
    """An object of a class that seems to come from a library."""
    return type("Tensor", (), {"__module__": f"{library}.core", **attributes})()


@pytest.mark.parametrize(
    ("library", "attributes", "words"),
    [
        ("autograd", {}, r"p is an array of autograd, which is not served; pass .* jax\.grad"),
        ("tensorflow", {}, r"p is an array of tensorflow, .* pass x\.numpy\(\)"),
        ("another", {"requires_grad": True}, r"p records a gradient.* pass x\.detach\(\)"),
    ],
)
def test_other_libraries_that_record_gradients_are_refused(library, attributes, words):
    x = array_of(library, __array__=lambda self, dtype=None, copy=None: P, **attributes)
    for function in (dv.entropy, dv.perplexity, lambda p: dv.kl_divergence(p, Q)):
        for wrap in WRAPPERS.values():
            with pytest.raises(TypeError, match=words):
                function(wrap(x))
    with pytest.raises(TypeError, match=r"array of|records a gradient"):
        dv.Sample(x)


def test_dask_arrays_stay_lazy():
    dask = pytest.importorskip("dask.array", reason="Dask is not installed")
    some = ("entropy", "jensen_shannon_divergence", "mutual_information", "renyi_divergence")
    for member in (m for m in MEMBERS if m.name in some):
        for kind, wrap in (("pmf", lambda x: x), ("logits", dv.Logits)):
            xs = sides(member, kind)
            value = member.function(*(wrap(dask.from_array(x)) for x in xs))
            assert isinstance(value, dask.Array)
            expected = member.function(*map(wrap, xs))
            assert np.asarray(value) == pytest.approx(expected, rel=1e-13, abs=1e-15)


def test_no_library_is_imported_to_be_recognised():
    assert "tensorflow" not in sys.modules
