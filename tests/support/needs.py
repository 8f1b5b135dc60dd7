"""What the tests need of a machine: skipped and counted where it is missing, unless required."""

import os
import sqlite3
import subprocess
from collections import Counter
from collections.abc import Iterable
from typing import NoReturn

import pytest

from jirani.store.redis_server import RedisUnavailable
from tests.support.postgres import programs
from tests.support.redis import program

SETTING = "JIRANI_TESTS_NEED"  # "postgres,redis": there a missing part fails
_SKIPPED = "Skipped: needs "


def missing(part: str, why: str) -> NoReturn:
    """Fail a test whose part of the machine is required, else skip it."""
    required = {each.strip() for each in os.environ.get(SETTING, "").split(",")}
    reason = f"needs {part}: {why}"
    if part in required:
        pytest.fail(f"{reason} ({SETTING} asks for it)", pytrace=False)
    pytest.skip(reason)


def lacking(skipped: Iterable[pytest.TestReport]) -> Counter[str]:
    """Count the tests that were skipped because the machine lacks something, by what it is."""
    reasons = (str(each.longrepr[2]) for each in skipped if isinstance(each.longrepr, tuple))
    return Counter(
        reason.removeprefix("Skipped: ") for reason in reasons if reason.startswith(_SKIPPED)
    )


def found() -> str:
    """Say in one line which databases and which Redis the tests run on."""
    return f"Ran on SQLite {sqlite3.sqlite_version}, {_postgres()}, {_redis()}."


def _postgres() -> str:
    folder = programs()
    if folder is None:
        return "no PostgreSQL"
    said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True)
    return f"PostgreSQL {said.stdout.split()[2]}" if said.returncode == 0 else f"{folder} (broken)"


def _redis() -> str:
    try:
        return f"Redis ({program().name})"
    except RedisUnavailable:
        return "no Redis"
