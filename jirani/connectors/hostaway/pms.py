"""One Hostaway account, behind the port."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from jirani.connectors.hostaway import hooks, nights, reading, talk
from jirani.connectors.hostaway.api import Api, is_id, understood
from jirani.connectors.hostaway.bills import Bills
from jirani.connectors.hostaway.charges import Charges
from jirani.connectors.hostaway.dates import Dates
from jirani.connectors.hostaway.posting import Posting
from jirani.connectors.hostaway.settings import Settings
from jirani.connectors.hostaway.tasks import Tasks
from jirani.connectors.hostaway.turns import turn
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
    Written,
    Wrong,
)
from jirani.connectors.wire import fields

NAME = "hostaway"
CAPABILITIES = Capabilities(fees=True, extends=True, tasks=True, payment_links=False)
_DAY = timedelta(days=1)
_ALL = {"includeResources": 1, "includePayments": 1}  # without the second no balance is told
_KNOWN_FOR = timedelta(minutes=10)


class HostawayPms:
    """The port to one account."""

    name = NAME
    capabilities = CAPABILITIES

    def __init__(self, api: Api, settings: Settings, clock: Callable[[], datetime]) -> None:
        self._api = api
        self._settings = settings
        self._clock = clock
        self._currencies: dict[str, tuple[str | None, datetime]] = {}
        self._posting = Posting(api, settings)
        self._tasks = Tasks(api, self.listing)
        self._bills = Bills(api, settings, self.reservation, Charges(api, clock))
        self._dates = Dates(api, settings, self.reservation, self.calendar)

    def events(self, hook: Hook) -> tuple[PmsEvent, ...]:
        """Read a webhook's body."""
        return hooks.events(hook.body)

    async def reservation(self, ref: str) -> PmsReservation | None:
        """Read a stay; an inquiry without dates is none."""
        told = await self._api.read(f"/reservations/{ref}", _ALL) if is_id(ref) else None
        if told is None:
            return None
        with understood():
            stay = reading.reservation(told, self._settings.paid_rule)
            if stay is not None and stay.ref != ref:  # it would be sold to somebody else
                raise fields.Malformed("id is another stay's")
            return stay

    async def reservations(
        self,
        *,
        updated_since: datetime | None = None,
        arriving: tuple[date, date] | None = None,
        after: str | None = None,
    ) -> Page[PmsReservation]:
        """Read stays; by the day is all that can be asked for, so the hours are minded here."""
        asked: dict[str, str | int | list[str] | None] = {**_ALL}
        if updated_since is not None:
            asked["latestActivityStart"] = (updated_since - _DAY).date().isoformat()
        if arriving is not None:
            asked["arrivalStartDate"], asked["arrivalEndDate"] = map(date.isoformat, arriving)
        start = 0 if after is None else None
        if self._settings.by_offset:
            start = int(after or 0)
            asked |= {"offset": start, "sortOrder": "arrivalDate"}
        else:
            asked["afterId"] = after
        page = await self._api.page("/reservations", asked, start)
        found, skipped = [], []
        for row in page.rows:
            try:
                stay = reading.reservation(row, self._settings.paid_rule)
            except fields.Malformed as wrong:
                skipped.append(f"{fields.within(row, 'id')}: {wrong}"[:200])
                continue
            if stay is not None and _wanted(stay, updated_since, arriving):
                found.append(stay)
        following = None
        if page.more and self._settings.by_offset:
            following = str((start or 0) + len(page.rows))
        elif page.more:
            ids = (fields.within(row, "id") for row in reversed(page.rows))
            last = next((str(each) for each in ids if each is not None), None)
            following = last if last != after else None  # it does not know `afterId`
        return Page(tuple(found), following, tuple(skipped))

    async def listing(self, ref: str) -> PmsListing | None:
        """Read a place."""
        told = await self._api.read(f"/listings/{ref}") if is_id(ref) else None
        if told is None:
            return None
        with understood():
            place = reading.listing(told)
            if place.ref != ref:
                raise fields.Malformed("id is another place's")
            return place

    async def listings(self, *, after: str | None = None) -> Page[PmsListing]:
        """Read every place."""
        start = int(after or 0)
        page = await self._api.page("/listings", {"offset": start}, start)
        found, skipped = [], []
        for row in page.rows:
            try:
                found.append(reading.listing(row))
            except fields.Malformed as wrong:
                skipped.append(f"{fields.within(row, 'id')}: {wrong}"[:200])
        following = str(start + len(page.rows)) if page.more else None
        return Page(tuple(found), following, tuple(skipped))

    async def calendar(self, listing_ref: str, first: date, last: date) -> PmsCalendar:
        """Read nights: one more than is wanted, since nobody says whether the end is included."""
        asked_at = self._clock()
        of = await self._currency(listing_ref)
        told = await self._api.read(
            f"/listings/{listing_ref}/calendar",
            {
                "startDate": first.isoformat(),
                "endDate": (last + _DAY).isoformat(),
                "includeResources": 1,
            },
        )
        with understood():
            found = nights.read(told, of)
        return PmsCalendar.filled(listing_ref, found, first, last, asked_at)

    async def tasks(self, listing_ref: str, first: date, last: date) -> tuple[PmsTask, ...]:
        """Read what is to be done at a place."""
        return await self._tasks.read(listing_ref, first, last)

    async def conversation(self, reservation_ref: str) -> str | None:
        """Find where a stay's guest is written to."""
        if not is_id(reservation_ref):
            return None
        told = await self._api.read(f"/reservations/{reservation_ref}/conversations")
        with understood():
            return talk.conversation(told, reservation_ref)

    async def messages(
        self, conversation: str, *, since: datetime | None = None
    ) -> tuple[PmsMessage, ...]:
        """Read a conversation."""
        if not is_id(conversation):
            raise PmsUnavailable(Wrong.NOT_FOUND, "conversation")
        every = 1 if self._settings.all_messages else None
        rows = await self._api.rows(
            f"/conversations/{conversation}/messages", {"includeScheduledMessages": every}
        )
        with understood():
            said = talk.said(rows, conversation, self._clock())
        return tuple(one for one in said if since is None or one.sent_at >= since)

    async def post(self, conversation: str, text: str, key: str) -> Written:
        """Post a text to the guest; Hostaway knows no keys, so who posts looks first (U5)."""
        return await self._posting.post(conversation, text)

    async def fees(self, reservation_ref: str) -> tuple[PmsFee, ...]:
        """Read the fees of a bill."""
        return await self._bills.fees(reservation_ref)

    async def add_fee(self, fee: NewFee) -> FeeResult:
        """Put a sale on record."""
        async with turn(fee.reservation_ref):
            return await self._bills.add_fee(fee)

    async def remove_fee(self, reservation_ref: str, ref: str, key: str) -> Written:
        """Take a sale off again."""
        async with turn(reservation_ref):
            return await self._bills.remove_fee(reservation_ref, ref)

    async def extend(self, extension: Extension) -> FeeResult:
        """Add nights to a stay."""
        async with turn(extension.reservation_ref):
            return await self._dates.extend(extension)

    async def shorten(self, extension: Extension) -> FeeResult:
        """Take added nights off again."""
        async with turn(extension.reservation_ref):
            return await self._dates.shorten(extension)

    async def add_task(self, task: NewTask) -> Written:
        """Put a task on the plan."""
        return await self._tasks.add(task)

    async def remove_task(self, ref: str, key: str) -> Written:
        """Take a task off the plan."""
        return await self._tasks.remove(ref)

    async def _currency(self, listing_ref: str) -> str | None:
        """Return what a place's prices are in: its calendar does not tell."""
        known, now = self._currencies.get(listing_ref), self._clock()
        if known is not None and now - known[1] < _KNOWN_FOR:
            return known[0]
        place = await self.listing(listing_ref)
        if place is None:
            raise PmsUnavailable(Wrong.NOT_FOUND, "listing")
        self._currencies[listing_ref] = (place.currency, now)
        return place.currency


def _wanted(
    stay: PmsReservation, since: datetime | None, arriving: tuple[date, date] | None
) -> bool:
    recent = since is None or stay.updated_at is None or stay.updated_at >= since
    return recent and (arriving is None or arriving[0] <= stay.arrival <= arriving[1])
