"""Guesty's connector before the stand-in's Guesty: see `pms_rigs.Rig`."""

from dataclasses import replace
from datetime import timedelta

import httpx2

from app.standin.ground import StandIn
from app.standin.guesty import GuestyFace
from app.standin.guesty_account import Terms
from app.standin.serving import InProcess, application, due
from jirani.connectors.connector import Account, Outside
from jirani.connectors.guesty.connector import Guesty
from jirani.connectors.guesty.hooks import EVENTS
from jirani.connectors.hooks import RawHook
from jirani.connectors.pms import Hook
from jirani.connectors.wire.authority import MemoryTokens
from jirani.connectors.wire.pacing import Pace
from tests.support.pms_rigs import Ticking, memory_house

HOOK = "https://us.test/hooks/guesty"


class Hasty(Pace):
    """Keeps no limits, whatever it is told."""

    def pause(self, wait: timedelta) -> None:
        pass


class Line(InProcess):
    """The line to it: one that is down is never reached, so that nothing was done there."""

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        response = await super().handle_async_request(request)
        if response.status_code == 503:
            raise httpx2.ConnectError("down")
        return response


class GuestyRig:
    """The connector before a Guesty of these terms, and with these options."""

    def __init__(self, terms: Terms | None = None, **options: str) -> None:
        self.clock = Ticking()
        self.memory = memory_house(self.clock)
        self.memory.faults.retry_after = timedelta()
        standin = StandIn(self.memory)
        hexed = standin.ids.hexed

        def as_they_are(kind: str, ref: str) -> str:
            """Let stays and places keep the ids the contract knows them by."""
            if kind not in ("reservation", "listing"):
                return hexed(kind, ref)
            standin.ids._refs[kind, ref] = ref
            return ref

        standin.ids.hexed = as_they_are  # type: ignore[method-assign]
        self.face = GuestyFace(standin, terms or Terms(names_conversation=False))
        client = httpx2.AsyncClient(transport=Line(application({"guesty": self.face})))
        self._account = Account(
            *("b1", "guesty", {"client_id": "CID", "client_secret": "S"}),
            {"base_url": "http://pms.test/guesty", **options},
        )
        self._connector = Guesty(pace=lambda _: Hasty(), sleep=_at_once)
        self.pms = self._connector.open(self._account, Outside(client, MemoryTokens(), self.clock))
        self._secret = self.face.hooks.subscribe(HOOK, EVENTS).secret
        self.memory.hooks.due(self.clock.now)

    def fail(self, call: str, fault: str) -> None:
        self.memory.faults.next(call, fault)

    def guest_says(self, ref: str, text: str) -> None:
        self.memory.guest_says(ref, text)

    def cancel(self, ref: str) -> None:
        self.memory.cancel(ref)

    def hooks(self) -> list[Hook]:
        account = replace(self._account, secrets={"webhook_secret": self._secret})
        now = self.clock.now
        return [
            self._connector.hook(
                RawHook({name.lower(): told for name, told in each.headers.items()}, each.body),
                account,
                now,
            )
            for each in due(self.memory, [self.face], now)
        ]

    def texts(self, ref: str) -> list[str]:
        return self.memory.world.texts(self.memory.world.conversation(ref) or "")


async def _at_once(_: float) -> None:
    """Pass over a pause."""
