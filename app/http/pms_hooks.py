"""Property-management systems call in here: proven on raw bytes, kept, answered; then read (U2)."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel

from app.http.callbacks import Part
from app.http.door import TheDoor
from app.http.limiting import GUESSES, HOOKS, caller, within
from app.http.problems import Problem, documented
from jirani.connectors.hooks import NotGenuine, RawHook, same
from jirani.connectors.pms import Hook
from jirani.services import Services
from jirani.services.log import about, log
from jirani.services.pms.connecting import hook_token

router = APIRouter(prefix="/hooks/pms", tags=["property-management systems"])
_REFUSALS = documented(
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.SERVICE_UNAVAILABLE,
)
Event = Annotated[
    str | None,
    Path(
        max_length=60,
        pattern=r"^[A-Za-z_]+$",
        description="Where a PMS has an address for each event.",
        examples=["booking_change"],
    ),
]


class Kept(BaseModel):
    """Said as soon as it is kept, whether it is news or came before."""

    received: bool = True


@router.post("/{business}/{pms}/{token}", responses=_REFUSALS)
async def pms_hook(request: Request, door: TheDoor, business: Part, pms: Part, token: Part) -> Kept:
    """Take a webhook of a PMS; one that proves nothing is refused and changes nothing."""
    return await _taken(request, door, business, pms, token, None)


@router.post("/{business}/{pms}/{token}/{event}", responses=_REFUSALS)
async def pms_event_hook(
    request: Request, door: TheDoor, business: Part, pms: Part, token: Part, event: Event
) -> Kept:
    """Take a webhook of a PMS that has an address for each event."""
    return await _taken(request, door, business, pms, token, event)


async def _taken(
    request: Request, door: TheDoor, business: str, pms: str, token: str, event: str | None
) -> Kept:
    services = door.services
    body = await request.body()
    raw = RawHook({name.lower(): value for name, value in request.headers.items()}, body, event)
    with about(business):
        try:
            if not same(token, hook_token(services.callback_secret, business, pms)):
                raise NotGenuine("another path")
            hook = await _proven(services, business, pms, raw)
        except NotGenuine as why:
            log.warning("pms_hook.refused", pms=pms, why=str(why))
            await within(door, GUESSES, caller(request))
            raise Problem(
                HTTPStatus.UNAUTHORIZED, "This does not prove where it is from."
            ) from None
        await within(door, HOOKS, f"{business}:{pms}")
        fresh = await door.keeper.keep(services, business, hook)
        log.info("pms_hook.kept", pms=pms, fresh=fresh)
    return Kept()


async def _proven(services: Services, business: str, pms: str, raw: RawHook) -> Hook:
    """Prove a webhook; an account that was connected a moment ago may not be known here yet."""
    now = services.clock.now()
    try:
        return services.pms.hook(business, pms, raw, now)
    except NotGenuine:
        await services.pms.refresh()
        return services.pms.hook(business, pms, raw, now)
