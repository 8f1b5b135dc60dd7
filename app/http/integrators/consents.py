"""Who wants to be told of freed slots: entered by managers with what shows it (R2, O9)."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from app.http.businesses import BusinessId
from app.http.door import TheDoor
from app.http.integrators.access import REFUSALS, Manager, Viewer, signature
from app.http.problems import Problem, documented
from jirani.rules.access import may
from jirani.rules.facts import Role
from jirani.services.onboarding import Refused
from jirani.services.recovery import vouching

router = APIRouter(
    prefix="/v1/businesses/{business}/recovery/customers/{customer}/consent",
    tags=["recovery"],
    responses=REFUSALS,
)
NOBODY = "There is no such customer, or nothing is known of them at that channel."
CustomerId = Annotated[
    str,
    Path(
        alias="customer",
        pattern=r"^[A-Za-z0-9_-]{1,40}$",
        description="A customer's id, as an appointment has it.",
        examples=["01KAXJ6V0C8Z5Q3M7N2P4R6T8V"],
    ),
]


class Address(BaseModel):
    """Where a customer writes from; what they wrote and where, only managers and admins see."""

    channel: str = Field(examples=["whatsapp"])
    peer: str | None = Field(description="Null for a viewer.", examples=["+254712345678"])
    wants: bool = Field(description="To be told of freed slots there.")
    since: datetime | None
    how: str | None = Field(description="chat, import or api.", examples=["api"])
    evidence: str | None = Field(examples=["signed the form on 3 March"])


class Consent(BaseModel):
    """Whether a customer wants to be told of freed slots, and where."""

    wants: bool
    stopped_at: datetime | None = Field(description="They have stopped all offers since.")
    addresses: list[Address]


class NewConsent(BaseModel):
    """A consent that a customer gave you, and what shows that they did."""

    channel: str = Field(max_length=30, examples=["whatsapp"])
    evidence: str = Field(min_length=1, max_length=300, examples=["signed the form on 3 March"])
    peer: str | None = Field(
        None,
        max_length=160,
        description="Which address, where they have several there.",
        examples=["+254712345678"],
    )


@router.get("")
async def read_consent(
    door: TheDoor, business_id: BusinessId, key: Viewer, customer_id: CustomerId
) -> Consent:
    """Show whether a customer wants to be told of freed slots, where, and what shows it."""
    try:
        customer, found = await vouching.addresses_of(door.services, business_id, customer_id)
    except LookupError:
        raise Problem(HTTPStatus.NOT_FOUND, "There is no such customer.") from None
    all_of_it = may(key.role, Role.MANAGER)
    return Consent(
        wants=customer.offers_stopped_at is None and any(each.since for each in found),
        stopped_at=customer.offers_stopped_at,
        addresses=[
            Address(
                channel=each.channel,
                peer=each.peer if all_of_it else None,
                wants=each.since is not None,
                since=each.since,
                how=each.how,
                evidence=each.said if all_of_it else None,
            )
            for each in found
        ],
    )


@router.put(
    "",
    status_code=HTTPStatus.NO_CONTENT,
    responses=documented(HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
)
async def put_consent(
    door: TheDoor, business_id: BusinessId, key: Manager, customer_id: CustomerId, given: NewConsent
) -> None:
    """Enter that a customer wants to be told of freed slots; one they gave before stands.

    Whoever has stopped all offers can only start them again themselves.
    """
    where = (door.services, business_id, customer_id, given.channel, given.peer)
    try:
        await vouching.vouch(*where, said=given.evidence, by=signature(key))
    except LookupError:
        raise Problem(HTTPStatus.NOT_FOUND, NOBODY) from None
    except Refused as refused:
        raise Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY, "Nothing was entered.", errors=refused.errors
        ) from refused


@router.delete("", status_code=HTTPStatus.NO_CONTENT)
async def delete_consent(
    door: TheDoor, business_id: BusinessId, key: Manager, customer_id: CustomerId
) -> None:
    """Enter that a customer does not want to be told of freed slots any more, anywhere."""
    try:
        await vouching.take_back(door.services, business_id, customer_id, by=signature(key))
    except LookupError:
        raise Problem(HTTPStatus.NOT_FOUND, "There is no such customer.") from None
