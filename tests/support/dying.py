"""A process killed at its n-th touch of the world outside, before or after it took effect."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from jirani.connectors.channels import Channel, Outbound, SendResult
from jirani.connectors.payments import Charge, ChargeAck, ChargeUpdate, PaymentGateway
from jirani.rules.facts import Slot
from jirani.services import Services
from jirani.store.holds import Hold, HoldResult, SlotHolds
from jirani.store.redis_client import Breaker, Client


class Killed(BaseException):
    """The process ends here."""


class Death:
    """Counts moments: one before a statement; one before and one after whatever lasts.

    What lasts is a commit, a command to Redis, a push, a query and a sent text. A dead process
    reaches nothing any more: whatever would tidy up finds every door shut, as after `kill -9`,
    and the database undoes by itself what was not committed.
    """

    def __init__(self) -> None:
        self.moments = 0
        self.dead = False
        self._at: int | None = None

    def pass_moment(self, *_: object) -> None:
        """Live through a moment, or die in it."""
        self.moments += 1
        self.dead = self.dead or self.moments == self._at
        if self.dead:
            raise Killed

    @contextmanager
    def at(self, moment: int | None) -> Iterator[None]:
        """Die at this moment of the block, counted from 1; `dead` tells afterwards if it came."""
        self.moments, self.dead, self._at = 0, False, moment
        try:
            yield
        except BaseException:
            if not self.dead:
                raise
        finally:
            self._at = None

    def reborn(self) -> bool:
        """Start again; tell whether the process had died."""
        died, self.dead = self.dead, False
        return died


@dataclass
class _Gateway:
    """A payment provider that the process may die before or after having asked."""

    gateway: PaymentGateway
    death: Death

    @property
    def name(self) -> str:
        return self.gateway.name

    @property
    def whole_units(self) -> bool:
        return self.gateway.whole_units

    async def charge(self, charge: Charge) -> ChargeAck:
        self.death.pass_moment()
        answer = await self.gateway.charge(charge)
        self.death.pass_moment()
        return answer

    async def query(self, provider_ref: str) -> ChargeUpdate:
        self.death.pass_moment()
        answer = await self.gateway.query(provider_ref)
        self.death.pass_moment()
        return answer


@dataclass
class _Channel:
    """A channel that the process may die before or after having used."""

    channel: Channel
    death: Death

    @property
    def name(self) -> str:
        return self.channel.name

    @property
    def limit(self) -> int:
        return self.channel.limit

    async def send(self, message: Outbound) -> SendResult:
        self.death.pass_moment()
        answer = await self.channel.send(message)
        self.death.pass_moment()
        return answer


class _Holds(SlotHolds):
    """Holds that the process may die before or after having taken or released."""

    def __init__(self, client: Client, death: Death) -> None:
        super().__init__(client, Breaker())
        self._death = death

    async def hold(
        self, business: str, slot: Slot, owner: str, ttl: timedelta, *, also: str = ""
    ) -> HoldResult:
        self._death.pass_moment()
        answer = await super().hold(business, slot, owner, ttl, also=also)
        self._death.pass_moment()
        return answer

    async def reserve_pair(
        self, business: str, primary: Slot, secondary: Slot, owner: str, ttl: timedelta
    ) -> HoldResult:
        self._death.pass_moment()
        answer = await super().reserve_pair(business, primary, secondary, owner, ttl)
        self._death.pass_moment()
        return answer

    async def release(self, business: str, slots: Iterable[Slot], owner: str) -> int:
        self._death.pass_moment()
        answer = await super().release(business, slots, owner)
        self._death.pass_moment()
        return answer

    async def live(self, business: str | None = None) -> list[Hold]:
        return await super().live(business)


@contextmanager
def mortal(services: Services, redis: Client, death: Death) -> Iterator[Services]:
    """Lend services whose every touch of database, Redis, provider and channel is a moment."""
    engine = services.store.engine.sync_engine
    listening: list[tuple[Any, str]] = [
        (engine, "before_cursor_execute"),
        (engine, "commit"),
        (Session, "after_commit"),
    ]
    with ExitStack() as until:
        for target, name in listening:
            event.listen(target, name, death.pass_moment)
            until.callback(event.remove, target, name, death.pass_moment)
        yield replace(
            services,
            holds=_Holds(redis, death),
            gateway=_Gateway(services.gateway, death),
            channels={name: _Channel(each, death) for name, each in services.channels.items()},
        )
