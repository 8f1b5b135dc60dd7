"""The lines of a bill in Guesty (guest-folio), read; ours are known by their description."""

from collections.abc import Mapping, Sequence
from typing import Any

from jirani.connectors.guesty.answers import marked, rows, sensible
from jirani.connectors.pms import PmsFee, PmsUnavailable, Wrong
from jirani.connectors.wire import fields
from jirani.connectors.wire.asking import Wire
from jirani.connectors.wire.fields import Malformed, first, needed, records, text, words

_SURE = "title,totalPrice,normalType,secondIdentifier"  # fields that were seen in use


async def lines(
    wire: Wire, asked_fields: str, refs: Sequence[str]
) -> Mapping[str, tuple[PmsFee, ...]]:
    """Read the bills of some stays, by stay; one that is withheld is not among them."""
    asked = {"reservationIds": ",".join(refs), "fields": asked_fields}
    try:
        answer = await wire.read("/guest-folio/invoice-items", asked)
    except PmsUnavailable as refused:
        if refused.reason is not Wrong.REFUSED or asked_fields == _SURE:
            raise
        answer = await wire.read("/guest-folio/invoice-items", {**asked, "fields": _SURE})
    if answer is None:
        return {}
    bills: dict[str, tuple[PmsFee, ...]] = {}
    with sensible("bill"):
        for row in rows(answer, "results"):
            ref = needed(first(row.get("reservationId"), row.get("_id")), "reservationId")
            # One row for each bill, or one for each line of it.
            told = records(row["invoiceItems"]) if "invoiceItems" in row else [row]
            bills[ref] = bills.get(ref, ()) + tuple(_line(each, ref, row) for each in told)
    return bills


async def bill(wire: Wire, asked_fields: str, ref: str) -> tuple[PmsFee, ...]:
    """Read the bill of one stay. Raises PmsUnavailable, also where it is withheld."""
    found = (await lines(wire, asked_fields, [ref])).get(ref)
    if found is None:
        raise PmsUnavailable(Wrong.NOT_FOUND, f"bill of {ref}")
    return found


def ids_in(answer: Any) -> list[tuple[str, str | None]]:
    """Return ids and our keys of what looks like lines, anywhere in an answer of any shape."""
    found: list[tuple[str, str | None]] = []
    waiting = [answer]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            if key := marked(each.get("description")):
                refs = words(
                    (v for v in (each.get("id"), each.get("_id")) if isinstance(v, str)), "id"
                )
                found += [(ref, key) for ref in refs[:1]]
            waiting += each.values()
        elif isinstance(each, list):
            waiting += each
    return found


def _line(row: Mapping[str, Any], ref: str, around: Mapping[str, Any]) -> PmsFee:
    currency = fields.currency(first(row.get("currency"), around.get("currency")))
    amount = first(row.get("totalPrice"), row.get("amount"))
    if amount is not None and currency is None:
        raise Malformed("currency is missing")
    return PmsFee(
        needed(first(row.get("id"), row.get("_id")), "id"),
        ref,
        text(row.get("title"), "title") or "",
        fields.money(amount, currency, "totalPrice") or 0,  # a line that is stored without one
        currency,
        marked(row.get("description")),
    )
