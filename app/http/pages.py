"""The chat page and its parts, as files with strong ETags."""

from http import HTTPStatus

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from app.http.businesses import Slug, business_id_of
from app.http.door import TheDoor
from app.http.limiting import READS, caller, within
from app.http.problems import Problem
from app.page import page_etag, page_file

router = APIRouter(include_in_schema=False)


@router.get("/")
async def home(request: Request, door: TheDoor) -> Response:
    """Lead to the chat of the only business there is."""
    await within(door, READS, caller(request))
    async with door.services.store.queues() as queues:
        known = await queues.businesses()
    if len(known) == 1:
        return RedirectResponse(f"/chat/{known[0][1]}", HTTPStatus.SEE_OTHER)
    raise Problem(HTTPStatus.NOT_FOUND, "Each business has its own page, at /chat/<its name>.")


@router.get("/chat/sw.js")
async def worker(request: Request) -> Response:
    """Give the service worker, which serves all below /chat/."""
    return _file(request, "sw.js")


@router.get("/chat/static/{name}")
async def part(request: Request, name: str) -> Response:
    """Give a part of the page."""
    return _file(request, name)


@router.get("/chat/{business}")
async def chat(request: Request, door: TheDoor, business: Slug) -> Response:
    """Give the page to chat with a business."""
    await within(door, READS, caller(request))
    await business_id_of(request, door, business)
    return _file(request, "index.html")


def _file(request: Request, name: str) -> Response:
    try:
        (content, media), mark = page_file(name), page_etag(name)
    except LookupError:
        raise Problem(HTTPStatus.NOT_FOUND, "The page has no such part.") from None
    headers = {"ETag": mark, "Cache-Control": "no-cache"}
    if request.headers.get("if-none-match") == mark:
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return Response(content, media_type=media, headers=headers)
