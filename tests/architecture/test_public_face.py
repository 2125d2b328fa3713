"""The public face: its names, its signatures and its docstrings."""

import ast
import importlib
import inspect
import re
import runpy
from collections import defaultdict
from pathlib import Path
from types import SimpleNamespace

import pytest

import divergences as dv

from .source import (
    FUNCTIONS,
    INFORMATION,
    LOCATED,
    MEASURES,
    MODULES,
    OF_QUANTITIES,
    RESULTS,
    ROOT,
    assert_same,
    public_names,
    tree,
)

KEYWORDS = ("base", "axis", "keepdims", "where", "method")
UNITLESS = {  # base= would be noise
    "chi_squared_divergence",
    "f_divergence",
    "hellinger_distance",
    "perplexity",
    "total_variation_distance",
    "triangular_discrimination",
    "alpha_divergence",
    "tsallis_divergence",
    "tsallis_entropy",
}
JOINT = {"conditional_entropy", "joint_entropy", "mutual_information"}  # of two variables

FACE = FUNCTIONS | MEASURES | RESULTS | INFORMATION
of_the_site = SimpleNamespace(**runpy.run_path(str(ROOT / "docs/generate/formulas.py")))
FORMULA = r"^\n {4}\S.*\n$"  # an indented paragraph
DOCUMENTED = {
    f"{module.__name__}.{name}": getattr(module, name)
    for module in (dv, dv.methods, dv.states, dv.plot, dv.testing)
    for name in public_names(module)
}


def sections(name: str) -> dict[str, str]:
    """Sections of the numpydoc docstring of a public function, by title."""
    doc = inspect.getdoc(getattr(dv, name)) or ""
    title, *parts = re.split(r"^(\w[\w ]*)\n-{3,}$", doc, flags=re.MULTILINE)
    return {"Summary": title, **dict(zip(parts[::2], parts[1::2], strict=True))}


def test_face_is_the_agreed_one():
    assert_same(public_names(dv), FACE, "Public names of divergences")


@pytest.mark.parametrize("name", sorted(FACE))
def test_every_name_is_documented(name):
    assert inspect.getdoc(getattr(dv, name)), f"{name} has no docstring"


@pytest.mark.parametrize("name", sorted(MODULES))
def test_every_module_can_be_imported_and_is_documented(name):
    module = importlib.import_module(f"divergences.{name}")
    assert module is getattr(dv, name)
    assert module.__doc__


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_docstring_has_the_sections(name):
    missing = {"Parameters", "Returns", "Examples"} - sections(name).keys()
    assert not missing, f"{name} lacks {sorted(missing)}"


@pytest.mark.parametrize("name", sorted(FUNCTIONS - OF_QUANTITIES))
def test_docstring_of_a_quantity_has_its_formula_errors_and_source(name):
    assert re.search(FORMULA, sections(name)["Summary"], re.MULTILINE)
    missing = {"Raises", "Notes", "References"} - sections(name).keys()
    assert not missing, f"{name} lacks {sorted(missing)}"


@pytest.mark.parametrize("name", sorted(DOCUMENTED))
def test_formulas_are_text_in_a_terminal_and_can_be_set(name):
    doc = inspect.getdoc(DOCUMENTED[name]) or ""
    assert not re.search(r":math:|math::|\\[a-zA-Z]{2}", doc), "formulas are written as text"
    for formula in of_the_site.formulas(doc):
        tex = of_the_site.tex(formula)
        assert tex.count("{") == tex.count("}")
        assert not re.findall(r"[^\x00-\x7fΑ-ω]|(?<!\\)#", tex), f"what TeX lacks in {tex}"


@pytest.mark.parametrize(
    ("text", "tex"),
    [
        ("KL(P‖Q) = ∑_i p_i log(p_i / q_i)", r"KL(P\|Q)=\sum_ip_i\log\left(\frac{p_i}{q_i}\right)"),
        ("(a + b)² / (2 (a - b)),   c", r"\frac{(a+b)^2}{2(a-b)},\qquadc"),
        ("√(½ q_(i,j)^(1-α)) → p̂", r"\sqrt{\tfrac12q_{i,j}^{1-α}}\to\hatp"),
    ],
)
def test_formulas_are_set(text, tex):
    found = re.sub(r"\\operatorname\{(\w+)\}| ", r"\1", of_the_site.tex(text))
    assert found == tex


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_docstring_stands_whole_in_the_source(name):
    function = getattr(dv, name)
    (node,) = (
        node
        for node in tree(Path(inspect.getfile(inspect.unwrap(function)))).body
        if isinstance(node, ast.FunctionDef) and node.name == name and ast.get_docstring(node)
    )
    assert ast.get_docstring(node) == inspect.getdoc(function)


@pytest.mark.parametrize("joint", [True, False])
def test_what_functions_have_in_common_is_said_alike(joint):
    said = defaultdict(set)
    for name in FUNCTIONS - LOCATED - OF_QUANTITIES:
        if (name in JOINT) == joint:
            for entry in re.split(r"\n(?=\S)", sections(name)["Parameters"].strip()):
                said[entry.partition(" :")[0]].add(entry)
            said["Raises"].add(sections(name)["Raises"].partition("    Also ")[0].strip())
    assert {"p", "base", "axis", "keepdims", "where", "method"} <= said.keys()
    different = {name: texts for name, texts in said.items() if len(texts) > 1}
    assert not different, different


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_docstring_names_every_parameter(name):
    entries = re.findall(
        r"^\*{0,2}(\w[\w, *]*?)(?: : .*)?$", sections(name)["Parameters"], re.MULTILINE
    )
    documented = {word.strip(" *") for entry in entries for word in entry.split(",")}
    assert_same(
        documented, inspect.signature(getattr(dv, name)).parameters, f"Parameters of {name}"
    )


@pytest.mark.parametrize("name", sorted(FUNCTIONS - LOCATED - OF_QUANTITIES))
def test_signature_has_the_common_keywords(name):
    parameters = inspect.signature(getattr(dv, name)).parameters
    expected = [keyword for keyword in KEYWORDS if keyword != "base" or name not in UNITLESS]
    missing = [keyword for keyword in expected if keyword not in parameters]
    assert not missing, f"{name} lacks {missing}"
    positional = [k for k in expected if parameters[k].kind is not inspect.Parameter.KEYWORD_ONLY]
    assert not positional, f"{name} takes {positional} by position"


@pytest.mark.parametrize("name", sorted(LOCATED))
def test_of_located_distributions_all_else_is_a_keyword(name):
    parameters = inspect.signature(getattr(dv, name)).parameters
    positional = [k for k, v in parameters.items() if v.kind is not inspect.Parameter.KEYWORD_ONLY]
    assert set(positional) <= {"p", "q", "order"}


@pytest.mark.parametrize("name", sorted(FUNCTIONS - OF_QUANTITIES))
def test_quantities_take_distributions_first_and_in_order(name):
    parameters = list(inspect.signature(getattr(dv, name)).parameters)
    assert parameters[0] == "p"
    assert "q" not in parameters or parameters[1] == "q"
