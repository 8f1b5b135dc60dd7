"""Guests' conversations: begun without an account, each opened by its own token only.

A thread's id is the hash of its token, so that nothing is stored before the guest has written,
and a leaked id or log line opens nothing. What a client sends as history is nowhere asked for.
"""

import hashlib
import secrets
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response
from fastapi.responses import StreamingResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from app.http.businesses import BusinessId
from app.http.channel import NAME, tell
from app.http.cursors import LONGEST
from app.http.door import Door, TheDoor
from app.http.limiting import (
    MESSAGES,
    MESSAGES_FROM,
    READS,
    STREAMS,
    THREADS,
    caller,
    within,
)
from app.http.problems import Problem, documented
from app.http.shapes.guests import BusinessProfile, NewMessage, NewThread, Posted, Thread
from app.http.streaming import SSE, answer_of, events_of
from app.http.viewing import look, message_of, profile_of
from jirani.rules.facts import Business
from jirani.rules.message import Message
from jirani.services import Case
from jirani.services.choices import NoSuchChoice, pressed
from jirani.services.threads import receive
from jirani.services.wording import language_of

router = APIRouter(prefix="/v1/businesses/{business}", tags=["guests"])

_bearer = HTTPBearer(
    scheme_name="ThreadToken", description="The token of one thread.", auto_error=False
)
ThreadId = Annotated[
    str,
    Path(
        pattern=r"^[0-9a-f]{40}$",
        description="The thread's id.",
        examples=["8f14e45fceea167a5a36dedd4bea2543c0ffee00"],
    ),
]
Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        pattern=r"^[!-~]{1,100}$",
        description="Yours for the message; sent again with the same key it is stored once.",
    ),
]
After = Annotated[
    str | None, Query(max_length=LONGEST, description="A cursor, in place of Last-Event-ID.")
]
Last = Annotated[
    str,
    Header(
        alias="Last-Event-ID",
        max_length=LONGEST,
        description="The id of the last event, or the cursor of a thread; empty: from the start.",
    ),
]
_PUBLIC = documented(
    HTTPStatus.NOT_FOUND,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.SERVICE_UNAVAILABLE,
)
_OWN = _PUBLIC | documented(HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)

NO_BUFFER = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


def thread_id_of(token: str) -> str:
    """Return the id of the thread that a token opens: 40 hex digits."""
    return hashlib.sha256(token.encode()).hexdigest()[:40]


