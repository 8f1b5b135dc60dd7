"""One account with Lodgify, behind the port: what is asked, in which order."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from jirani.connectors.lodgify import hooks, nights, reading, talk
from jirani.connectors.lodgify.api import Api, is_id, skipped, understood
from jirani.connectors.lodgify.bills import Bills
from jirani.connectors.lodgify.choices import Choices
from jirani.connectors.pms import (
    Capabilities,
    Extension,
    FeeResult,
    Hook,
    NewFee,
    NewTask,
    Page,
    PmsCalendar,
    PmsEvent,
    PmsFee,
    PmsListing,
    PmsMessage,
    PmsReservation,
    PmsTask,
    PmsUnavailable,
    WriteOutcome,
    Written,
    Wrong,
)
from jirani.connectors.wire.fields import Malformed

CAPABILITIES = Capabilities(
    fees=False, extends=False, tasks=False, payment_links=True, keeps_keys=True
)
SIZE, PLACES = 50, 20  # rows of a page; each property costs a call of its own
_UNABLE = Written(WriteOutcome.REJECTED, reason=Wrong.UNSUPPORTED)


class LodgifyPms:
    """Reads by v2 and posts by v1. A conversation is named by its booking: a thread may come later.

    Arrivals are looked for among who comes and who is there, unless an option says otherwise: a
    stay that is over is in no such list.
    """

    capabilities = CAPABILITIES

    def __init__(
        self, name: str, api: Api, choices: Choices, clock: Callable[[], datetime]
    ) -> None:
        self.name = name
        self._api = api
        self._choices = choices
        self._clock = clock
        self._bills = Bills(api, choices)
        self._posted = talk.PostedKeys()

    def events(self, hook: Hook) -> tuple[PmsEvent, ...]:
        """Read a webhook."""
        return hooks.events(hook.body)

    async def reservation(self, ref: str) -> PmsReservation | None:
        """Read a booking."""
        told = await self._api.booking(ref)
        with understood():
            return None if told is None else reading.reservation(told, self._choices)

    async def reservations(
        self,
        *,
        updated_since: datetime | None = None,
        arriving: tuple[date, date] | None = None,
        after: str | None = None,
    ) -> Page[PmsReservation]:
        """Read bookings, one filter after the other; dates are compared here, not there."""
        filters = self._filters(arriving) if arriving and not updated_since else ("All",)
        which, _, number = (after or f"{filters[0]}:1").partition(":")
        since = None
        if updated_since is not None:
            since = f"{updated_since.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        asked = {"stayFilter": which, "updatedSince": since}
        rows = await self._api.bookings(int(number), SIZE, asked)
        stays, unread = [], []
        for row in rows:
            try:
                stay = reading.reservation(row, self._choices)
            except Malformed as wrong:
                unread.append(skipped(row, wrong))
                continue
            if arriving is None or arriving[0] <= stay.arrival <= arriving[1]:
                stays.append(stay)
        following = f"{which}:{int(number) + 1}"
        if len(rows) < SIZE:
            others = filters[filters.index(which) + 1 :] if which in filters else ()
            following = f"{others[0]}:1" if others else ""
        return Page(tuple(stays), following or None, tuple(unread))

    async def listing(self, ref: str) -> PmsListing | None:
        """Read a property, and its hours from its rates."""
        told = await self._api.property(ref)
        if told is None:
            return None
        settings = await self._api.settings(ref)
        with understood():
            return reading.listing(told, settings)

    async def listings(self, *, after: str | None = None) -> Page[PmsListing]:
        """Read every property; the hours of each are asked for by themselves."""
        page = int(after or 1)
        rows = await self._api.properties(page, PLACES)
        places, unread = [], []
        for row in rows:
            try:
                with understood():
                    ref = reading.id_of(row, "property")
                settings = await self._api.settings(ref)
                with understood():
                    places.append(reading.listing(row, settings))
            except PmsUnavailable as wrong:
                if wrong.reason is not Wrong.MALFORMED:
                    raise
                unread.append(skipped(row, wrong))
        following = str(page + 1) if len(rows) >= PLACES else None
        return Page(tuple(places), following, tuple(unread))

    async def calendar(self, listing_ref: str, first: date, last: date) -> PmsCalendar:
        """Read nights. Raises for several kinds of rooms: it is not told which of them is meant."""
        as_of = self._clock()
        told = await self._api.property(listing_ref)
        if told is None:
            raise PmsUnavailable(Wrong.NOT_FOUND, f"property {listing_ref}")
        with understood():
            rooms = reading.room_types(told)
        if len(rooms) != 1 or not is_id(rooms[0]):
            why = f"property {listing_ref} has {len(rooms)} room types, not one"
            raise PmsUnavailable(Wrong.UNSUPPORTED, why)
        asked = (listing_ref, rooms[0], first, last)
        availability = await self._api.availability(*asked)
        if availability is None:
            raise PmsUnavailable(Wrong.NOT_FOUND, f"availability of {listing_ref}")
        rates = await self._api.rates(*asked)
        span, today = (first, last), as_of.astimezone(UTC).date()
        with understood():
            found = nights.nights(availability, rates, rooms[0], span, today, self._choices)
        return PmsCalendar.filled(listing_ref, found, first, last, as_of)

    async def tasks(self, listing_ref: str, first: date, last: date) -> tuple[PmsTask, ...]:
        """Lodgify has no tasks."""
        raise PmsUnavailable(Wrong.UNSUPPORTED, "tasks")

    async def conversation(self, reservation_ref: str) -> str | None:
        """Find a booking's conversation: the booking itself, if it is there."""
        stay = await self.reservation(reservation_ref)
        return stay.ref if stay else None

    async def messages(
        self, conversation: str, *, since: datetime | None = None
    ) -> tuple[PmsMessage, ...]:
        """Read what was said about a booking; without a thread nothing was."""
        booking = await self._api.booking(conversation)
        if booking is None:
            raise PmsUnavailable(Wrong.NOT_FOUND, f"booking {conversation}")
        with understood():
            uid = reading.thread(booking)
        if uid is None:
            return ()
        told = await self._api.thread(uid)
        if told is None:
            raise PmsUnavailable(Wrong.NOT_FOUND, f"thread of booking {conversation}")
        with understood():
            said = talk.messages(told, conversation, self._posted)
        return tuple(one for one in said if since is None or one.sent_at >= since)

    async def post(self, conversation: str, text: str, key: str) -> Written:
        """Post a text, and look whether it is there: a yes and a no both come with 200."""
        if not is_id(conversation):
            return Written(WriteOutcome.REJECTED, reason=Wrong.NOT_FOUND)
        if len(text) > self.capabilities.longest_message:
            return Written(WriteOutcome.REJECTED, reason="too_long")
        id = self._posted.note(key)
        path = f"/v1/reservation/booking/{conversation}/messages"
        answer = await self._api.v1.write("POST", path, talk.body(text, id))
        if answer.outcome not in (WriteOutcome.ACCEPTED, WriteOutcome.REJECTED):
            return Written(answer.outcome, None, answer.reason, answer.retry_after)
        found: PmsMessage | PmsUnavailable | None
        try:
            said = await self.messages(conversation)
            found = next((one for one in said if one.ref == id), None)
        except PmsUnavailable as unread:
            found = unread
        return talk.written(answer, id, found)

    async def fees(self, reservation_ref: str) -> tuple[PmsFee, ...]:
        """Lodgify has no lines on a bill."""
        raise PmsUnavailable(Wrong.UNSUPPORTED, "fees")

    async def add_fee(self, fee: NewFee) -> FeeResult:
        """Record a sale with us, or let the host ask for the money."""
        return await self._bills.add_fee(fee)

    async def remove_fee(self, reservation_ref: str, ref: str, key: str) -> Written:
        """Lodgify has no lines on a bill."""
        return _UNABLE

    async def extend(self, extension: Extension) -> FeeResult:
        """Let the host add nights: no call that does is known to be safe."""
        return await self._bills.by_host(extension, add=True)

    async def shorten(self, extension: Extension) -> FeeResult:
        """Let the host take nights off again."""
        return await self._bills.by_host(extension, add=False)

    async def add_task(self, task: NewTask) -> Written:
        """Lodgify has no tasks."""
        return _UNABLE

    async def remove_task(self, ref: str, key: str) -> Written:
        """Lodgify has no tasks."""
        return _UNABLE

    def _filters(self, arriving: tuple[date, date]) -> tuple[str, ...]:
        """Return where arrivals are looked for; whoever is there has come by tomorrow, anywhere."""
        tomorrow = self._clock().astimezone(UTC).date() + timedelta(days=1)
        return self._choices.filters if arriving[0] <= tomorrow else self._choices.filters[:1]
