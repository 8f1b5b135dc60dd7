"""What the jobs would find at a moment, asked of the jobs themselves, so that none is left out."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

from jirani.services import Services
from jirani.services.clock import SetClock
from jirani.store.queues import Due, Queues
from jirani.store.work import Store
from scheduler import jobs
from scheduler.jobs import Job

Found = set[tuple[str, Due]]  # the queue's name, and the row in it
Look = Callable[..., Awaitable[list[Due]]]


class _OnlyLooking(Exception):
    """Raised to give back what a look claimed."""


async def due(services: Services, at: datetime, these: Iterable[Job] | None = None) -> Found:
    """Run jobs, all there are unless told, as if it were `at`; let none have what it finds.

    Nothing changes: a job sees empty queues, and what is claimed on the way is given back.
    """
    found: Found = set()
    with suppress(_OnlyLooking):
        async with services.store.queues(claiming=True) as queues:
            store = cast(Store, _Onlooker(cast(Queues, _Noting(queues, found))))
            for job in jobs.JOBS if these is None else these:
                await job.run(replace(services, store=store, clock=SetClock(at)))
            raise _OnlyLooking
    return found


class _Onlooker:
    """Stands for a store: has the queues, which all jobs share, and nothing to act with."""

    def __init__(self, queues: Queues) -> None:
        self._queues = queues

    @asynccontextmanager
    async def queues(self, *, claiming: bool = False) -> AsyncIterator[Queues]:
        yield self._queues


class _Noting:
    """Stands for the queues: notes what each of them holds, and hands on none of it."""

    def __init__(self, queues: Queues, found: Found) -> None:
        self._queues = queues
        self._found = found

    def __getattr__(self, name: str) -> Look:
        look = getattr(self._queues, name)

        async def noted(*how: Any, **named: Any) -> list[Due]:
            rows = await look(*how, **named) or ()
            self._found.update((name, Due(row.business_id, row.id)) for row in rows)
            return []

        return noted
