"""Every functional is reachable: it has a documented public function of its own name."""

import importlib
import inspect
import pkgutil
from dataclasses import replace

import pytest

import divergences as dv
import divergences.functionals
from divergences.core import Functional, Laws

from .source import FUNCTIONS, OF_QUANTITIES, public_names

WITHOUT_MEMBER = {"f_divergence", "two_sample_test"} | OF_QUANTITIES


def members() -> dict[str, Functional]:
    """Functionals found in the modules of `divergences.functionals`, by name."""
    found = {}
    package = divergences.functionals
    for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        for value in vars(importlib.import_module(info.name)).values():
            if isinstance(value, Functional):
                found[value.name] = value
    return found


def test_there_are_functionals():
    assert members()


def test_every_functional_class_is_abstract_or_has_a_member():
    classes, waiting = set(), [Functional]
    members_ = {type(member) for member in members().values()}
    while waiting:
        for cls in waiting.pop().__subclasses__():
            waiting.append(cls)
            if cls.__module__.startswith("divergences.functionals."):
                classes.add(cls)
    unused = [
        cls.__qualname__
        for cls in classes
        if not inspect.isabstract(cls) and not any(issubclass(m, cls) for m in members_)
    ]
    assert not unused, f"classes without a module-level instance: {sorted(unused)}"


def test_every_functional_has_its_public_function():
    missing = []
    for name in members():
        if name not in public_names(dv):
            missing.append(f"public function divergences.{name}")
        elif not inspect.getdoc(getattr(dv, name)):
            missing.append(f"docstring of divergences.{name}")
    assert not missing, "Missing: " + ", ".join(missing)


@pytest.mark.parametrize("name", sorted(FUNCTIONS - WITHOUT_MEMBER))
def test_function_and_member_lead_to_each_other(name):
    function = getattr(dv, name)
    assert function.member is members()[name]
    assert function.member.function is function


def test_members_of_any_order_lead_to_the_one_function():
    assert dv.renyi_divergence.member.order is None
    assert replace(dv.renyi_divergence.member, order=2.0).function is dv.renyi_divergence


@pytest.mark.parametrize("name", sorted(WITHOUT_MEMBER))
def test_functions_of_no_one_quantity_have_no_member(name):
    assert not hasattr(getattr(dv, name), "member")


def test_every_functional_states_its_laws():
    missing = [n for n, member in members().items() if not isinstance(member.laws, Laws)]
    assert not missing, f"Missing laws: {missing}"
