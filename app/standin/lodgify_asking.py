"""How Lodgify is asked: what a query says, and the words in which it refuses."""

import uuid
from collections.abc import Callable, Coroutine, Mapping
from datetime import UTC, date, datetime
from http import HTTPStatus
from json import JSONDecodeError
from typing import Any, TypeVar

from fastapi import Request
from fastapi.responses import JSONResponse, Response
from fastapi.routing import APIRoute

T = TypeVar("T")
_CODES = {
    HTTPStatus.BAD_REQUEST: "ArgumentError",
    HTTPStatus.UNAUTHORIZED: "NotAuthorized",
    HTTPStatus.NOT_FOUND: "NotFound",
}


class NotDone(Exception):
    """It is not done, and Lodgify says why."""

    def __init__(self, status: HTTPStatus, message: str) -> None:
        super().__init__(message)
        self.status = status


def error(status: HTTPStatus, message: str) -> JSONResponse:
    """Answer as Lodgify does when it refuses; a 429 names no time to wait."""
    told = {
        "message": message,
        "code": _CODES.get(status, "Unknown"),
        "correlation_id": str(uuid.uuid4()),
    }
    return JSONResponse({**told, "event_id": None}, status)


def not_success(message: str) -> JSONResponse:
    """Answer as the first version does to a message it does not take: with 200 all the same."""
    told = {"success": False, "type": "domain_exception", "statusCode": "400"}
    return JSONResponse({**told, "message": message})


class LodgifyRoute(APIRoute):
    """A route that refuses in Lodgify's words."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Answer, or say why not."""
        handle = super().get_route_handler()

        async def answering(request: Request) -> Response:
            try:
                return await handle(request)
            except NotDone as wrong:
                return error(wrong.status, str(wrong))

        return answering


async def sent(request: Request) -> Any:
    """Read the JSON of a request."""
    try:
        return await request.json()
    except (JSONDecodeError, UnicodeDecodeError, RecursionError):
        raise NotDone(HTTPStatus.BAD_REQUEST, "The request body is not valid JSON.") from None


Query = Mapping[str, str]


def page_of(query: Query, items: list[T], most: int | None = None) -> tuple[list[T], int | None]:
    """Return the page that is asked for, and how many there are if that is asked too."""
    page, size = _whole(query, "page", 1), _whole(query, "size", 50)
    size = min(size, most or size)
    count = len(items) if truth(query, "includeCount") else None
    return items[(page - 1) * size : page * size], count


def _whole(query: Query, name: str, default: int) -> int:
    told = query.get(name, str(default))
    if not (told.isascii() and told.isdecimal() and 0 < int(told) < 10**6):
        raise NotDone(HTTPStatus.BAD_REQUEST, f"The value '{told}' is not valid for {name}.")
    return int(told)


def truth(query: Query, name: str) -> bool:
    """Read a yes or no that is no when it is not told."""
    return one_of(query, name, ("false", "true")) == "true"


def one_of(query: Query, name: str, choices: tuple[str, ...]) -> str:
    """Read one of some words, whatever their letters' case; the first when it is not told."""
    told = query.get(name, choices[0])
    found = next((each for each in choices if each.lower() == told.lower()), None)
    if found is None:
        raise NotDone(HTTPStatus.BAD_REQUEST, f"The value '{told}' is not valid for {name}.")
    return found


def day(query: Query, name: str) -> date:
    """Read a date that has to be told; a date-time will do."""
    told = moment(query, name)
    if told is None:
        raise NotDone(HTTPStatus.BAD_REQUEST, f"The {name} field is required.")
    return told.date()


def moment(query: Query, name: str) -> datetime | None:
    """Read an instant, in UTC where it names no offset."""
    told = query.get(name)
    if told is None:
        return None
    try:
        at = datetime.fromisoformat(told)
    except ValueError:
        wrong = f"The value '{told}' is not valid for {name}."
        raise NotDone(HTTPStatus.BAD_REQUEST, wrong) from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
