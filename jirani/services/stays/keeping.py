"""Webhooks that come while another is being kept are kept together, in one unit behind it (U2)."""

import asyncio
from collections.abc import Sequence

from jirani.connectors.pms import Hook
from jirani.services import Services
from jirani.services.log import log
from jirani.services.stays.intake import keep, keep_all

TOGETHER = 50
_Waiting = list[tuple[Hook, "asyncio.Future[bool]"]]


class Keeper:
    """Keeps a business's webhooks one unit after the other; nobody is answered before its commit.

    One that comes alone waits for nobody. A PMS that catches up after an outage sends hundreds at
    once, and most of what each costs is its transaction.
    """

    def __init__(self) -> None:
        self._waiting: dict[str, _Waiting] = {}
        self._running: set[asyncio.Task[None]] = set()

    async def keep(self, services: Services, business_id: str, hook: Hook) -> bool:
        """Keep a webhook as it came; False if it came before."""
        kept: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        if business_id in self._waiting:
            self._waiting[business_id].append((hook, kept))
        else:
            self._waiting[business_id] = [(hook, kept)]
            task = asyncio.create_task(self._run(services, business_id))
            self._running.add(task)
            task.add_done_callback(self._running.discard)
        return await kept

    async def _run(self, services: Services, business_id: str) -> None:
        while waiting := self._waiting[business_id]:
            some, self._waiting[business_id] = waiting[:TOGETHER], waiting[TOGETHER:]
            try:
                hooks = [hook for hook, _ in some]
                _tell(some, await keep_all(services, business_id, hooks))
            except Exception as error:  # one of them may be why: each by itself
                log.warning("pms_hooks.apart", hooks=len(some), error=type(error).__name__)
                await asyncio.gather(*(_alone(services, business_id, *each) for each in some))
        del self._waiting[business_id]


def _tell(some: _Waiting, fresh: Sequence[bool]) -> None:
    for (_, kept), news in zip(some, fresh, strict=True):
        if not kept.done():  # whoever asked may have gone
            kept.set_result(news)


async def _alone(
    services: Services, business_id: str, hook: Hook, kept: "asyncio.Future[bool]"
) -> None:
    try:
        _tell([(hook, kept)], [await keep(services, business_id, hook)])
    except Exception as error:
        if not kept.done():
            kept.set_exception(error)
