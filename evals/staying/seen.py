"""What there is of stays: in our rows, in the PMS, and in the host's mail."""

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from evals.played import Row, Seen
from evals.staying.house import HOST
from jirani.rules.currency import minor_digits
from jirani.rules.facts import Reservation, StayOffer
from jirani.store.work import Work

if TYPE_CHECKING:
    from evals.staying.world import StayWorld


async def look_around(world: "StayWorld", work: Work, seen: Seen) -> None:
    """Add rows, in the words scenarios use: local times, amounts as people say them."""
    rows = seen.rows
    for ref in world.pms.world.reservations:
        if known := await world.connected.find(work, ref):
            rows["stay_offers"] += [
                row | {"stay": ref} for row in await _offers(world, work, known)
            ]
            rows["stay_sales"] += [row | {"stay": ref} for row in await _sales(world, work, known)]
    rows["parked"] = [{"why": each.note} for each in await work.pms_events.parked()]
    there = world.pms.world
    rows["stays"] = [
        {
            "stay": ref,
            "listing": each.listing_ref,
            "status": str(each.status),
            "payment": str(each.payment),
            "arrival": each.arrival.isoformat(),
            "departure": each.departure.isoformat(),
        }
        for ref, each in there.reservations.items()
    ]
    rows["fees"] = [
        {"stay": ref, "title": fee.title, "amount": money(world, fee.amount)}
        for ref, fees in there.fees.items()
        for fee in fees
    ]
    rows["tasks"] = [
        {
            "stay": task.reservation_ref or "",
            "day": task.day.isoformat(),
            "kind": str(task.kind),
            "title": task.title,
        }
        for task in there.tasks.values()
        if task.ref not in world.by_hand and not task.cancelled
    ]
    rows["host_mail"] = [
        {"subject": mail.subject, "text": mail.plain} for mail in world.mailer.to(HOST)
    ]
    rows["texts"] = [
        {"stay": there.stay_of(talk) or "", "at": world.local(each.sent_at), "text": each.text}
        for talk, said in there.messages.items()
        for each in said
        if world.is_ours(each.ref, each.direction, each.failed)
    ]


async def _offers(world: "StayWorld", work: Work, stay: Reservation) -> list[Row]:
    found = await work.stay_offers.of_reservation(stay.id)
    return [_offer(world, stay, each) for each in found]


def _offer(world: "StayWorld", stay: Reservation, offer: StayOffer) -> Row:
    terms = offer.terms
    return {
        "stay": stay.ref,
        "kind": str(offer.kind),
        "status": str(offer.status),
        "reason": offer.reason,
        "due": world.local(offer.due_at) if offer.due_at else None,
        "sent": world.local(offer.offered_at) if offer.offered_at else None,
        "expires": world.local(offer.expires_at) if offer.expires_at else None,
        "price": money(world, terms.price) if terms else None,
        "day": terms.day.isoformat() if terms else None,
        "time": terms.wall.isoformat("minutes") if terms and terms.wall else None,
        "nights": _days(terms.nights) if terms else [],
    }


def _days(days: tuple[date, ...]) -> list[str]:
    return [each.isoformat() for each in days]


async def _sales(world: "StayWorld", work: Work, stay: Reservation) -> list[Row]:
    kinds = {each.id: each.kind for each in await work.stay_offers.of_reservation(stay.id)}
    return [
        {
            "stay": stay.ref,
            "kind": str(kinds[each.offer_id]),
            "price": money(world, each.price),
            "status": str(each.status),
            "method": each.method,
        }
        for each in await work.stay_sales.of_reservation(stay.id)
    ]


def money(world: "StayWorld", minor: int) -> Decimal:
    """Return an amount as people say it."""
    return Decimal(minor).scaleb(-minor_digits(world.business.currency))
