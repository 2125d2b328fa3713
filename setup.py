"""Build the optional extension; everything else about the project is in pyproject.toml.

DIVERGENCES_PURE=1 leaves it out, as does the lack of a C compiler.
"""

import os
import sysconfig
from hashlib import sha256
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

FOLDER = Path("divergences/numerics/compiled")
GCC = ["-O3", "-g0", "-std=c11", "-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math"]
LIMITED = not sysconfig.get_config_var("Py_GIL_DISABLED")  # setuptools refuses it there


class Build(build_ext):
    """Compile with the flags of the compiler in use."""

    def build_extension(self, ext: Extension) -> None:  # noqa: D102
        ext.extra_compile_args = GCC if self.compiler.compiler_type == "unix" else ["/O2"]
        super().build_extension(ext)


sources = sorted(path for path in FOLDER.iterdir() if path.suffix in (".c", ".h"))
digest = sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:16]
sums = Extension(
    name="divergences.numerics.compiled._sums",
    sources=[str(FOLDER / "sums.c")],
    depends=[str(path) for path in sources],
    define_macros=[("SOURCE", f'"{digest}"')],
    py_limited_api=LIMITED,
    optional=True,
)
setup(
    ext_modules=[sums] if os.environ.get("DIVERGENCES_PURE", "0") in ("", "0") else [],
    cmdclass={"build_ext": Build},
    options={"bdist_wheel": {"py_limited_api": "cp311"}} if LIMITED else {},
)
