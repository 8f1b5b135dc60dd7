import asyncio
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from app.http.channel import NAME
from app.settings import Settings
from app.wiring import opened
from tests.support.programs import ended, here, start

pytestmark = pytest.mark.anyio


@pytest.fixture
def folder() -> Iterator[Path]:
    """A data folder by a name short enough for a socket in it."""
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


@contextmanager
def serving(folder: Path, **settings: str) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """Run `jirani serve` on any port; yield the process and its address."""
    process = start("serve", "--port", "0", folder=folder, data_dir=str(folder), **settings)
    try:
        assert process.stdout
        yield process, process.stdout.readline().split()[3].rstrip("/")
    finally:
        ended(process)


async def replies(folder: Path, peer: str) -> list[str]:
    """Read what the demo salon has said, after the process has ended."""
    async with opened(Settings(data_dir=folder)) as services:
        async with services.store.queues() as queues:
            [(business_id, _)] = await queues.businesses()
        async with services.store.read(business_id) as work:
            messages = await work.messages.with_peer(NAME, peer)
    return [each.text for each in messages if each.author == "agent"]


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
async def test_a_process_that_is_asked_to_end_answers_first(folder: Path, how: int) -> None:
    with serving(folder, burst_wait="1") as (process, address):
        threads = f"{address}/v1/businesses/demo/threads"
        async with httpx.AsyncClient(timeout=30) as client:
            assert (await client.get(f"{address}/")).headers["location"] == "/chat/demo"
            begun = (await client.post(threads)).json()
            headers = {"Authorization": f"Bearer {begun['token']}"}
            said = {"text": "manicure tomorrow at 2"}
            posted = await client.post(
                f"{threads}/{begun['id']}/messages", headers=headers, json=said
            )
            assert posted.status_code == 202
        process.send_signal(how)
        assert await asyncio.to_thread(process.wait, 30) == 0
    [reply] = await replies(folder, begun["id"])
    assert "Shall I book your Manicure" in reply


def test_a_port_in_use_is_said_with_what_to_do(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        code, _, complained = here("serve", "--port", port, data_dir=str(folder))
    assert (code, complained.count("\n")) == (1, 1)
    assert complained.startswith(f"Port {port} is in use; choose another")
