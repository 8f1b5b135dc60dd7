"""The lines of a bill (`financeField`), as Hostaway has them and as we write ours.

Ours is known by the key in its `alias`. Should Hostaway not keep that, it is known by its title and
amount: two sales of one stay never have both in common.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from jirani.connectors.hostaway.marks import key_in, marked
from jirani.connectors.hostaway.reading import Row
from jirani.connectors.pms import NewFee, PmsFee
from jirani.connectors.pms_channel import same_words
from jirani.connectors.wire import fields
from jirani.rules.facts import OfferKind

_NAMES = {
    OfferKind.LATE_CHECK_OUT: "lateCheckoutFee",
    OfferKind.MID_STAY_CLEANING: "midstayCleaningFee",
}


def name_of(kind: OfferKind, early: str) -> str:
    """Return Hostaway's name for what was sold; none fits an early check-in quite: see `early`."""
    return early if kind is OfferKind.EARLY_CHECK_IN else _NAMES.get(kind, "otherFees")


def line(fee: NewFee, name: str, *, included: bool) -> dict[str, Any]:
    """Write a line; `included`: it is part of the total.

    It is marked as set by hand, or the next recalculation would take it away again.
    """
    amount = fields.written(fee.amount, fee.currency)
    return {
        "id": None,
        "type": "fee",
        "name": name,
        "title": fee.title,
        "alias": marked(fee.key),
        "value": amount,
        "total": amount,
        "quantity": None,
        "isIncludedInTotalPrice": int(included),
        "isOverriddenByUser": 1,
        "isMandatory": None,
        "isQuantitySelectable": 0,
        "isDeleted": 0,
        "listingFeeSettingId": None,
    }


def is_live(row: Row) -> bool:
    """Tell whether a line bills anything."""
    deleted = fields.flag(row.get("isDeleted"), "isDeleted")
    return not deleted and bool(fields.decimal(_amount(row), "total"))


def fee(row: Row, reservation_ref: str, of: str | None) -> PmsFee | None:
    """Read a fee; None for a price, a tax, a discount, or what is taken off. Raises Malformed."""
    if row.get("type") != "fee" or not is_live(row):
        return None
    amount = fields.money(_amount(row), of, "total")
    if amount is None:
        raise fields.Malformed("currency is missing")
    title = fields.text(fields.first(row.get("title"), row.get("name")), "title") or ""
    ref = fields.needed(row.get("id"), "id")
    return PmsFee(ref, reservation_ref, title, amount, of, key_in(row.get("alias")))


def find(
    rows: Sequence[Row], new: NewFee, name: str, before: Iterable[Row] | None = None
) -> Row | None:
    """Find the line of a sale; `before` are the lines there were before it was written, if it was.

    Raises Malformed.
    """
    live = [row for row in rows if row.get("type") == "fee" and is_live(row)]
    keyed = next((row for row in live if key_in(row.get("alias")) == new.key), None)
    if keyed is not None:
        return keyed
    nobodys = [
        row
        for row in live
        if key_in(row.get("alias")) is None
        and fields.money(_amount(row), new.currency, "total") == new.amount
    ]
    title = same_words(new.title)
    titled = (row for row in nobodys if same_words(str(row.get("title"))) == title)
    if (one := next(titled, None)) is not None or before is None:
        return one
    known = {str(row.get("id")) for row in before}
    new_ones = (row for row in nobodys if str(row.get("id")) not in known)
    return next((row for row in new_ones if row.get("name") == name), None)


def lost(before: Iterable[Row], after: Iterable[Row]) -> list[str]:
    """Name the lines that did not survive the writing of ours.

    Ids may be new; a tax may have been reckoned anew. Raises Malformed.
    """
    gone = Counter(map(_likeness, filter(is_live, before)))
    gone.subtract(map(_likeness, filter(is_live, after)))
    return sorted(each[1] for each, times in gone.items() if times > 0)


def _likeness(row: Row) -> tuple[str, str, str]:
    kind = str(row.get("type"))
    amount = None if kind == "tax" else fields.decimal(_amount(row), "total")
    name = str(fields.first(row.get("title"), row.get("name")))[:80]
    return kind, name, str(amount.normalize() if amount is not None else "")


def _amount(row: Row) -> Any:
    return fields.first(row.get("total"), row.get("value"))
