"""Two web processes and a scheduler over PostgreSQL and Redis, and a scenario's world on them."""

import asyncio
import json
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import cycle
from pathlib import Path
from typing import Any, cast

import httpx
from sqlalchemy import URL
from structlog.testing import LogCapture

from app.http.channel import NAME
from evals.due import due
from evals.ground import Ground, Opened
from evals.scenario import Scenario
from evals.seeding import make_business
from evals.world import NOW, Said, Switch, World, beginning, furnish
from jirani.connectors.payments import ChargeUpdate
from scheduler.jobs import JOBS
from tests.support.house import SECRET
from tests.support.shared_world import FileClock, Provider
from tools.turn import Called

ROLES = ("web", "web", "scheduler")
RARE = [job for job in JOBS if job.every > timedelta(minutes=1)]
PATIENCE = 30.0  # real seconds for the scheduler to do what is due


@dataclass
class Replicas:
    """The processes, and what they share with the test."""

    folder: Path
    database: URL
    redis: Path
    providers: dict[str, Provider] = field(default_factory=dict)
    processes: list["subprocess.Popen[str]"] = field(default_factory=list)
    ports: list[int] = field(default_factory=list)

    def start(self) -> None:
        """Start every process, and wait until each is ready."""
        log = self.log.open("a")
        settings = {
            "JIRANI_DATA_DIR": str(self.folder),
            "JIRANI_DATABASE_URL": self.database.render_as_string(hide_password=False),
            "JIRANI_REDIS_URL": f"unix://{self.redis}",
            "JIRANI_CALLBACK_SECRET": SECRET.decode(),
            "JIRANI_LOG_LEVEL": "info",
            "JIRANI_BURST_WAIT": "0.2",
            "JIRANI_MIGRATE_ON_START": "false",
        }
        with log:
            self.processes = [
                subprocess.Popen(
                    [sys.executable, "-m", "tests.support.replica", role, str(self.folder)],
                    stdout=subprocess.PIPE,
                    stderr=log,
                    text=True,
                    env={**os.environ, **settings},
                    cwd=Path(__file__).parents[2],
                )
                for role in ROLES
            ]
        said = [cast("Any", each.stdout).readline().strip() for each in self.processes]
        assert said[-1] == "ready", self.log.read_text()
        self.ports = [int(port) for port in said[:-1]]

    def stop(self, how: signal.Signals = signal.SIGTERM) -> list[int]:
        """End every process; return the exit codes."""
        for each in self.processes:
            each.send_signal(how)
        return [self._ended(each) for each in self.processes]

    def _ended(self, process: "subprocess.Popen[str]") -> int:
        try:
            return process.wait(timeout=20)
        finally:
            process.kill()
            cast("Any", process.stdout).close()

    @property
    def log(self) -> Path:
        """Where all of them write their log."""
        return self.folder / "log"


@contextmanager
def replicas(folder: Path, database: URL, redis: Path) -> Iterator[Replicas]:
    """Run the processes until the block ends."""
    made = Replicas(folder, database, redis)
    FileClock(folder / "clock", datetime.fromisoformat(f"{NOW}+03:00"))
    made.start()
    try:
        yield made
    finally:
        made.stop()


