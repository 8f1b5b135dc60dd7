"""Slots that came free as programs are told of them: each, and its whole story (R1-R4)."""

from collections.abc import Sequence
from datetime import datetime

from pydantic import BaseModel, Field

from app.http.viewing import local, names_of
from jirani.rules.facts import OfferStatus, OpeningStatus, RecoveryOffer
from jirani.rules.facts import Opening as OpeningFact
from jirani.rules.recovery.score import Tier
from jirani.services import Services
from jirani.services.recovery.why import OpeningStory, Ranked, reason_of
from prompts.reasons import because


class Opening(BaseModel):
    """A slot that came free, and what became of it; times are the business's."""

    id: str
    service: str = Field(examples=["Manicure"])
    service_id: str
    staff: str = Field(examples=["Amina"])
    staff_id: str
    start: datetime
    end: datetime
    price: int = Field(description="Minor units, of the booking that left it.", examples=[120000])
    currency: str = Field(examples=["KES"])
    status: OpeningStatus
    reason: str = Field(description="Why it ended so.", examples=["nobody_left"])
    because: str | None = Field(examples=["there was nobody left to offer it to"])
    appointment_id: str = Field(description="The appointment that left it.")
    left_by: str = Field(description="The customer who gave it up.")
    opened_at: datetime
    settled_at: datetime | None
    filled_by: str | None = Field(description="The appointment that has it now.")
    replaces: str | None = Field(description="The opening whose customer did not pay (R6).")
    depth: int = Field(description="How many bookings were moved up for it to come free.")


class OpeningPage(BaseModel):
    """One page, the newest first; ask again with `before=<next>` while there is a next."""

    openings: list[Opening]
    next: str | None


class SlotOffer(BaseModel):
    """A slot as one customer was offered it."""

    id: str
    customer_id: str
    tier: Tier | None = Field(description="The customer's when they were asked.")
    status: OfferStatus
    reason: str
    expires_at: datetime
    price: int = Field(description="Minor units.", examples=[120000])
    currency: str = Field(examples=["KES"])
    moves: str | None = Field(description="The later appointment that a yes moves up.")


class Candidate(BaseModel):
    """Somebody who wants to be told of freed slots, by their place in the order (R3)."""

    number: int
    customer_id: str
    name: str | None = Field(description="Null for a viewer.")
    tier: Tier
    score: int
    asked: OfferStatus | None = Field(description="What became of the offer; null: not asked.")
    skipped: str | None = Field(examples=["customer_busy"])
    because: str | None = Field(examples=["the guest has another appointment then"])


class OpeningDetail(Opening):
    """An opening with its story: who was asked, who comes next, and why somebody is skipped."""

    offers: list[SlotOffer] = Field(description="Of this slot, also of openings it replaces.")
    candidates: list[Candidate] = Field(description="The first 50, as things stand now.")
    more: bool = Field(description="There are more candidates.")


async def openings_shown(
    services: Services, business_id: str, found: Sequence[OpeningFact]
) -> list[Opening]:
    """Return openings with the names of what they are; times are the business's."""
    async with services.store.read(business_id) as work:
        business, catalogue = await work.business.get(), await work.catalogue.load()
    names = names_of(catalogue)
    return [
        Opening(
            id=each.id,
            service=names.get(each.service_id, each.service_id),
            service_id=each.service_id,
            staff=names.get(each.staff_id, each.staff_id),
            staff_id=each.staff_id,
            start=local(each.starts_at, business),
            end=local(each.ends_at, business),
            price=each.price,
            currency=each.currency,
            status=each.status,
            reason=each.reason,
            because=because(each.reason) if each.reason else None,
            appointment_id=each.appointment_id,
            left_by=each.left_by,
            opened_at=local(each.opened_at, business),
            settled_at=local(each.settled_at, business) if each.settled_at else None,
            filled_by=each.filled_by,
            replaces=each.replaces,
            depth=each.depth,
        )
        for each in found
    ]


def story_shown(shown: Opening, story: OpeningStory, *, names: bool) -> OpeningDetail:
    """Return an opening with its story; customers' names only where they may be seen."""
    return OpeningDetail(
        **shown.model_dump(),
        offers=[_offer(each) for each in story.offers],
        candidates=[_candidate(each, names=names) for each in story.candidates],
        more=story.more,
    )


def _offer(offer: RecoveryOffer) -> SlotOffer:
    return SlotOffer(
        id=offer.id,
        customer_id=offer.customer_id,
        tier=offer.tier,
        status=offer.status,
        reason=offer.reason,
        expires_at=offer.expires_at,
        price=offer.price,
        currency=offer.currency,
        moves=offer.primary_id,
    )


def _candidate(each: Ranked, *, names: bool) -> Candidate:
    held = reason_of(each)
    return Candidate(
        number=each.number,
        customer_id=each.customer_id,
        name=each.name if names else None,
        tier=each.tier,
        score=each.points,
        asked=each.offer.status if each.offer else None,
        skipped=held,
        because=because(held) if held else None,
    )
