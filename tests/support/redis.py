"""A throw-away Redis for tests: the embedded server in a folder of its own."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from jirani.store import redis_server
from jirani.store.redis_server import RedisUnavailable, ensure_server, stop_server
from tests.support.wait import eventually

SETTING = "JIRANI_TESTS_REDIS"  # "system": the distribution's server instead of the wheel's


def program() -> Path:
    """Find the server that the tests run on.

    Raises:
        RedisUnavailable: there is none.
    """
    if os.environ.get(SETTING) != "system":
        return redis_server.server_program()
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            return Path(found)
    raise RedisUnavailable(f"no redis-server on the PATH ({SETTING} asks for it)")


@contextmanager
def embedded_redis() -> Iterator[Path]:
    """Run a server by the product's own launcher; yield its unix socket.

    To be used from the main thread. Raises RedisUnavailable.
    """
    with tempfile.TemporaryDirectory(prefix="redis-") as folder:
        found = program()
        try:
            with patch.object(redis_server, "server_program", lambda: found):
                address = ensure_server(Path(folder))
            yield address
        finally:
            stop_server(Path(folder))


class MortalRedis:
    """A server that a test kills and starts again; it remembers nothing."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._running: subprocess.Popen[bytes] | None = None

    @property
    def socket(self) -> Path:
        return self._folder / "redis.sock"

    @property
    def lives(self) -> bool:
        return self._running is not None

    def start(self) -> None:
        """Start it, and return once it answers; nothing happens if it lives."""
        if self._running is None:
            settings = ("--port", "0", "--unixsocket", str(self.socket), "--save", "")
            log = (self._folder / "log").open("ab")
            with log:
                command = [str(program()), *settings]
                self._running = subprocess.Popen(command, cwd=self._folder, stdout=log, stderr=log)
            eventually(self._answers)

    def kill(self) -> None:
        """End it at once, without a word of farewell."""
        if self._running is not None:
            self._running.kill()
            self._running.wait()
            self._running = None

    def _answers(self) -> bool:
        try:
            with socket.socket(socket.AF_UNIX) as line:
                line.connect(str(self.socket))
                line.sendall(b"PING\r\n")
                return line.recv(64).startswith(b"+PONG")
        except OSError:
            return False


@contextmanager
def mortal_redis() -> Iterator[MortalRedis]:
    """Run a server to be killed. Raises RedisUnavailable."""
    with tempfile.TemporaryDirectory(prefix="redis-") as folder:
        server = MortalRedis(Path(folder))
        try:
            server.start()
            yield server
        finally:
            server.kill()
