"""What was planned, offered and sold around stays, why, and how well: every key may read it."""

from datetime import date, datetime
from http import HTTPStatus
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, BeforeValidator, Field

from app.http.businesses import BusinessId
from app.http.door import TheDoor
from app.http.integrators.access import REFUSALS, Viewer
from app.http.problems import Problem
from jirani.rules.facts import OfferKind, OfferStatus, StayOffer, StaySale
from jirani.rules.plain import to_plain
from jirani.rules.stays.statistics import Line, lines
from jirani.services.onboarding import Refused
from jirani.services.stays.telling import headline, sentences
from jirani.services.stays.why import why

router = APIRouter(prefix="/v1/businesses/{business}/stays", tags=["stays"], responses=REFUSALS)
Id = Annotated[
    str,
    Path(
        max_length=40,
        pattern=r"^[A-Za-z0-9_-]+$",
        description="An offer's id.",
        examples=["01KAXJ6V0C8Z5Q3M7N2P4R6T8V"],
    ),
]
Before = Annotated[
    str | None,
    Query(
        pattern=r"^[A-Za-z0-9_-]{1,40}$", description="A page's `next`: what is older comes then."
    ),
]


def _written(text: str) -> str:
    if len(text) == 10 and text[4:5] == "-":
        return text
    raise ValueError("write it as in 2026-11-22")  # a number would be taken, too


Day = Annotated[date, BeforeValidator(_written)]
Most = Annotated[int, Query(ge=1, le=200, description="At most so many at once.")]


class Offer(BaseModel):
    """Something that was planned for a stay; price and times from when it was sent."""

    id: str
    kind: OfferKind
    status: OfferStatus
    reason: str = Field(description="Why it ended so, or waits.", examples=["spacing"])
    listing_id: str
    reservation_id: str
    customer_id: str
    due_at: datetime | None
    offered_at: datetime | None
    expires_at: datetime | None
    settled_at: datetime | None
    price: int | None = Field(description="Minor units.", examples=[5000])
    currency: str | None = Field(examples=["EUR"])


class OfferPage(BaseModel):
    """One page, the newest first; ask again with `before=<next>` while there is a next."""

    offers: list[Offer]
    next: str | None


class Sale(BaseModel):
    """What an accepted offer became, and how that is on record."""

    id: str
    offer_id: str
    kind: OfferKind
    listing_id: str
    price: int = Field(description="Minor units.", examples=[5000])
    currency: str = Field(examples=["EUR"])
    status: str = Field(examples=["applied"])
    method: str | None = Field(examples=["fee"])
    note: str | None
    sold_at: datetime
    reversed_at: datetime | None


class SalePage(BaseModel):
    """One page, the newest first; ask again with `before=<next>` while there is a next."""

    sales: list[Sale]
    next: str | None


class Event(BaseModel):
    """One thing that happened with an offer; `seen` is what was so at that moment."""

    at: datetime | None
    sentence: str = Field(examples=["Not yet: the last offer was too short a time ago."])
    seen: list[str]
    reason: str | None
    facts: dict[str, Any]


class Story(BaseModel):
    """All that happened with an offer, and why."""

    headline: str
    events: list[Event]


class Statistic(BaseModel):
    """What came of offers; of those that ended, the share that was accepted, and how sure."""

    of: str = Field(examples=["late_check_out"])
    planned: int
    offered: int
    accepted: int
    declined: int
    reversed: int = Field(description="Accepted, and taken back by the guest.")
    unanswered: dict[str, int] = Field(description="Sent, and ended otherwise, by reason.")
    withheld: dict[str, int] = Field(description="Never sent, by reason.")
    revenue: dict[str, int] = Field(description="Minor units, by currency.")
    conversion: float | None = Field(examples=[0.31])
    conversion_low: float | None = Field(description="Of 95 in 100.", examples=[0.24])
    conversion_high: float | None = Field(examples=[0.39])


