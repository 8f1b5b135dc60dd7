"""A throw-away Redis for tests: the embedded server in a folder of its own."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from jirani.store import redis_server
from jirani.store.redis_server import RedisUnavailable, ensure_server, stop_server

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
