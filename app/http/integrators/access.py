"""API keys at the door: which business, and whether the role goes that far."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from app.http.businesses import BusinessId
from app.http.door import TheDoor
from app.http.limiting import CALLS, KEYS, caller, within
from app.http.problems import Problem, documented
from jirani.rules.access import may
from jirani.rules.facts import ApiKey, Role
from jirani.services.keys import check_key

_bearer = HTTPBearer(scheme_name="ApiKey", description="A business's key: jk_…", auto_error=False)
Given = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
REFUSALS = documented(
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.SERVICE_UNAVAILABLE,
)


def _needing(role: Role) -> Callable[..., Awaitable[ApiKey]]:
    async def check(
        request: Request, door: TheDoor, business_id: BusinessId, given: Given
    ) -> ApiKey:
        key = await check_key(door.services, business_id, given.credentials) if given else None
        if key is None:
            await within(door, KEYS, caller(request))  # who guesses is slowed down
            raise Problem(
                HTTPStatus.UNAUTHORIZED,
                "Send an API key of this business: Authorization: Bearer jk_…",
                headers={"WWW-Authenticate": "Bearer"},
            )
        await within(door, CALLS, key.id)
        if not may(key.role, role):
            raise Problem(
                HTTPStatus.FORBIDDEN,
                f"This takes the role {role}; the key {key.name!r} is a {key.role}'s.",
            )
        return key

    return check


Viewer = Annotated[ApiKey, Depends(_needing(Role.VIEWER))]
Manager = Annotated[ApiKey, Depends(_needing(Role.MANAGER))]
Admin = Annotated[ApiKey, Depends(_needing(Role.ADMIN))]


def signature(key: ApiKey) -> str:
    """Name a key for the audit."""
    return f"{key.name[:40]} (API key {key.id})"
