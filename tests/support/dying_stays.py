"""A process that dies before or after any call of a PMS or a mail carrier, too."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from jirani.connectors.hooks import RawHook
from jirani.connectors.pms import Hook
from jirani.services import Services
from jirani.store.redis_client import Client
from tests.support.dying import Death, mortal


class _Asked:
    """Somebody outside, whom the process may die before or after having asked anything."""

    def __init__(self, other: Any, death: Death) -> None:
        self._other, self._death = other, death

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._other, name)
        if not asyncio.iscoroutinefunction(found):
            return found

        async def asked(*args: Any, **named: Any) -> Any:
            self._death.pass_moment()
            answer = await found(*args, **named)
            self._death.pass_moment()
            return answer

        return asked


@dataclass(frozen=True)
class _Accounts:
    """Accounts whose every call is a moment."""

    services: Services
    death: Death

    def of(self, business_id: str, pms: str) -> Any:
        known = self.services.pms.of(business_id, pms)
        return None if known is None else _Asked(known, self.death)

    def all(self) -> Iterable[tuple[str, str]]:
        return self.services.pms.all()

    def host(self, business_id: str) -> str | None:
        return self.services.pms.host(business_id)

    def hook(self, business_id: str, pms: str, raw: RawHook, now: datetime) -> Hook:
        return self.services.pms.hook(business_id, pms, raw, now)

    async def refresh(self) -> None:
        await self.services.pms.refresh()


@contextmanager
def mortal_host(services: Services, redis: Client, death: Death) -> Iterator[Services]:
    """Lend services whose every touch of database, PMS and mail carrier is a moment."""
    with mortal(services, redis, death) as dying:
        mailer: Any = _Asked(services.mailer, death) if services.mailer else None
        yield replace(dying, pms=_Accounts(services, death), mailer=mailer)


async def lives(do: Callable[[], Awaitable[object]], death: Death, dies_at: int | None) -> int:
    """Do something, dying at a moment of it; return how many moments it had.

    Whatever it had begun beside itself is dead as well before anybody else begins.
    """
    before = asyncio.all_tasks()
    with death.at(dies_at):
        await do()
    await asyncio.gather(*asyncio.all_tasks() - before, return_exceptions=True)
    return death.moments
