"""The power family compiled as one function of all: its members share what takes long to compile.

Arrays of JAX, of equal shapes, go through one compiled function for all members and all orders.
"""

from functools import cache

import jax

import divergences as dv
from divergences.testing.members import members

MEASURES = {"probabilities": lambda x: x, "weights": dv.Weights, "logits": dv.Logits}


def takes_order(member):
    return getattr(member.functional, "order", None) is not None


def public(member):
    """The public function of a member, and its order if it has one, as keywords."""
    function = getattr(member.function, "func", member.function)
    return function, {"alpha": member.functional.order} if takes_order(member) else {}


def companions(member):
    """The public functions that are compiled together with that of the member, which is one."""
    return _power_family(member.arity) if takes_order(member) else (public(member)[0],)


@cache
def _power_family(arity):
    with_order = [m for m in members(joint=False) if takes_order(m) and m.arity == arity]
    return tuple(dict.fromkeys(public(m)[0] for m in with_order))


def called(function, order, *measures, **options):
    """Call a function that is compiled with others, of which some take an order."""
    keywords = {} if function is dv.bhattacharyya_distance else order
    return function(*measures, **keywords, **options)


@cache
def _compiled(functions, kind, vectorised=False):
    def values(order, xs, options):
        def values_of(*xs):
            return [called(f, order, *map(MEASURES[kind], xs), **options) for f in functions]

        return (jax.vmap(values_of) if vectorised else values_of)(*xs)

    return jax.jit(values)


def value_under_jax(member, kind, xs, **options):
    """The value of a member: by its companions' compiled function, or as users call it alone."""
    function, order = public(member)
    functions = companions(member)
    if len(functions) == 1:
        return function(*map(MEASURES[kind], xs), **order, **options)
    return _compiled(functions, kind)(order, xs, options)[functions.index(function)]


def vectorised_value_under_jax(member, kind, xs):
    """The values of a member for each row of `xs`, vectorised and compiled with its companions."""
    function, order = public(member)
    functions = companions(member)
    return _compiled(functions, kind, vectorised=True)(order, xs, {})[functions.index(function)]
