"""All benchmarks in one table, and what runs them: whole, or small enough to be a test."""

from __future__ import annotations

import ast
import shlex
import shutil
import sys
import time
from collections.abc import Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from io import StringIO
from pathlib import Path

RESULTS = Path(__file__).parent / "results"
FIGURES = Path(__file__).parents[1] / "docs" / "figures"


@dataclass(frozen=True)
class Benchmark:
    """A module of this package with a `main`, and its arguments.

    Attributes
    ----------
    name
        The module, `benchmarks.NAME`.
    quick
        Arguments of a small run. It shows that the benchmark works; its numbers mean nothing. What
        trains generators for minutes adds nothing to its committed results, and shows them again;
        None if it has no small run.
    file
        The stem of the file of results, if it is not the name.
    option
        The option that names the file of results, which is written into the folder of the run.
    figure
        Whether it draws, where ``--figure`` says.
    needs
        A package that it needs beside those of the extra ``dev``.
    continues
        Whether a small run brings a copy of the committed results up to date.
    """

    name: str
    quick: str | None = ""
    file: str = ""
    option: str = "--json"
    suffix: str = ".json"
    figure: bool = False
    needs: str = ""
    continues: bool = False

    @property
    def summary(self) -> str:
        """Return the first line of what the module says of itself."""
        source = Path(__file__).with_name(f"{self.name}.py").read_text(encoding="utf-8")
        return (ast.get_docstring(ast.parse(source)) or "").splitlines()[0]

    def arguments(self, folder: Path, quick: bool) -> list[str]:
        """Return the command line of a run whose results go to this folder."""
        words = [self.option, str(folder / f"{self.file or self.name}{self.suffix}")]
        if self.figure:
            words += ["--figure", str(folder / f"{self.name}.png")]
        return [*shlex.split(self.quick or ""), *words] if quick else words


BENCHMARKS = (
    # The first: what its processes are split off from must not have imported the library.
    Benchmark("mutants", "--seconds 0", continues=True),
    Benchmark("speed", "--quick --rounds 1 --only kl_divergence", figure=True, continues=True),
    Benchmark("accuracy", "--draws 1 --only kl_divergence", figure=True),
    Benchmark("conventions"),
    Benchmark("certificates", "--pairs 2"),
    Benchmark("continuous", "--pairs 3"),
    Benchmark("quadrature_study", "--pairs 20"),
    Benchmark("estimators", "--repetitions 3 --groups 'KL of counts'"),
    Benchmark("coverage", "--repetitions 2 --n 100 --pairs 'normal | normal, mean 2'"),
    Benchmark("coverage_of_counts", "--repetitions 20"),
    Benchmark("coverage_of_information", "--repetitions 2 --sizes 100"),
    Benchmark("coverage_of_inputs", "--repetitions 2"),
    Benchmark("neighbours", "--quick --rounds 1"),
    Benchmark("transport", "--quick --rounds 1"),
    Benchmark(
        "scale",
        "--sizes 10000 --rounds 1 --tasks 'JS by states' 'JS by Dask'",
        needs="dask",
        continues=True,
    ),
    Benchmark("saturation", option="--out", suffix=".png"),
    Benchmark("js_vs_discriminator", "--largest 1", figure=True, continues=True),
    Benchmark("js_along_training", "--targets", figure=True, continues=True),
    Benchmark("gradients", "--d-steps", figure=True, continues=True),
    Benchmark("f_gans", "--objectives", figure=True, continues=True),
    Benchmark("ring", "--rows", figure=True, continues=True),
    Benchmark("digits_js", None),
    # The last: it turns off the cache of compiled programs, whose time it measures.
    Benchmark(
        "logits",
        "--rows 2 --outcomes 128 --repeats 1 --quantities kl --peers naive",
        file="logits_cpu_64x32768_float32",
    ),
)


def obstacle(benchmark: Benchmark, quick: bool) -> str:
    """Return in words why a benchmark is left out; nothing if it can run."""
    if benchmark.needs and find_spec(benchmark.needs) is None:
        return f"left out: it needs {benchmark.needs}"
    return "left out: it has no small run" if quick and benchmark.quick is None else ""


def run(benchmark: Benchmark, folder: Path, quick: bool) -> float:
    """Run a benchmark in this process, from the start, and return its seconds.

    Its results go to the folder. Small runs print nothing.
    """
    if quick and benchmark.continues:
        shutil.copy(RESULTS / f"{benchmark.file or benchmark.name}.json", folder)
    module = import_module(f"benchmarks.{benchmark.name}")
    before, sys.argv = sys.argv, [module.__name__]
    sys.argv += benchmark.arguments(folder, quick)
    start = time.perf_counter()
    try:
        if quick:
            with redirect_stdout(StringIO()):
                status = module.main()
        else:
            status = module.main()
    finally:
        sys.argv = before
    if status:
        raise RuntimeError(f"benchmarks.{benchmark.name} ended with the status {status}.")
    return time.perf_counter() - start


def commit(folder: Path) -> None:
    """Put results in place of those that are committed."""
    for path in folder.iterdir():
        shutil.move(path, (FIGURES if path.suffix == ".png" else RESULTS) / path.name)


def chosen(names: Sequence[str]) -> list[Benchmark]:
    """Return the benchmarks of these names, in the order of the table."""
    known = {benchmark.name: benchmark for benchmark in BENCHMARKS}
    wrong = [name for name in names if name not in known]
    if wrong:
        raise ValueError(f"there is no benchmark {wrong[0]!r}; these are: {', '.join(known)}.")
    return [benchmark for benchmark in BENCHMARKS if benchmark.name in names]
