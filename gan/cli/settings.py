"""Settings of an experiment from a file."""

import argparse
import tomllib
from dataclasses import fields, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

Settings = TypeVar("Settings")


def add_config(parser: argparse.ArgumentParser) -> None:
    """Add ``--config``."""
    parser.add_argument(
        "--config",
        type=Path,
        metavar="FILE",
        help=(
            "a TOML file of settings by name, such as `steps = 8000`; they are listed under "
            "`config` in report.json, and options given here come first"
        ),
    )


def read_config(
    arguments: argparse.Namespace, settings: Settings, fixed: tuple[str, ...] = ()
) -> Settings:
    """Return the settings with those that the file of ``--config`` names, or refuse it.

    Parameters
    ----------
    arguments : argparse.Namespace
        The command line; without ``--config`` the settings are left as they are.
    settings : dataclass
        Settings of the experiment.
    fixed : tuple of str
        Names of settings that the command line decides.
    """
    if arguments.config is None:
        return settings
    try:
        return _read(arguments.config, settings, fixed)
    except ValueError as error:
        return arguments.refuse(f"argument --config: {error}")


def _read(path: Path, settings: Settings, fixed: tuple[str, ...]) -> Settings:
    try:
        found: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"{path} cannot be read: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{path} is no TOML: {error}") from error
    names = [field.name for field in fields(settings) if field.name not in fixed]  # pyright: ignore
    for name in found:
        if name not in names:
            near = get_close_matches(name, names, n=1)
            hint = f"; do you mean {near[0]}?" if near else f"; there are: {', '.join(names)}."
            raise ValueError(f"{path}: there is no setting {name}{hint}")
    try:
        return replace(settings, **found)  # pyright: ignore
    except (TypeError, ValueError) as error:
        raise ValueError(f"{path}: {error}") from error
