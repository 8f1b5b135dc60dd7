"""The repository's own files."""

import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PACKAGES: list[str] = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]


def sources(*folders: str) -> Iterator[Path]:
    """Yield the Python files below these folders of the repository."""
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def tracked(*folders: str) -> list[str]:
    """Return the paths that git tracks below these folders, as far as they are there."""
    # A checkout may belong to somebody else than who runs the tests: git would refuse it.
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z", "--", *folders]
    try:
        run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    except FileNotFoundError:
        pytest.skip("needs git")
    if run.returncode != 0:
        pytest.skip("needs a git checkout")
    return [path for path in run.stdout.split("\0") if path and (ROOT / path).exists()]
