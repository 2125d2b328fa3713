"""The exact JS of digits with noise, beside what a probe and nearest neighbours find of it.

    python -m benchmarks.digits_js [--sigmas S ...] [--json FILE]

A set of images with normal noise is a mixture of as many normals, so that its density is known. P
is 797 images to train on; Q as many of a generator of `python -m gan train digits`, with the same
classes, or the 797 images held out. For each standard deviation of the noise, JS(P, Q) is the mean
over 65,536 samples of each with exact densities. The probe is the discriminator of `python -m gan
verify`, trained on new samples in every step and evaluated on others; nearest neighbours see some
thousand samples of each. Prints a table, and writes it for the documentation beside the JSON file.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.special import logsumexp

import divergences as dv
import gan
from benchmarks.discriminator_report import write
from gan.digits import Digits, DigitsConfig, optimizer, train_on
from gan.distributions import Source
from gan.evaluation import Evaluation, held_out_values
from gan.networks import Identity
from gan.objectives import js_from_value
from gan.pairs import Game
from gan.sampling import Points, independent, shifted_lattice
from gan.training import stack, train

SIGMAS = (0.2, 0.3, 0.5, 0.8, 1.2)
PROBE = gan.Config(steps=2000, chunks=1)
NEIGHBOURS = (1000, 4000)  # samples a side
SEED = 0


class Blurred(Source):
    """Images, each as likely as the others, with normal noise in every pixel.

    Attributes
    ----------
    images : array of shape (n, d)
        The images.
    sigma : array
        Standard deviation of the noise.
    """

    images: np.ndarray
    sigma: np.ndarray = eqx.field(converter=np.asarray)

    @property
    def dim(self) -> int:
        """Number of pixels."""
        return self.images.shape[-1]

    def sample(self, key: jax.Array, n: int, points: Points = shifted_lattice) -> jax.Array:
        """Draw n independent samples, whatever the kind of points."""
        del points
        of_choice, of_noise = jax.random.split(key)
        chosen = jax.random.randint(of_choice, (n,), 0, len(self.images))
        noise = jax.random.normal(of_noise, (n, self.dim))
        images = jnp.asarray(self.images, noise.dtype)
        return images[chosen] + jnp.asarray(self.sigma, noise.dtype) * noise

    def logpdf(self, x: jax.Array | np.ndarray) -> jax.Array:
        """Log of the mean of the normal densities, at x of shape (n, d)."""
        x = jnp.asarray(x)
        sigma = jnp.asarray(self.sigma, x.dtype)
        x, centres = x / sigma, jnp.asarray(self.images, x.dtype) / sigma
        # Half of |x - c|^2 by a product of matrices; its rounding error is some 1e-16 |x|^2.
        exponents = x @ centres.T - 0.5 * jnp.sum(x**2, -1)[:, None] - 0.5 * jnp.sum(centres**2, -1)
        constant = self.dim * (jnp.log(sigma) + 0.5 * np.log(2 * np.pi)) + np.log(len(centres))
        return logsumexp(exponents, axis=-1) - constant


@dataclass(frozen=True)
class Row:
    """JS of one pair at one level of noise, in nats, and what is found of it."""

    q: str
    sigma: float
    js: float
    js_standard_error: float
    probe: float
    probe_standard_error: float
    neighbours: dict[int, float]


def sets_of_images(seed: int) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Train a generator; return images of training, and generated and held-out ones."""
    digits, config = Digits.load(), DigitsConfig()
    count = len(digits.held_out)
    labels = digits.training_labels
    key, of_digits = jax.random.split(jax.random.key(seed))
    trained = train_on(
        digits.training, labels, config, optimizer(config), key, on_check=lambda check, state: None
    )
    fake = np.asarray(trained.generator.draw(of_digits, labels[:count]), np.float64)
    return digits.training[:count], {"generated": fake, "held out": digits.held_out}


def compare(real: np.ndarray, others: dict[str, np.ndarray], sigmas: list[float]) -> list[Row]:
    """Compute JS and its estimates for every set of images and every level of noise."""
    cases = [(name, sigma) for name in others for sigma in sigmas]
    pairs = [(Blurred(real, sigma), Blurred(others[name], sigma)) for name, sigma in cases]
    games = stack([Game(p, q, Identity()) for p, q in pairs])
    of_probes, of_values, of_samples = jax.random.split(jax.random.key(SEED), 3)
    probes, _ = train(games, PROBE, jax.random.split(of_probes, len(pairs)))
    values = held_out_values(probes, games, PROBE, of_values, independent)
    rows = []
    for (name, sigma), (p, q), value in zip(cases, pairs, values, strict=True):
        exact, probe = gan.true_js(p, q), Evaluation(value)
        neighbours = {}
        for n in NEIGHBOURS:
            keys = jax.random.split(jax.random.fold_in(of_samples, n))
            x, y = (
                dv.Sample(np.asarray(side.sample(k, n), np.float64))
                for side, k in zip((p, q), keys, strict=True)
            )
            found = dv.jensen_shannon_divergence(x, y, method=dv.methods.NearestNeighbours())
            neighbours[n] = float(found.value)
        rows.append(
            Row(
                name,
                sigma,
                float(exact.value),
                float(exact.standard_error),
                float(js_from_value(probe.value)),
                probe.standard_error / 2,
                neighbours,
            )
        )
    return rows


def markdown(rows: list[Row]) -> str:
    """Return a line for each level of noise and set of images."""
    headings = ["noise", "Q", "exact JS", "probe", *(f"neighbours, n = {n}" for n in NEIGHBOURS)]
    lines = [f"| {' | '.join(headings)} |", "|---:|---|" + "---:|" * (len(headings) - 2)]
    for row in sorted(rows, key=lambda row: (row.sigma, row.q)):
        numbers = row.js, row.probe, *row.neighbours.values()
        cells = [f"{row.sigma:g}", row.q, *(f"{number:.3f}" for number in numbers)]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def main(argv: list[str] | None = None) -> int:
    """Run the command line and return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.digits_js",
        description="The exact JS of digits with noise, beside a probe and nearest neighbours.",
    )
    parser.add_argument(
        "--sigmas", type=float, nargs="+", default=list(SIGMAS), metavar="S",
        help="standard deviations of the noise; pixels range from -1 to 1",
    )  # fmt: skip
    parser.add_argument("--json", type=Path, metavar="FILE", help="where to write the report")
    arguments = parser.parse_args(argv)
    rows = compare(*sets_of_images(SEED), arguments.sigmas)
    print(markdown(rows))
    if arguments.json:
        write(arguments.json, [asdict(row) for row in rows])
        arguments.json.with_suffix(".md").write_text(markdown(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
