"""An account with the stand-in for Lodgify, and a client that holds its key."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import httpx2

from app.standin.ground import Delivery, StandIn
from app.standin.lodgify import KEY, Lodgify
from app.standin.serving import InProcess, application, due
from jirani.connectors.memory_pms import MemoryPms
from jirani.connectors.pms import PmsListing
from jirani.rules.facts import NightState, StayPayment
from tests.support.pms_rigs import Ticking, stay

NOW = datetime(2026, 1, 17, 9, 0, 0, 500000, tzinfo=UTC)
BOOKED = datetime(2026, 1, 2, 9, 0, 5, tzinfo=UTC)
ARRIVAL, DEPARTURE = date(2026, 1, 20), date(2026, 1, 25)
ONE_DAY = timedelta(days=1)
OURS = "AAAAAAAA-0000-4000-8000-000000000002"


class Account:
    """The reference's flat and its Airbnb stay, R1; a stay booked directly, R2, before it."""

    def __init__(self) -> None:
        self.clock = Ticking(NOW)
        self.memory = MemoryPms(self.clock)
        self.stand_in = StandIn(self.memory)
        self.face = Lodgify(self.stand_in)
        place = PmsListing("L1", "Sea flat", "Europe/Lisbon", "EUR", time(16), time(11))
        self.world = self.memory.world
        self.world.place(place, 10000)
        self.world.set_night("L1", date(2026, 1, 19), NightState.FREE, 9550)
        airbnb = stay(
            arrival=ARRIVAL,
            departure=DEPARTURE,
            channel="airbnb",
            code="HMTEST0001",
            guest_name="Test Guest",
            guest_phone="+15550000001",
            guest_locale="en-US",
            guests=2,
            updated_at=BOOKED,
            check_in=time(12),
        )
        direct = stay("R2", arrival=date(2026, 1, 10), departure=date(2026, 1, 17))
        self.world.put(airbnb)
        self.world.put(replace(direct, payment=StayPayment.UNPAID, updated_at=BOOKED))
        app = application({"lodgify": self.face})
        self.client = httpx2.AsyncClient(
            transport=InProcess(app),
            base_url="http://stand-in/lodgify",
            headers={"X-ApiKey": KEY},
        )

    def id(self, ref: str = "R1", kind: str = "reservation") -> int:
        return self.stand_in.ids.number(kind, ref)

    async def get(self, path: str, **params: Any) -> Any:
        answer = await self.client.get(path, params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def booking(self, ref: str = "R1") -> Any:
        return await self.get(f"/v2/reservations/bookings/{self.id(ref)}")

    async def listed(self, **params: Any) -> list[int]:
        answer = await self.get("/v2/reservations/bookings", **params)
        return [item["id"] for item in answer["items"]]

    async def nights(self, first: str, last: str, details: str = "true") -> list[Any]:
        path = f"/v2/availability/{self.id('L1', 'listing')}/{self.id('L1', 'room')}"
        (told,) = await self.get(path, start=first, end=last, includeDetails=details)
        assert told["room_type_id"] == self.id("L1", "room")
        periods: list[Any] = told["periods"]
        return periods

    async def send(self, *messages: Any, ref: str = "R1") -> httpx2.Response:
        path = f"/v1/reservation/booking/{self.id(ref)}/messages"
        return await self.client.post(path, json=list(messages))

    async def thread(self) -> list[Any]:
        (told,) = await self.get(f"/v2/messaging/{(await self.booking())['thread_uid']}")
        messages: list[Any] = told["messages"]
        return messages

    async def subscribe(self, event: str) -> str:
        asked = {"target_url": f"https://hooks.example/{event}", "event": event}
        answer = await self.client.post("/webhooks/v1/subscribe", json=asked)
        assert answer.status_code == 201
        secret: str = answer.json()["secret"]
        return secret

    def delivered(self) -> list[Delivery]:
        return due(self.memory, [self.face], self.clock.now)
