"""Reference values of the NSB entropy, by the textbook formulas and quadrature with many digits.

    python -m tests.reference.nsb        writes nsb.json beside this file (about an hour)

Posterior mean and standard deviation for the prior of Nemenman, Shafee & Bialek, "Entropy and
inference, revisited" (2001), eq. 6-12, with the posterior moments of Wolpert & Wolf, "Estimating
functions of probability distributions from a finite set of samples" (1995), theorems 8 and 9; for
an infinite alphabet, their limits. The integral is over s = log(A b) by composite Gauss-Legendre
rules on the range where the integrand is above 10^-25 of its peak. `mean` and `deviation` are
rounded to doubles; `agreement` is by how much a rule with two thirds of the nodes differs.
"""

import itertools
import json
import sys
from collections import Counter
from functools import cache
from math import inf, log
from pathlib import Path

import mpmath
import numpy as np
from mpmath import mp

FILE = Path(__file__).with_suffix(".json")
DIGITS = 50
LONGEST = 5


class Integrand:
    """The density of s = log(A b) and the moments of the entropy given b, literally."""

    def __init__(self, counts, alphabet):
        self.counts = Counter(int(n) for n in counts if n)
        self.total = sum(int(n) for n in counts)
        self.seen = sum(self.counts.values())
        self.alphabet = alphabet

    def split(self, s):
        k = mp.e**s
        b = mp.mpf(0) if self.alphabet == inf else k / self.alphabet
        spare = k if self.alphabet == inf else (self.alphabet - self.seen) * b
        return k, b, spare

    def log_density(self, s):
        k, b, _ = self.split(s)
        if self.alphabet == inf:
            fit = self.seen * s
            prior = mp.psi(1, k + 1)
        else:
            fit = mp.fsum(m * (mp.loggamma(n + b) - mp.loggamma(b)) for n, m in self.counts.items())
            prior = mp.psi(1, k + 1) - mp.psi(1, b + 1) / self.alphabet
        return fit + mp.loggamma(k) - mp.loggamma(k + self.total) + mp.log(prior) + s

    def moments(self, s):
        """Return E[H] and E[H^2]; `spare` is the sum of b over the outcomes not seen."""
        k, b, spare = self.split(s)
        whole = self.total + k
        rows = [(n + b, m * (n + b)) for n, m in self.counts.items()] + [(b, spare)]
        mean = mp.digamma(whole + 1) - mp.fsum(w / whole * mp.digamma(a + 1) for a, w in rows)
        c, d = mp.digamma(whole + 2), mp.psi(1, whole + 2)
        gaps = [(a, w, mp.digamma(a + 1) - c) for a, w in rows]
        pairs = mp.fsum(w * g for a, w, g in gaps) ** 2 - mp.fsum(w * a * g**2 for a, w, g in gaps)
        pairs -= d * (mp.fsum(w for a, w in rows) ** 2 - mp.fsum(w * a for a, w in rows))
        own = mp.fsum(
            w * (a + 1) * ((mp.digamma(a + 2) - c) ** 2 + mp.psi(1, a + 2) - d) for a, w in rows
        )
        return mean, (pairs + own) / (whole * (whole + 1))


def panels(f):
    """Return the edges of panels that grow from the peak outwards, and the peak's height.

    They end where the density is 25 decades below its peak. None is longer than LONGEST: the
    density is analytic for |Im s| < pi only.
    """
    low, high, parts = mp.mpf(-40), mp.mpf(60), 100
    while True:
        grid = [low + (high - low) * i / parts for i in range(parts + 1)]
        values = [f.log_density(s) for s in grid]
        i = min(max(max(range(len(grid)), key=values.__getitem__), 1), parts - 1)
        reach = grid[1] - grid[0]
        if max(values[i] - values[i - 1], values[i] - values[i + 1]) < 1:
            break
        low, high, parts = grid[i - 1], grid[i + 1], 10
    peak, floor = grid[i], values[i] - 25 * mp.log(10)
    edges = [peak]
    for sign in (-1, 1):
        out, step = peak, reach
        while f.log_density(out) > floor:
            out, step = out + sign * step, min(2 * step, mp.mpf(LONGEST))
            edges.append(out)
    return sorted(edges), values[i]


