"""Offline charges: money owed, on record with Hostaway though not on the bill (U7).

Charges are never taken back by the API: only refunded, once they are paid. So the host is asked.
"""

import json
from collections.abc import Callable
from datetime import datetime

from jirani.connectors.hostaway.api import Api, understood
from jirani.connectors.hostaway.marks import key_in, marked
from jirani.connectors.hostaway.plan import stamp
from jirani.connectors.hostaway.reading import Row
from jirani.connectors.hostaway.results import unlooked, unproven, unread_after
from jirani.connectors.pms import (
    FeeOutcome,
    FeeResult,
    NewFee,
    PmsUnavailable,
    WriteOutcome,
    Written,
)
from jirani.connectors.wire import fields

PREFIX = "charge:"  # before the ids of charges, which are not those of lines
METHOD = "charge"
_OFF = ("cancelled", "failed")
_SHOWN = ("id", "title", "description", "amount", "currency", "status")


class Charges:
    """The offline charges of one account."""

    def __init__(self, api: Api, clock: Callable[[], datetime]) -> None:
        self._api = api
        self._clock = clock

    async def find(self, fee: NewFee) -> FeeResult | None:
        """Find the charge of a sale by its description; raises PmsUnavailable."""
        for row in await self._rows(fee.reservation_ref):
            if key_in(row.get("description")) == fee.key:
                with understood():
                    return _recorded(row, verified=True)
        return None

    async def add(self, fee: NewFee) -> FeeResult:
        """Charge a sale; the caller has looked that it is not."""
        body = {
            "title": fee.title,
            "description": marked(fee.key),
            "amount": fields.written(fee.amount, fee.currency),
            "paymentMethod": "other",
            "status": "awaiting",
            "scheduledDate": stamp(self._clock()),
        }
        path = f"/guestPayments/charges/{fee.reservation_ref}"
        answer = await self._api.write("POST", path, body)
        if answer.outcome is WriteOutcome.RETRY:
            return unproven(answer, METHOD)
        if answer.outcome is WriteOutcome.REJECTED:
            return FeeResult(FeeOutcome.INTERNAL_ONLY, "internal", reason=str(answer.reason))
        try:
            found = await self.find(fee)
            if found is None and answer.outcome is WriteOutcome.ACCEPTED:
                with understood():
                    found = _recorded(fields.record(answer.body, "charge"), verified=False)
        except PmsUnavailable as unread:
            return unread_after(unread, METHOD)
        return found or unproven(answer, METHOD)

    async def remove(self, reservation_ref: str, ref: str) -> Written:
        """Look whether a charge is gone, and say what the host has to do if not."""
        try:
            rows = await self._rows(reservation_ref)
        except PmsUnavailable as unread:
            return unlooked(unread)
        number = ref.removeprefix(PREFIX)
        if all(str(row.get("id")) != number for row in rows):
            return Written(WriteOutcome.ACCEPTED, ref)
        why = f"Hostaway takes no charge back by its API: cancel charge {number} there by hand."
        return Written(WriteOutcome.REJECTED, ref, why)

    async def _rows(self, reservation_ref: str) -> list[Row]:
        """Read the charges of a stay that stand."""
        told = await self._api.rows("/guestPayments/charges", {"reservationId": reservation_ref})
        with understood():
            rows = fields.records(told, "charges")
        return [
            row
            for row in rows
            if str(row.get("reservationId")) in (reservation_ref, "None")
            and row.get("status") not in _OFF
            and row.get("type") in (None, "charge")
        ]


def _recorded(row: Row, *, verified: bool) -> FeeResult:
    ref = PREFIX + fields.needed(row.get("id"), "id")
    shown = json.dumps({name: row.get(name) for name in _SHOWN})[:500]
    return FeeResult(
        FeeOutcome.RECORDED_ELSEWHERE, METHOD, ref, verified=verified, audit={"charge": shown}
    )
