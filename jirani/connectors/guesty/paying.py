"""Whether a stay is paid (U1): by a flag, by what is due, and but for what we sold ourselves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from jirani.connectors.pms import PmsFee, PmsReservation
from jirani.connectors.wire import fields
from jirani.rules.facts import StayPayment, StayStatus

HERE = frozenset({StayStatus.CONFIRMED, StayStatus.CHECKED_IN})


@dataclass(frozen=True, slots=True)
class Money:
    """What is known of a stay's money, in minor units."""

    currency: str | None = None
    total: int | None = None
    due: int | None = None
    payment: StayPayment = StayPayment.UNKNOWN
    basis: str = ""


def money_of(told: Mapping[str, Any]) -> Money:
    """Read a stay's money; Malformed names what makes no sense."""
    currency = fields.currency(told.get("currency"))
    flag = fields.flag(told.get("isFullyPaid"), "isFullyPaid")
    due = fields.decimal(told.get("balanceDue"), "balanceDue")
    paid = fields.decimal(told.get("totalPaid"), "totalPaid")
    total = None if due is None or paid is None else str(due + paid)
    payment, basis = StayPayment.UNKNOWN, ""
    if flag is True:
        payment, basis = StayPayment.PAID, "flag"
    elif due is not None and due <= 0:
        payment, basis = StayPayment.PAID, "balance"
    elif flag is False or due is not None:
        payment = StayPayment.PARTIAL if paid else StayPayment.UNPAID
        basis = "balance" if due is not None else "flag"
    return Money(
        currency,
        fields.money(total, currency, "total"),
        fields.money(None if due is None else str(due), currency, "balanceDue"),
        payment,
        basis,
    )


def prepaid(stay: PmsReservation) -> PmsReservation:
    """Take an Airbnb stay for paid: the guest has paid Airbnb, whatever Guesty's balance says."""
    if stay.channel == "airbnb" and stay.status in HERE and stay.payment is not StayPayment.PAID:
        return replace(stay, payment=StayPayment.PAID, payment_basis="ota_prepaid")
    return stay


def owes(stay: PmsReservation, money: Money) -> bool:
    """Tell whether something is due of a stay that takes place."""
    return bool(money.due) and stay.status in HERE and stay.payment is not StayPayment.PAID


def but_for_ours(stay: PmsReservation, money: Money, lines: Sequence[PmsFee]) -> PmsReservation:
    """Take a stay for paid where nothing is due but what we sold: it was paid when we did."""
    ours = sum(line.amount for line in lines if line.key)
    if owes(stay, money) and ours >= (money.due or 0):
        return replace(stay, payment=StayPayment.PAID, payment_basis="balance")
    return stay