async def _own_thread(
    thread: ThreadId, given: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> str:
    if given is None:
        raise Problem(
            HTTPStatus.UNAUTHORIZED,
            "Send the thread's token: Authorization: Bearer jt_…",
            headers={"WWW-Authenticate": "Bearer"},
        )
    if not secrets.compare_digest(thread_id_of(given.credentials), thread):
        raise Problem(HTTPStatus.FORBIDDEN, "That token opens another thread.")
    return thread


OwnThread = Annotated[str, Depends(_own_thread)]


@router.get("/profile", responses=_PUBLIC)
async def profile(request: Request, door: TheDoor, business_id: BusinessId) -> BusinessProfile:
    """Tell what anybody may know of a business."""
    await within(door, READS, caller(request))
    async with door.services.store.read(business_id) as work:
        return await profile_of(door.services, work)


@router.post("/threads", status_code=HTTPStatus.CREATED, responses=_PUBLIC)
async def create_thread(request: Request, door: TheDoor, business_id: BusinessId) -> NewThread:
    """Begin a conversation; keep its token, which is told only here."""
    await within(door, THREADS, caller(request))
    token = f"jt_{secrets.token_urlsafe(32)}"
    shown = await _thread(door, business_id, thread_id_of(token))
    return NewThread(token=token, **shown.model_dump())


@router.get("/threads/{thread}", responses=_OWN)
async def read_thread(
    request: Request, door: TheDoor, business_id: BusinessId, thread: OwnThread
) -> Thread:
    """Show a conversation: messages, buttons, bookings, payment."""
    await within(door, READS, caller(request))
    return await _thread(door, business_id, thread)


@router.post(
    "/threads/{thread}/messages",
    status_code=HTTPStatus.ACCEPTED,
    responses=_OWN
    | documented(HTTPStatus.CONFLICT, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    | {200: {"description": "The answer as events, if asked for.", "content": SSE}},
    response_model=Posted,
)
async def post_message(
    request: Request,
    door: TheDoor,
    business_id: BusinessId,
    thread: OwnThread,
    new: NewMessage,
    key: Key = None,
) -> Response | Posted:
    """Store a guest's message; its answer comes over the events of the thread.

    With `Accept: text/event-stream` the answer itself streams back, ending with `done`. The
    message is answered whether or not anybody stays to listen.
    """
    for limit in MESSAGES:
        await within(door, limit, thread)
    await within(door, MESSAGES_FROM, caller(request))
    text = new.text or await _pressed(door, business_id, thread, new.choice or "")
    key = key or secrets.token_hex(16)
    received = await receive(
        door.services, business_id, NAME, thread, text, f"{NAME}:{thread}:{key}", new.choice
    )
    stored = await _stored(door, business_id, f"{NAME}:{thread}:{key}", new)
    if received.fresh:
        await tell(door.news, thread, "look")
    door.turns.begin(business_id, received, at_once=new.choice is not None)
    if "text/event-stream" in request.headers.get("accept", ""):
        answer = answer_of(door, business_id, thread, received)
        return StreamingResponse(answer, media_type="text/event-stream", headers=NO_BUFFER)
    return Posted(message=message_of(stored, await _business(door, business_id)))


@router.get(
    "/threads/{thread}/events",
    response_class=StreamingResponse,
    responses=_OWN | {200: {"description": "Server-sent events.", "content": SSE}},
)
async def read_events(
    request: Request,
    door: TheDoor,
    business_id: BusinessId,
    thread: OwnThread,
    after: After = None,
    last: Last = "",
) -> StreamingResponse:
    """Follow a conversation: what was said after `after` or Last-Event-ID, then what comes."""
    await within(door, STREAMS, caller(request))
    events = events_of(door, business_id, thread, after if after is not None else last)
    return StreamingResponse(events, media_type="text/event-stream", headers=NO_BUFFER)


async def _thread(door: Door, business_id: str, peer: str) -> Thread:
    async with door.services.store.read(business_id) as work:
        profile = await profile_of(door.services, work)
        seen = await look(door.services, work, peer)
    return Thread(
        id=peer,
        business=profile,
        messages=seen.messages,
        cursor=seen.cursor,
        **seen.state.model_dump(),
    )


async def _business(door: Door, business_id: str) -> Business:
    async with door.services.store.read(business_id) as work:
        return await work.business.get()


async def _pressed(door: Door, business_id: str, peer: str, choice: str) -> str:
    """Return what pressing a button says, in the language of the conversation."""
    services = door.services
    async with services.store.read(business_id) as work:
        business = await work.business.get()
        thread = await work.threads.latest(NAME, peer)
        dials = await services.dials(work, business)
        catalogue = await work.catalogue.load()
        case = Case(services, business, dials, "", thread.id if thread else "", 0)
        language = await language_of(case, work)
        try:
            return await pressed(case, work, thread, catalogue, choice, language)
        except NoSuchChoice:
            raise Problem(
                HTTPStatus.UNPROCESSABLE_ENTITY,
                "This conversation has no such button; read the thread for those it has.",
            ) from None


async def _stored(door: Door, business_id: str, key: str, new: NewMessage) -> Message:
    """Find a message by its key: its turn may have moved it to another thread by now."""
    async with door.services.store.read(business_id) as work:
        stored = await work.messages.by_key(key)
    assert stored
    if stored.button != new.choice or stored.text != (new.text or stored.text):
        raise Problem(
            HTTPStatus.CONFLICT,
            "That Idempotency-Key was used for another message; take a new one for each.",
        )
    return stored
