"""Programs on simulated devices, whose number is chosen when JAX starts: processes of their own."""

import json
import os
import subprocess
import sys
from typing import Any

from tests.architecture.source import ROOT


def on_four_devices(*command: str, **environment: str) -> Any:
    """Run Python with four devices of JAX, and return the JSON of the last line that it prints."""
    flags = f"{os.environ.get('XLA_FLAGS', '')} --xla_force_host_platform_device_count=4"
    run = subprocess.run(
        [sys.executable, *command],
        env=os.environ | environment | {"XLA_FLAGS": flags, "JAX_PLATFORMS": "cpu"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout.splitlines()[-1])
