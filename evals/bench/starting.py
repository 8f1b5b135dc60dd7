"""What it takes to load something, in processes that have loaded nothing before."""

import json
import subprocess
import sys

from evals.bench.timing import Times

STARTS = 7


def starts(program: str) -> tuple[Times, ...]:
    """Run a program that prints moments as a JSON list; return what lies between each two."""
    found: tuple[Times, ...] = ()
    for _ in range(STARTS):
        command = [sys.executable, "-c", program]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        at = json.loads(said)
        found = found or tuple(Times() for _ in at[1:])
        for times, begun, ended in zip(found, at, at[1:], strict=False):
            times.seconds.append(ended - begun)
    return found
