"""Settings shared by every test.

Runs are reproducible: Hypothesis draws the same examples every time, and JAX computes on the CPU
unless `JAX_PLATFORMS` says otherwise. Set `HYPOTHESIS_PROFILE=deep` to search new ground.

No flag of JAX is flipped here. A test in double precision says so itself, by
``with jax.enable_x64(True)``, because users of both settings exist.
"""

import os

from hypothesis import settings

os.environ.setdefault("JAX_PLATFORMS", "cpu")

settings.register_profile("dev", max_examples=50, deadline=None, derandomize=True)
settings.register_profile("ci", settings.get_profile("dev"), max_examples=100, print_blob=True)
settings.register_profile("deep", max_examples=5000, deadline=None, derandomize=False)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if "CI" in os.environ else "dev"))
