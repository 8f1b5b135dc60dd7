"""API keys, made and revoked by an admin; a key is shown once and stored as its hash."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field

from app.http.businesses import BusinessId
from app.http.door import TheDoor
from app.http.integrators.access import REFUSALS, Admin, signature
from app.http.problems import Problem, documented
from jirani.rules.facts import ApiKey, Role
from jirani.services.keys import create_key, revoke_key
from jirani.services.onboarding import Refused

router = APIRouter(prefix="/v1/businesses/{business}/keys", tags=["keys"], responses=REFUSALS)


class Key(BaseModel):
    """A key, without its secret."""

    id: str
    name: str = Field(examples=["calendar sync"])
    role: Role
    created_at: datetime
    created_by: str
    revoked_at: datetime | None
    last_used_at: datetime | None


class NewKey(BaseModel):
    """Whom a key is for, and how far it goes."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=60, examples=["calendar sync"])
    role: Role = Field(default=Role.VIEWER, examples=["viewer"])


class MadeKey(Key):
    """A key just made; `secret` is told only here."""

    secret: str = Field(examples=["jk_01KAXJ6V0C8Z5Q3M7N2P4R6T8V_…"])


@router.get("")
async def list_keys(door: TheDoor, business_id: BusinessId, _: Admin) -> list[Key]:
    """List every key, oldest first, revoked ones too."""
    async with door.services.store.read(business_id) as work:
        return [_shown(each) for each in await work.keys.all()]


@router.post(
    "",
    status_code=HTTPStatus.CREATED,
    responses=documented(HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
)
async def make_key(door: TheDoor, business_id: BusinessId, admin: Admin, new: NewKey) -> MadeKey:
    """Make a key; its secret is told only here."""
    try:
        made, secret = await create_key(
            door.services, business_id, new.name, new.role, signature(admin)
        )
    except Refused as refused:
        raise Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY, "No key was made.", errors=refused.errors
        ) from refused
    return MadeKey(secret=secret, **_shown(made).model_dump())


@router.delete(
    "/{key}", status_code=HTTPStatus.NO_CONTENT, responses=documented(HTTPStatus.CONFLICT)
)
async def delete_key(
    door: TheDoor,
    business_id: BusinessId,
    admin: Admin,
    key: Annotated[
        str,
        Path(
            max_length=40,
            pattern=r"^[A-Za-z0-9]+$",
            description="The key's id, as the list shows it.",
            examples=["01KAXJ6V0C8Z5Q3M7N2P4R6T8V"],
        ),
    ],
) -> None:
    """Revoke a key, at once and for good; doing it again changes nothing."""
    if key == admin.id:
        raise Problem(HTTPStatus.CONFLICT, "A key cannot revoke itself; use another admin's.")
    try:
        await revoke_key(door.services, business_id, key, signature(admin))
    except LookupError:
        raise Problem(HTTPStatus.NOT_FOUND, "There is no such key.") from None


def _shown(key: ApiKey) -> Key:
    return Key.model_validate(key, from_attributes=True)
