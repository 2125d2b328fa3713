"""What accompanies a release agrees with what is released."""

import importlib
import re
import subprocess
import sys
import tomllib

import pytest

import divergences as dv

from .source import FUNCTIONS, INFORMATION, MEASURES, MODULES, RESULTS, ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def text(name: str) -> str:
    """Text of a file at the root of the checkout."""
    return (ROOT / name).read_text(encoding="utf-8")


def test_there_is_one_version():
    assert dv.__version__ == PROJECT["version"]
    (cited,) = re.findall(r"^version: (.+)$", text("CITATION.cff"), re.MULTILINE)
    assert cited == dv.__version__
    assert f"version = {{{dv.__version__}}}" in text("docs/project/cite.md")


def test_versions_of_python_are_those_that_are_tested():
    classified = set(re.findall(r":: (3\.\d+)$", "\n".join(PROJECT["classifiers"]), re.MULTILINE))
    assert set(re.findall(r'"(3\.\d+)"', text(".github/workflows/test.yml"))) == classified
    lower = PROJECT["requires-python"].removeprefix(">=")
    assert min(classified, key=lambda v: int(v[2:])) == lower


def test_oldest_dependencies_that_are_tested_are_those_required():
    oldest = dict(re.findall(r'"([\w-]+)==([\d.]+)\.\*"', text(".github/workflows/test.yml")))
    assert oldest == dict(d.split(">=") for d in PROJECT["dependencies"])


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "SECURITY.md"])
def test_links_lead_somewhere(name):
    links = re.findall(r"\]\(([^)#]+)\)", text(name))
    assert not [link for link in links if "://" not in link and not (ROOT / link).exists()]


def test_commands_are_functions():
    for place in PROJECT["scripts"].values():
        module, name = place.split(":")
        assert callable(getattr(importlib.import_module(module), name))


def test_files_of_the_release_are_in_the_source_archive():
    listed = text("MANIFEST.in")
    for name in ("CHANGELOG.md", "CITATION.cff", "CONTRIBUTING.md", "SECURITY.md"):
        assert name in listed
        assert (ROOT / name).exists()


def test_help_lists_every_public_name_with_a_line():
    for name in FUNCTIONS | MEASURES | RESULTS | INFORMATION:
        first = (getattr(dv, name).__doc__ or "").strip().partition("\n")[0]
        assert f"    {name}\n        {first}\n" in dv.__doc__
    assert all(name in dv.__doc__ for name in MODULES)


def test_dir_has_the_public_names_alone():
    expected = FUNCTIONS | MEASURES | RESULTS | INFORMATION | MODULES | {"__version__"}
    assert set(dir(dv)) == expected


def test_testing_is_imported_when_it_is_used():
    lines = (
        "import sys, divergences as dv",
        "assert 'divergences.testing' not in sys.modules",
        "dv.testing.check_divergence",
    )
    subprocess.run([sys.executable, "-c", "\n".join(lines)], check=True)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("entropie", "entropy"),
        ("js_divergence", "jensen_shannon_divergence"),
        ("kl", "kl_divergence"),
        ("tv", "total_variation_distance"),
        ("jensenshannon", "jensen_shannon_distance"),
    ],
)
def test_a_name_that_there_is_not_is_refused_with_what_is_close(name, meant):
    with pytest.raises(AttributeError, match=f"no attribute '{name}'; close to it: .*{meant}"):
        getattr(dv, name)
