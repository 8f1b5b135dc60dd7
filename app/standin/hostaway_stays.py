"""Hostaway's reservations and what is said about them."""

from dataclasses import replace
from datetime import date, timedelta
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Body

from app.standin.hostaway_part import PAGE, Part, failed, utc, well
from jirani.connectors.memory_pms_faults import PmsFault
from jirani.connectors.pms import Direction, EventKind, PmsEvent, PmsMessage
from jirani.connectors.wire.fields import money
from jirani.rules.facts import NightState


class Stays(Part):
    """Reads and changes reservations; reads and posts messages."""

    async def stay(self, id: int) -> Any:
        """Read a reservation."""
        fault = self.standin.reading("reservation")
        stay = self._stay(id)
        if stay.ref in self.standin.world.unreadable:
            return well({"id": id, "status": {"unreadable": True}})
        return well(self.words.stay(stay, fault))

    async def stays(
        self,
        limit: int = PAGE,
        afterId: int = 0,
        offset: int = 0,
        arrivalStartDate: date | None = None,
        arrivalEndDate: date | None = None,
        latestActivityStart: str | None = None,
    ) -> Any:
        """List reservations."""
        fault = self.standin.reading("reservations")
        since = utc(latestActivityStart)
        found = [
            self.words.stay(each, fault)
            for each in self.standin.world.reservations.values()
            if each.conversation != ""  # somebody of whom only the calendar tells
            and (arrivalStartDate is None or each.arrival >= arrivalStartDate)
            and (arrivalEndDate is None or each.arrival <= arrivalEndDate)
            and (since is None or not each.updated_at or each.updated_at >= since)
        ]
        found.sort(key=lambda each: int(each["id"]))
        found = [each for each in found if int(each["id"]) > afterId][offset:]
        page = [
            {"id": each["id"], "status": {"unreadable": True}}
            if self._ref("reservation", each["id"]) in self.standin.world.unreadable
            else each
            for each in found[:limit]
        ]
        return well(page, limit=limit, offset=offset, count=len(found))

    async def now(self, id: int) -> Any:
        """Show a reservation as it is by now."""
        return well(self.words.stay(self._stay(id)))

    def redate(self, id: int, said: dict[str, Any], *, forced: bool) -> None:
        """Change dates; an occupied night refuses them."""
        stay = self._stay(id)
        arrival = date.fromisoformat(said.get("arrivalDate", stay.arrival.isoformat()))
        departure = date.fromisoformat(said.get("departureDate", stay.departure.isoformat()))
        longer = departure - arrival > stay.departure - stay.arrival
        with self.standin.writing("extend" if longer else "shorten") as writing:
            nights = self.standin.world.nights(
                stay.listing_ref, arrival, departure - timedelta(days=1)
            )
            taken = [
                each
                for each in nights
                if each.state in (NightState.BOOKED, NightState.BLOCKED)
                and stay.ref not in each.reservation_refs
            ]
            if taken and not forced:
                raise failed(HTTPStatus.BAD_REQUEST, "Dates are not available")
            if writing.done:
                total = said.get("totalPrice")
                amount = money(total, stay.currency, "totalPrice") if total else stay.total
                changed = replace(stay, arrival=arrival, departure=departure, total=amount)
                self.standin.memory.put(changed, EventKind.CHANGED)

    async def talks_of(self, id: int) -> Any:
        """List a reservation's conversations: one, or none."""
        self.standin.reading("conversation")
        ref = self._stay(id).ref
        there = self.standin.world.conversation(ref)
        return well([self.words.conversation(ref, there)] if there else [])

    async def talks(self, reservationId: int) -> Any:
        """List the same."""
        return await self.talks_of(reservationId)

    async def talk(self, id: int) -> Any:
        """Read a conversation, without what was said."""
        there = self._ref("conversation", id)
        return well(self.words.conversation(self.standin.world.stay_of(there) or "", there))

    async def said(self, id: int, limit: int = PAGE, offset: int = 0) -> Any:
        """List messages, the newest first."""
        self.standin.reading("messages")
        said = self.standin.world.messages.get(self._ref("conversation", id), [])
        page = [self.words.message(each) for each in reversed(said)][offset : offset + limit]
        return well(page, limit=limit, offset=offset, count=len(said))

    async def say(self, id: int, said: Annotated[dict[str, Any], Body()]) -> Any:
        """Post a message."""
        talk = self._ref("conversation", id)
        with self.standin.writing("post") as writing:
            failed = writing.fault is PmsFault.UNDELIVERED
            ref = f"message-{self.standin.world.mark(str(said['body']))}"
            stay, now = self.standin.world.stay_of(talk), self._now()
            message = PmsMessage(
                *(ref, talk, Direction.OUT, str(said["body"]), now, stay), failed=failed
            )
            if writing.done or failed:
                self.standin.world.messages.setdefault(talk, []).append(message)
                if self.standin.memory.echoes:
                    told = PmsEvent(EventKind.MESSAGE, stay, now, message)
                    self.standin.memory.hooks.tell(told)
        return well(self.words.message(message) | {"status": "sent"})
