"""The story of one offer around a stay: what was decided, on which facts, and what came of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from jirani.rules.facts import STAY_KINDS, Listing, OfferKind, OfferStatus, Reservation, StayOffer
from jirani.rules.message import Message
from jirani.rules.stays.kinds import OFFER_KINDS
from jirani.rules.stays.question import Question, restore
from jirani.services import Services
from jirani.services.onboarding.report import Refused
from jirani.services.stays.planning import GUARD as PLANS
from jirani.store.rows.stay_sales import StaySale
from jirani.store.work import Work

MANY = 12
LATEST = datetime.max.replace(tzinfo=UTC)
# What a sale puts into the outbox, in the order in which it does (U7), and what tells the host.
RECORDS = ("fee", "extension", "task", "unfee", "unextension", "untask")
MAILS = (
    "host_sold",
    "host_sold_by_hand",
    "host_sale_failed",
    "host_sale_reversed",
    "host_offer_unsent",
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


async def why(
    services: Services, business_id: str, wanted: str, kind: str | None = None
) -> tuple[Story, ...]:
    """Tell of an offer by its id, or of a stay's offers by its reference; oldest first.

    Raises Refused, naming what there is.
    """
    if kind is not None and kind not in set(STAY_KINDS):
        raise Refused([f"There is no kind {kind!r}; there are {', '.join(OFFER_KINDS)}."])
    async with services.store.read(business_id) as work:
        offer = await work.stay_offers.get(wanted)
        if offer is not None:
            return (await _of_offer(work, offer),)
        reservation = await _stay(work, wanted)
        kinds = [OfferKind(kind)] if kind else list(OFFER_KINDS)
        offers = await work.stay_offers.of_reservation(reservation.id)
        stories = [await _of_offer(work, each) for each in offers if each.kind in kinds]
        told = {each.kind for each in offers}
        stories += [await _of_none(work, reservation, each) for each in kinds if each not in told]
    return tuple(stories)


async def _stay(work: Work, wanted: str) -> Reservation:
    """Find a stay by its PMS's reference, its channel's code, or our id. Raises Refused."""
    found, some = await work.reservations.named(wanted, MANY)
    if len(found) == 1:
        return found[0]
    if found:
        ids = ", ".join(f"{each.id} ({each.pms})" for each in found)
        raise Refused([f"Several stays are called {wanted!r}; say which by its id: {ids}."])
    known = ", ".join(f"{each.ref} ({each.guest_name or 'guest'})" for each in some)
    raise Refused(
        [
            f"There is no offer and no stay {wanted!r} here. "
            + (f"The newest stays are: {known}." if known else "No stay is known here yet.")
        ]
    )


async def _of_none(work: Work, reservation: Reservation, kind: OfferKind) -> Story:
    listing = await work.listings.get(reservation.listing_id)
    decisions = await work.decisions.of_thread(reservation.thread_id)
    events = tuple(_planned(row) for row in _plans(decisions, reservation, kind))
    return Story(kind, reservation, listing, None, events)


async def _of_offer(work: Work, offer: StayOffer) -> Story:
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
    ordered = sorted(events, key=lambda each: each.at or LATEST)
    return Story(
        *(offer.kind, reservation, listing, offer),
        events=(*ordered, *await _recorded(work, offer)),
        sale=sale,
    )


def _plans(decisions: Iterable[Row], reservation: Reservation, kind: OfferKind) -> list[Row]:
    guard = f"{PLANS}.{kind}"
    return [row for row in decisions if row["guard"] == guard and row["subject"] == reservation.id]


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
