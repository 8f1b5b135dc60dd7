"""A property-management system in memory: tests, evals and the demo decide what goes wrong.

It is as forgetful as the real ones: unless `Capabilities.keeps_keys`, a text posted twice is there
twice, and its key nowhere.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import islice
from typing import TypeVar

from jirani.connectors import memory_pms_hooks
from jirani.connectors.memory_pms_bills import MemoryBills
from jirani.connectors.memory_pms_faults import UNDONE, PmsFault, PmsFaults
from jirani.connectors.memory_pms_life import MemoryLife
from jirani.connectors.pms import (
    Capabilities,
    Direction,
    EventKind,
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
from jirani.rules.facts import StayPayment, StayStatus

T = TypeVar("T")
_PAGE = 100


class MemoryPms(MemoryLife):
    """The twin of a PMS. It never calls back by itself: see `hooks.due`.

    `faults` befall its calls, `hooks.upcoming` befall its webhooks. With `echoes` our own texts
    come back as webhooks too, as some systems do. `stale_by` is the least age of what a stale
    calendar shows.
    """

    def __init__(
        self,
        clock: Callable[[], datetime],
        *,
        name: str = "memory",
        capabilities: Capabilities | None = None,
        echoes: bool = False,
        stale_by: timedelta = timedelta(hours=1),
    ) -> None:
        super().__init__(name, clock)
        self.capabilities = capabilities or Capabilities()
        self.faults = PmsFaults()
        self.echoes = echoes
        self.stale_by = stale_by
        self._bills = MemoryBills(self.world, self.faults, self.capabilities)
        self._seen: dict[str, PmsCalendar] = {}

    def forget(self, listing_ref: str) -> None:
        """Let a place go, with all that ever happened there: long replays stay small."""
        self.world.forget(listing_ref)
        self._seen.pop(listing_ref, None)

    def events(self, hook: Hook) -> tuple[PmsEvent, ...]:
        """Read a webhook."""
        return memory_pms_hooks.read(hook.body)

    async def reservation(self, ref: str) -> PmsReservation | None:
        """Read a stay."""
        fault = await self._read("reservation")
        if ref in self.world.unreadable:
            raise PmsUnavailable(Wrong.MALFORMED, f"reservation {ref}")
        stay = self.world.reservations.get(ref)
        return _dimmed(stay, fault) if stay else None

    async def reservations(
        self,
        *,
        updated_since: datetime | None = None,
        arriving: tuple[date, date] | None = None,
        after: str | None = None,
    ) -> Page[PmsReservation]:
        """Read stays, those booked first first."""
        fault = await self._read("reservations")
        stays = [
            _dimmed(stay, fault)
            for ref, stay in self.world.reservations.items()
            if (updated_since is None or (stay.updated_at and stay.updated_at >= updated_since))
            and (arriving is None or arriving[0] <= stay.arrival <= arriving[1])
            and ref not in self.world.unreadable
        ]
        page = _page(stays, after)
        skipped = tuple(f"{ref}: malformed" for ref in sorted(self.world.unreadable))
        return page if after else replace(page, skipped=skipped)

    async def listing(self, ref: str) -> PmsListing | None:
        """Read a place."""
        await self._read("listing")
        return self.world.listing(ref)

    async def listings(self, *, after: str | None = None) -> Page[PmsListing]:
        """Read every place."""
        await self._read("listings")
        return _page(self.world.listings(), after)

    async def calendar(self, listing_ref: str, first: date, last: date) -> PmsCalendar:
        """Read nights; a stale answer admits its age."""
        fault = await self._read("calendar")
        if self.world.listing(listing_ref) is None:
            raise PmsUnavailable(Wrong.NOT_FOUND, f"listing {listing_ref}")
        now = self.clock()
        seen = self._seen.get(listing_ref)
        if fault is PmsFault.STALE and seen is not None:
            as_of = min(seen.as_of, now - self.stale_by)
            return PmsCalendar.filled(listing_ref, seen.nights, first, last, as_of)
        as_of = now - self.stale_by if fault is PmsFault.STALE else now
        nights = tuple(self.world.nights(listing_ref, first, last))
        calendar = PmsCalendar(listing_ref, nights, as_of)
        if fault is None:
            self._seen[listing_ref] = calendar
        return calendar

    async def tasks(self, listing_ref: str, first: date, last: date) -> tuple[PmsTask, ...]:
        """Read what is to be done at a place."""
        if not self.capabilities.tasks:
            raise PmsUnavailable(Wrong.UNSUPPORTED, "tasks")
        await self._read("tasks")
        if self.world.listing(listing_ref) is None:
            raise PmsUnavailable(Wrong.NOT_FOUND, f"listing {listing_ref}")
        return tuple(self.world.tasks_at(listing_ref, first, last))

    async def conversation(self, reservation_ref: str) -> str | None:
        """Find a stay's conversation."""
        await self._read("conversation")
        return self.world.conversation(reservation_ref)

    async def messages(
        self, conversation: str, *, since: datetime | None = None
    ) -> tuple[PmsMessage, ...]:
        """Read a conversation."""
        await self._read("messages")
        if self.world.stay_of(conversation) is None:
            raise PmsUnavailable(Wrong.NOT_FOUND, f"conversation {conversation}")
        said = self.world.messages.get(conversation, ())
        return tuple(one for one in said if since is None or one.sent_at >= since)

    async def post(self, conversation: str, text: str, key: str) -> Written:
        """Post a text to a guest."""
        await asyncio.sleep(0)
        fault = self.faults.befalling("post")
        stay = self.world.stay_of(conversation)
        if stay is None:
            return Written(WriteOutcome.REJECTED, reason=Wrong.NOT_FOUND)
        if len(text) > self.capabilities.longest_message:
            return Written(WriteOutcome.REJECTED, reason="too_long")
        kept = key if self.capabilities.keeps_keys else None
        said = self.world.messages.setdefault(conversation, [])
        known = next((one for one in said if kept and one.key == kept), None)
        if known is None and fault not in UNDONE:
            ref = f"message-{self.world.mark(key)}"
            failed = fault is PmsFault.UNDELIVERED
            now = self.clock()
            known = PmsMessage(
                *(ref, conversation, Direction.OUT, text, now, stay), failed=failed, key=kept
            )
            said.append(known)
            if self.echoes:
                self.hooks.tell(PmsEvent(EventKind.MESSAGE, stay, now, known))
        return self.faults.answer(fault, known.ref if known else None)

    async def fees(self, reservation_ref: str) -> tuple[PmsFee, ...]:
        """Read a bill."""
        if not self.capabilities.fees:
            raise PmsUnavailable(Wrong.UNSUPPORTED, "fees")
        await asyncio.sleep(0)
        return self._bills.fees(reservation_ref)

    async def add_fee(self, fee: NewFee) -> FeeResult:
        """Put a sale on record."""
        await asyncio.sleep(0)
        return self._bills.add_fee(fee)

    async def remove_fee(self, reservation_ref: str, ref: str, key: str) -> Written:
        """Take a fee off again."""
        await asyncio.sleep(0)
        return self._bills.remove_fee(reservation_ref, ref)

    async def extend(self, extension: Extension) -> FeeResult:
        """Add nights to a stay."""
        await asyncio.sleep(0)
        return self._redated(extension, self._bills.extend)

    async def shorten(self, extension: Extension) -> FeeResult:
        """Take added nights off again."""
        await asyncio.sleep(0)
        return self._redated(extension, self._bills.shorten)

    async def add_task(self, task: NewTask) -> Written:
        """Put a task on the plan."""
        await asyncio.sleep(0)
        if not self.capabilities.tasks:
            return Written(WriteOutcome.REJECTED, reason=Wrong.UNSUPPORTED)
        fault = self.faults.befalling("add_task")
        if self.world.listing(task.listing_ref) is None:
            return Written(WriteOutcome.REJECTED, reason=Wrong.NOT_FOUND)
        return self.faults.answer(fault, self.world.plan_task(task, fault in UNDONE))

    async def remove_task(self, ref: str, key: str) -> Written:
        """Take a task off the plan."""
        await asyncio.sleep(0)
        fault = self.faults.befalling("remove_task")
        if fault not in UNDONE:
            self.world.tasks.pop(ref, None)
        return self.faults.answer(fault, ref)

    async def _read(self, call: str) -> PmsFault | None:
        await asyncio.sleep(0)
        return self.faults.reading(call)

    def _redated(
        self, extension: Extension, rewrite: Callable[[Extension], FeeResult]
    ) -> FeeResult:
        ref = extension.reservation_ref
        before = self.world.reservations.get(ref)
        result = rewrite(extension)
        after = self.world.reservations.get(ref)
        if after is not None and after != before:
            self.put(after, EventKind.CHANGED)
        return result


def _dimmed(stay: PmsReservation, fault: PmsFault | None) -> PmsReservation:
    if fault is PmsFault.STATUS_UNKNOWN:
        return replace(stay, status=StayStatus.UNKNOWN, status_raw="?")
    if fault is PmsFault.PAYMENT_UNKNOWN:
        return replace(stay, payment=StayPayment.UNKNOWN, payment_basis="")
    return stay


def _page(items: Sequence[T], after: str | None) -> Page[T]:
    start = int(after or 0)
    some = tuple(islice(items, start, start + _PAGE))
    more = start + _PAGE < len(items)
    return Page(some, str(start + _PAGE) if more else None)
