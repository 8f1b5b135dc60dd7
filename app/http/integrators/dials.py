"""How a business sounds and sells; every turn of a dial is audited."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body
from pydantic import BaseModel, Field

from app.http.businesses import BusinessId
from app.http.door import TheDoor
from app.http.integrators.access import REFUSALS, Manager, Viewer, signature
from app.http.problems import Problem, documented
from jirani.rules.dials import CHOICES, GREETING_LIMIT
from jirani.services.onboarding import DialState, Refused, set_dials, show_dials

router = APIRouter(prefix="/v1/businesses/{business}/dials", tags=["dials"], responses=REFUSALS)
_GREETING = {"type": ["string", "null"], "minLength": 1, "maxLength": GREETING_LIMIT}
WANTED: dict[str, Any] = {
    "additionalProperties": False,
    "properties": {"greeting": _GREETING}
    | {name: {"enum": [*values, None]} for name, values in CHOICES.items()},
}


class Dial(BaseModel):
    """One dial: what is in force, and what it would be if nobody had turned it."""

    dial: str = Field(examples=["cross_sell"])
    value: str = Field(examples=["related-only"])
    own: str | None = Field(description="What this business has set itself.", examples=[None])
    default: str = Field(examples=["related-only"])


class DialChange(BaseModel):
    """One entry of the audit; `before` and `after` are null where the default was in force."""

    dial: str
    action: Literal["set", "reset"]
    before: str | None
    after: str | None
    by: str
    at: datetime


@router.get("")
async def read_dials(door: TheDoor, business_id: BusinessId, _: Viewer) -> list[Dial]:
    """Show every dial."""
    return [_shown(each) for each in await show_dials(door.services, business_id)]


@router.patch("", responses=documented(HTTPStatus.REQUEST_ENTITY_TOO_LARGE))
async def turn_dials(
    door: TheDoor,
    business_id: BusinessId,
    key: Manager,
    wanted: Annotated[
        dict[str, str | None],
        Body(
            min_length=1,
            max_length=20,
            json_schema_extra=WANTED,
            openapi_examples={"two": {"value": {"cross_sell": "never", "tone": "playful"}}},
        ),
    ],
) -> list[Dial]:
    """Turn dials, all or none; null lets a dial follow its default again."""
    try:
        await set_dials(door.services, business_id, wanted, by=signature(key))
    except Refused as refused:
        raise Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY, "No dial was turned.", errors=refused.errors
        ) from refused
    return [_shown(each) for each in await show_dials(door.services, business_id)]


@router.get("/changes")
async def read_changes(door: TheDoor, business_id: BusinessId, _: Viewer) -> list[DialChange]:
    """List every change, oldest first: what was, what is, by whom, and when (UTC)."""
    async with door.services.store.read(business_id) as work:
        return [DialChange.model_validate(each) for each in await work.business.dial_changes()]


def _shown(state: DialState) -> Dial:
    return Dial(dial=state.dial, value=state.value, own=state.own, default=state.default)
