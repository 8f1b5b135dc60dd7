"""A host's listings, and how each kind is sold there (U9): viewers read, managers set."""

from http import HTTPStatus
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from app.http.businesses import BusinessId
from app.http.door import TheDoor
from app.http.integrators.access import REFUSALS, Admin, Manager, Viewer, signature
from app.http.problems import Problem, documented
from jirani.rules.facts import Listing as ListingFact
from jirani.rules.facts import OfferKind
from jirani.rules.stays.settings import SETTINGS
from jirani.services import Services
from jirani.services.onboarding import Refused
from jirani.services.stays import hosting
from jirani.services.stays.hosting import EVERY, Wanted

router = APIRouter(prefix="/v1/businesses/{business}/stays", tags=["stays"], responses=REFUSALS)
Named = Annotated[
    str,
    Path(
        max_length=200,
        description="A listing's id, its number in the PMS, or its name; or `every`.",
        examples=["Beach Condo"],
    ),
]
KindName = Annotated[
    Literal["every"] | OfferKind,
    Path(description="A kind; or `every`.", examples=["late_check_out"]),
]
SettingName = Annotated[
    str,
    Path(pattern=f"^({'|'.join(SETTINGS)})$", description="A setting's name.", examples=["price"]),
]


class Listing(BaseModel):
    """A place as its PMS describes it; nothing is offered where it `lacks` anything."""

    id: str
    name: str = Field(examples=["Beach Condo"])
    pms: str = Field(examples=["hostaway"])
    ref: str = Field(examples=["40001"])
    zone: str | None = Field(examples=["Europe/Lisbon"])
    currency: str | None = Field(examples=["EUR"])
    check_in: str | None = Field(examples=["16:00"])
    check_out: str | None = Field(examples=["11:00"])
    active: bool
    lacks: list[str] = Field(examples=[["time zone"]])


class Setting(BaseModel):
    """What is in force for a kind at a listing, and which setting says so."""

    kind: OfferKind
    name: str = Field(examples=["price"])
    value: Any = Field(description="As it is kept: amounts in minor units.", examples=[5000])
    source: str = Field(examples=["this listing, this kind"])
    about: str


class NewSetting(BaseModel):
    """A value as a host writes it: `50`, `none`, `09:00`, `yes`, `3.5`."""

    value: str = Field(max_length=60, examples=["50"])


@router.get("/listings")
async def list_listings(door: TheDoor, business_id: BusinessId, _: Viewer) -> list[Listing]:
    """List the places, and what each lacks to be offered at."""
    found = await hosting.listings(door.services, business_id)
    return [_listing(place, lacks) for place, lacks in found]


@router.get("/settings/{listing}")
async def read_settings(
    door: TheDoor, business_id: BusinessId, _: Viewer, listing: Named
) -> list[Setting]:
    """Show every setting of a listing by kind, and where each comes from."""
    try:
        found = (await hosting.in_force(door.services, business_id, listing))[1]
    except Refused as refused:
        raise Problem(HTTPStatus.NOT_FOUND, refused.errors[0]) from refused
    return [
        Setting(
            kind=each.kind,
            name=each.name,
            value=each.value,
            source=each.source,
            about=each.about,
        )
        for each in found
    ]


@router.put(
    "/settings/{listing}/{kind}/{name}",
    status_code=HTTPStatus.NO_CONTENT,
    responses=documented(HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
)
async def put_setting(
    door: TheDoor,
    business_id: BusinessId,
    key: Manager,
    listing: Named,
    kind: KindName,
    name: SettingName,
    wanted: NewSetting,
) -> None:
    """Make a setting; it counts from the next offer on, and is noted with whose key made it."""
    await _change(
        door.services, business_id, Wanted(listing, kind, name, wanted.value), signature(key)
    )


@router.delete("/settings/{listing}/{kind}/{name}", status_code=HTTPStatus.NO_CONTENT)
async def delete_setting(
    door: TheDoor,
    business_id: BusinessId,
    key: Admin,
    listing: Named,
    kind: KindName,
    name: SettingName,
) -> None:
    """Take a setting back, so that a more general one is in force."""
    await _change(
        door.services, business_id, Wanted(listing, kind, name, "default"), signature(key)
    )


async def _change(services: Services, business_id: str, wanted: Wanted, by: str) -> None:
    places = [each for each, _ in await hosting.listings(services, business_id)]
    if wanted.listing != EVERY:
        try:
            hosting.named(wanted.listing, tuple(places))
        except Refused as refused:
            raise Problem(HTTPStatus.NOT_FOUND, refused.errors[0]) from refused
    try:
        await hosting.change(services, business_id, [wanted], by=by)
    except Refused as refused:
        raise Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY, "Nothing was set.", errors=refused.errors
        ) from refused


def _listing(place: ListingFact, lacks: list[str]) -> Listing:
    times = (place.check_in, place.check_out)
    check_in, check_out = (f"{each:%H:%M}" if each else None for each in times)
    return Listing(
        id=place.id,
        name=place.name,
        pms=place.pms,
        ref=place.ref,
        zone=place.zone,
        currency=place.currency,
        check_in=check_in,
        check_out=check_out,
        active=place.active,
        lacks=lacks,
    )
