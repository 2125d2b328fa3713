"""The functions of other libraries, and ours, checked as anybody's: `--peers`."""

from __future__ import annotations

import platform
import re
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from typing import Any

import numpy as np

from divergences.testing.checking import check_divergence
from divergences.testing.estimators import check_estimator
from divergences.testing.members import members
from divergences.testing.peers import PEERS, Peer
from divergences.testing.report import STATUSES, Report

GROUPS = {
    "simple": ("simple",),
    "ordinary": ("generic", "permuted", "equal", "dependent"),
    "zeros": ("with_zeros", "zeros_in_p", "zeros_in_both", "disjoint", "joint_with_zeros"),
    "near equality": (
        *("close", "close_of_all_sizes", "close_in_one", "one_ulp_apart", "near_uniform"),
        *("loose_totals", "nearly_independent", "independent"),
    ),
    "all sizes": (
        *("wide", "near_certain", "nearly_disjoint", "subnormal"),
        *("nearly_determined", "wide_joint"),
    ),
}
_TORCH = "p, q = torch.tensor(p), torch.tensor(q)"
_BOTH = ("kl_divergence", "jensen_shannon_divergence")
_OUR_ESTIMATORS = (
    ("entropy", "counts", "dv.entropy(dv.Counts(x))"),
    ("kl_divergence", "counts", "dv.kl_divergence(dv.Counts(x), dv.Counts(y))"),
    (
        "jensen_shannon_divergence",
        "counts",
        "dv.jensen_shannon_divergence(dv.Counts(x), dv.Counts(y))",
    ),
    ("mutual_information", "counts", "dv.mutual_information(dv.Counts(x))"),
    ("entropy", "samples", "dv.entropy(dv.Sample(x), method=dv.methods.Spacings())"),
    ("kl_divergence", "samples", "dv.kl_divergence(dv.Sample(x), dv.Sample(y))"),
)


def ours() -> list[tuple[Peer, str]]:
    """Return the library's own functions as those of a peer, with the dtypes to check."""
    face, call = "divergences", "import divergences as dv"
    named = {m.name: "p" if m.arity == 1 else "p, q" for m in members(orders=(2.0,))}
    without_order = [n for n in named if not re.search("alpha|renyi|tsallis|bhatt", n)]
    numpy = tuple((f"{n}({named[n]})", f"dv.{n}({named[n]})") for n in without_order)
    jax = tuple((f"{n}(p, q)", f"jax.jit(dv.{n})(p, q)") for n in _BOTH)
    torch = tuple((f"{n}(p, q)", f"dv.{n}(p, q)") for n in _BOTH)
    found = [
        Peer(f"{face}, NumPy", face, call, numpy, estimators=_OUR_ESTIMATORS),
        Peer(f"{face}, JAX", face, "import jax\n" + call, jax),
        Peer(f"{face}, PyTorch", face, "import torch\n" + call, torch, view=_TORCH),
    ]
    return [(peer, dtype) for peer in found for dtype in ("float64", "float32")]


def conformance(
    names: Sequence[str] = (), only_peers: bool = False, of_estimators: bool = True
) -> dict[str, Any]:
    """Return a row for each function and estimator of the peers that are installed.

    Parameters
    ----------
    names : sequence of str, optional
        Packages or libraries; default: all. Functions of samples cannot be given these masses.
    only_peers : bool, default False
        Whether to leave out our own functions.
    of_estimators : bool, default True
        Whether to check estimators too.

    Returns
    -------
    dict
        The date, the version of Python, ``"rows"`` of functions, ``"estimators"``, ``"missing"``:
        the libraries that do not run, with the reason.
    """
    wanted = {name.lower() for name in names}
    pairs = [(peer, "float64") for peer in PEERS] + ([] if only_peers else ours())
    rows: list[dict[str, Any]] = []
    estimators: list[dict[str, Any]] = []
    missing: dict[str, str] = {}
    for peer, dtype in pairs:
        if wanted and not wanted & {peer.library.lower(), peer.package.lower()}:
            continue
        try:
            version(peer.package)
            exec(peer.imports, {})
        except (PackageNotFoundError, ImportError, AttributeError) as error:
            missing[peer.library] = f"{type(error).__name__}: {error}"
            continue
        rows += [_row(peer, *found, dtype) for found in _functions(peer)]
        if of_estimators and dtype == "float64":
            estimators += [_estimator(peer, *found) for found in peer.estimators]
    known = {x.lower() for peer, _ in pairs for x in (peer.library, peer.package)}
    missing |= {name: "not in the list of peers" for name in names if name.lower() not in known}
    return {
        "date": date.today().isoformat(),
        "python": platform.python_version(),
        "rows": rows,
        "estimators": estimators,
        "missing": missing,
    }


