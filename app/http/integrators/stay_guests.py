"""What a guest wishes of offers: viewers read it, managers enter it, admins take it back."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from app.http.businesses import BusinessId
from app.http.door import TheDoor
from app.http.integrators.access import REFUSALS, Admin, Manager, Viewer, signature
from app.http.problems import Problem, documented
from jirani.rules.facts import Preference
from jirani.rules.stays.preferring import SAID
from jirani.services import Services
from jirani.services.onboarding import Refused
from jirani.services.stays import preferences
from jirani.services.stays.preferences import Wished

router = APIRouter(
    prefix="/v1/businesses/{business}/stays/guests/{customer}/preferences",
    tags=["stays"],
    responses=REFUSALS,
)
CustomerId = Annotated[
    str,
    Path(
        alias="customer",
        max_length=40,
        pattern=r"^[A-Za-z0-9_-]+$",
        description="A guest's id: the customer of their reservation.",
        examples=["01KAXJ6V0C8Z5Q3M7N2P4R6T8V"],
    ),
]
Name = Annotated[
    Preference,
    Path(description="A wish's name.", examples=["never_nights"]),
]


class GuestPreference(BaseModel):
    """A wish: who says so, in which words, and since when."""

    name: Preference
    source: Literal["guest", "host"]
    said: str = Field(examples=["please never offer me extra nights"])
    by: str = Field(examples=["the guest"])
    at: datetime


class NewPreference(BaseModel):
    """What the guest said, where there are words of theirs."""

    said: str = Field("", max_length=SAID, examples=["no extra nights, please (on the phone)"])


@router.get("")
async def read_preferences(
    door: TheDoor, business_id: BusinessId, _: Viewer, customer_id: CustomerId
) -> list[GuestPreference]:
    """Show what a guest wishes of offers, by name."""
    try:
        found = await preferences.wishes_of(door.services, business_id, customer_id)
    except Refused as refused:
        raise Problem(HTTPStatus.NOT_FOUND, "There is no such guest.") from refused
    return [
        GuestPreference.model_validate(
            {name: getattr(each, name) for name in GuestPreference.model_fields}
        )
        for each in found
    ]


@router.put(
    "/{name}",
    status_code=HTTPStatus.NO_CONTENT,
    responses=documented(HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
)
async def put_preference(
    door: TheDoor,
    business_id: BusinessId,
    key: Manager,
    customer_id: CustomerId,
    name: Name,
    wanted: NewPreference,
) -> None:
    """Enter a wish of a guest; their stays are planned by it at once, and what they have stays.

    A `never` ends the `loves` of the same thing, and the other way round: the newer counts.
    """
    who = signature(key)
    await _change(door.services, business_id, customer_id, Wished((name,)), wanted.said, who)


@router.delete("/{name}", status_code=HTTPStatus.NO_CONTENT)
async def delete_preference(
    door: TheDoor, business_id: BusinessId, key: Admin, customer_id: CustomerId, name: Name
) -> None:
    """Take a wish back; what was not sent because of it is planned anew, if there is time."""
    wished = Wished(dropped=(name,))
    await _change(door.services, business_id, customer_id, wished, "", signature(key))


async def _change(
    services: Services, business_id: str, customer_id: str, wished: Wished, said: str, by: str
) -> None:
    try:
        await preferences.change(services, business_id, customer_id, wished, said=said, by=by)
    except Refused as refused:
        raise Problem(HTTPStatus.NOT_FOUND, "There is no such guest.") from refused
