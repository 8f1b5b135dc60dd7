"""Guesty's folios: what a stay costs, its lines, and what may be recorded beside them."""

import re
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from app.standin import guesty_asked as asked
from app.standin.guesty_account import Account, amount, instant, minor
from app.standin.guesty_door import Door, bad, guarded, missing
from app.standin.guesty_rows import Rows, status
from jirani.connectors.pms import PmsFee, PmsReservation

_MOST_IDS = 200
_KEY = re.compile(r"\bupsell (\S+)")
_KNOWN = frozenset(
    (
        *("title", "amount", "normalType", "secondIdentifier", "description"),
        *("realizationDates", "stayIndex", "isUpsellFee"),
    )
)
_SECOND = frozenset(
    (
        *("EARLY_CHECK_IN", "LATE_CHECKOUT", "CLEANING", "HOUSEKEEPING"),
        *("ADDITIONAL_CHARGE", "MISCELLANEOUS"),
    )
)


def routes(account: Account, door: Door, rows: Rows) -> APIRouter:
    """Return the ways to money."""
    router = APIRouter(prefix="/v1", route_class=guarded(door))
    standin, world, kept = account.standin, account.world, account.kept

    @router.get("/guest-folio/overview")
    async def overview(request: Request) -> Response:
        fields = _fields(request, account.terms.overview_fields)
        return _folios(account, request, lambda stay: _chosen(rows.overview(stay), fields))

    @router.get("/guest-folio/invoice-items")
    async def items(request: Request) -> Response:
        fields = _fields(request, account.terms.item_fields)
        standin.reading("fees")
        return _folios(account, request, lambda stay: _lines(account, stay, fields))

    @router.post("/invoice-items/reservation/{id}")
    async def add(id: str, request: Request) -> Response:
        body = await asked.said(request)
        stay = _stay(account, id)
        _proper(body, account)
        if stay.currency is None:
            raise bad("the reservation has no currency")
        description = asked.optional(body, "description")
        line = PmsFee(
            *(f"fee-{world.mark(body['title'])}", stay.ref, body["title"]),
            *(minor(body["amount"], stay.currency), stay.currency, _key(description)),
        )
        with standin.writing("add_fee") as writing:
            if writing.done:
                world.fees.setdefault(stay.ref, []).append(line)
                kept.items[line.ref] = {name: body[name] for name in _KNOWN & body.keys()}
        return JSONResponse(_lines(account, stay, account.terms.item_fields), HTTPStatus.CREATED)

    @router.delete("/invoice-items/reservation/{id}/{item}")
    async def remove_of(id: str, item: str) -> Response:
        return _removed(account, _stay(account, id), item)

    @router.delete("/invoice-items/{item}")
    async def remove(item: str) -> Response:
        ref = account.ref("fee", item)
        owner = next((each for each in world.fees if ref in _refs(account, each)), None)
        if owner is None:
            raise missing("Invoice item")
        return _removed(account, world.reservations[owner], item)

    @router.post("/reservations/{id}/payments")
    async def pay(id: str, request: Request) -> Response:
        body = await asked.said(request)
        stay = _stay(account, id)
        method = body.get("paymentMethod")
        if not isinstance(method, dict) or not method.get("method") or stay.currency is None:
            raise bad("paymentMethod.method is required")
        note = asked.optional(body, "note") or ""
        paid_at = asked.moment(body.get("paidAt"), "paidAt")
        paid, ref = minor(_number(body), stay.currency), f"charge-{world.mark(note)}"
        told = {
            "_id": account.id("payment", ref),
            "amount": body["amount"],
            "paidAt": instant(paid_at),
            "note": note,
            "status": "SUCCEEDED",
        }
        with standin.writing("charge") as writing:
            if writing.done:
                key = _key(note)
                charge = PmsFee(ref, stay.ref, note, paid, stay.currency, key)
                world.charges[key or ref] = charge
                kept.payments.setdefault(stay.ref, []).append(told)
        return JSONResponse(told)

    @router.put("/reservations-v3/{id}/notes")
    async def notes(id: str, request: Request) -> Response:
        body = await asked.said(request)
        stay = _stay(account, id)
        if stay.channel != "direct":  # as was seen with those a channel brought
            raise missing("Reservation")
        told = body.get("notes")
        if not isinstance(told, dict):
            raise bad("notes is required")
        with standin.writing("charge") as writing:
            if writing.done:
                kept.notes.setdefault(stay.ref, {}).update(told)
        return JSONResponse(rows.v3(stay))

    @router.put("/reservations-v3/{id}/custom-fields")
    async def custom(id: str, request: Request) -> Response:
        body = await asked.said(request)
        stay = _stay(account, id)
        fields = body.get("customFields")
        if not isinstance(fields, list) or not all(isinstance(each, dict) for each in fields):
            raise bad("customFields is required")
        told = {asked.needed(each, "fieldId"): each.get("value") for each in fields}
        with standin.writing("charge") as writing:
            if writing.done:
                kept.custom.setdefault(stay.ref, {}).update(told)
        return JSONResponse(rows.v3(stay))

    return router


