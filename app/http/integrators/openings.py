"""Slots that came free: viewers read them, managers open one and take one back (R1, R8)."""

from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, Field

from app.http.businesses import BusinessId
from app.http.door import TheDoor
from app.http.integrators.access import REFUSALS, Manager, Viewer, signature
from app.http.problems import Problem, documented
from app.http.viewing import local, names_of
from jirani.rules.access import may
from jirani.rules.decision import Reason
from jirani.rules.facts import OfferStatus, OpeningStatus, RecoveryOffer, Role
from jirani.rules.facts import Opening as OpeningFact
from jirani.rules.recovery.score import Tier
from jirani.services import Services
from jirani.services.recovery import by_hand
from jirani.services.recovery.why import OpeningStory, Ranked, reason_of, why_opening
from prompts.reasons import because

router = APIRouter(
    prefix="/v1/businesses/{business}/recovery/openings", tags=["recovery"], responses=REFUSALS
)
ID = r"^[A-Za-z0-9_-]{1,40}$"
OpeningId = Annotated[
    str,
    Path(
        alias="opening",
        pattern=ID,
        description="An opening's id.",
        examples=["01KAXJ6V0C8Z5Q3M7N2P4R6T8V"],
    ),
]


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


class GivenUp(BaseModel):
    """An appointment that was cancelled or moved away."""

    appointment_id: str = Field(pattern=ID, examples=["01KAXJ6V0C8Z5Q3M7N2P4R6T8V"])


@router.get("")
async def list_openings(
    door: TheDoor,
    business_id: BusinessId,
    _: Viewer,
    status: Annotated[
        list[OpeningStatus] | None, Query(max_length=20, description="Any of these.")
    ] = None,
    before: Annotated[
        str | None, Query(pattern=ID, description="A page's `next`: what is older comes then.")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=200, description="At most so many at once.")] = 50,
) -> OpeningPage:
    """List slots that came free, the newest first."""
    async with door.services.store.read(business_id) as work:
        found = await work.openings.page(before, limit + 1, status or ())
    more = found[limit - 1].id if len(found) > limit else None
    shown = await _shown(door.services, business_id, found[:limit])
    return OpeningPage(openings=shown, next=more)


@router.post(
    "",
    status_code=HTTPStatus.CREATED,
    responses=documented(HTTPStatus.CONFLICT, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    | {int(HTTPStatus.OK): {"model": Opening, "description": "It was open, or had been, before."}},
)
async def open_slot(
    door: TheDoor, business_id: BusinessId, key: Manager, given_up: GivenUp, response: Response
) -> Opening:
    """Open the slot of an appointment that was given up, if it did not open by itself.

    As where slot recovery was switched on since. Sending it again is safe: there is one opening,
    and one loop that asks.
    """
    try:
        done = await by_hand.open_by_hand(
            door.services, business_id, given_up.appointment_id, signature(key)
        )
    except LookupError:
        raise Problem(HTTPStatus.NOT_FOUND, "There is no such appointment.") from None
    if not done.decision.allowed or done.opening is None:
        raise _conflict("No slot was opened", done)
    if done.decision.reason is Reason.ALREADY_DONE:
        response.status_code = HTTPStatus.OK
    return (await _shown(door.services, business_id, [done.opening]))[0]


@router.get("/{opening}")
async def read_opening(
    door: TheDoor, business_id: BusinessId, key: Viewer, opening_id: OpeningId
) -> OpeningDetail:
    """Tell of an opening: its offers, and its candidates in order with what stands in the way.

    Also by the id of an offer of it, or of the appointment that left it.
    """
    story = await why_opening(door.services, business_id, opening_id)
    if story is None:
        raise Problem(HTTPStatus.NOT_FOUND, "There is no such opening.")
    [shown] = await _shown(door.services, business_id, [story.opening])
    return _detail(shown, story, names=may(key.role, Role.MANAGER))


@router.post("/{opening}/withdraw", responses=documented(HTTPStatus.CONFLICT))
async def withdraw_opening(
    door: TheDoor, business_id: BusinessId, key: Manager, opening_id: OpeningId
) -> Opening:
    """Take an opening back: nobody is asked any more, and who just was is told that it has gone.

    Sending it again is safe.
    """
    try:
        done = await by_hand.withdraw(door.services, business_id, opening_id, signature(key))
    except LookupError:
        raise Problem(HTTPStatus.NOT_FOUND, "There is no such opening.") from None
    if not done.decision.allowed or done.opening is None:
        raise _conflict("It was not taken back", done)
    return (await _shown(door.services, business_id, [done.opening]))[0]


def _conflict(what: str, done: by_hand.Done) -> Problem:
    return Problem(HTTPStatus.CONFLICT, f"{what}: {because(done.decision.reason)}.")


async def _shown(
    services: Services, business_id: str, found: Sequence[OpeningFact]
) -> list[Opening]:
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


def _detail(shown: Opening, story: OpeningStory, *, names: bool) -> OpeningDetail:
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
