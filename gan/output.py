"""The folder of an experiment: its report and figures are written beside and replaced at the end.

While an experiment runs, its files are in the folder `partial`; whatever an earlier run has left
stays. A finished run moves its files to their places. An interrupted one does so only where there
is no report yet. What one needs to go on after a run was killed is in `partial/checkpoint`.
"""

import json
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any, TypeVar

import jax

from divergences import build_info

REPORT = "report.json"
CHECKPOINTS = "checkpoint", "checkpoint.old"
"""Folders of checkpoints, in `partial`; the second is whole where the first is not there."""
Result = TypeVar("Result")
_PACKAGES = ("divergences", "equinox", "jax", "jaxlib", "numpy", "optax", "scipy", "torch")


class OutputError(Exception):
    """The folder cannot be written to, or holds the report of another experiment."""


def device_name() -> str:
    """Platform and kind of the default device."""
    device = jax.devices()[0]
    return f"{device.platform}: {device.device_kind}"


def matmul_precision() -> str:
    """How JAX multiplies matrices in single precision: as it was told, or as the device does."""
    asked = getattr(jax.config, "jax_default_matmul_precision", None)
    if asked is not None:
        return str(asked)
    return "float32" if jax.devices()[0].platform == "cpu" else "default of the device"


def machine_in_words() -> str:
    """Say on what an experiment runs, and how precisely matrices are multiplied there."""
    count = len(jax.devices())
    several = f" ({count} of them)" if count > 1 else ""
    return f"device: {device_name()}{several}; products of matrices: {matmul_precision()}"


def installed_versions() -> dict[str, str]:
    """Versions of the installed packages that the numbers depend on."""
    installed = {package.name.lower(): package.version for package in metadata.distributions()}
    return {name: installed[name] for name in _PACKAGES if name in installed}


@dataclass(frozen=True, kw_only=True)
class RunReport:
    """What `report.json` holds of every experiment.

    Attributes
    ----------
    schema : int
        Version of the contents.
    experiment : str
        Command that wrote it.
    complete : bool
        Whether the experiment went on to its end.
    seed : int
        Seed of the run.
    config : dataclass
        Settings of the run.
    records : sequence
        What was found, one record for each of what the experiment compares.
    device : str
        Platform and kind of the device that trained.
    matmul_precision : str
        How it multiplies matrices in single precision.
    compiled : str
        Whether sums of `divergences` are compiled, and for which instructions.
    versions : dict
        Versions of the packages involved.
    cpu_seconds : float
        Processor time of the whole process so far, compilation included.
    """

    schema: int = 1
    experiment: str
    complete: bool
    seed: int
    config: Any
    records: Sequence[Any]
    device: str = field(default_factory=device_name)
    matmul_precision: str = field(default_factory=matmul_precision)
    compiled: str = field(default_factory=build_info)
    versions: dict[str, str] = field(default_factory=installed_versions)
    cpu_seconds: float = field(default_factory=time.process_time)


class Output:
    """The folder of one experiment.

    Parameters
    ----------
    folder : Path
        Where report and figures are to be; made if it does not exist.
    experiment : str
        Command that writes there.
    figures : sequence of str
        Names of all figures that the command can draw.

    Raises
    ------
    OutputError
        If the folder cannot be written to, or holds the report of another experiment.
    """

    def __init__(self, folder: Path, experiment: str, figures: Sequence[str]) -> None:
        self.folder, self._figures = folder, tuple(figures)
        self._partial = folder / "partial"
        other = self._read().get("experiment", experiment)
        if other != experiment:
            raise OutputError(
                f"{folder / REPORT} is a report of `{other}`, which `{experiment}` does not "
                "replace: choose another folder by --out."
            )
        self._attempt(self._try_to_write)

    @property
    def has_report(self) -> bool:
        """Whether an earlier run has left a report here."""
        return (self.folder / REPORT).exists()

    def save(self, report: RunReport) -> None:
        """Write what is known so far beside the earlier report."""
        self._attempt(lambda: _write(report, self._partial))

    def checkpoint(
        self, report: RunReport, write: Callable[[Path], None], kept: Sequence[str] = ()
    ) -> None:
        """Write all that one needs to go on, in the place of the last such files.

        A kill at any moment leaves a whole checkpoint: this one, or the last.

        Parameters
        ----------
        report : RunReport
            What is known so far.
        write : callable
            Saves files in the folder that it is given.
        kept : sequence of str
            Files of the last checkpoint that belong to this one too, where there are such.
        """
        now, old, new = (self._partial / name for name in (*CHECKPOINTS, "checkpoint.new"))

        def replace() -> None:
            shutil.rmtree(new, ignore_errors=True)
            new.mkdir(parents=True)
            for name in kept:
                if (now / name).exists():
                    shutil.copyfile(now / name, new / name)
            write(new)
            _write(report, new)
            if now.exists():
                shutil.rmtree(old, ignore_errors=True)
                now.rename(old)
            new.rename(now)
            shutil.rmtree(old, ignore_errors=True)

        self._attempt(replace)

    def finish(self, report: RunReport, draw: Callable[[Path], None]) -> Path:
        """Write the last report and its figures; return the folder that they are in.

        Parameters
        ----------
        report : RunReport
            If it is not complete, a report that is already in the folder stays there, and this one
            stays in `partial`.
        draw : callable
            Saves the figures in the folder that it is given.
        """

        def write() -> Path:
            for name in self._figures:
                (self._partial / name).unlink(missing_ok=True)
            draw(self._partial)
            for name in (*CHECKPOINTS, "checkpoint.new"):
                shutil.rmtree(self._partial / name, ignore_errors=True)
            if self.has_report and not report.complete:
                return self._partial
            for name in (*self._figures, REPORT):
                new, old = self._partial / name, self.folder / name
                new.replace(old) if new.exists() else old.unlink(missing_ok=True)
            if not any(self._partial.iterdir()):
                self._partial.rmdir()
            return self.folder

        self.save(report)
        return self._attempt(write)

    def _read(self) -> dict[str, Any]:
        """Return the earlier report, if there is one that can be read."""
        try:
            report = json.loads((self.folder / REPORT).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return report if isinstance(report, dict) else {}

    def _try_to_write(self) -> None:
        """Find out before the work whether its results can be kept."""
        self._partial.mkdir(parents=True, exist_ok=True)
        probe = self._partial / "probe"
        probe.write_text("")
        probe.unlink()
        if (self.folder / REPORT).is_dir():
            raise IsADirectoryError(f"{REPORT} is a folder")

    def _attempt(self, action: Callable[[], Result]) -> Result:
        try:
            return action()
        except OSError as error:
            reason = error.strerror or str(error)
            raise OutputError(f"cannot write to {self.folder}: {reason}.") from error


def _write(report: RunReport, folder: Path) -> None:
    """Replace the report in a folder."""
    text = json.dumps(asdict(report), indent=2, allow_nan=False) + "\n"
    folder.mkdir(parents=True, exist_ok=True)
    new = folder / f"{REPORT}.new"
    new.write_text(text, encoding="utf-8")
    new.replace(folder / REPORT)
