"""Finished pairs of the identity experiment as files: to go on, and to draw them again."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from gan.config import Config
from gan.pairs import Pair
from gan.records import Convergence, LogitCurve, PairRecord, PairResult
from gan.resuming import earlier_run, revived

NAME = "pairs.npz"
"""The curves of the pairs in a report that is not complete."""


def save_curves(folder: Path, results: Sequence[PairResult]) -> None:
    """Write the arrays of all results; their records are in the report."""
    arrays = {}
    for i, result in enumerate(results):
        for name in ("convergence", "logits"):
            curve = getattr(result, name)
            for key, array in ({} if curve is None else vars(curve)).items():
                arrays[f"{i} {name} {key}"] = array
    np.savez(folder / NAME, **arrays)


def finished_pairs(
    folder: Path, pairs: Sequence[Pair], config: Config, seed: int
) -> list[PairResult]:
    """Return the results that an earlier run of the same pairs has left.

    Raises
    ------
    ValueError
        If there is no such run, or it is complete, or had other settings.
    """
    place, found = earlier_run(folder, "verify", config, seed)
    records = [revived(PairRecord, record) for record in found]
    try:
        with np.load(place / NAME, allow_pickle=False) as file:
            arrays = dict(file)
    except (OSError, ValueError) as error:
        raise ValueError(f"{place / NAME} cannot be read: {error}") from error
    results = {
        record.name: PairResult(
            record,
            _curve(Convergence, arrays, f"{i} convergence "),
            _curve(LogitCurve, arrays, f"{i} logits "),
        )
        for i, record in enumerate(records)
    }
    return [results[pair.name] for pair in pairs if pair.name in results]


def _curve(kind: Any, arrays: Mapping[str, np.ndarray], start: str) -> Any:
    found = {key.removeprefix(start): x for key, x in arrays.items() if key.startswith(start)}
    return kind(**found) if found else None
