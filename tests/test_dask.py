"""Arrays of Dask: lazy in, lazy out, memory of a few chunks, and the values of NumPy arrays."""

import os
import signal
import threading
import weakref

import numpy as np
import pytest

import divergences as dv
from divergences.testing import oracle
from divergences.testing.members import ORDERS, members
from divergences.testing.tolerance import ulps
from tests.architecture.source import ROOT, blocks

da = pytest.importorskip("dask.array", reason="Dask is not installed")
MEMBERS = members(orders=ORDERS[:1])
RNG = np.random.default_rng(1)
P, Q = RNG.random((2, 3, 4, 30)) + 0.01
P, Q = (x / x.sum(axis=-1, keepdims=True) for x in (P, Q))
CHUNKS = {"rows": (2, 4, 30), "outcomes": (3, 2, 7), "both": (2, 3, 11)}
WRAPPERS = {"pmf": lambda x: x, "weights": lambda x: dv.Weights(3.0 * x), "logits": dv.Logits}


def sides(member, kind):
    """As many distributions as a member takes, over an axis or two."""
    xs = [P, Q][: member.arity]
    if member.joint:
        xs = [x / x.sum(axis=(-2, -1), keepdims=True) for x in xs]
    return [np.log(x) if kind == "logits" else x for x in xs]


@pytest.mark.parametrize("kind", WRAPPERS)
@pytest.mark.parametrize("chunks", CHUNKS)
def test_values_are_those_of_numpy_arrays(kind, chunks):
    wrap = WRAPPERS[kind]
    for member in MEMBERS:
        xs = sides(member, kind)
        expected = member.function(*map(wrap, xs))
        lazy = member.function(*(wrap(da.from_array(x, chunks=CHUNKS[chunks])) for x in xs))
        assert isinstance(lazy, da.Array), member
        assert (lazy.shape, lazy.dtype) == (expected.shape, expected.dtype), member
        assert lazy.compute() == pytest.approx(expected, rel=2e-14, abs=1e-300), member


def test_options_and_mixtures_with_numpy():
    p, q = da.from_array(P, chunks=(2, 3, 11)), Q[:1]
    keep = np.arange(30) > 3
    for options in (
        {"axis": (2, 1)},
        {"axis": 1, "keepdims": True},
        {"base": 2, "keepdims": True},
        {"where": keep},
        {"where": da.from_array(keep, chunks=9), "axis": (1, -1)},
    ):
        x, y = dv.Weights(P), dv.Weights(q)
        expected = dv.jensen_shannon_distance(x, y, **options)
        found = dv.jensen_shannon_distance(dv.Weights(p), y, **options)
        assert found.shape == np.shape(expected)
        assert found.compute() == pytest.approx(expected, rel=1e-14)
    weights = [0.2, 0.5, 0.3]
    expected = dv.jensen_shannon_divergence(P, Q, P[0], weights=weights)
    found = dv.jensen_shannon_divergence(p, Q, P[0], weights=da.from_array(np.array(weights)))
    assert found.compute() == pytest.approx(expected, rel=1e-14)
    for f in (dv.kl_divergence, lambda u: u * np.log(u)):
        expected = dv.f_divergence(P, q, f)
        assert dv.f_divergence(p, q, f).compute() == pytest.approx(expected, rel=1e-13)


def test_single_precision_takes_two_passes():
    p, q = P.astype(np.float32), Q.astype(np.float32)
    lazy = [da.from_array(x, chunks=(3, 4, 8)) for x in (p, q)]
    for function in (dv.kl_divergence, dv.cross_entropy):
        found = function(*lazy)
        assert found.dtype == np.float32
        assert found.compute() == pytest.approx(function(p, q), rel=1e-7)


@pytest.mark.parametrize(
    "name", ["kl_divergence", "total_variation_distance", "chi_squared_divergence"]
)
def test_nearly_equal_distributions_are_summed_again(name):
    p = P[0]
    q = p * (1.0 + 1e-9 * RNG.standard_normal(p.shape))
    q[0] = Q[0, 0]  # needs no second pass
    found = getattr(dv, name)(da.from_array(p, chunks=(2, 7)), da.from_array(q, chunks=(2, 7)))
    for value, x, y in zip(found.compute(), p, q, strict=True):
        assert ulps(value, oracle.value(name, dv.Weights(x), dv.Weights(y))) <= 6.0


