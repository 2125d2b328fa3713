"""Write down what an experiment found: a table for the terminal and `report.json`."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from importlib import metadata
from pathlib import Path

import jax
from rich.table import Table

from gan.config import Config
from gan.records import PairRecord

_PACKAGES = ("divergences", "equinox", "jax", "jaxlib", "numpy", "optax", "scipy")


def device_name() -> str:
    """Platform and kind of the default device."""
    device = jax.devices()[0]
    return f"{device.platform}: {device.device_kind}"


def installed_versions() -> dict[str, str]:
    """Versions of the installed packages that the numbers depend on."""
    installed = {package.name.lower(): package.version for package in metadata.distributions()}
    return {name: installed[name] for name in _PACKAGES if name in installed}


@dataclass(frozen=True)
class Report:
    """The contents of `report.json`.

    Attributes
    ----------
    pairs : sequence of PairRecord
        The pairs that have finished.
    complete : bool
        Whether these are all the pairs that were asked for.
    seed : int
        Seed of the run.
    config : Config
        Settings of the run.
    device : str
        Platform and kind of the device that trained.
    versions : dict
        Versions of the packages involved.
    """

    pairs: Sequence[PairRecord]
    complete: bool
    seed: int
    config: Config
    device: str = field(default_factory=device_name)
    versions: dict[str, str] = field(default_factory=installed_versions)

    def write(self, folder: Path) -> None:
        """Replace `report.json` in one stroke: an interruption never leaves half a report."""
        partial = folder / "report.json.partial"
        partial.write_text(json.dumps(asdict(self), indent=2, allow_nan=False) + "\n")
        partial.replace(folder / "report.json")


def table(records: Sequence[PairRecord]) -> Table:
    """Tabulate records, in nats."""
    table = Table(title="V(D) against 2 JS - 2 log 2, in nats", title_justify="left")
    table.add_column("pair", no_wrap=True)
    for heading in ("d", "V*", "V(D)", "gap", "SE", "rel. gap", "JS"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("JS from V(D) [95 % interval]", no_wrap=True)
    table.add_column("s", justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    for r in records:
        low, high = r.js_interval
        table.add_row(
            r.name,
            str(r.dim),
            _fixed(r.v_star),
            f"{r.v_hat:.1e}" if r.saturates else _fixed(r.v_hat),
            f"{r.gap:.1e}",
            f"{r.standard_error:.0e}",
            "-" if r.relative_gap is None else f"{r.relative_gap:.1e}",
            _fixed(r.js_true),
            f"{_fixed(r.js_hat)} [{_fixed(low)}, {_fixed(high)}]",
            f"{r.seconds:.1f}",
            _verdict(r),
        )
    return table


def _fixed(number: float) -> str:
    """Six decimals, without the sign of a number that rounds to zero."""
    return f"{round(number, 6) + 0.0:.6f}"


def _verdict(record: PairRecord) -> str:
    if not record.verified:
        return "[bold red]missed"
    return "[yellow]saturates" if record.saturates else "[green]reached"
