"""What it takes to load something, in processes that have loaded nothing before."""

import json
import os
import subprocess
import sys
from tempfile import TemporaryDirectory

from evals.bench.timing import Times

STARTS = 7


def starts(program: str) -> tuple[Times, ...]:
    """Run a program that prints moments as a JSON list; return what lies between each two.

    It runs as what is installed does, from bytecode: a first run, not counted, writes that.
    """
    found: tuple[Times, ...] = ()
    with TemporaryDirectory() as bytecode:
        _moments(program, bytecode)
        for _ in range(STARTS):
            at = _moments(program, bytecode)
            found = found or tuple(Times() for _ in at[1:])
            for times, begun, ended in zip(found, at, at[1:], strict=False):
                times.seconds.append(ended - begun)
    return found


def _moments(program: str, bytecode: str) -> list[float]:
    asked = {"PYTHONPYCACHEPREFIX": bytecode, "PYTHONDONTWRITEBYTECODE": ""}
    said = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, **asked},
    )
    moments: list[float] = json.loads(said.stdout)
    return moments
