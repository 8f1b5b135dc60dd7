"""The face of Guesty: its Open API, as written down, over the world of the stand-in.

Of what nobody knows for sure, `Terms` says which way this one has it.
"""

from collections.abc import Iterable
from http import HTTPStatus
from math import ceil

from fastapi import APIRouter
from fastapi.responses import Response

from app.standin import (
    guesty_bills,
    guesty_door,
    guesty_hooks,
    guesty_places,
    guesty_plans,
    guesty_stays,
    guesty_talk,
)
from app.standin.face import unanswered
from app.standin.ground import Delivery, StandIn
from app.standin.guesty_account import NAME, Account, Terms
from app.standin.guesty_door import Door, Refusal
from app.standin.guesty_hooks import Hooks
from app.standin.guesty_rows import Rows
from jirani.connectors.memory_pms_faults import PmsFault
from jirani.connectors.pms import PmsEvent


class GuestyFace:
    """One account at Guesty; `door` has its tokens, `hooks` its subscribers."""

    name = NAME

    def __init__(self, standin: StandIn, terms: Terms | None = None) -> None:
        self.account = Account(standin, terms or Terms())
        self.door = Door(self.account)
        self.hooks = Hooks(self.account)
        rows = Rows(self.account)
        self.router = APIRouter()
        for each in (
            guesty_door.routes(self.door),
            guesty_stays.routes(self.account, self.door, rows),
            guesty_bills.routes(self.account, self.door, rows),
            guesty_places.routes(self.account, self.door),
            guesty_talk.routes(self.account, self.door),
            guesty_plans.routes(self.account, self.door),
            guesty_hooks.routes(self.account, self.door, self.hooks),
        ):
            self.router.include_router(each)

    def befallen(self, fault: PmsFault) -> Response:
        """Answer a call as Guesty does when this befalls it."""
        response = unanswered(fault)
        if response is None and fault is PmsFault.RATE_LIMITED:
            wait = self.account.memory.faults.retry_after
            after = None if wait is None else ceil(wait.total_seconds())
            refusal = Refusal(HTTPStatus.TOO_MANY_REQUESTS, "Too many", retry_after=after)
            response = refusal.response()
        if response is None:
            response = Refusal(self.account.terms.refusal, "Not possible").response()
        response.headers.update(self.door.headers())
        return response

    def tell(self, event: PmsEvent) -> Iterable[Delivery]:
        """Write down and prove what this event says, for everybody who subscribed to it."""
        return self.hooks.tell(event)

    def garble(self, body: bytes) -> Iterable[Delivery]:
        """Prove a body that makes no sense."""
        return self.hooks.garble(body)