class Chunks:
    """Makes chunks of a pmf, and knows how many are alive at most, and how many were made."""

    def __init__(self, n, count):
        self.n, self.count, self.lock = n, count, threading.Lock()
        self.made = self.alive = self.most = 0

    def __call__(self, block_info=None):
        with self.lock:
            self.made += 1
            self.alive += 1
            self.most = max(self.most, self.alive)
        (ends,) = block_info[None]["array-location"]
        x = np.full(ends[1] - ends[0], 1.0 / self.n)
        weakref.finalize(x, self.gone)
        return x

    def gone(self):
        with self.lock:
            self.alive -= 1

    def array(self):
        sizes = ((self.n // self.count,) * self.count,)
        return da.map_blocks(self, chunks=sizes, dtype=float, meta=np.empty(0))


@pytest.mark.parametrize(("wrap", "passes"), [(lambda x: x, 1), (dv.Weights, 2)])
def test_a_few_chunks_are_in_memory_and_nothing_is_computed_before(wrap, passes):
    p, q = Chunks(2**14, 64), Chunks(2**14, 64)
    found = dv.kl_divergence(wrap(p.array()), wrap(q.array()))
    entropy = dv.entropy(wrap(p.array()), base=2)
    assert p.made == q.made == 0
    assert found.compute(scheduler="threads", num_workers=2) == 0.0
    assert p.made == q.made == 64 * passes
    assert max(p.most, q.most) <= 8
    assert entropy.compute(scheduler="threads", num_workers=2) == pytest.approx(14.0, rel=1e-15)
    assert p.most <= 8


def test_what_is_wrong_is_said():
    p = da.from_array(P[0], chunks=(2, 7))
    with pytest.raises(ValueError, match="different numbers of outcomes"):
        dv.kl_divergence(p, P[0][:, :5])
    with pytest.raises(ValueError, match="out of range"):
        dv.entropy(p, axis=5)
    with pytest.raises(ValueError, match="method is"):
        dv.entropy(p, method=dv.methods.NSB())
    with pytest.raises(ValueError, match="base is 1"):
        dv.entropy(p, base=1)
    with pytest.raises(TypeError, match="probabilities are real numbers"):
        dv.entropy(p.astype(complex))
    with pytest.raises(ValueError, match=r"p has chunks of unknown size; call p\.comp"):
        dv.entropy(p[p[:, 0] > 0.0])
    with pytest.raises(TypeError, match="of arrays of Dask pass one order"):
        dv.renyi_entropy(p, np.array([0.5, 2.0]))
    with pytest.raises(TypeError, match="known in different ways"):
        dv.kl_divergence(p, dv.Counts([1, 2]))
    for wrong, words in (
        (0.5 * p, r"p sums to 0\.(5|4999).*, not 1"),
        (dv.Weights(p - 0.1), "p has a negative entry"),
        (dv.Weights(0.0 * p), "total mass zero"),
        (dv.Weights(1e-200 * p), "a total that is not between"),
    ):
        lazy = dv.entropy(wrong)
        with pytest.raises(ValueError, match=words):
            lazy.compute()
    w = np.array([1.0, 2.0, 4.0]) / 3.0
    x, y = (dv.Weights(da.from_array(v, chunks=2)) for v in (w, 1.1 * w))
    with pytest.raises(ValueError, match="put the outcomes into one chunk"):
        dv.kl_divergence(x, y).compute()


def killed_once(block, path):
    """Return a chunk; the first worker to get here dies."""
    if not os.path.exists(path):
        with open(path, "w"):
            os.kill(os.getpid(), signal.SIGKILL)
    return block


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")
def test_two_workers_agree_and_a_killed_one_changes_nothing(tmp_path):
    distributed = pytest.importorskip("distributed", reason="distributed is not installed")
    p, q = (da.from_array(x.reshape(-1) / x.sum(), chunks=25) for x in (P, Q))
    w = dv.Weights(p)
    expected = [f(p, q).compute() for f in (dv.kl_divergence, dv.jensen_shannon_divergence)]
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster),
    ):
        values = [dv.kl_divergence(p, q).compute(), dv.jensen_shannon_divergence(w, q).compute()]
        assert values == pytest.approx(expected, rel=8 * 2.0**-53)
        mortal = p.map_blocks(killed_once, str(tmp_path / "killed"), dtype=float, meta=np.empty(0))
        assert dv.kl_divergence(mortal, q).compute() == pytest.approx(expected[0], rel=8 * 2.0**-53)
        assert (tmp_path / "killed").exists()
        other = p * (1.0 + 1e-9 * da.cos(da.arange(p.size, chunks=25)))
        near = dv.kl_divergence(p, other).compute()  # summed again, by a worker
        assert near == pytest.approx(dv.kl_divergence(p.compute(), other.compute()), rel=1e-14)


def test_example_of_the_page_runs(monkeypatch):
    page = ROOT / "docs" / "howto" / "larger_than_memory.md"
    (block,) = (b for b in blocks(page, "python") if "dask" in b)
    stored = {"p.zarr": P[0, 0], "q.zarr": Q[0, 0]}
    monkeypatch.setattr(da, "from_zarr", lambda name: da.from_array(stored[name], chunks=7))
    *lines, last = block.replace(".compute()", "").splitlines()
    names = {"dv": dv}
    exec("\n".join(lines), names)
    assert float(eval(lines[-1], names)) == pytest.approx(float(dv.kl_divergence(*stored.values())))
    assert float(eval(last, names)) == pytest.approx(float(dv.entropy(P[0, 0])))