def _stay(account: Account, id: str) -> PmsReservation:
    stay = account.stay(id)
    if stay is None:
        raise missing("Reservation")
    return stay


def _fields(request: Request, known: frozenset[str]) -> list[str]:
    fields = asked.names(request, required=True)
    unknown = sorted(set(fields) - known)
    if unknown:
        raise bad(f"unknown fields: {', '.join(unknown)}")
    return fields


def _folios(account: Account, request: Request, write: Any) -> Response:
    """Answer with a folio for each stay; those of cancelled ones are withheld."""
    ids = [each for each in request.query_params.get("reservationIds", "").split(",") if each]
    if not 1 <= len(ids) <= _MOST_IDS:
        raise bad(f"reservationIds must be 1 to {_MOST_IDS} ids")
    results, absent = [], []
    for id in ids:
        stay = account.stay(id)
        if stay is None or status(stay) == "canceled":
            absent.append(id)
        else:
            results.append({"reservationId": id, **write(stay)})
    return JSONResponse({"results": results, "notFound": absent})


def _chosen(row: dict[str, Any], fields: list[str]) -> dict[str, Any]:
    return {name: row[name] for name in fields if name in row}


def _lines(account: Account, stay: PmsReservation, fields: Any) -> dict[str, Any]:
    """Write a stay's lines: each has its id, whatever was asked for."""
    lines = []
    for line in account.world.fees.get(stay.ref, ()):
        known = account.kept.items.get(line.ref, {"normalType": "AFE"})
        row = {
            **known,
            "title": line.title,
            "totalPrice": amount(line.amount, line.currency),
            "listingId": account.id("listing", stay.listing_ref),
            "origin": "MANUAL",
            "stayIndex": 0,
        }
        lines.append({"_id": account.id("fee", line.ref), **_chosen(row, sorted(fields))})
    return {"currency": stay.currency, "invoiceItems": lines}


def _removed(account: Account, stay: PmsReservation, item: str) -> Response:
    ref = account.ref("fee", item)
    if ref not in _refs(account, stay.ref):
        raise missing("Invoice item")
    with account.standin.writing("remove_fee") as writing:
        if writing.done:
            lines = account.world.fees[stay.ref]
            lines[:] = [line for line in lines if line.ref != ref]
            account.kept.items.pop(str(ref), None)
    return JSONResponse(_lines(account, stay, account.terms.item_fields))


def _refs(account: Account, stay: str) -> set[str]:
    return {line.ref for line in account.world.fees.get(stay, ())}


def _key(description: str | None) -> str | None:
    found = _KEY.search(description or "")
    return found[1] if found else None


def _number(body: dict[str, Any]) -> float:
    value = body.get("amount")
    if isinstance(value, bool) or not isinstance(value, int | float) or not -1e9 < value < 1e9:
        raise bad("amount is no number")
    return value


def _proper(body: dict[str, Any], account: Account) -> None:
    asked.needed(body, "title")
    _number(body)
    fee = asked.needed(body, "normalType") == "AFE"
    second = body.get("secondIdentifier")
    if fee != (second is not None):
        raise bad("secondIdentifier is required with AFE, and forbidden otherwise")
    if fee and second not in _SECOND:
        raise bad("unknown secondIdentifier")
    known = _KNOWN if account.terms.knows_upsells else _KNOWN - {"isUpsellFee"}
    if not body.keys() <= known:
        raise bad(f"unknown: {', '.join(sorted(body.keys() - known))}")
    for each in body.get("realizationDates") or ():
        asked.day(each.get("date") if isinstance(each, dict) else None, "realizationDates")
