"""What happened to an offer around a stay, out of decisions, outbox, messages and sales."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from jirani.rules.facts import Listing, OfferKind, OfferStatus, Reservation, StayOffer, StaySale
from jirani.rules.message import Message
from jirani.rules.stays.keeping import restore
from jirani.rules.stays.kinds import OFFER_KINDS
from jirani.rules.stays.question import Question
from jirani.services.stays.planning import GUARD as PLANS
from jirani.store.work import Work

ASKED_FOR = "may_ask"
LATEST = datetime.max.replace(tzinfo=UTC)
# What a sale puts into the outbox, in the order in which it does (U7), and what tells the host.
RECORDS = ("fee", "extension", "task", "unfee", "unextension", "untask")
MAILS = (
    "host_sold",
    "host_sold_by_hand",
    "host_sale_failed",
    "host_sale_reversed",
    "host_offer_unsent",
    "host_task_failed",
    "host_fee_left",
    "host_nights_left",
    "host_task_left",
)
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to an offer; `what` says which kind of thing.

    planned · judged · failed · posted · answered · asked (a guard, when the guest wrote) · ended ·
    sold · recorded · told.
    """

    at: datetime | None
    what: str
    reason: str = ""
    facts: Row = field(default_factory=dict)
    saw: Question | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """All that is known of an offer, or of why a stay has none of a kind."""

    kind: OfferKind
    reservation: Reservation
    listing: Listing
    offer: StayOffer | None
    events: tuple[Event, ...]
    sale: StaySale | None = None


def _plans(decisions: Iterable[Row], reservation: Reservation, kind: OfferKind) -> list[Row]:
    guard = f"{PLANS}.{kind}"
    return [row for row in decisions if row["guard"] == guard and row["subject"] == reservation.id]


def _wishes(decisions: Iterable[Row], reservation: Reservation, kind: OfferKind) -> list[Row]:
    """Return what a guest asked for by themselves and was not offered (U11)."""
    product = str(OFFER_KINDS[kind].product)
    return [
        row
        for row in decisions
        if row["guard"] == ASKED_FOR
        and row["subject"] in (None, reservation.id)
        and row["facts"].get("product") == product
    ]


def _when(event: Event) -> datetime:
    return event.at or LATEST


def _its_plans(
    decisions: Iterable[Row], reservation: Reservation, offer: StayOffer, rows: Sequence[StayOffer]
) -> list[Row]:
    """Return what was planned about one row of its kind: until the next was written.

    Ids tell what came first. What is said of the kind once the row is there, and changes nothing,
    is about another plan.
    """
    starts = [row.id for row in rows if row.kind is offer.kind]
    mine = starts.index(offer.id)
    begins = starts[mine] if mine else ""
    ends = starts[mine + 1] if mine + 1 < len(starts) else None
    return [
        row
        for row in _plans(decisions, reservation, offer.kind)
        if row["id"] > begins
        and (ends is None or row["id"] < ends)
        and (row["facts"].get("change") != "none" or row["id"] < offer.id)
    ]


def _planned(row: Row) -> Event:
    return Event(row["at"], "planned", row["reason"], row["facts"] | {"allowed": row["allowed"]})


def _judged(row: Row) -> Event:
    facts, what = row["facts"], "asked"
    saw = _restored(facts.get("saw"))
    if row["stage"] == "sending":
        what = "over" if row["guard"] == "expire_offer" else "judged" if saw else "failed"
    known = {name: each for name, each in facts.items() if name != "saw"}
    known |= {"guard": row["guard"], "allowed": row["allowed"]}
    return Event(row["at"], what, row["reason"], known, saw)


def _restored(saw: Any) -> Question | None:
    """Read what a decision saw; one that another version wrote is told without it."""
    try:
        return restore(saw) if saw else None
    except (TypeError, ValueError, KeyError):
        return None


async def _posted(work: Work, offer: StayOffer) -> list[Event]:
    found = [(n, await work.outbox.by_key(f"offer:{offer.id}:{n}")) for n in (1, 2)]
    return [
        Event(
            each.not_before,
            "posted",
            each.note or "",
            {"state": each.state, "ref": each.provider_ref, "pms": each.payload["pms"], "time": n},
        )
        for n, each in found
        if each
    ]


async def _said(work: Work, offer: StayOffer) -> Message | None:
    try:
        said = await work.messages.get(offer.thread_id, offer.settled_seq or 0)
    except LookupError:
        return None
    return said if said.author == "guest" else None


def _has_ended(offer: StayOffer, events: Iterable[Event]) -> bool:
    """Tell whether its end is a thing of its own, which no decision has told of."""
    if offer.status in (OfferStatus.SCHEDULED, OfferStatus.OFFERED, OfferStatus.DEFERRED):
        return False
    return not any(
        each.at == offer.settled_at
        and each.reason == offer.reason
        and (each.what in ("judged", "over", "failed") or each.facts.get("change") == "withdraw")
        for each in events
    )


async def _recorded(work: Work, offer: StayOffer) -> list[Event]:
    events = []
    for kind in RECORDS:
        if entry := await work.outbox.by_key(f"{kind}:{offer.id}"):
            facts = {"kind": kind, "state": entry.state, "ref": entry.provider_ref}
            events.append(Event(None, "recorded", entry.note or "", facts))
    for name in MAILS:
        if entry := await work.outbox.by_key(f"{name}:{offer.id}"[:200]):
            facts = {"mail": name, "state": entry.state, "to": entry.payload["to"]}
            events.append(
                Event(None, "told", entry.note or "", facts | {"about": entry.payload["subject"]})
            )
    return events


async def story_of_none(work: Work, reservation: Reservation, kind: OfferKind) -> Story:
    """Tell why a stay has no offer of a kind."""
    listing = await work.listings.get(reservation.listing_id)
    decisions = await work.decisions.of_thread(reservation.thread_id)
    plans = [_planned(row) for row in _plans(decisions, reservation, kind)]
    asked = [_judged(row) for row in _wishes(decisions, reservation, kind)]
    return Story(kind, reservation, listing, None, tuple(sorted([*plans, *asked], key=_when)))


async def story_of_offer(work: Work, offer: StayOffer) -> Story:
    """Tell all that happened to an offer."""
    reservation = await work.reservations.get(offer.reservation_id)
    listing = await work.listings.get(offer.listing_id)
    decisions = await work.decisions.of_thread(reservation.thread_id)
    rows = await work.stay_offers.of_reservation(reservation.id)
    events = [_planned(row) for row in _its_plans(decisions, reservation, offer, rows)]
    if offer.settled_seq and (said := await _said(work, offer)):
        events.append(Event(said.at, "answered", facts={"text": said.text, "as": offer.status}))
    events += [_judged(row) for row in decisions if row["subject"] == offer.id]
    events += await _posted(work, offer)
    if _has_ended(offer, events):
        facts = {"status": str(offer.status), "sent": bool(offer.offered_at)}
        events.append(Event(offer.settled_at, "ended", offer.reason, facts))
    sale = await work.stay_sales.of_offer(offer.id)
    if sale:
        facts = {"status": sale.status, "method": sale.method, "ref": sale.provider_ref}
        events.append(Event(sale.sold_at, "sold", sale.note or "", facts))
        if sale.reversed_at:
            events.append(Event(sale.reversed_at, "reversed"))
    events += [_judged(row) for row in _wishes(decisions, reservation, offer.kind)]
    ordered = sorted(events, key=_when)
    return Story(
        *(offer.kind, reservation, listing, offer),
        events=(*ordered, *await _recorded(work, offer)),
        sale=sale,
    )
