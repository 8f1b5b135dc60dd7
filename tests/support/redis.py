"""A throw-away Redis for tests: the embedded server in a folder of its own."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jirani.store.redis_server import ensure_server, stop_server


@contextmanager
def embedded_redis() -> Iterator[Path]:
    """Run a server; yield its unix socket. To be used from the main thread."""
    with tempfile.TemporaryDirectory(prefix="redis-") as folder:
        try:
            yield ensure_server(Path(folder))
        finally:
            stop_server(Path(folder))
