"""What cannot be a distribution is refused, in words that say what to do; NaN stays NaN."""

from fractions import Fraction

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.sparse

import divergences as dv
from divergences.testing.members import ORDERS, members

HALF = [0.5, 0.5]
ONE = ORDERS[:1]  # what is refused has nothing to do with the order
MARGINAL = members(joint=False, orders=ONE)


def refused(kind, words):
    return pytest.raises(kind, match=words)


def first_bad(member, bad):
    """Call the member with a bad first distribution and, where it takes two, a good second one."""
    return member.function(*[bad, HALF][: member.arity])


@pytest.fixture(params=[np, jnp], ids=["numpy", "jax"])
def xp(request):
    return request.param


@pytest.mark.parametrize("member", MARGINAL, ids=repr)
def test_plain_arrays_are_probabilities(member, xp):
    with refused(ValueError, r"p has a negative entry \(-0\.5\); .* non-negative"):
        first_bad(member, xp.asarray([-0.5, 1.5]))
    with refused(ValueError, r"p sums to 2\.0, not 1; .* pass Weights\(p\)"):
        first_bad(member, xp.asarray([1.0, 1.0]))
    with refused(ValueError, r"p sums to 0\.0, not 1"):
        first_bad(member, xp.asarray([0.0, 0.0]))
    with refused(ValueError, r"p sums to inf, not 1"):
        first_bad(member, xp.asarray([np.inf, 0.0]))


@pytest.mark.parametrize("member", members(arity=2, orders=ONE), ids=repr)
def test_the_second_distribution_is_named(member, xp):
    with refused(ValueError, r"q has a negative entry"):
        member.function(xp.asarray(HALF), xp.asarray([-0.5, 1.5]))
    with refused(ValueError, r"q sums to 0\.75, not 1; .* pass Weights\(q\)"):
        member.function(xp.asarray(HALF), xp.asarray([0.5, 0.25]))


@pytest.mark.parametrize("member", MARGINAL, ids=repr)
def test_weights_are_finite_masses_not_all_zero(member, xp):
    with refused(ValueError, r"p has a negative entry"):
        first_bad(member, dv.Weights(xp.asarray([-1.0, 3.0])))
    with refused(ValueError, r"p has total mass zero"):
        first_bad(member, dv.Weights(xp.asarray([0.0, 0.0])))
    with refused(ValueError, r"p has an infinite entry"):
        first_bad(member, dv.Weights(xp.asarray([np.inf, 1.0])))


@pytest.mark.parametrize("member", MARGINAL, ids=repr)
def test_logs_are_below_infinity(member, xp):
    with refused(ValueError, r"p contains \+inf"):
        first_bad(member, dv.Logits(xp.asarray([np.inf, 0.0])))
    with refused(ValueError, r"p sums to 0\.0, not 1; .* pass Logits\(p\)"):
        first_bad(member, dv.LogProbs(xp.asarray([-np.inf, -np.inf])))
    with refused(ValueError, r"p sums to 2\.0, not 1; .* pass Logits\(p\)"):
        first_bad(member, dv.LogProbs(xp.asarray([0.0, 0.0])))


@pytest.mark.parametrize("member", members(joint=True), ids=repr)
def test_joint_distributions(member, xp):
    with refused(ValueError, r"p has a negative entry"):
        member.function(xp.asarray([[-0.5, 1.5]]))
    with refused(ValueError, r"p sums to 2\.0, not 1"):
        member.function(xp.asarray([[0.5, 0.5], [0.5, 0.5]]))
    with refused(ValueError, r"out of range"):
        member.function(xp.asarray(HALF))


@pytest.mark.parametrize("name", ["conditional_entropy", "mutual_information"])
def test_two_variables_have_two_axes(name):
    with refused(ValueError, r"a joint distribution of two variables has two axes"):
        getattr(dv, name)([[0.5, 0.5]], axis=-1)


def test_a_wrong_total_is_refused_in_any_row_and_however_long(xp):
    rows = np.full((400, 8), 0.125)
    rows[399, 0] = 0.5
    with refused(ValueError, r"q sums to 1\.375, not 1"):
        dv.kl_divergence(xp.full((8,), 0.125), xp.asarray(rows))
    long = np.full(200_000, 1 / 200_000)
    long[-1] = -1e-9
    with refused(ValueError, r"p has a negative entry"):
        dv.kl_divergence(xp.asarray(long), xp.full((200_000,), 1 / 200_000))