def _functions(peer: Peer) -> Iterator[tuple[str, str, float | None]]:
    """Yield calls, the quantities that they should be, and orders."""
    for like, call in peer.calls if peer.takes != "samples" else ():
        found = re.fullmatch(r"(\w+)\(p(?:, q)?(?:, (-?[\d.]+))?\)", like)
        if found:  # weights are not for everybody
            yield call, found[1], float(found[2]) if found[2] else None


def _row(peer: Peer, call: str, like: str, order: float | None, dtype: str) -> dict[str, Any]:
    double: Any = nullcontext()
    if find_spec("jax") and dtype == "float64":
        import jax  # a function of JAX may be behind any call

        double = jax.enable_x64(True)
    with double:
        report = check_divergence(
            peer.function(call), like, order=order, dtype=dtype, takes="masses"
        )
    return {
        "library": peer.library,
        "version": version(peer.package),
        "call": call,
        "like": report.like,
        "dtype": dtype,
        "convention": str(report.convention) if report.convention.known else None,
        "statuses": {law.name: law.status for law in report.laws.values()},
        "ulp": dict(_by_group(report)),
        "counterexample": _counterexample(peer, call, report),
    }


def _estimator(peer: Peer, like: str, kind: str, call: str) -> dict[str, Any]:
    report = check_estimator(peer.estimator(call), like, kind, name="estimate")
    example = _worst(report)
    given = "x" if re.search(r"\by\b", call) is None else "x, y"
    return {
        "library": peer.library,
        "version": version(peer.package),
        "call": call,
        "like": report.like,
        "takes": kind,
        "convention": str(report.convention) if report.convention.known else None,
        "statuses": {law.name: law.status for law in report.laws.values()},
        "counterexample": example
        and {
            "law": f"{example.name}: {example.status}",
            "says": example.counterexample.message,
            "script": f"import numpy as np\n{peer.imports}\n\ndef estimate({given}):\n"
            f"    return {call}\n\n{example.counterexample.line}",
        },
    }


def _by_group(report: Report) -> Iterator[tuple[str, dict[str, float | str]]]:
    """Yield the worst and the median error of each group of regions."""
    for group, regions in GROUPS.items():
        found = [u for r in regions if r in report.errors for u in report.errors[r].ulps]
        if found:
            worst, median = max(found), float(np.median(found))
            yield group, {"worst": _plain(worst), "median": _plain(median)}


def _plain(x: float) -> float | str:
    return float(f"{x:.3g}") if np.isfinite(x) else "inf"


def _worst(report: Report) -> Any:
    """Return the law that is broken most, in the smallest case; None if none is."""
    broken = [law for law in report.laws.values() if law.counterexample]

    def rank(law: Any) -> tuple[int, int]:
        return -STATUSES.index(law.status), law.counterexample.outcomes

    return min(broken, key=rank, default=None)


def _counterexample(peer: Peer, call: str, report: Report) -> dict[str, str] | None:
    """Return the smallest counterexample of the worst finding, as a script."""
    law = _worst(report)
    if law is None:
        return None
    calls = law.counterexample.line.partition("  # ")[0]
    return {
        "law": f"{law.name}: {law.status}",
        "says": law.counterexample.message,
        "calls": calls,
        "script": f"{peer.code(call)}\nprint({calls})",
    }


def text(found: dict[str, Any]) -> str:
    """Return the findings as lines: what is broken, and the worst errors by group."""
    lines = []
    for row in (*found["rows"], *found["estimators"]):
        broken: dict[str, list[str]] = {}
        for law, status in row["statuses"].items():
            if status not in ("pass", "not claimed"):
                broken.setdefault(status, []).append(law)
        said = "; ".join(f"{status}: {', '.join(laws)}" for status, laws in broken.items())
        kind = row["dtype"] if "dtype" in row else row["takes"]
        lines.append(f"{row['library']} {row['version']}, {kind}: {row['call']}")
        lines.append(f"  as {row['like']}: {row['convention'] or 'no convention fits'}")
        lines.append(f"  {said or 'every law holds'}")
        if "ulp" in row:
            worst = ", ".join(f"{group} {e['worst']}" for group, e in row["ulp"].items())
            lines.append(f"  worst ulp: {worst}")
        if row["counterexample"]:
            lines.append("  " + row["counterexample"]["says"])
    lines += [f"not checked: {name} ({why})" for name, why in found["missing"].items()]
    return "\n".join(lines)
