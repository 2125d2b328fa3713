"""A process that is killed, as by the kernel where memory runs out, leaves what --resume needs."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from gan.cli import main

ROOT = Path(__file__).parents[2]
NAMES = [f"normal-mu-{mu}" for mu in (0, 0.5, 1, 2, 3, 4, 6)]
SETTINGS = """
width = 8
depth = 1
batch = 55
steps = 2000
chunks = 20
seeds = 1
replicates = 2
held_out = 144
"""


def test_a_killed_run_is_resumed_bit_for_bit(tmp_path):
    (tmp_path / "settings.toml").write_text(SETTINGS)
    arguments = ["verify", "--pairs", *NAMES, "--config", str(tmp_path / "settings.toml"), "--out"]
    checkpoint = tmp_path / "killed/partial/checkpoint/report.json"
    with subprocess.Popen(
        [sys.executable, "-m", "gan", *arguments, str(tmp_path / "killed")],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
    ) as process:
        while not checkpoint.exists() and process.poll() is None:
            time.sleep(0.01)
        process.kill()
    assert process.returncode == -signal.SIGKILL  # it had more to do
    finished = json.loads(checkpoint.read_text())["records"]
    assert 0 < len(finished) < len(NAMES)

    # So short a training misses some pairs: 1 is the status of that.
    assert main([*arguments, str(tmp_path / "killed"), "--resume"]) in (0, 1)
    assert main([*arguments, str(tmp_path / "whole")]) in (0, 1)
    resumed, whole = (
        json.loads((tmp_path / name / "report.json").read_text())["records"]
        for name in ("killed", "whole")
    )
    assert resumed[: len(finished)] == finished
    for record in (*resumed, *whole):
        del record["seconds"]
    assert resumed == whole
