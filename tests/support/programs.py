"""Running a command of ours: as a real process of its own, or here."""

import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import structlog
from click.testing import CliRunner

from tests.support.tree import ROOT

Outcome = tuple[int, str, str]  # exit code, what was said, what was complained of


def start(name: str, *arguments: str, folder: Path, **settings: str) -> subprocess.Popen[str]:
    """Start `jirani NAME` in a folder; nothing is set but what is given."""
    code = f"from app.commands.{name} import command; command(prog_name='jirani {name}')"
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        cwd=folder,
        env=environment(**_named(settings)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(process: subprocess.Popen[str], seconds: float = 60) -> Outcome:
    """Wait for its end, but not for ever."""
    try:
        said, complained = process.communicate(timeout=seconds)
    finally:
        process.kill()
    return process.returncode, said, complained


def here(name: str, *arguments: str, **settings: str) -> Outcome:
    """Run `jirani NAME` in this process: the same, but quicker."""
    command = import_module(f"app.commands.{name}").command
    try:
        result = CliRunner().invoke(command, arguments, env=_named(settings))
    finally:
        structlog.reset_defaults()  # the runner's standard error is closed by now
    assert result.exception is None or isinstance(result.exception, SystemExit), result
    return result.exit_code, result.stdout, result.stderr


def shell(lines: str, folder: Path, **variables: str) -> Outcome:
    """Run shell lines in a folder; the first that fails ends them."""
    run = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", lines],
        cwd=folder,
        env=environment(**variables),
        capture_output=True,
        text=True,
    )
    return run.returncode, run.stdout, run.stderr


def environment(**variables: str) -> dict[str, str]:
    """Return this process's environment without settings of ours, and with these variables."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("JIRANI_")}
    return {**kept, "PYTHONPATH": str(ROOT), **variables}


def _named(settings: dict[str, str]) -> dict[str, str]:
    return {f"JIRANI_{name.upper()}": value for name, value in settings.items()}
