"""What was sold, as far as Lodgify can hold it (U7): it knows no lines on a bill.

So a sale is ours alone, with a page to pay at where Lodgify makes one: for who booked directly and
owes nothing else. A link has neither title nor key, so one that is there before we ask is not ours.
On Airbnb the host asks for the money; nights are added by the host everywhere.
"""

from dataclasses import replace

from jirani.connectors.airbnb import request_url
from jirani.connectors.lodgify import reading
from jirani.connectors.lodgify.api import Api, Row, understood
from jirani.connectors.lodgify.choices import Choices
from jirani.connectors.pms import FeeOutcome, FeeResult, PmsUnavailable, WriteOutcome, Wrong
from jirani.connectors.pms_objects import Extension, NewFee, PmsReservation
from jirani.connectors.wire import fields
from jirani.connectors.wire.asking import Answer

_PASSES = (Wrong.DOWN, Wrong.TIMEOUT, Wrong.RATE_LIMITED)
_INTERNAL = FeeResult(FeeOutcome.INTERNAL_ONLY, "internal")


class Bills:
    """Sales in one account. Nothing here raises."""

    def __init__(self, api: Api, choices: Choices) -> None:
        self._api = api
        self._choices = choices

    async def add_fee(self, fee: NewFee) -> FeeResult:
        """Record a sale: with us, with a link, or with the host."""
        try:
            found = await self._stay(fee.reservation_ref)
            if found is None:
                return FeeResult(FeeOutcome.FAILED, reason=Wrong.NOT_FOUND)
            stay, told = found
            with understood():
                settled = reading.owes_nothing(told)
        except PmsUnavailable as unread:
            return _later(unread)
        if stay.currency not in (None, fee.currency):
            return FeeResult(FeeOutcome.FAILED, reason="other_currency")
        if stay.channel == "airbnb":
            return self._at_airbnb(stay, "request_money")
        direct = stay.channel == "direct" and stay.currency is not None
        if direct and settled and fee.amount > 0 and self._choices.payment_link:
            return await self._with_link(fee)
        return _INTERNAL

    async def by_host(self, change: Extension, *, add: bool) -> FeeResult:
        """Let the host change dates, unless they stand as they should."""
        try:
            found = await self._stay(change.reservation_ref)
        except PmsUnavailable as unread:
            return _later(unread)
        if found is None:
            return FeeResult(FeeOutcome.FAILED, reason=Wrong.NOT_FOUND)
        stay, _ = found
        if stay.channel == "airbnb":
            return self._at_airbnb(stay, "change_reservation")
        if all((stay.arrival <= night < stay.departure) is add for night in change.nights):
            return FeeResult(FeeOutcome.APPLIED, "dates", stay.ref, verified=True)
        return FeeResult(FeeOutcome.NEEDS_HOST_ACTION, "change_dates")

    async def _stay(self, ref: str) -> tuple[PmsReservation, Row] | None:
        told = await self._api.booking(ref)
        with understood():
            return None if told is None else (reading.reservation(told, self._choices), told)

    def _at_airbnb(self, stay: PmsReservation, method: str) -> FeeResult:
        url = request_url(stay.code, self._choices.airbnb_request_url)
        return FeeResult(FeeOutcome.NEEDS_HOST_ACTION, method, host_url=url)

    async def _with_link(self, fee: NewFee) -> FeeResult:
        """Ask for a payment link. Without one, for whatever reason, the sale is ours alone."""
        path = f"/v2/reservations/bookings/{fee.reservation_ref}/quote/paymentLink"
        try:
            if await self._link(path) is not None:
                return replace(_INTERNAL, reason="link_pending")
        except PmsUnavailable as unread:
            passes = unread.reason in _PASSES
            return _later(unread) if passes else replace(_INTERNAL, reason=f"link: {unread.reason}")
        amount = fields.written(fee.amount, fee.currency)
        answer = await self._api.v2.write("POST", path, {"amount": amount})
        audit = {"asked": f"POST {path} {amount}", "answered": f"{answer.outcome} {answer.status}"}
        if answer.outcome is WriteOutcome.RETRY and answer.reason in _PASSES:
            return FeeResult(
                *(FeeOutcome.RETRY, "payment_link"),
                reason=answer.reason,
                retry_after=answer.retry_after,
                audit=audit,
            )
        if _refused(answer):
            return replace(_INTERNAL, reason="link_refused", audit=audit)
        try:
            url = await self._link(path)
        except PmsUnavailable:
            url = None
        if url is not None:
            return replace(_INTERNAL, method="payment_link", guest_url=url, audit=audit)
        if answer.outcome is WriteOutcome.UNKNOWN:
            unknown = FeeResult(FeeOutcome.UNKNOWN, "payment_link", reason=answer.reason)
            return replace(unknown, audit=audit)
        return replace(_INTERNAL, reason="link_missing", audit=audit)

    async def _link(self, path: str) -> str | None:
        """Read the next payment link of a booking, if there is one."""
        told = await self._api.v2.read(path)
        if told is None:
            return None
        with understood():
            url = fields.text(fields.record(told).get("url"), "url")
            if url and not (url.startswith("https://") and len(url) <= 2000):
                raise fields.Malformed("url is none")
        return url


def _refused(answer: Answer) -> bool:
    said = answer.body if isinstance(answer.body, dict) else {}
    never = answer.outcome in (WriteOutcome.REJECTED, WriteOutcome.RETRY)
    return never or said.get("succeeded") is False


def _later(unread: PmsUnavailable) -> FeeResult:
    return FeeResult(FeeOutcome.RETRY, reason=unread.reason, retry_after=unread.retry_after)
