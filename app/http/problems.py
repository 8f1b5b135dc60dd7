"""Errors as RFC 9457 problem documents: what is wrong, and what to do about it."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Route

from jirani.services.log import log
from jirani.store.faults import database_problem

MEDIA = "application/problem+json"
MOST_ERRORS = 100
BUSY_FOR = 5  # seconds after which asking again makes sense while the database is away


class ProblemDetails(BaseModel):
    """An RFC 9457 problem: `type` names its kind, `detail` says what to do."""

    type: str = Field(examples=["about:blank"])
    title: str = Field(examples=["Not Found"])
    status: int = Field(examples=[404])
    detail: str = Field(examples=["There is no business named 'amani'."])
    errors: list[str] = Field(default=[], description="Each thing that is wrong, if several.")


class Problem(Exception):
    """A request that is answered with a problem document."""

    def __init__(
        self,
        status: HTTPStatus,
        detail: str,
        *,
        errors: Sequence[str] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status, self.detail = status, detail
        self.errors, self.headers = tuple(errors), dict(headers or {})


def documented(*statuses: HTTPStatus) -> dict[int | str, dict[str, Any]]:
    """Return what OpenAPI says of the problems an operation may answer with."""
    shape = {"schema": ProblemDetails.model_json_schema()}
    return {
        int(status): {"description": status.phrase, "content": {MEDIA: shape}}
        for status in statuses
    }


def answer_problems(app: FastAPI, routes: Sequence[BaseRoute]) -> None:
    """Let every error of the application be answered with a problem document."""

    async def of_the_framework(request: Request, error: Exception) -> JSONResponse:
        answer = await _of_the_framework(request, error)
        if answer.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            # Of several routes with one path the framework names the first one's methods only.
            answer.headers["Allow"] = ", ".join(sorted(_methods(routes, request.url.path)))
        return answer

    app.add_exception_handler(Problem, _of_ours)
    app.add_exception_handler(HTTPException, of_the_framework)
    app.add_exception_handler(RequestValidationError, _of_a_bad_request)


def problem(
    status: HTTPStatus, detail: str, errors: Sequence[str] = (), headers: Any = None
) -> JSONResponse:
    """Return a problem document, with as many errors as anybody reads at once."""
    told = list(errors[:MOST_ERRORS])
    if len(errors) > MOST_ERRORS:
        told.append(f"And {len(errors) - MOST_ERRORS} more.")
    body = ProblemDetails(
        type="about:blank", title=status.phrase, status=status, detail=detail, errors=told
    )
    return JSONResponse(body.model_dump(), status, headers, MEDIA)


async def _of_ours(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Problem)
    return problem(error.status, error.detail, error.errors, error.headers)


async def _of_the_framework(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    status = HTTPStatus(error.status_code)
    if status is HTTPStatus.BAD_REQUEST:  # a body that is no JSON in one way or another
        return problem(HTTPStatus.UNPROCESSABLE_ENTITY, error.detail)
    said = error.detail if error.detail != status.phrase else _ADVICE.get(status, error.detail)
    return problem(status, said, headers=error.headers)


def _methods(routes: Sequence[BaseRoute], path: str) -> set[str]:
    found = (each for each in routes if isinstance(each, Route) and each.path_regex.match(path))
    return {method for each in found for method in each.methods or ()}


_ADVICE = {
    HTTPStatus.NOT_FOUND: "There is nothing at this address; /openapi.json lists what there is.",
    HTTPStatus.METHOD_NOT_ALLOWED: "This address takes other methods; see the Allow header.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The body is too large; send less at once.",
}


async def _of_a_bad_request(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    wrong = [f"{_place(each['loc'])}: {each['msg']}" for each in error.errors()]
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, "The request is not as it should be.", wrong)


def _place(where: Sequence[int | str]) -> str:
    return ".".join(str(each) for each in where[1:]) or str(where[0])


def fault(route: str, error: Exception) -> JSONResponse:
    """Answer a fault of ours without telling what is inside; the log has the places."""
    if database_problem(error):
        log.error("http.unavailable", route=route, error=type(error).__name__)
        return problem(
            HTTPStatus.SERVICE_UNAVAILABLE,
            "The service cannot reach its database just now; nothing was changed. Try again soon.",
            headers={"Retry-After": str(BUSY_FOR)},
        )
    log.exception("http.failed", route=route, error=type(error).__name__, exc_info=error)
    return problem(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "Something went wrong on our side. Sending the same request again is safe.",
    )
