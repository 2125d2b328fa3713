"""What a type checker infers of calls of the public functions, and what it refuses."""

import ast
import inspect
import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import jax.numpy as jnp
import pytest

import divergences as dv
from divergences.api.members import registry

HERE = Path(__file__).parent
ROOT = Path(dv.__file__).parents[1]


def tree(path: Path) -> ast.Module:
    """Syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"))


STUBS = sorted((ROOT / "divergences" / "api").glob("*.pyi"))
OVERLOADED = {
    (node.name, i): node
    for path in STUBS
    for i, node in enumerate(tree(path).body)
    if isinstance(node, ast.FunctionDef)
}


def errors(file: str, folder: Path) -> dict[int, str]:
    """Errors that basedpyright finds in a file in strict mode, by line."""
    if find_spec("basedpyright") is None:
        pytest.skip("basedpyright is not installed; the extra dev has it.")
    settings = {
        "include": [str(HERE / file)],
        "extraPaths": [str(ROOT)],
        "typeCheckingMode": "strict",
    }
    (folder / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    command = [sys.executable, "-m", "basedpyright", "--outputjson", "-p", str(folder)]
    command += ["--pythonpath", sys.executable]
    run = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=240)
    report = json.loads(run.stdout)
    assert report["summary"]["filesAnalyzed"] == 1, run.stdout
    return {
        found["range"]["start"]["line"] + 1: found["message"]
        for found in report["generalDiagnostics"]
        if found["severity"] == "error"
    }


def test_types_of_typical_calls_are_inferred(tmp_path):
    assert (HERE / "typical_calls.py").read_text(encoding="utf-8").count("assert_type(") >= 40
    assert not errors("typical_calls.py", tmp_path)


def test_wrong_calls_are_refused(tmp_path):
    lines = (HERE / "wrong_calls.py").read_text(encoding="utf-8").splitlines()
    wrong = {number for number, line in enumerate(lines, 1) if line.endswith("# refused")}
    assert len(wrong) >= 10
    assert errors("wrong_calls.py", tmp_path).keys() == wrong


def test_typical_calls_run():
    from . import typical_calls

    typical_calls.of_numpy_arrays()
    typical_calls.of_lists()
    typical_calls.of_jax_arrays(jnp.asarray(typical_calls.P), jnp.asarray(typical_calls.Q))
    typical_calls.of_distributions()
    typical_calls.of_counts_and_samples()


def test_every_quantity_has_overloads():
    assert {name for name, _ in OVERLOADED} == registry().keys() | {"f_divergence"}


@pytest.mark.parametrize("overload", OVERLOADED.values(), ids=lambda node: f"{node.name}")
def test_overloads_have_the_parameters_of_the_function(overload):
    function = getattr(dv, overload.name)
    (whole,) = (
        node
        for node in tree(Path(inspect.getfile(inspect.unwrap(function)))).body
        if isinstance(node, ast.FunctionDef) and node.name == overload.name
    )
    for arguments in (overload.args, whole.args):
        for argument in ast.walk(arguments):
            if isinstance(argument, ast.arg):
                argument.annotation = None
    assert ast.unparse(overload.args) == ast.unparse(whole.args)
