"""One account with Guesty, as the port wants it."""

from asyncio import Lock
from collections.abc import Awaitable, Callable
from datetime import date, datetime
from weakref import WeakValueDictionary

from jirani.connectors.guesty import hooks, lines, reading, talk, tasks
from jirani.connectors.guesty.answers import in_path, items, sensible, unwrapped
from jirani.connectors.guesty.bills import Bills
from jirani.connectors.guesty.calendar import calendar
from jirani.connectors.guesty.dates import Dates
from jirani.connectors.guesty.options import Options
from jirani.connectors.guesty.searching import named
from jirani.connectors.guesty.stays import Stays
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
from jirani.connectors.wire.asking import Wire
from jirani.connectors.wire.fields import Malformed, record

CAPABILITIES = Capabilities()  # fees, dates and tasks; no payment links, and no keys kept
_LISTING = "title nickname timezone defaultCheckInTime defaultCheckOutTime prices terms active"
_PAGE = 100


class GuestyPms:
    """Guesty, in one account of one business."""

    name = hooks.NAME
    capabilities = CAPABILITIES

    def __init__(
        self,
        wire: Wire,
        options: Options,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._wire = wire
        self._options = options
        self._clock = clock
        self._stays = Stays(
            wire, options, clock, lambda refs: lines.lines(wire, options["line_fields"], refs)
        )
        self._bills = Bills(wire, options, self._stays, sleep)
        self._dates = Dates(wire, options, self._stays, self.calendar, sleep)
        self._channels: dict[str, str] = {}  # of conversations seen lately
        self._turns: WeakValueDictionary[str, Lock] = WeakValueDictionary()

    def events(self, hook: Hook) -> tuple[PmsEvent, ...]:
        """Read a webhook."""
        return hooks.events(hook.body)

    async def reservation(self, ref: str) -> PmsReservation | None:
        """Read a stay."""
        stay = await self._stays.one(ref)
        if stay and stay.conversation:
            if len(self._channels) > 10_000:
                self._channels.clear()
            self._channels[stay.conversation] = stay.channel
        return stay

    async def reservations(
        self,
        *,
        updated_since: datetime | None = None,
        arriving: tuple[date, date] | None = None,
        after: str | None = None,
    ) -> Page[PmsReservation]:
        """Read stays."""
        return await self._stays.page(updated_since, arriving, after)

    async def listing(self, ref: str) -> PmsListing | None:
        """Read a place."""
        answer = await self._wire.read(f"/listings/{in_path(ref)}", {"fields": _LISTING})
        if answer is None:
            return None
        with sensible(f"listing {ref}"):
            return reading.listing(record(unwrapped(answer), "listing"))

    async def listings(self, *, after: str | None = None) -> Page[PmsListing]:
        """Read every place."""
        skip = int(after or 0)
        asked: dict[str, str | int | list[str] | None] = {"fields": _LISTING, "sort": "_id"}
        answer = await self._wire.read("/listings", {**asked, "limit": _PAGE, "skip": skip})
        with sensible("listings"):
            found = items(answer, "results", "listings")
        places, skipped = [], []
        for each in found:
            try:
                places.append(reading.listing(record(each, "listing")))
            except Malformed as wrong:
                skipped.append(f"listing {named(each)}: {wrong}")
        more = str(skip + len(found)) if len(found) >= _PAGE else None
        return Page(tuple(places), more, tuple(skipped))

    async def calendar(self, listing_ref: str, first: date, last: date) -> PmsCalendar:
        """Read nights."""
        strict = self._options["multi_unit"] == "unknown"
        return await calendar(self._wire, listing_ref, first, last, self._clock(), same_unit=strict)

    async def tasks(self, listing_ref: str, first: date, last: date) -> tuple[PmsTask, ...]:
        """Read what is to be done at a place."""
        place = await self.listing(listing_ref)
        if place is None:
            raise PmsUnavailable(Wrong.NOT_FOUND, f"listing {listing_ref}")
        return await tasks.tasks(self._wire, self._options, place, first, last)

    async def conversation(self, reservation_ref: str) -> str | None:
        """Find a stay's conversation: the stay names it, or it names the stay."""
        row = await self._stays.row(reservation_ref)
        with sensible(f"reservation {reservation_ref}"):
            told = reading.conversation(row) if row else None
        return told or await talk.find(self._wire, reservation_ref)

    async def messages(
        self, conversation: str, *, since: datetime | None = None
    ) -> tuple[PmsMessage, ...]:
        """Read a conversation."""
        return await talk.messages(self._wire, conversation, since)

    async def post(self, conversation: str, text: str, key: str) -> Written:
        """Post a text to a guest."""
        if len(text) > self.capabilities.longest_message:
            return Written(WriteOutcome.REJECTED, reason="too_long")
        direct = self._channels.get(conversation) == "direct"
        otherwise = self._options["direct_module" if direct else "ota_module"]
        return await talk.send(self._wire, conversation, text, otherwise)

    async def fees(self, reservation_ref: str) -> tuple[PmsFee, ...]:
        """Read a bill."""
        return await self._bills.fees(reservation_ref)

    async def add_fee(self, fee: NewFee) -> FeeResult:
        """Put a sale on record."""
        async with self._turn(fee.reservation_ref):
            return await self._bills.add(fee)

    async def remove_fee(self, reservation_ref: str, ref: str, key: str) -> Written:
        """Take a line off again."""
        return await self._bills.remove(reservation_ref, ref)

    async def extend(self, extension: Extension) -> FeeResult:
        """Add nights to a stay."""
        async with self._turn(extension.reservation_ref):
            return await self._dates.extend(extension)

    async def shorten(self, extension: Extension) -> FeeResult:
        """Take added nights off again."""
        async with self._turn(extension.reservation_ref):
            return await self._dates.shorten(extension)

    async def add_task(self, task: NewTask) -> Written:
        """Put a task on the plan."""
        try:
            place = await self.listing(task.listing_ref)
        except PmsUnavailable as unread:
            return Written(WriteOutcome.RETRY, None, unread.reason, unread.retry_after)
        if place is None:
            return Written(WriteOutcome.REJECTED, reason=Wrong.NOT_FOUND)
        return await tasks.add(self._wire, self._options, place, task)

    async def remove_task(self, ref: str, key: str) -> Written:
        """Take a task off the plan."""
        return await tasks.remove(self._wire, ref)

    def _turn(self, reservation_ref: str) -> Lock:
        """Return what whoever changes a stay holds: its dates are written both at once."""
        lock = self._turns.get(reservation_ref)
        if lock is None:
            lock = self._turns[reservation_ref] = Lock()
        return lock
