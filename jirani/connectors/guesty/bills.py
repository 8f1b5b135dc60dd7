"""What was sold, put on a bill in Guesty and taken off it: proven by reading it there (U7)."""

from collections.abc import Awaitable, Callable
from typing import Any

from jirani.connectors.airbnb import request_url
from jirani.connectors.guesty.answers import in_path, mark
from jirani.connectors.guesty.lines import bill, ids_in
from jirani.connectors.guesty.options import Options
from jirani.connectors.guesty.stays import Stays
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
from jirani.connectors.wire.asking import Answer, Wire
from jirani.connectors.wire.fields import Malformed, written
from jirani.rules.facts import OfferKind

_NAMES = {
    OfferKind.EARLY_CHECK_IN: "EARLY_CHECK_IN",
    OfferKind.LATE_CHECK_OUT: "LATE_CHECKOUT",
}
_OUTCOMES = {
    WriteOutcome.ACCEPTED: FeeOutcome.UNKNOWN,
    WriteOutcome.REJECTED: FeeOutcome.FAILED,
    WriteOutcome.RETRY: FeeOutcome.RETRY,
    WriteOutcome.UNKNOWN: FeeOutcome.UNKNOWN,
}
PATIENCE = (1.0, 3.0)  # seconds between looks: a folio may be a moment behind


class Bills:
    """Lines on bills: looked for, written, and looked for again."""

    def __init__(
        self,
        wire: Wire,
        options: Options,
        stays: Stays,
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._wire = wire
        self._options = options
        self._stays = stays
        self._sleep = sleep

    async def fees(self, ref: str) -> tuple[PmsFee, ...]:
        """Read a bill. Raises PmsUnavailable."""
        return await bill(self._wire, self._options["line_fields"], ref)

    async def add(self, fee: NewFee) -> FeeResult:
        """Put a sale on the bill, or with whom it is left (Airbnb: the host asks for it)."""
        try:
            stay = await self._stays.one(fee.reservation_ref, with_guest=False)
        except PmsUnavailable as unread:
            return put_off(unread, "fee")
        if stay is None:
            return FeeResult(FeeOutcome.FAILED, "fee", reason=Wrong.NOT_FOUND)
        if stay.currency not in (None, fee.currency):
            return FeeResult(FeeOutcome.FAILED, "fee", reason="other_currency")
        if stay.channel == "airbnb":
            return await self._asked_on_airbnb(stay, fee)
        if stay.channel != "direct" and self._options["other_channels"] == "internal":
            return FeeResult(FeeOutcome.INTERNAL_ONLY, "internal")
        return await self._line(fee)

    async def remove(self, reservation_ref: str, ref: str) -> Written:
        """Take a line off, and see that it is gone: neither a 200 nor a 404 proves it."""
        try:
            path = (
                self._options["remove_path"]
                .replace("{reservation}", in_path(reservation_ref))
                .replace("{item}", in_path(ref))
            )
        except PmsUnavailable as no_id:
            return Written(WriteOutcome.REJECTED, ref, no_id.reason)
        answer = await self._wire.write("DELETE", path)
        if answer.outcome is WriteOutcome.RETRY:
            return Written(answer.outcome, ref, answer.reason, answer.retry_after)
        try:
            there = any(line.ref == ref for line in await self.fees(reservation_ref))
        except PmsUnavailable as unread:
            return Written(WriteOutcome.UNKNOWN, ref, f"unread: {unread.reason}")
        if not there:
            return Written(WriteOutcome.ACCEPTED, ref)
        if answer.outcome is WriteOutcome.REJECTED:
            return Written(WriteOutcome.REJECTED, ref, "still_on_the_bill")
        return Written(WriteOutcome.UNKNOWN, ref, answer.reason or "still_on_the_bill")

    async def _asked_on_airbnb(self, stay: PmsReservation, fee: NewFee) -> FeeResult:
        url = request_url(stay.code, self._options["airbnb_request_url"])
        host = FeeResult(FeeOutcome.NEEDS_HOST_ACTION, "request_money", host_url=url)
        if not self._options.on("airbnb_line"):
            return host
        line = await self._line(fee)
        if not line.outcome.settled:
            return line  # asked again: the host hears of it once, with the line in place
        if line.outcome is not FeeOutcome.APPLIED:
            return FeeResult(host.outcome, host.method, line.ref, host_url=url, reason=line.reason)
        return FeeResult(host.outcome, host.method, line.ref, verified=True, host_url=url)

    async def _line(self, fee: NewFee) -> FeeResult:
        try:
            if (known := await self._found(fee)) is not None:
                return known
            path = f"/invoice-items/reservation/{in_path(fee.reservation_ref)}"
        except PmsUnavailable as unread:
            return put_off(unread, "fee")
        answer = await self._wire.write("POST", path, self._body(fee))
        if answer.outcome in (WriteOutcome.REJECTED, WriteOutcome.RETRY):
            return unproven(answer, "fee")
        try:
            for pause in (*PATIENCE, None):
                if (proven := await self._found(fee)) is not None:
                    return proven
                if answer.outcome is WriteOutcome.UNKNOWN or pause is None:
                    break
                await self._sleep(pause)
        except PmsUnavailable as unread:
            return FeeResult(FeeOutcome.UNKNOWN, "fee", reason=f"unread: {unread.reason}")
        if answer.outcome is WriteOutcome.UNKNOWN:
            return unproven(answer, "fee")
        # It said yes, and does not show it. Asked once more it might be there twice.
        ref = _told(answer.body, fee.key)
        return FeeResult(FeeOutcome.NEEDS_HOST_ACTION, "look_at_bill", ref, reason="ignored")

    async def _found(self, fee: NewFee) -> FeeResult | None:
        """Look for a sale's line: by our key, or by its words where no key is told of it."""
        lines = await self.fees(fee.reservation_ref)
        words = (fee.title, fee.amount)
        found = next((line for line in lines if line.key == fee.key), None) or next(
            (line for line in lines if line.key is None and (line.title, line.amount) == words),
            None,
        )
        if found is None:
            return None
        said = {"line": f"{found.title}: {found.amount} {found.currency}"}
        return FeeResult(FeeOutcome.APPLIED, "fee", found.ref, verified=True, audit=said)

    def _body(self, fee: NewFee) -> dict[str, Any]:
        cleaning = fee.kind is OfferKind.MID_STAY_CLEANING
        name = self._options["cleaning_fee"] if cleaning else _NAMES.get(fee.kind)
        body: dict[str, Any] = {
            "title": fee.title,
            "amount": written(fee.amount, fee.currency),
            "normalType": "AFE",
            "secondIdentifier": name or "ADDITIONAL_CHARGE",
            "description": mark(fee.key),
        }
        if self._options.on("upsell_flag"):
            body["isUpsellFee"] = True
        if self._options.on("realization_dates"):
            body["realizationDates"] = [{"date": fee.day.isoformat()}]
        return body


def put_off(unread: PmsUnavailable, method: str) -> FeeResult:
    """Say that nothing was written, since nothing could be read before."""
    return FeeResult(FeeOutcome.RETRY, method, reason=unread.reason, retry_after=unread.retry_after)


def unproven(answer: Answer, method: str) -> FeeResult:
    """Say what a write answered, where reading did not tell more."""
    outcome = _OUTCOMES[answer.outcome]
    return FeeResult(outcome, method, reason=answer.reason, retry_after=answer.retry_after)


def _told(answer: Any, key: str) -> str | None:
    try:
        return next((ref for ref, told in ids_in(answer) if told == key), None)
    except Malformed:
        return None
