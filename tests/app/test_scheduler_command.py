"""`jirani scheduler`, by a real process beside the one that answers the guest."""

import asyncio
import json
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO

import pytest
from anyio import to_thread
from sqlalchemy import URL

from agent.models import model_named
from agent.turn import Guest
from app.chat.channel import NAME, TerminalChannel
from app.demo import ensure_demo
from app.settings import Settings
from app.wiring import opened
from jirani.services import Services
from jirani.services.clock import SystemClock
from jirani.services.threads import receive
from tests.support.looking import rows
from tests.support.programs import ended, start
from tests.support.wait import eventually

pytestmark = pytest.mark.anyio

SAYS = (
    "I am Jane Wanjiku, 0712 345 678. Can I get a manicure tomorrow at 2?",
    "yes please",
)
# The offer that follows is left unanswered; its 30 s and the 90 s of grace have passed (X10).
AGO = timedelta(seconds=140)


def event_of(stream: IO[str] | None) -> str:
    assert stream
    return str(json.loads(stream.readline())["event"])


async def paid(services: Services) -> bool:
    return await rows(services.store, "SELECT status FROM payments") == [("paid",)]


async def test_what_one_process_books_the_scheduler_charges_and_settles(
    database: URL, tmp_path: Path, redis_socket: Path
) -> None:
    url, redis = database.render_as_string(hide_password=False), f"unix://{redis_socket}"
    settings = Settings(database_url=url, redis_url=redis, data_dir=tmp_path, log_level="error")
    clock = SystemClock(datetime.now(UTC) - AGO)
    heard: list[str] = []
    here = TerminalChannel("jane", heard.append)
    async with opened(settings, clock=clock, channel=here) as services:
        salon = await ensure_demo(services)
        guest = Guest(services, model_named("offline"), region="KE")
        for text in SAYS:
            await guest.answer(salon, await receive(services, salon, NAME, "jane", text))
        assert await rows(services.store, "SELECT status FROM payments") == []

        process = start(
            "scheduler",
            folder=tmp_path,
            database_url=url,
            redis_url=redis,
            callback_secret=services.callback_secret.decode(),
            log_level="info",
        )
        assert await to_thread.run_sync(event_of, process.stderr) == "scheduler.started"
        async with asyncio.timeout(30):
            while not await paid(services):
                await asyncio.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        code, said, log = await to_thread.run_sync(ended, process)
        assert (code, said) == (0, "")
        assert [json.loads(line)["event"] for line in log.splitlines()][-2:] == [
            *("scheduler.stopping", "scheduler.stopped"),
        ]
    assert heard == []  # what is for this terminal was left to it


def test_ctrl_c_ends_it_in_good_order_with_its_embedded_redis(tmp_path: Path) -> None:
    process = start("scheduler", folder=tmp_path, log_level="info")
    assert event_of(process.stderr) == "scheduler.started"
    process.send_signal(signal.SIGINT)
    code, said, log = ended(process)
    assert (code, said) == (0, "")
    assert json.loads(log.splitlines()[-1])["event"] == "scheduler.stopped"
    eventually(lambda: not (tmp_path / "data" / "redis.sock").exists())
