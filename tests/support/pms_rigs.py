"""A property-management system to test against: what a contract asks of every one of them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol

from jirani.connectors.memory_pms import MemoryPms
from jirani.connectors.pms import (
    Capabilities,
    Extension,
    Hook,
    NewFee,
    NewTask,
    Pms,
    PmsListing,
    PmsReservation,
)
from jirani.rules.facts import OfferKind, StayPayment, StayStatus, TaskKind

NOW = datetime(2026, 6, 12, 9, 0, tzinfo=UTC)
ARRIVAL, DEPARTURE = date(2026, 6, 15), date(2026, 6, 20)
ONE_DAY = timedelta(days=1)
PLACE = PmsListing("L1", "Sea flat", "Europe/Lisbon", "EUR", time(15), time(11))


@dataclass
class Ticking:
    """A clock the test moves."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


def stay(ref: str = "R1", **fields: object) -> PmsReservation:
    """A paid stay of five nights, booked directly; `fields` say what is different."""
    usual: dict[str, object] = {
        "listing_ref": "L1",
        "status": StayStatus.CONFIRMED,
        "payment": StayPayment.PAID,
        "arrival": ARRIVAL,
        "departure": DEPARTURE,
        "channel": "direct",
        "guest_name": "Ana Lopes",
        "total": 50000,
        "currency": "EUR",
    }
    return PmsReservation(ref, **{**usual, **fields})  # type: ignore[arg-type]


def fee(key: str = "sale-1", **fields: object) -> NewFee:
    """A late check-out sold to R1."""
    usual: dict[str, object] = {
        "reservation_ref": "R1",
        "kind": OfferKind.LATE_CHECK_OUT,
        "title": "Late check-out 14:00",
        "amount": 5000,
        "currency": "EUR",
        "day": DEPARTURE,
    }
    return NewFee(key, **{**usual, **fields})  # type: ignore[arg-type]


def one_more(*nights: date, key: str = "sale-2", currency: str = "EUR") -> Extension:
    """Nights added to R1; by default the one after it."""
    return Extension(key, "R1", nights or (DEPARTURE,), 9000, currency)


def cleaning(key: str = "task-1") -> NewTask:
    """A cleaning in the middle of R1."""
    day = ARRIVAL + 2 * ONE_DAY
    return NewTask(key, "L1", TaskKind.CLEANING, "Mid-stay cleaning", day, "R1")


class Rig(Protocol):
    """A connector, and the system behind it as a test may look into and break it.

    There are R1, a paid stay booked directly, and R2, an Airbnb stay that begins two days after it.
    """

    clock: Ticking

    @property
    def pms(self) -> Pms:
        """The connector."""

    def fail(self, call: str, fault: str) -> None:
        """Let a `PmsFault` befall the next call."""

    def guest_says(self, ref: str, text: str) -> None:
        """Let a guest write."""

    def cancel(self, ref: str) -> None:
        """Let a stay be cancelled."""

    def hooks(self) -> list[Hook]:
        """Return the webhooks that left since."""

    def texts(self, ref: str) -> list[str]:
        """Return what really stands in a stay's conversation."""


class MemoryRig:
    """The in-memory twin, with these capabilities."""

    def __init__(self, capabilities: Capabilities | None = None) -> None:
        self.clock = Ticking()
        self.pms = memory_house(self.clock, capabilities)

    def fail(self, call: str, fault: str) -> None:
        self.pms.faults.next(call, fault)

    def guest_says(self, ref: str, text: str) -> None:
        self.pms.guest_says(ref, text)

    def cancel(self, ref: str) -> None:
        self.pms.cancel(ref)

    def hooks(self) -> list[Hook]:
        return self.pms.hooks.due(self.clock.now)

    def texts(self, ref: str) -> list[str]:
        return self.pms.world.texts(self.pms.world.conversation(ref) or "")


def memory_house(clock: Ticking, capabilities: Capabilities | None = None) -> MemoryPms:
    """A place with two stays, R1 and R2."""
    pms = MemoryPms(clock, capabilities=capabilities)
    pms.world.place(PLACE, 10000)
    later = DEPARTURE + 2 * ONE_DAY
    pms.world.put(stay(updated_at=NOW))
    pms.world.put(
        stay(
            "R2",
            arrival=later,
            departure=later + 3 * ONE_DAY,
            channel="airbnb",
            code="HMTEST0002",
            updated_at=NOW,
        )
    )
    return pms


def hostaway() -> Rig:
    """Hostaway's connector before a little Hostaway in its wire format."""
    from tests.support.hostaway_rig import HostawayRig

    return HostawayRig()


def guesty() -> Rig:
    """Guesty's connector before the stand-in's Guesty."""
    from tests.support.guesty_rig import GuestyRig

    return GuestyRig()


def lodgify() -> Rig:
    """Lodgify's connector before a little Lodgify in its wire format."""
    from tests.support.lodgify_desk import LodgifyRig

    return LodgifyRig()


LEAN = Capabilities(fees=False, extends=False, tasks=False, payment_links=True, keeps_keys=True)

# Every connector that keeps the contract; `lean` is a system that can do the least.
RIGS: dict[str, Callable[[], Rig]] = {
    "memory": MemoryRig,
    "lean": lambda: MemoryRig(LEAN),
    "hostaway": hostaway,
    "guesty": guesty,
    "lodgify": lodgify,
}
