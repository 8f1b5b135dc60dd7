"""A throw-away PgBouncer in transaction mode, before a test's own PostgreSQL."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL

from tests.support.postgres import User, somebody_else
from tests.support.wait import eventually

PORT = 6432  # only names the socket
SERVERS = 3  # connections to PostgreSQL, for however many clients

_SETTINGS = """
[databases]
* = host={postgres} user=owner

[pgbouncer]
pool_mode = transaction
default_pool_size = {servers}
max_client_conn = 500
server_round_robin = 1
unix_socket_dir = {home}
listen_port = {port}
auth_type = any
logfile = {home}/log
"""


def program() -> Path | None:
    """Find the pooler; Debian keeps it where only root looks."""
    found = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    return Path(found) if found else None


@contextmanager
def pgbouncer(postgres: str) -> Iterator[str]:
    """Run a pooler before the server in a socket folder; yield a socket folder of its own."""
    who = somebody_else() if os.geteuid() == 0 else User()  # it refuses to run as root
    home = Path(tempfile.mkdtemp(prefix="pgb-"))
    settings = home / "pgbouncer.ini"
    settings.write_text(_SETTINGS.format(postgres=postgres, home=home, port=PORT, servers=SERVERS))
    if who:
        os.chown(home, who["user"], who["group"])
    running = subprocess.Popen([str(program()), "-q", str(settings)], cwd=home, **who)
    try:
        eventually((home / f".s.PGSQL.{PORT}").exists)
        yield str(home)
    finally:
        running.kill()
        running.wait()
        shutil.rmtree(home, ignore_errors=True)


def through(pooler: str, database: URL) -> URL:
    """Address a database through the pooler in a socket folder."""
    return database.set(query={"host": pooler, "port": str(PORT)})