def reference(counts, alphabet):
    """Return mean, deviation and the disagreement of two rules."""
    with mpmath.workdps(DIGITS):
        f = Integrand(counts, alphabet)
        edges, top = panels(f)
        found = []
        for degree in (16, 24):
            z = first = second = mp.mpf(0)
            for low, high in itertools.pairwise(edges):
                for x, w in legendre(degree):
                    s = low + (high - low) * (x + 1) / 2
                    weight = (high - low) * w * mp.exp(f.log_density(s) - top)
                    mean, square = f.moments(s)
                    z, first, second = z + weight, first + weight * mean, second + weight * square
            found.append((first / z, mp.sqrt(second / z - (first / z) ** 2)))
        (rough, rough_deviation), (mean, deviation) = found
        gap = max(abs(rough / mean - 1), abs(rough_deviation / deviation - 1))
        return float(mean), float(deviation), float(gap)


@cache
def legendre(degree):
    """Return nodes and weights of a Gauss-Legendre rule, polished to the working precision."""
    rule = []
    for guess in np.polynomial.legendre.leggauss(degree)[0]:
        x = mp.mpf(float(guess))
        for _ in range(4):
            p, before = mp.mpf(1), mp.mpf(0)
            for j in range(1, degree + 1):
                p, before = ((2 * j - 1) * x * p - (j - 1) * before) / j, p
            slope = degree * (x * p - before) / (x * x - 1)
            x -= p / slope
        rule.append((x, 2 / ((1 - x * x) * slope**2)))
    return rule


def cases():
    """Return count vectors, zeros left out, with the sizes of their alphabets."""
    rng = np.random.default_rng(20)
    found = []
    while len(found) < 300:
        size = int(10 ** rng.uniform(0.4, 5))
        drawn = int(10 ** rng.uniform(0, 5))
        shape = rng.choice(["dirichlet", "zipf", "uniform"])
        if shape == "dirichlet":
            p = rng.dirichlet(np.full(size, 10 ** rng.uniform(-1.5, 1)))
        else:
            p = 1.0 / np.arange(1, size + 1) ** (rng.uniform(0.5, 2) if shape == "zipf" else 0.0)
            p /= p.sum()
        if len(found) % 10 == 9:
            size, drawn = min(size, 12), 10**12
            p = p[:size] / p[:size].sum()
        counts = np.sort(rng.multinomial(drawn, p))
        counts = counts[counts > 0]
        if len(set(counts.tolist())) > 16:
            continue
        alphabet = [len(counts), size, 10**9, int(10 ** rng.uniform(log(size, 10), 9)), inf][
            len(found) % 5
        ]
        if alphabet == 1 or (alphabet == inf and counts.max() == 1):
            continue
        found.append((counts.tolist(), alphabet))
    return found


def main():
    rows = []
    for i, (counts, alphabet) in enumerate(cases()):
        mean, deviation, gap = reference(counts, alphabet)
        multiplicities = sorted(Counter(counts).items())
        rows.append(
            {
                "multiplicities": multiplicities,
                "alphabet": "inf" if alphabet == inf else alphabet,
                "mean": mean,
                "deviation": deviation,
                "agreement": gap,
            }
        )
        sys.stdout.write(f"{i} {alphabet} {mean} {deviation} {gap}\n")
    about = {
        "generator": "python -m tests.reference.nsb",
        "source": "Nemenman, Shafee & Bialek (2001); Wolpert & Wolf (1995)",
        "digits": DIGITS,
        "mpmath": mpmath.__version__,
        "numpy": np.__version__,
    }
    text = ",\n".join(json.dumps(row) for row in rows)
    FILE.write_text(f'{{"about": {json.dumps(about)},\n"rows": [\n{text}\n]}}\n')


if __name__ == "__main__":
    main()
