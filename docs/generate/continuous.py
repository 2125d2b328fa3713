"""What was measured of densities, and a figure of an integrand that is hard to integrate."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np

import divergences as dv
from benchmarks.continuous import by_quad
from benchmarks.hard_pairs import hard_pairs
from generate.evidence import SPACE, machine, results
from generate.figures import OURS, STYLE, TEXTBOOK
from generate.text import table
from generate.text import write as write_text

WIDTH = 1e-4  # of the spike
HARD = "Student and a spike beside a normal"
KINDS = {"apart": "parameters apart", "nearly equal": "parameters 1e-8 apart"}


def write(folder: Path) -> None:
    """Write the fragments that the page on densities includes."""
    report = results("continuous")
    write_text(folder / "continuous_random.md", random_table(report["random"]))
    write_text(folder / "continuous_hard.md", hard_table(report["hard"]))
    write_text(folder / "continuous_study.md", study_table(results("quadrature_study")["summary"]))
    write_text(folder / "certificates.md", certificates_table(results("certificates")))
    write_text(folder / "continuous_torch.md", torch_table(report["closed_forms"]))
    write_text(folder / "continuous_machine.md", machine("continuous") + "\n")
    draw(folder / "continuous.png")


def random_table(found: dict[str, Any]) -> str:
    """Return how the library and `quad` did on random pairs."""
    rows = [
        (
            name,
            share(found[who]["within_1e-12"]),
            share(found[who]["within_1e-6"]),
            error(found[who]["median_error"]),
            error(found[who]["greatest_error"]),
            f"{found[who]['claim_violated']} of {found['pairs']:,}",
            f"{found[who]['median_evaluations']:.0f}",
        )
        for who, name in (("divergences", "the library"), ("quad", "`scipy.integrate.quad`"))
    ]
    heads = ("", "within 1e-12", "within 1e-6", "median error", "worst", "claim broken", "points")
    return table(heads, rows, right=6)


def hard_table(rows: list[dict[str, Any]]) -> str:
    """Return errors and points on hard pairs."""
    lines = [
        (
            row["pair"],
            f"{row['js']:.10g}",
            *(x for who in ("divergences", "quad") for x in contender(row[who])),
        )
        for row in rows
    ]
    heads = ("pair", "JS", "error", "claimed", "points", "of `quad`", "claimed", "points")
    return table(heads, lines, right=7)


def contender(row: dict[str, Any]) -> tuple[str, str, str]:
    """Return an error, what was claimed of it, and the points it took."""
    if row["claimed"] is None:
        return error(row["error"]), "closed form", ""
    return error(row["error"]), error(row["claimed"]), f"{row['evaluations']:,}"


def study_table(found: dict[str, Any]) -> str:
    """Return what the study of error bounds found."""
    rows = [
        (
            name,
            f"{found[key]['pairs']:,}",
            str(found[key]["bound_violated"]),
            share(found[key]["error_within_1e-12"]),
            error(found[key]["greatest_error"]),
            share(found[key]["tolerance_reached"]),
            f"{found[key]['evaluations_percentiles']['50']:.0f}",
            f"{found[key]['evaluations_percentiles']['99']:.0f}",
        )
        for key, name in (("js", "JS"), ("deficit", "deficit"))
    ]
    heads = ("", "pairs", "bounds broken", "within 1e-12", "worst", "says reached")
    return table((*heads, "points, median", "99 %"), rows, right=7)


def certificates_table(found: dict[str, Any]) -> str:
    """Return what became of random pairs beside another algorithm."""
    outcomes = ("held", "violated", "of no use", "refused", "infinite", "unsettled")
    rows = [
        (group, f"{counts['pairs']:,}", *(f"{counts.get(o, 0):,}" for o in outcomes))
        for group, counts in found["groups"].items()
    ]
    heads = ("", "pairs", "held", "broken", "above 1e-8", "refused", "+∞ by both", "no reference")
    return table(heads, rows, right=7)


def torch_table(found: dict[str, Any]) -> str:
    """Return the worst errors of closed forms, beside those of PyTorch."""
    worst = found["greatest_error"]
    rows = [
        (words, error(worst[kind]["divergences"]), error(worst[kind]["torch"]))
        for kind, words in KINDS.items()
    ]
    pairs = (
        "ordered pairs of families with a closed form",
        str(found["pairs_of_divergences"]),
        f"{found['pairs_of_both']} of these",
    )
    heads = ("worst relative error of KL", "the library", f"PyTorch {found['version']}")
    return table(heads, [*rows, pairs], right=2)


def share(x: float) -> str:
    """Return a share in per cent."""
    return f"{100 * x:.4g}{SPACE}%"


def error(x: float) -> str:
    """Return a relative error."""
    return "all" if not np.isfinite(x) or x >= 0.995 else f"{x:.1g}" if x else "0"


def draw(path: Path) -> None:
    """Draw the integrand of JS for a hard pair, and where it was evaluated."""
    p, q, *_ = hard_pairs()[HARD]
    points = {"the library": _points(p, q), "scipy.integrate.quad": _quad_points(p, q)}
    with plt.rc_context(STYLE):
        figure, panels = plt.subplots(1, 2, figsize=(8.4, 3.6), width_ratios=[1.2, 1])
        for axes, middle, unit, reach in zip(panels, (0, 6), (1, WIDTH), (12, 8), strict=True):
            z = np.linspace(-reach, reach, 4001)
            axes.plot(z, _integrand(p, q, middle + unit * z), color="black", lw=1)
            for row, (name, where) in enumerate(points.items()):
                marks = (where - middle) / unit
                marks = marks[np.abs(marks) < reach]
                axes.plot(
                    marks,
                    np.full(marks.shape, 0.9 - 0.07 * row),
                    "|",
                    color=(OURS, TEXTBOOK)[row],
                    ms=7,
                    mew=0.6,
                    transform=axes.get_xaxis_transform(),
                    label=f"{name}: {where.size} points",
                )
            axes.set_xlim(-reach, reach)
        panels[0].set(xlabel="x", ylabel="integrand of JS", ylim=(0.0, 0.02))
        panels[0].set_title("Student's t and a mixture with a spike")
        panels[1].set(
            xlabel="(x - 6) / 0.0001",
            ylabel="integrand of JS",
            ylim=(0.0, 200.0),
            title="the spike",
        )
        figure.legend(
            *panels[0].get_legend_handles_labels(),
            loc="outside lower center",
            ncols=2,
            frameon=False,
        )
        figure.savefig(path, metadata={"Software": None})
        plt.close(figure)


def _integrand(p: Any, q: Any, x: np.ndarray) -> np.ndarray:
    a, b = (np.exp(d.log_prob(x)) for d in (p, q))
    m = 0.5 * (a + b)
    return 0.5 * (a * np.log(a / m) + b * np.log(b / m))


class _Recorded(dv.StudentT):
    """Student's t that remembers where it was asked."""

    def log_prob(self, x: Any) -> Any:
        """Return the log-density."""
        SEEN.append(np.ravel(x))
        return super().log_prob(x)


SEEN: list[np.ndarray] = []


def _recorded(p: Any) -> Any:
    SEEN.clear()
    return _Recorded(p.df, p.loc, p.scale)


def _points(p: Any, q: Any) -> np.ndarray:
    method = dv.methods.Quadrature()
    dv.jensen_shannon_divergence(_recorded(p), q, method=method)
    return np.concatenate(SEEN)


def _quad_points(p: Any, q: Any) -> np.ndarray:
    by_quad(_recorded(p), q)
    return np.concatenate(SEEN)