def test_tolerance_of_totals_is_that_of_the_dtype(xp):
    off = 1.0 + 1e-6
    single = xp.asarray([0.5 * off, 0.5 * off], dtype=xp.float32)
    assert dv.entropy(single) == pytest.approx(np.log(2.0), rel=1e-6)
    with jax.enable_x64(True), refused(ValueError, r"p sums to 1\.000001, not 1"):
        dv.entropy(xp.asarray([0.5 * off, 0.5 * off], dtype=xp.float64))


@pytest.mark.parametrize("member", MARGINAL, ids=repr)
def test_nan_comes_out_only_where_it_went_in(member):
    rows = np.full((3, 4), 0.25)
    rows[1, 2] = np.nan
    good = np.full((3, 4), 0.25)
    for measure in (np.asarray, dv.Weights):
        for ps in ((rows, good), (good, rows))[: member.arity]:
            result = np.asarray(member.function(*map(measure, ps[: member.arity])))
            assert np.isnan(result).tolist() == [False, True, False]
    logs = np.log(rows)
    for xp in (np, jnp):
        ps = [dv.Logits(xp.asarray(logs)), dv.Logits(xp.asarray(np.log(good)))]
        result = np.asarray(member.function(*ps[: member.arity]))
        assert np.isnan(result).tolist() == [False, True, False]
    assert np.isnan(member.function(*[rows[1], rows[1]][: member.arity]))


@pytest.mark.parametrize("member", MARGINAL, ids=repr)
def test_what_is_no_array_of_real_numbers(member):
    with refused(TypeError, r"p has dtype complex128; probabilities are real"):
        first_bad(member, np.array([0.5, 0.5j]))
    with refused(TypeError, r"p has dtype complex64"):
        first_bad(member, jnp.array([0.5, 0.5j]))
    with refused(TypeError, r"p has dtype object"):
        first_bad(member, np.array([0.5, None]))
    with refused(TypeError, r"p has dtype <U"):
        first_bad(member, ["a", "b"])
    with refused(TypeError, r"p has dtype datetime64"):
        first_bad(member, np.array(["2020-01-01"], "datetime64[D]"))
    with refused(TypeError, r"p has dtype longdouble|p has dtype float128"):
        first_bad(member, np.array(HALF, np.longdouble))
    with refused(ValueError, r"p is a scalar; pass an array"):
        first_bad(member, 1.0)
    with refused(ValueError, r"p is a scalar"):
        first_bad(member, jnp.asarray(1.0))
    with refused(ValueError, r"p is not a rectangular array"):
        first_bad(member, [[0.5, 0.5], [1.0]])
    with refused(ValueError, r"(p has|p and q have) no outcomes along axis -1"):
        member.function(*[[], []][: member.arity])


def test_what_to_pass_instead_of_what_is_no_array():
    for wrong, words in (
        (scipy.sparse.csr_array(np.eye(2)), r"csr_array is sparse: pass x\.toarray\(\)"),
        ({"a": 0.5, "b": 0.5}.values(), r"dict_values is no array: pass list\(x\)"),
        ((x for x in HALF), r"generator is no array: pass list\(x\)"),
        (map(float, HALF), r"map is no array: pass list\(x\)"),
        ({0.25, 0.75}, r"set is no array: pass list\(x\)"),
        ([Fraction(1, 2), Fraction(1, 2)], r"numpy\.asarray\(x, float\)"),
    ):
        for measure in (lambda x: x, dv.Weights, dv.Logits, dv.Counts):
            with refused(TypeError, rf"p has dtype object; .*{words}"):
                dv.entropy(measure(wrong))


def test_the_words_for_a_wrong_total_depend_on_how_wrong_it_is():
    # Probabilities of single precision, read as double, are off by a rounding of the former.
    rounded = [0.1, 0.2, 0.7 + 2.0**-24]
    with refused(ValueError, r"within 1\.5e-08\. If these are masses of any total, pass Weights"):
        dv.entropy(rounded)
    with refused(ValueError, r"observations, pass Sample\(q\); if counts, Counts\(q\); if masses"):
        dv.kl_divergence(HALF, [3.1, 4.7])
    with refused(
        ValueError,
        r"negative entry \(-3\.1\).* pass Sample\(q\); if logits, Logits\(q\)",
    ):
        dv.kl_divergence(HALF, [-3.1, 4.7])


@pytest.mark.parametrize("member", members(arity=2, orders=ONE), ids=repr)
def test_shapes_that_do_not_agree(member):
    with refused(
        ValueError,
        r"p \(2\) and q \(3\) have different numbers of outcomes along axis 0.* a Sample of each",
    ):
        member.function(HALF, [0.25, 0.25, 0.5])
    with refused(ValueError, r"p \(1\) and q \(2\) have different numbers of outcomes"):
        member.function([1.0], HALF)  # one outcome is not spread over two
    with refused(
        ValueError,
        r"p \(1\) and q \(3\) have different numbers of outcomes along axis 0 of shapes "
        r"p \(\(3,\)\) and q \(\(3, 2\)\), which are extended on the left",
    ):
        member.function([0.5, 0.25, 0.25], np.full((3, 2), 1 / 3), axis=0)
    with refused(ValueError, r"shapes do not broadcast: p \(\(2, 2\)\) and q \(\(3, 2\)\)"):
        member.function(np.full((2, 2), 0.5), np.full((3, 2), 0.5))


