"""Hostaway's listings, their calendars and tasks."""

from datetime import date
from http import HTTPStatus
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import Body

from app.standin.hostaway_part import PAGE, Part, failed, utc, well
from jirani.connectors.memory_pms_faults import PmsFault
from jirani.connectors.pms import NewTask
from jirani.rules.facts import NightState, TaskKind

_KINDS = {1: TaskKind.CLEANING, 2: TaskKind.MAINTENANCE}


class Places(Part):
    """Reads listings, calendars and tasks; plans tasks."""

    async def listings(self, limit: int = PAGE, offset: int = 0) -> Any:
        """List places."""
        self.standin.reading("listings")
        every = [self.words.listing(each) for each in self.standin.world.listings()]
        page = every[offset : offset + limit]
        return well(page, limit=limit, offset=offset, count=len(every))

    async def listing(self, id: int) -> Any:
        """Read a place."""
        self.standin.reading("listing")
        found = self.standin.world.listing(self._ref("listing", id))
        if found is None:
            raise failed(HTTPStatus.NOT_FOUND, "Not found")
        return well(self.words.listing(found))

    async def calendar(
        self,
        id: int,
        startDate: date,
        endDate: date,
        includeResources: int = 0,
    ) -> Any:
        """Read nights, both ends included."""
        fault = self.standin.reading("calendar")
        ref = self._ref("listing", id)
        seen = self.standin.kept.setdefault("hostaway calendars", {})
        asked = f"{ref} {startDate} {endDate}"
        if fault is PmsFault.STALE and asked in seen:
            return well(seen[asked])
        nights = self.standin.world.nights(ref, startDate, endDate)
        days = [
            self.words.night(ref, each) for each in nights if each.state is not NightState.UNKNOWN
        ]
        if not includeResources:
            days = [each | {"reservations": []} for each in days]
        seen[asked] = days
        return well(days)

    async def tasks(
        self,
        limit: int = PAGE,
        offset: int = 0,
        reservationId: int | None = None,
        canStartFromStart: str | None = None,
        canStartFromEnd: str | None = None,
    ) -> Any:
        """List tasks; those without a time always."""
        self.standin.reading("tasks")
        every = [self.words.task(each) for each in self.standin.world.tasks.values()]
        found = [
            each
            for each in every
            if reservationId in (None, each["reservationId"])
            and (canStartFromStart or "") <= (each["canStartFrom"] or canStartFromStart or "")
            and (each["canStartFrom"] or "")[:10] <= (canStartFromEnd or "9999")[:10]
        ]
        page = found[offset : offset + limit]
        return well(page, limit=limit, offset=offset, count=len(found))

    async def plan(self, said: Annotated[dict[str, Any], Body()]) -> Any:
        """Put a task on the plan."""
        ref = self._ref("listing", said["listingMapId"])
        listing = self.standin.world.listing(ref)
        starts, ends = (utc(said.get(each)) for each in ("canStartFrom", "shouldEndBy"))
        zone = ZoneInfo((listing.zone if listing else None) or "UTC")
        day = (starts or self._now()).astimezone(zone).date()
        stay = said.get("reservationId")
        new = NewTask(
            self.standin.world.mark(str(said.get("title"))),
            ref,
            _KINDS.get((said.get("categoriesMap") or [6])[0], TaskKind.OTHER),
            str(said.get("title")),
            day,
            self._ref("reservation", stay) if stay else None,
            starts,
            ends,
        )
        with self.standin.writing("add_task") as writing:
            made = self.standin.world.plan_task(new, not writing.done)
        task = self.standin.world.tasks.get(made or "")
        return well(self.words.task(task) if task else {})

    async def unplan(self, id: int) -> Any:
        """Take a task off."""
        with self.standin.writing("remove_task") as writing:
            if writing.done:
                self.standin.world.tasks.pop(self._ref("task", id), None)
        return well({})
