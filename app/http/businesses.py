"""Which business a path means."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, Path, Request

from app.http.door import Door, TheDoor
from app.http.limiting import STRAYS, caller, within
from app.http.problems import Problem

Slug = Annotated[
    str,
    Path(
        description="The business's slug or id.",
        pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{0,59}$",
        examples=["demo"],
    ),
]


async def business_id_of(request: Request, door: Door, named: str) -> str:
    """Return the id of a business by its slug or id. Raises Problem 404, and 429 to who guesses."""
    if named in door.slugs:
        return door.slugs[named]
    await within(door, STRAYS, caller(request))
    async with door.services.store.queues() as queues:
        known = {slug: id for id, slug in await queues.businesses()}
    known |= {id: id for id in known.values()}
    if named not in known:
        raise Problem(HTTPStatus.NOT_FOUND, f"There is no business named {named!r}.")
    door.slugs[named] = known[named]  # neither ever changes
    return known[named]


async def _named(request: Request, door: TheDoor, business: Slug) -> str:
    return await business_id_of(request, door, business)


BusinessId = Annotated[str, Depends(_named)]
