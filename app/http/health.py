"""Whether this process lives, whether it can work, and what it counts."""

import asyncio
from hmac import compare_digest
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, Field

from app.http.door import TheDoor
from app.http.problems import Problem, documented, problem
from app.watching import metrics_page
from jirani.services.log import log
from jirani.store.faults import database_problem

router = APIRouter(tags=["operators"])
_bearer = HTTPBearer(
    scheme_name="MetricsToken", description="The token of the metrics.", auto_error=False
)
PATIENCE = 3.0  # real seconds for the database to answer


class Health(BaseModel):
    """How the parts are; Redis may be away: guests are served without holds."""

    status: str = Field(examples=["ok"])
    database: str = Field(default="not asked", examples=["ok"])
    redis: str = Field(default="not asked", examples=["ok", "away"])


@router.get("/healthz")
async def healthz() -> Health:
    """Tell that the process answers; it asks nobody else."""
    return Health(status="ok")


@router.get("/readyz", response_model=Health, responses=documented(HTTPStatus.SERVICE_UNAVAILABLE))
async def readyz(door: TheDoor) -> Health | Response:
    """Tell whether guests can be served: the database answers, and the process is not ending."""
    if door.closing.is_set():
        return problem(HTTPStatus.SERVICE_UNAVAILABLE, "This process is ending.")
    try:
        async with asyncio.timeout(PATIENCE), door.services.store.queues() as queues:
            await queues.businesses()
    except Exception as error:
        if not isinstance(error, TimeoutError) and not database_problem(error):
            raise
        log.error("http.not_ready", error=type(error).__name__)
        return problem(HTTPStatus.SERVICE_UNAVAILABLE, "The database does not answer.")
    redis = "ok" if await door.services.limits.works() else "away"
    return Health(status="ok", database="ok", redis=redis)


@router.get(
    "/metrics",
    response_class=Response,
    responses=documented(HTTPStatus.UNAUTHORIZED)
    | {200: {"description": "Prometheus text.", "content": {"text/plain": {}}}},
)
async def metrics(
    door: TheDoor, given: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> Response:
    """Give the metrics of this process, to whoever has the token where one is set."""
    told = given.credentials if given else ""
    if door.metrics_token and not compare_digest(told.encode(), door.metrics_token.encode()):
        raise Problem(
            HTTPStatus.UNAUTHORIZED,
            "Send the metrics token: Authorization: Bearer …",
            headers={"WWW-Authenticate": "Bearer"},
        )
    page, kind = metrics_page()
    return Response(page, media_type=kind)