@pytest.mark.parametrize("member", MARGINAL, ids=repr)
def test_axes(member):
    for axis in (2, -3, (0, 5)):
        with refused(ValueError, r"axis -?\d is out of range for arrays of 2 dimension"):
            member.function(*[np.full((2, 2), 0.5)] * member.arity, axis=axis)
    with refused(ValueError, r"names an axis twice"):
        member.function(*[np.full((2, 2), 0.25)] * member.arity, axis=(0, -2))
    for axis in (0.0, "0", True, (0, None)):
        with refused(TypeError, r"axis is .*; pass an int"):
            member.function(*[HALF] * member.arity, axis=axis)


@pytest.mark.parametrize("member", MARGINAL, ids=repr)
def test_where(member):
    with refused(TypeError, r"where has dtype int\d+; pass booleans"):
        member.function(*[HALF] * member.arity, where=[1, 0])
    with refused(ValueError, r"shapes do not broadcast: .* where \(\(3,\)\)"):
        member.function(*[HALF] * member.arity, where=[True, True, False])
    with refused(ValueError, r"p sums to 0\.5, not 1"):
        member.function(*[HALF] * member.arity, where=[True, False])


@pytest.mark.parametrize("member", [m for m in members(orders=ONE) if m.has_unit], ids=repr)
def test_base(member):
    good = [np.full((2, 2), 0.25) if member.joint else HALF] * member.arity
    for base in (0, 0.5, 1, 1.0, -2.0, np.inf, np.nan):
        with refused(ValueError, r"base is .*; it must be finite and above 1"):
            member.function(*good, base=base)
    for base in ("2", True, [2.0], 2j, np.array([2.0])):
        with refused(TypeError, r"base is .*; pass a number above 1"):
            member.function(*good, base=base)


def test_a_base_is_any_number_above_one():
    nats = float(dv.entropy(HALF))
    for base in (2, np.int8(2), np.float32(2.0), np.array(2), jnp.float32(2.0)):
        assert dv.entropy(HALF, base=base) == 1.0
    assert dv.entropy(HALF, base=10**400) == pytest.approx(nats / (400 * np.log(10.0)), rel=1e-15)
    with refused(TypeError, "base is"):
        jax.jit(lambda base: dv.entropy(HALF, base=base))(2.0)


@pytest.mark.parametrize("member", members(orders=ONE), ids=repr)
def test_there_is_no_method_to_choose(member):
    good = [np.full((2, 2), 0.25) if member.joint else HALF] * member.arity
    with refused(ValueError, r"method is 'exact'; .* Leave method=None"):
        member.function(*good, method="exact")


def test_weights_of_a_mixture():
    for wrong in ([0.5, 0.25, 0.25], [1.0], 0.5, [[0.5, 0.5]]):
        with refused(ValueError, r"weights (has shape|is a scalar)"):
            dv.jensen_shannon_divergence(HALF, HALF, weights=wrong)
    with refused(ValueError, r"weights has a negative entry"):
        dv.jensen_shannon_divergence(HALF, HALF, weights=[-0.5, 1.5])
    with refused(ValueError, r"weights sums to 0\.75, not 1; divide by the total"):
        dv.jensen_shannon_divergence(HALF, HALF, weights=[0.5, 0.25])
    with refused(ValueError, r"weights has NaN"):
        dv.jensen_shannon_divergence(HALF, HALF, weights=[np.nan, 1.0])
    with refused(TypeError, r"weights has dtype complex"):
        dv.jensen_shannon_divergence(HALF, HALF, weights=[0.5, 0.5j])
    with refused(ValueError, r"more\[0\] sums to 2\.0, not 1"):
        dv.jensen_shannon_divergence(HALF, HALF, [1.0, 1.0])
    with refused(ValueError, r"more\[1\] has a negative entry"):
        dv.jensen_shannon_divergence(HALF, HALF, HALF, [-1.0, 2.0])


def test_nothing_is_refused_while_tracing():
    # The values are unknown then; what comes out is that of the normalised masses.
    halved = jax.jit(dv.kl_divergence)(jnp.array([0.25, 0.25]), jnp.array(HALF))
    assert halved == 0.0