class SpreadWorld(World):
    """A scenario's world whose guests talk with the processes over HTTP, by turns."""

    channel_name = NAME

    def __init__(self, shared: Replicas, ground: Ground, clock: FileClock, seed: int) -> None:
        self.shared = shared
        self._tokens: dict[str, tuple[str, str]] = {}  # of each guest: the thread's id, its token
        self._read: dict[str, set[str]] = {}  # what each has read
        self._logged = shared.log.stat().st_size
        self._doors = cycle(range(len(shared.ports)))
        database = shared.database.render_as_string(hide_password=False)
        super().__init__(ground, database, clock, seed, LogCapture())

    def peer(self, who: str) -> str:
        """Return the id of somebody's thread on the page."""
        return self._tokens[who][0] if who in self._tokens else who

    async def say(
        self, who: str, texts: list[str], key: str | None, button: str | None = None
    ) -> Said | None:
        """Post messages to one door after the other; hear the answer to the last."""
        known = await self._count(who) if key else 0
        for text in texts:
            body = {"choice": button} if button else {"text": text}
            posted = await self._post(who, body, key or secrets.token_hex(8))
        if key and await self._count(who) == known:
            return None
        await self._until(lambda: self._answered(who))
        new = await self._new(who)
        for each in new:
            self.threads[each["id"].partition(".")[0]] = who
        said = [each["text"] for each in new if each["author"] != "guest"]
        thread_id = new[-1]["id"].partition(".")[0] if new else posted["id"].partition(".")[0]
        self.threads[thread_id] = who
        return Said("\n".join(said), await self._calls(thread_id))

    async def buttons(self, who: str) -> list[tuple[str, str]]:
        """Return label and id of the buttons somebody sees now."""
        if who not in self._tokens:
            return []
        return [(each["label"], each["id"]) for each in (await self._own(who, "GET"))["choices"]]

    async def arrived(self, who: str) -> list[str]:
        """Return the texts that have come since somebody read last."""
        if who not in self._tokens:
            return []
        return [each["text"] for each in await self._new(who) if each["author"] != "guest"]

    async def settle(self) -> bool:
        """Let callbacks come in by HTTP, and wait for the scheduler to do what is due."""
        for update in self.gateway.due_callbacks(self.clock.now()):
            await self.deliver(update)
        await self._until(self._nothing_due)
        for job in RARE:  # the scheduler's own day has not come
            await job.run(self.services)
        return False

    async def deliver(self, update: ChargeUpdate) -> None:
        """Let the provider call back, to any door."""
        self.delivered.append(update)
        said = {
            "provider_ref": update.provider_ref,
            "state": str(update.state),
            "code": update.code,
            "amount": update.amount,
            "receipt": update.receipt,
        }
        answer = await self._ask("POST", f"{update.payment_path}", json=said)
        assert answer.status_code == 200, answer.text

    async def restart(self) -> None:
        """Kill every process, and start others."""
        await asyncio.to_thread(self.shared.stop, signal.SIGKILL)
        await asyncio.to_thread(self.shared.start)

    def events(self) -> list[str]:
        """Return the names of what any process has logged since this world began."""
        with self.shared.log.open() as log:
            log.seek(self._logged)
            return [json.loads(line)["event"] for line in log if line.startswith("{")]

    def _process(self) -> Opened:
        switch, seed = Switch(), self.seed
        return Opened(self.ground, self.database, self.clock, self.gateway, {}, switch, seed)

    async def _ask(self, method: str, path: str, **how: Any) -> httpx.Response:
        port = self.shared.ports[next(self._doors)]
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
            return await client.request(method, path, **how)

    async def _own(self, who: str, method: str, path: str = "", **how: Any) -> Any:
        threads = f"/v1/businesses/{self.business.slug}/threads"
        if who not in self._tokens:
            begun = (await self._ask("POST", threads)).json()
            self._tokens[who] = begun["id"], begun["token"]
        id, token = self._tokens[who]
        headers = {"Authorization": f"Bearer {token}"} | how.pop("headers", {})
        answer = await self._ask(method, f"{threads}/{id}{path}", headers=headers, **how)
        assert answer.is_success, answer.text
        return answer.json()

    async def _post(self, who: str, body: dict[str, str], key: str) -> dict[str, Any]:
        headers = {"Idempotency-Key": key}
        posted = await self._own(who, "POST", "/messages", json=body, headers=headers)
        message: dict[str, Any] = posted["message"]
        return message

    async def _answered(self, who: str) -> bool:
        return not (await self._own(who, "GET"))["answering"]

    async def _count(self, who: str) -> int:
        return len((await self._own(who, "GET"))["messages"])

    async def _new(self, who: str) -> list[dict[str, Any]]:
        messages = (await self._own(who, "GET"))["messages"]
        read = self._read.setdefault(who, set())
        new = [each for each in messages if each["id"] not in read]
        read.update(each["id"] for each in new)
        return new

    async def _calls(self, thread_id: str) -> tuple[Called, ...]:
        """Read what the newest turn called from what is kept of it."""
        async with self.services.store.read(self.business.id) as work:
            stored = await work.messages.history(thread_id)
        turn = stored[max((n for n, each in enumerate(stored) if _begins(each)), default=0) :]
        calls = []
        for part in (part for message in turn for part in message["parts"]):
            if part["part_kind"] == "tool-return" and isinstance(part["content"], dict):
                answer = part["content"]
                calls.append(
                    Called(part["tool_name"], {}, answer["allowed"], answer["reason"], 0.0)
                )
        return tuple(calls)

    async def _nothing_due(self) -> bool:
        often = [job for job in JOBS if job not in RARE]
        return not await due(self.services, self.clock.now(), often)

    async def _until(self, condition: Callable[[], Awaitable[bool]]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not await condition():
                await asyncio.sleep(0.03)


def _begins(message: dict[str, Any]) -> bool:
    return any(part["part_kind"] == "user-prompt" for part in message["parts"])


@asynccontextmanager
async def spread_world(
    shared: Replicas, ground: Ground, scenario: Scenario, seed: int
) -> AsyncIterator[World]:
    """Set up a scenario's world on the processes, in a business of its own."""
    about = scenario.world
    clock = FileClock(shared.folder / "clock", beginning(about))
    # Ids of all scenarios live in one database, beside those of three processes.
    world = SpreadWorld(shared, ground, clock, secrets.randbelow(2**32))
    try:
        await world.opened.client.flushall()
        made = await make_business(
            world.services,
            about.get("base", "demo"),
            about.get("payment", "pay-first"),
            f"{scenario.name}-{seed}",
        )
        shared.providers[made] = world.gateway
        await furnish(world, made, about)
        yield world
    finally:
        await world.opened.close()
