"""Ensembles give the same numbers on one, two and four simulated devices."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[2]


def test_numbers_do_not_depend_on_the_number_of_devices():
    # The number of devices is chosen when JAX starts: in a process of its own.
    flags = f"{os.environ.get('XLA_FLAGS', '')} --xla_force_host_platform_device_count=4"
    process = subprocess.run(
        [sys.executable, "-m", "tests.gan.on_devices"],
        env=os.environ | {"XLA_FLAGS": flags, "JAX_PLATFORMS": "cpu"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 0, process.stderr
    runs = json.loads(process.stdout)
    assert runs["most"] == [1, 2, 3, 4, 1, 3, 4]
    alone = runs["1"]
    for count in (2, 4):
        several = runs[str(count)]
        assert several["devices"] == [count, count]
        assert several["largest share"] == [4 // count, 4 // count]
        for name in ("games", "pairs"):
            assert len(alone[name]) == len(several[name]) > 1
            for first, second in zip(alone[name], several[name], strict=True):
                np.testing.assert_allclose(second, first, rtol=1e-6, atol=1e-6)
