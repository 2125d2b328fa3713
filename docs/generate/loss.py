"""A figure of what the discriminator's loss says of JS while a generator trains."""

from __future__ import annotations

from math import log
from pathlib import Path

import matplotlib.pyplot as plt

from generate.evidence import results
from generate.figures import OURS, STYLE


def write(folder: Path) -> None:
    """Draw the losses of three games, and what they mean beside the exact JS."""
    folder.mkdir(parents=True, exist_ok=True)
    records = results("game_mixture_non_saturating")["records"]
    with plt.rc_context(STYLE):
        figure, (left, right) = plt.subplots(1, 2, figsize=(8.4, 3.4))
        for seed in {record["seed"] for record in records}:
            mine = [record for record in records if record["seed"] == seed]
            steps = [record["step"] for record in mine]
            first = seed == 0
            left.plot(steps, [-r["v_play"] for r in mine], ".-", color=OURS)
            exact, shown = ([r[name] for r in mine] for name in ("js_true", "js_play"))
            right.semilogy(steps, exact, color="0.7", lw=5, label="exact JS" if first else None)
            right.semilogy(steps, shown, ".-", color=OURS, label="log 2 − BCE/2" if first else None)
        left.axhline(2 * log(2), color="black", lw=0.8, ls="--")
        left.annotate("2 log 2, a coin", (1500, 2 * log(2)), (0, 4), textcoords="offset points",
                      ha="right")  # fmt: skip
        left.set(
            xlabel="step of the generator", title="BCE of the discriminator", ylim=(None, 1.394)
        )
        right.set(xlabel="step of the generator", title="What it says: JS is at least (nat)")
        right.legend(frameon=False)
        figure.savefig(folder / "loss.png", metadata={"Software": None})
        plt.close(figure)