@router.get("/offers")
async def list_offers(
    door: TheDoor,
    business_id: BusinessId,
    _: Viewer,
    kind: Annotated[OfferKind | None, Query(description="Of this kind alone.")] = None,
    status: Annotated[OfferStatus | None, Query(description="That stand so alone.")] = None,
    listing: Annotated[str | None, Query(max_length=40, description="A listing's id.")] = None,
    before: Before = None,
    limit: Most = 50,
) -> OfferPage:
    """List what was planned, offered, sold or not, the newest first."""
    async with door.services.store.read(business_id) as work:
        found = await work.stay_reports.offers(
            kind=kind, listing_id=listing, status=status, before=before, most=limit + 1
        )
    more = found[limit - 1].id if len(found) > limit else None
    return OfferPage(offers=[_offer(each) for each in found[:limit]], next=more)


@router.get("/offers/{offer}/decisions")
async def read_decisions(door: TheDoor, business_id: BusinessId, _: Viewer, offer: Id) -> Story:
    """Tell the story of an offer: each decision with what was seen, in sentences."""
    try:
        story = (await why(door.services, business_id, offer))[0]
    except Refused as refused:
        raise Problem(HTTPStatus.NOT_FOUND, "There is no such offer.") from refused
    told = list(sentences(story, door.services.clock.now()))
    return Story(
        headline=headline(door.services, story),
        events=[
            Event(
                at=event.at,
                sentence=said,
                seen=list(seen),
                reason=event.reason,
                facts=to_plain(event.facts),
            )
            for event, (_, said, seen) in zip(story.events, told, strict=False)
        ],
    )


@router.get("/sales")
async def list_sales(
    door: TheDoor, business_id: BusinessId, _: Viewer, before: Before = None, limit: Most = 50
) -> SalePage:
    """List what was sold, the newest first."""
    async with door.services.store.read(business_id) as work:
        found = await work.stay_reports.sales(before=before, most=limit + 1)
    more = found[limit - 1][0].id if len(found) > limit else None
    return SalePage(sales=[_sale(*each) for each in found[:limit]], next=more)


@router.get("/statistics")
async def read_statistics(
    door: TheDoor,
    business_id: BusinessId,
    _: Viewer,
    by: Annotated[
        Literal["kind", "listing", "season", "all"],
        Query(description="A season is a quarter of the year in which stays begin."),
    ] = "kind",
    first: Annotated[Day | None, Query(alias="from", description="Arriving from then.")] = None,
    last: Annotated[Day | None, Query(alias="to", description="Arriving until then.")] = None,
) -> list[Statistic]:
    """Count what came of offers to stays that arrive in a span of days."""
    async with door.services.store.read(business_id) as work:
        counted = await work.stay_reports.counted(first, last)
    return [_statistic(name, line) for name, line in lines(counted, by).items()]


def _offer(offer: StayOffer) -> Offer:
    terms = offer.terms
    return Offer(
        id=offer.id,
        kind=offer.kind,
        status=offer.status,
        reason=offer.reason,
        listing_id=offer.listing_id,
        reservation_id=offer.reservation_id,
        customer_id=offer.customer_id,
        due_at=offer.due_at,
        offered_at=offer.offered_at,
        expires_at=offer.expires_at,
        settled_at=offer.settled_at,
        price=terms.price if terms else None,
        currency=terms.currency if terms else None,
    )


def _sale(sale: StaySale, offer: StayOffer) -> Sale:
    return Sale(
        id=sale.id,
        offer_id=sale.offer_id,
        kind=offer.kind,
        listing_id=offer.listing_id,
        price=sale.price,
        currency=sale.currency,
        status=sale.status,
        method=sale.method,
        note=sale.note,
        sold_at=sale.sold_at,
        reversed_at=sale.reversed_at,
    )


def _statistic(name: str, line: Line) -> Statistic:
    low, high = line.interval or (None, None)
    return Statistic(
        of=name,
        planned=line.planned,
        offered=line.offered,
        accepted=line.accepted,
        declined=line.declined,
        reversed=line.reversed,
        unanswered=dict(line.unanswered),
        withheld=dict(line.withheld),
        revenue=dict(line.revenue),
        conversion=line.conversion,
        conversion_low=low,
        conversion_high=high,
    )
