"""What is sold around a stay, put on record by a property-management system in memory (U7).

As with the real ones, an answer proves nothing: what was written is read back, and asked again
with the same key, it is first looked for.
"""

from dataclasses import replace
from datetime import date

from jirani.connectors.airbnb import request_url
from jirani.connectors.memory_pms_faults import UNDONE, PmsFault, PmsFaults
from jirani.connectors.memory_pms_world import PmsWorld
from jirani.connectors.pms import (
    Capabilities,
    Extension,
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
from jirani.connectors.pms_dates import longer, shorter
from jirani.rules.facts import NightState

_OUTCOMES = {
    WriteOutcome.REJECTED: FeeOutcome.FAILED,
    WriteOutcome.RETRY: FeeOutcome.RETRY,
    WriteOutcome.UNKNOWN: FeeOutcome.UNKNOWN,
}


class MemoryBills:
    """Fees and extensions in one world, under the same faults as everything else there."""

    def __init__(self, world: PmsWorld, faults: PmsFaults, capabilities: Capabilities) -> None:
        self._world = world
        self._faults = faults
        self._capabilities = capabilities

    def fees(self, reservation_ref: str) -> tuple[PmsFee, ...]:
        """Read a bill."""
        self._faults.reading("fees")
        return tuple(self._world.fees.get(reservation_ref, ()))

    def add_fee(self, fee: NewFee) -> FeeResult:
        """Put a fee on the bill, else record it as well as can be."""
        stay = self._world.reservations.get(fee.reservation_ref)
        if stay is None:
            return FeeResult(FeeOutcome.FAILED, reason=Wrong.NOT_FOUND)
        if stay.currency not in (None, fee.currency):
            return FeeResult(FeeOutcome.FAILED, reason="other_currency")
        if stay.channel == "airbnb":
            url = request_url(stay.code)
            return FeeResult(FeeOutcome.NEEDS_HOST_ACTION, "request_money", host_url=url)
        if not self._capabilities.fees:
            return self._internal(stay, fee)
        if (known := self._found(fee)) is not None:
            return known
        fault = self._faults.befalling("add_fee")
        line = PmsFee(
            f"fee-{self._world.mark(fee.key)}",
            *(fee.reservation_ref, fee.title, fee.amount, fee.currency, fee.key),
        )
        if fault not in UNDONE:
            self._world.fees.setdefault(fee.reservation_ref, []).append(line)
        answer = self._faults.answer(fault)
        if answer.outcome in (WriteOutcome.REJECTED, WriteOutcome.RETRY):
            return _unproven(answer, "fee")
        try:
            self._faults.reading("fees")
        except PmsUnavailable as unread:
            return FeeResult(FeeOutcome.UNKNOWN, "fee", reason=f"unread: {unread.reason}")
        if (proven := self._found(fee)) is not None:
            return proven
        # It said yes and did nothing: asked once more it would say yes again.
        return self._charge(line) if fault is PmsFault.IGNORED else _unproven(answer, "fee")

    def remove_fee(self, reservation_ref: str, ref: str) -> Written:
        """Take a line off a bill, or the record that was made instead of one."""
        fault = self._faults.befalling("remove_fee")
        if fault not in UNDONE:
            lines = self._world.fees.get(reservation_ref, [])
            lines[:] = [line for line in lines if line.ref != ref]
            charges = self._world.charges
            for key in [key for key, line in charges.items() if line.ref == ref]:
                del charges[key]
        return self._faults.answer(fault, ref)

    def extend(self, extension: Extension) -> FeeResult:
        """Add nights at one end of a stay."""
        stay = self._world.reservations.get(extension.reservation_ref)
        if stay is None:
            return FeeResult(FeeOutcome.FAILED, reason=Wrong.NOT_FOUND)
        if (elsewhere := self._by_host(stay)) is not None:
            return elsewhere
        if all(stay.arrival <= night < stay.departure for night in extension.nights):
            return FeeResult(FeeOutcome.APPLIED, "dates", stay.ref, verified=True)
        wanted = longer(stay, extension.nights)
        if wanted is None:
            return FeeResult(FeeOutcome.FAILED, "dates", reason="nights_apart")
        if stay.currency not in (None, extension.currency):
            return FeeResult(FeeOutcome.FAILED, "dates", reason="other_currency")
        if not self._free(stay, extension.nights):
            return FeeResult(FeeOutcome.FAILED, "dates", reason="night_not_free")
        total = None if stay.total is None else stay.total + extension.amount
        return self._rewrite("extend", stay, replace(wanted, total=total))

    def shorten(self, extension: Extension) -> FeeResult:
        """Take nights off one end of a stay again."""
        stay = self._world.reservations.get(extension.reservation_ref)
        if stay is None:
            return FeeResult(FeeOutcome.FAILED, reason=Wrong.NOT_FOUND)
        if (elsewhere := self._by_host(stay)) is not None:
            return elsewhere
        if not any(stay.arrival <= night < stay.departure for night in extension.nights):
            return FeeResult(FeeOutcome.APPLIED, "dates", stay.ref, verified=True)
        wanted = shorter(stay, extension.nights)
        if wanted is None:
            return FeeResult(FeeOutcome.FAILED, "dates", reason="nights_inside")
        total = None if stay.total is None else stay.total - extension.amount
        return self._rewrite("shorten", stay, replace(wanted, total=total))

    def _internal(self, stay: PmsReservation, fee: NewFee) -> FeeResult:
        url = None
        if self._capabilities.payment_links and stay.channel == "direct":
            url = f"https://pay.example/{fee.reservation_ref}/{fee.amount}"
        return FeeResult(FeeOutcome.INTERNAL_ONLY, "internal", guest_url=url)

    def _found(self, fee: NewFee) -> FeeResult | None:
        for line in self._world.fees.get(fee.reservation_ref, ()):
            if line.key == fee.key:
                return FeeResult(FeeOutcome.APPLIED, "fee", line.ref, verified=True)
        if (charge := self._world.charges.get(fee.key)) is not None:
            return FeeResult(FeeOutcome.RECORDED_ELSEWHERE, "charge", charge.ref, verified=True)
        return None

    def _charge(self, line: PmsFee) -> FeeResult:
        fault = self._faults.befalling("charge")
        if fault not in UNDONE and line.key:
            self._world.charges[line.key] = line
        answer = self._faults.answer(fault)
        if answer.outcome is WriteOutcome.ACCEPTED:
            return FeeResult(FeeOutcome.RECORDED_ELSEWHERE, "charge", line.ref, verified=True)
        if answer.outcome is WriteOutcome.REJECTED:
            return FeeResult(FeeOutcome.INTERNAL_ONLY, "internal", reason=answer.reason)
        return _unproven(answer, "charge")

    def _by_host(self, stay: PmsReservation) -> FeeResult | None:
        if stay.channel == "airbnb":
            url = request_url(stay.code)
            return FeeResult(FeeOutcome.NEEDS_HOST_ACTION, "change_reservation", host_url=url)
        if not self._capabilities.extends:
            return FeeResult(FeeOutcome.NEEDS_HOST_ACTION, "change_dates")
        return None

    def _free(self, stay: PmsReservation, nights: tuple[date, ...]) -> bool:
        wanted = [night for night in nights if not stay.arrival <= night < stay.departure]
        told = self._world.nights(stay.listing_ref, min(wanted), max(wanted))
        # An empty night that is closed to strangers may still be had by who is there already.
        open_to_it = (NightState.FREE, NightState.CLOSED)
        return all(night.state in open_to_it for night in told if night.day in wanted)

    def _rewrite(self, call: str, stay: PmsReservation, wanted: PmsReservation) -> FeeResult:
        fault = self._faults.befalling(call)
        if fault not in UNDONE:
            self._world.put(wanted)
        answer = self._faults.answer(fault)
        if answer.outcome in (WriteOutcome.REJECTED, WriteOutcome.RETRY):
            return _unproven(answer, "dates")
        try:
            self._faults.reading("reservation")
        except PmsUnavailable as unread:
            return FeeResult(FeeOutcome.UNKNOWN, "dates", reason=f"unread: {unread.reason}")
        if fault not in UNDONE:
            return FeeResult(FeeOutcome.APPLIED, "dates", stay.ref, verified=True)
        if fault is PmsFault.IGNORED:
            return FeeResult(FeeOutcome.NEEDS_HOST_ACTION, "change_dates", reason="ignored")
        return _unproven(answer, "dates")


def _unproven(answer: Written, method: str) -> FeeResult:
    outcome = _OUTCOMES[answer.outcome]
    return FeeResult(outcome, method, reason=answer.reason, retry_after=answer.retry_after)
