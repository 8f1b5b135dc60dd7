"""What it takes to load something, in processes that have loaded nothing before."""

import json
import subprocess
import sys
from tempfile import TemporaryDirectory

from evals.bench.timing import Times

STARTS = 7
_WRITES_BYTECODE = "import sys; sys.dont_write_bytecode = False\n"


def starts(program: str) -> tuple[Times, ...]:
    """Run a program that prints moments as a JSON list; return what lies between each two.

    It runs as what is installed does, from bytecode: a first run, not counted, writes that.
    """
    found: tuple[Times, ...] = ()
    with TemporaryDirectory() as bytecode:
        kept = f"pycache_prefix={bytecode}"
        command = [sys.executable, "-X", kept, "-c", _WRITES_BYTECODE + program]
        subprocess.run(command, capture_output=True, check=True)
        for _ in range(STARTS):
            said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
            at = json.loads(said)
            found = found or tuple(Times() for _ in at[1:])
            for times, begun, ended in zip(found, at, at[1:], strict=False):
                times.seconds.append(ended - begun)
    return found
