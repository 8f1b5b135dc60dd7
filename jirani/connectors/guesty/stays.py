"""Stays, asked of Guesty: the new calls first, the old ones where those leave gaps."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from jirani.connectors.guesty.answers import in_path, rows, same_id, sensible, unwrapped
from jirani.connectors.guesty.options import Options
from jirani.connectors.guesty.paying import Money, but_for_ours, money_of, owes, prepaid
from jirani.connectors.guesty.reading import Row, guest_ref, of_id, reservation, updated_at
from jirani.connectors.guesty.searching import (
    FIELDS,
    Asked,
    listed,
    named,
    new_search,
    old_search,
)
from jirani.connectors.pms import Page, PmsFee, PmsReservation, PmsUnavailable, Wrong
from jirani.connectors.wire.asking import Wire
from jirani.connectors.wire.fields import Malformed, first, record, within
from jirani.rules.facts import StayPayment

PAGE = 100
_LASTING = (Wrong.REFUSED, Wrong.NOT_FOUND, Wrong.MALFORMED)  # asking again would not help
_A_WHILE = timedelta(hours=1)  # for so long a field that was refused is not asked for again
_GUEST = "firstName lastName fullName email emails phone phones preferredLanguage"

Lines = Callable[[Sequence[str]], Awaitable[Mapping[str, tuple[PmsFee, ...]]]]


class Stays:
    """Reads stays with their guest and their money."""

    def __init__(
        self, wire: Wire, options: Options, clock: Callable[[], datetime], lines: Lines
    ) -> None:
        self._wire = wire
        self._options = options
        self._clock = clock
        self._lines = lines
        self._no_folio_before: datetime | None = None

    async def one(self, ref: str, *, with_guest: bool = True) -> PmsReservation | None:
        """Read a stay; None: Guesty knows none of that id. Raises PmsUnavailable."""
        row = await self.row(ref)
        if row is None:
            old = await self._old(ref)
            return None if old is None else (await self._settled([self._read_old(old)]))[0]
        guest = await self._guest(row) if with_guest else {}
        money = await self._money(ref)
        with sensible(f"reservation {ref}"):
            changed = updated_at(row)
            if money.payment is StayPayment.UNKNOWN or changed is None:
                row, guest, money = await self._filled(ref, row, guest, money)
            stay = self._paid(reservation(row, guest, money))
        return (await self._settled([(stay, money)]))[0]

    async def row(self, ref: str) -> Row | None:
        """Read a stay's row by the new call; None: it is not among what that tells of."""
        asked: Asked = {"reservationIds[]": [ref], "mergeAccommodationFarePriceComponents": "false"}
        try:
            answer = await self._wire.read("/reservations-v3", asked)
        except PmsUnavailable as refused:
            if refused.reason is Wrong.REFUSED and self._legacy:
                return None
            raise
        if answer is None:
            return None
        with sensible(f"reservation {ref}"):
            return of_id(rows(answer, "results", "reservations"), ref)

    async def page(
        self,
        updated_since: datetime | None,
        arriving: tuple[date, date] | None,
        after: str | None,
    ) -> Page[PmsReservation]:
        """Read some stays of a list. Raises PmsUnavailable."""
        skip = int(after or 0)
        if self._legacy:
            search = old_search(updated_since, arriving, self._clock())
            answer = await self._wire.read("/reservations", {**search, "limit": PAGE, "skip": skip})
        elif updated_since is not None:
            raise PmsUnavailable(Wrong.UNSUPPORTED, "what changed, without the old calls")
        else:
            asked = {**new_search(arriving), "limit": PAGE, "skip": skip}
            answer = await self._wire.read("/reservations-v3/search", asked)
        with sensible("reservations"):
            found = listed(answer)
            more = within(answer, "pagination", "hasMore")
        stays, skipped = [], []
        for row in found:
            try:
                stays.append(self._read_old(row))
            except PmsUnavailable as wrong:
                skipped.append(wrong.detail)
        settled = tuple(
            stay
            for stay in await self._settled(stays)
            if (updated_since is None or not stay.updated_at or stay.updated_at >= updated_since)
            and (arriving is None or arriving[0] <= stay.arrival <= arriving[1])
        )
        full = len(found) >= PAGE if more is None else more is True and bool(found)
        return Page(settled, str(skip + len(found)) if full else None, tuple(skipped))

    @property
    def _legacy(self) -> bool:
        return self._options.legacy(self._clock())

    async def _old(self, ref: str) -> Row | None:
        """Read a stay by the old call.

        That the new one knows none proves nothing: it leaves out stays that exist. Without the old
        one that stays an unknown.
        """
        if not self._legacy:
            raise PmsUnavailable(Wrong.NOT_FOUND, f"reservation {ref}")
        answer = await self._wire.read(f"/reservations/{in_path(ref)}", {"fields": FIELDS})
        if answer is None:
            return None
        with sensible(f"reservation {ref}"):
            row = record(unwrapped(answer), "reservation")
            if not same_id(first(row.get("_id"), row.get("id")), ref):
                raise Malformed("it is another one")
        return row

    async def _guest(self, row: Row) -> Row:
        with sensible("guest"):
            ref = guest_ref(row)
        if ref is None:
            return {}
        try:
            answer = await self._wire.read(f"/guests-crud/{in_path(ref)}", {"fields": _GUEST})
        except PmsUnavailable as refused:
            if refused.reason is Wrong.REFUSED and self._legacy:
                return {}
            raise
        with sensible("guest"):
            return {} if answer is None else record(unwrapped(answer), "guest")

    async def _money(self, ref: str) -> Money:
        """Read a folio: nothing is known where a field is refused, or all of it withheld."""
        asked = {"reservationIds": ref, "fields": self._options["folio_fields"]}
        refused_lately = self._no_folio_before and self._clock() < self._no_folio_before
        if refused_lately and self._legacy:
            return Money()
        try:
            answer = await self._wire.read("/guest-folio/overview", asked)
        except PmsUnavailable as refused:
            if refused.reason is Wrong.REFUSED:
                self._no_folio_before = self._clock() + _A_WHILE
                return Money()
            raise
        if answer is None:
            return Money()
        with sensible(f"folio of {ref}"):
            found = of_id(rows(answer, "results"), ref)
            return Money() if found is None else money_of(found)

    async def _filled(self, ref: str, row: Row, guest: Row, money: Money) -> tuple[Row, Row, Money]:
        """Fill what the new calls left open from the old one, which has all in one place."""
        if not self._legacy:
            return row, guest, money
        try:
            old = await self._old(ref)
        except PmsUnavailable as unread:
            if unread.reason in _LASTING or money.payment is not StayPayment.UNKNOWN:
                return row, guest, money
            raise
        if old is None:
            return row, guest, money
        if money.payment is StayPayment.UNKNOWN:
            money = money_of(record(old.get("money") or {}, "money"))
        guest = guest or record(old.get("guest") or {}, "guest")
        changed = first(row.get("lastUpdatedAt"), old.get("lastUpdatedAt"))
        return {**row, "lastUpdatedAt": changed}, guest, money

    def _read_old(self, told: Any) -> tuple[PmsReservation, Money]:
        with sensible(f"reservation {named(told)}"):
            row = record(told, "reservation")
            money = money_of(record(row.get("money") or {}, "money"))
            guest = record(row.get("guest") or {}, "guest")
            return self._paid(reservation(row, guest, money)), money

    def _paid(self, stay: PmsReservation) -> PmsReservation:
        return prepaid(stay) if self._options.on("airbnb_prepaid") else stay

    async def _settled(self, found: Sequence[tuple[PmsReservation, Money]]) -> list[PmsReservation]:
        owing = [stay.ref for stay, money in found if owes(stay, money)]
        try:
            lines = await self._lines(owing) if owing else {}
        except PmsUnavailable:
            lines = {}
        return [but_for_ours(stay, money, lines.get(stay.ref, ())) for stay, money in found]
