"""The estimators as their papers print them, in the arithmetic of mpmath: slow and literal."""

from collections import Counter

from mpmath import mp


def positive(counts):
    return [mp.mpf(int(n)) for n in counts if n]


def plug_in(counts):
    n = positive(counts)
    return -mp.fsum(x / mp.fsum(n) * mp.log(x / mp.fsum(n)) for x in n)


def miller_madow(counts):
    n = positive(counts)
    return plug_in(counts) + (len(n) - 1) / (2 * mp.fsum(n))


def jackknife(counts):
    total = int(sum(counts))
    left_out = []
    for value, outcomes in Counter(int(n) for n in counts if n).items():
        one_less = [int(n) for n in counts]
        one_less[one_less.index(value)] -= 1
        left_out.append(mp.mpf(value * outcomes) / total * plug_in(one_less))
    return total * plug_in(counts) - (total - 1) * mp.fsum(left_out)


def grassberger_1988(counts):
    n = positive(counts)
    total = mp.fsum(n)
    return mp.fsum(
        x / total * (mp.log(total) - mp.digamma(x) - (-1) ** int(x) / (x + 1)) for x in n
    )


def grassberger_2003(counts):
    n = positive(counts)
    total = mp.fsum(n)

    def g(x):
        gap = mp.digamma((x + 1) / 2) - mp.digamma(x / 2)
        return mp.digamma(x) + mp.mpf(-1) ** int(x) / 2 * gap

    return mp.log(total) - mp.fsum(x * g(x) for x in n) / total


def schurmann(counts, xi):
    n = positive(counts)
    total, end = mp.fsum(n), 1 / mp.mpf(xi) - 1

    def integral(x):
        # A count of billions has an integral of end^n / n, which is nothing; quad would miss it.
        return mp.quad(lambda t: t ** (x - 1) / (1 + t), [0, end / 2, end]) if x < 500 else 0

    turned = mp.fsum(x * (mp.digamma(x) + (-1) ** int(x) * integral(x)) for x in n)
    return mp.digamma(total) - turned / total


def chao_shen(counts):
    n = positive(counts)
    total = mp.fsum(n)
    once = sum(x == 1 for x in n)
    coverage = 1 - (once if once < total else total - 1) / total
    shares = [coverage * x / total for x in n]
    return -mp.fsum(s * mp.log(s) / (1 - (1 - s) ** int(total)) for s in shares)


def zhang(counts):
    n = positive(counts)
    total = mp.fsum(n)
    return mp.fsum(x / total * (mp.digamma(total) - mp.digamma(x)) for x in n)


def chao_wang_jost(counts):
    n = positive(counts)
    total, once, twice = mp.fsum(n), sum(x == 1 for x in n), sum(x == 2 for x in n)
    if not once:
        return zhang(counts)
    if twice:
        a = 2 * twice / ((total - 1) * once + 2 * twice)
    else:
        a = 2 / ((total - 1) * (once - 1) + 2)
    if a == 1:
        return zhang(counts)
    # The sum to N - 1 is the whole series, -log a, less the rest: x^N / N F(1, N; N + 1; x).
    x = 1 - a
    bracket = x**total * mp.quad(
        lambda u: mp.exp(-total * u) / (1 - x * mp.exp(-u)),
        [0, *(mp.mpf(10) ** k / total for k in range(-3, 4)), mp.inf],
    )
    return zhang(counts) + once / total * x ** (1 - total) * bracket


def zhang_kl(n, m):
    """Zhang & Grabchak with the products of their eq. 2.3 written out."""
    total_n, total_m = int(sum(n)), int(sum(m))
    value = mp.mpf(0)
    for x, y in zip(n, m, strict=True):
        if not x:
            continue
        product, cross = mp.mpf(1), mp.mpf(0)
        for v in range(1, total_m - y + 1):
            product *= 1 - mp.mpf(y) / (total_m - v + 1)
            cross += product / v
        product, own = mp.mpf(1), mp.mpf(0)
        for v in range(1, total_n - x + 1):
            product *= 1 - mp.mpf(x - 1) / (total_n - v)
            own += product / v
        value += mp.mpf(x) / total_n * (cross - own)
    return value


def shrinkage(counts):
    total, size = mp.fsum(counts), len(counts)
    shares = [mp.mpf(int(n)) / total for n in counts]
    spread = mp.fsum((1 / mp.mpf(size) - s) ** 2 for s in shares)
    weight = mp.mpf(1)
    if spread and total > 1:
        weight = min(weight, (1 - mp.fsum(s * s for s in shares)) / ((total - 1) * spread))
    mixed = [weight / size + (1 - weight) * s for s in shares]
    return -mp.fsum(s * mp.log(s) for s in mixed if s)


def dirichlet(counts, b):
    """Posterior mean and variance of the entropy: Wolpert & Wolf, theorems 8 and 9."""
    a = [mp.mpf(int(n)) + b for n in counts]
    whole = mp.fsum(a)
    mean = mp.digamma(whole + 1) - mp.fsum(x / whole * mp.digamma(x + 1) for x in a)
    c, d = mp.digamma(whole + 2), mp.psi(1, whole + 2)
    pairs = mp.fsum((mp.digamma(x + 1) - c) * x for x in a) ** 2 - mp.fsum(
        ((mp.digamma(x + 1) - c) * x) ** 2 for x in a
    )
    pairs -= d * (whole**2 - mp.fsum(x * x for x in a))
    own = mp.fsum(x * (x + 1) * ((mp.digamma(x + 2) - c) ** 2 + mp.psi(1, x + 2) - d) for x in a)
    return mean, (pairs + own) / (whole * (whole + 1)) - mean**2


def jackknife_divergence(divergence, n, m):
    """The jackknife of a divergence of two count vectors, leaving out each observation in turn."""

    def shares(counts):
        return [mp.mpf(int(x)) / int(sum(counts)) for x in counts]

    def mean(counts, value):
        parts = []
        for i, x in enumerate(counts):
            if x:
                less = [int(y) - (i == j) for j, y in enumerate(counts)]
                parts.append(mp.mpf(int(x)) / int(sum(counts)) * value(less))
        return mp.fsum(parts)

    full = divergence(shares(n), shares(m))
    left_n = mean(n, lambda less: divergence(shares(less), shares(m)))
    left_m = mean(m, lambda less: divergence(shares(n), shares(less)))
    return full + (int(sum(n)) - 1) * (full - left_n) + (int(sum(m)) - 1) * (full - left_m)
