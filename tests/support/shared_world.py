"""What several processes of one test share: a clock in a file, and a payment provider."""

import asyncio
import json
import struct
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from jirani.connectors.payments import Charge, ChargeAck, ChargeUpdate, Outcome
from jirani.rules.facts import PaymentStatus
from jirani.services.clock import Ids, SetClock

SLOWLY = 20  # real seconds to one of the domain's: ids of several processes keep their order
_FORM = struct.Struct("dd")


class FileClock(SetClock):
    """Reads its time from a file that one process sets and all read, and goes on slowly."""

    def __init__(self, file: Path, at: datetime | None = None) -> None:
        self._file = file
        if at:
            self.at = at

    @property
    def at(self) -> datetime:
        """The moment it was set to, and a little more."""
        seconds, since = _FORM.unpack(self._file.read_bytes())
        return datetime.fromtimestamp(seconds + (time.time() - since) / SLOWLY, UTC)

    @at.setter
    def at(self, at: datetime) -> None:
        made = self._file.with_suffix(".new")
        made.write_bytes(_FORM.pack(at.timestamp(), time.time()))
        made.replace(self._file)

    def advance(self, by: timedelta) -> None:
        """Let time pass."""
        self.at = self.at + by


class SharedIds(Ids):
    """Begins anew when the clock is set back, as it is for every scenario."""

    def new(self) -> str:
        """Return a new id, greater than every id since the clock was set back last."""
        if int(self._clock.now().timestamp() * 1000) + 1000 < self._last >> 80:
            self._last = 0
        return super().new()


class Provider(Protocol):
    """Takes charges of one business."""

    async def charge(self, charge: Charge) -> ChargeAck: ...

    async def query(self, provider_ref: str) -> ChargeUpdate: ...


class RemoteGateway:
    """A payment gateway whose provider lives in another process."""

    name = "memory"
    whole_units = True

    def __init__(self, socket: Path) -> None:
        self._socket = socket

    async def charge(self, charge: Charge) -> ChargeAck:
        """Push one payment prompt."""
        said = await self._ask({"charge": asdict(charge)})
        return ChargeAck(**said | {"outcome": Outcome(said["outcome"])})

    async def query(self, provider_ref: str) -> ChargeUpdate:
        """Ask what became of a charge."""
        said = await self._ask({"query": provider_ref})
        return ChargeUpdate(provider_ref, None, PaymentStatus(said["state"]), said["code"])

    async def _ask(self, what: dict[str, Any]) -> dict[str, Any]:
        reader, writer = await asyncio.open_unix_connection(self._socket)
        try:
            writer.write(json.dumps(what).encode() + b"\n")
            answer: dict[str, Any] = json.loads(await reader.readline())
            return answer
        finally:
            writer.close()
            await writer.wait_closed()


@asynccontextmanager
async def provider_at(socket: Path, providers: dict[str, Provider]) -> AsyncIterator[None]:
    """Serve the providers of several businesses, by the business in a charge's callback path."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = json.loads(await reader.readline())
        if "charge" in asked:
            charge = Charge(**asked["charge"])
            ack = await providers[charge.callback_path.split("/")[3]].charge(charge)
            said = {**asdict(ack), "outcome": str(ack.outcome)}
        else:
            updates = [await each.query(asked["query"]) for each in providers.values()]
            known = [each for each in updates if each.code != "not_found"] or updates
            said = {"state": str(known[0].state), "code": known[0].code}
        writer.write(json.dumps(said).encode() + b"\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_unix_server(answer, socket):
        yield
