"""Slots that came free: viewers read them, managers open one and take one back (R1, R8)."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, Field

from app.http.businesses import BusinessId
from app.http.door import TheDoor
from app.http.integrators.access import REFUSALS, Manager, Viewer, signature
from app.http.integrators.opening_shapes import (
    Opening,
    OpeningDetail,
    OpeningPage,
    openings_shown,
    story_shown,
)
from app.http.problems import Problem, documented
from jirani.rules.access import may
from jirani.rules.decision import Reason
from jirani.rules.facts import OpeningStatus, Role
from jirani.services.recovery import by_hand
from jirani.services.recovery.why import why_opening
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
    shown = await openings_shown(door.services, business_id, found[:limit])
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
    return (await openings_shown(door.services, business_id, [done.opening]))[0]


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
    [shown] = await openings_shown(door.services, business_id, [story.opening])
    return story_shown(shown, story, names=may(key.role, Role.MANAGER))


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
    return (await openings_shown(door.services, business_id, [done.opening]))[0]


def _conflict(what: str, done: by_hand.Done) -> Problem:
    return Problem(HTTPStatus.CONFLICT, f"{what}: {because(done.decision.reason)}.")
