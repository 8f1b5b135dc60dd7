"""Sales on the bill of a stay (U7): looked for, written, and believed only once read back.

Hostaway documents no call that adds a line to a bill, so the whole list is sent again with ours
behind it. If it says yes and no line comes of it, the sale becomes an offline charge.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from http import HTTPStatus

from jirani.connectors.airbnb import request_url
from jirani.connectors.hostaway import lines
from jirani.connectors.hostaway.api import Api, understood
from jirani.connectors.hostaway.charges import PREFIX, Charges
from jirani.connectors.hostaway.reading import Row
from jirani.connectors.hostaway.results import unasked, unlooked, unproven, unread_after, written
from jirani.connectors.hostaway.settings import Settings
from jirani.connectors.pms import (
    FeeOutcome,
    FeeResult,
    NewFee,
    PmsFee,
    PmsReservation,
    PmsUnavailable,
    WriteOutcome,
    Written,
    Wrong,
)
from jirani.connectors.wire import fields

SETTLING = 1.0  # seconds between two looks at what was written
METHOD = "finance_field"
_SHOWN = ("id", "name", "title", "alias", "total")


class Bills:
    """The bills of one account."""

    def __init__(
        self,
        api: Api,
        settings: Settings,
        stay: Callable[[str], Awaitable[PmsReservation | None]],
        charges: Charges,
    ) -> None:
        self._api = api
        self._settings = settings
        self._stay = stay
        self._charges = charges

    async def fees(self, reservation_ref: str) -> tuple[PmsFee, ...]:
        """Read the fees of a bill."""
        stay = await self._stay(reservation_ref)
        if stay is None:
            raise PmsUnavailable(Wrong.NOT_FOUND, f"reservation {reservation_ref}")
        rows = await self._lines(reservation_ref)
        with understood():
            told = [lines.fee(row, reservation_ref, stay.currency) for row in rows]
        return tuple(each for each in told if each)

    async def add_fee(self, fee: NewFee) -> FeeResult:
        """Put a sale on record, as the booking's channel allows."""
        try:
            stay = await self._stay(fee.reservation_ref)
        except PmsUnavailable as unread:
            return unasked(unread, METHOD)
        if stay is None:
            return FeeResult(FeeOutcome.FAILED, reason=Wrong.NOT_FOUND)
        if stay.currency not in (None, fee.currency):
            return FeeResult(FeeOutcome.FAILED, reason="other_currency")
        if stay.channel == "airbnb":
            return await self._by_host(stay, fee)
        if stay.channel != "direct" and not self._settings.channel_lines:
            return FeeResult(FeeOutcome.INTERNAL_ONLY, "internal")
        return await self._recorded(stay, fee)

    async def remove_fee(self, reservation_ref: str, ref: str) -> Written:
        """Take a line or a charge off again; what Hostaway keeps, the host is told of."""
        if ref.startswith(PREFIX):
            return await self._charges.remove(reservation_ref, ref)
        try:
            stay = await self._stay(reservation_ref)
            row = await self._live(reservation_ref, ref) if stay else None
        except PmsUnavailable as unread:
            return unlooked(unread)
        if stay is None or row is None:
            return Written(WriteOutcome.ACCEPTED, ref)
        body = {"value": 0, "isIncludedInTotalPrice": 0, "isOverriddenByUser": 1, "isDeleted": 1}
        answer = await self._api.write("PUT", f"/financeField/{reservation_ref}/{ref}", body)
        if answer.outcome is WriteOutcome.RETRY:
            return written(answer, ref)
        try:
            kept = await self._live(reservation_ref, ref)
        except PmsUnavailable as unread:
            return replace(unlooked(unread), outcome=WriteOutcome.UNKNOWN)
        if kept is None:
            return Written(WriteOutcome.ACCEPTED, ref, await self._lowered(stay, row))
        if answer.outcome is WriteOutcome.UNKNOWN:
            return written(answer, ref)
        title = str(row.get("title"))[:80]
        why = f"Hostaway kept the line “{title}”: take it off the reservation by hand."
        return Written(WriteOutcome.REJECTED, ref, why)

    async def _by_host(self, stay: PmsReservation, fee: NewFee) -> FeeResult:
        url = request_url(stay.code, self._settings.airbnb_request_url)
        asked = FeeResult(FeeOutcome.NEEDS_HOST_ACTION, "request_money", host_url=url)
        if not self._settings.channel_lines:
            return asked
        line = await self._recorded(stay, fee)
        if not line.outcome.settled:
            return line
        return replace(
            asked, ref=line.ref, verified=line.verified, reason=line.reason, audit=line.audit
        )

    async def _recorded(self, stay: PmsReservation, fee: NewFee) -> FeeResult:
        name = lines.name_of(fee.kind, self._settings.early_check_in_name)
        try:
            before = await self._lines(stay.ref)
            with understood():
                known = lines.find(before, fee, name)
            charged = None if known else await self._charges.find(fee)
        except PmsUnavailable as unread:
            return unasked(unread, METHOD)
        if known is not None:
            return _applied(known)
        if charged is not None:
            return charged
        if self._settings.record == "charge":
            return await self._charges.add(fee)
        return await self._lined(stay, fee, name, before)

    async def _lined(
        self, stay: PmsReservation, fee: NewFee, name: str, before: list[Row]
    ) -> FeeResult:
        direct = stay.channel == "direct"
        ours = lines.line(fee, name, included=direct)
        body: dict[str, object] = {"financeField": [*before, ours]}
        total = None
        if direct and stay.total is not None and self._settings.total_price:
            total = stay.total + fee.amount
            body["totalPrice"] = fields.written(total, fee.currency)
        answer = await self._api.write("PUT", f"/reservations/{stay.ref}", body)
        if answer.outcome is WriteOutcome.RETRY:
            return unproven(answer, METHOD)
        if answer.status == HTTPStatus.NOT_FOUND:
            return FeeResult(FeeOutcome.FAILED, METHOD, reason=Wrong.NOT_FOUND)
        for again in (False, True):
            await asyncio.sleep(SETTLING if again else 0)
            try:
                after = await self._lines(stay.ref)
                with understood():
                    found = lines.find(after, fee, name, before)
                    gone = lines.lost(before, after)
                if found is not None:
                    return await self._proven(stay.ref, found, gone, total)
            except PmsUnavailable as unread:
                return unread_after(unread, METHOD)
            if answer.outcome is WriteOutcome.UNKNOWN:  # it may still come: ask again, and look
                return unproven(answer, METHOD)
        return await self._charges.add(fee)

    async def _proven(self, ref: str, found: Row, gone: list[str], total: int | None) -> FeeResult:
        applied = _applied(found)
        if gone:
            why = f"old_lines_changed: {', '.join(gone)}"
            return replace(applied, outcome=FeeOutcome.NEEDS_HOST_ACTION, reason=why[:200])
        if total is None:
            return applied
        try:
            stay = await self._stay(ref)
        except PmsUnavailable:
            return applied
        raised = stay is None or stay.total == total
        return applied if raised else replace(applied, reason="total_not_raised")

    async def _lowered(self, stay: PmsReservation, row: Row) -> str:
        """Lower a direct stay's total again, unless Hostaway did; return what is left to do."""
        if stay.channel != "direct" or stay.total is None or not self._settings.total_price:
            return ""
        try:
            now = await self._stay(stay.ref)
            with understood():
                fee = lines.fee(row, stay.ref, stay.currency)
        except PmsUnavailable:
            now, fee = None, None
        if now is not None and now.total != stay.total:
            return ""
        if now is None or fee is None or stay.currency is None:
            return "The total may still hold it: lower it by hand."
        lower = {"totalPrice": fields.written(stay.total - fee.amount, stay.currency)}
        answer = await self._api.write("PUT", f"/reservations/{stay.ref}", lower)
        if answer.outcome is WriteOutcome.ACCEPTED:
            return ""
        return "The total may still hold it: lower it by hand."

    async def _live(self, reservation_ref: str, ref: str) -> Row | None:
        rows = await self._lines(reservation_ref)
        with understood():
            return next((r for r in rows if str(r.get("id")) == ref and lines.is_live(r)), None)

    async def _lines(self, reservation_ref: str) -> list[Row]:
        told = await self._api.read(f"/financeField/{reservation_ref}")
        with understood():
            return fields.records(told, "financeField")


def _applied(row: Row) -> FeeResult:
    shown = {name: row.get(name) for name in _SHOWN}
    return FeeResult(
        FeeOutcome.APPLIED,
        METHOD,
        str(row.get("id")),
        verified=True,
        audit={"line": json.dumps(shown)[:500]},
    )
