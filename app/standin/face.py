"""What a face is: one PMS's wire format over the world of the stand-in."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Protocol

from fastapi import APIRouter
from fastapi.responses import JSONResponse, PlainTextResponse, Response

from app.standin.ground import CUT, Delivery
from jirani.connectors.memory_pms_faults import PmsFault
from jirani.connectors.pms import PmsEvent


class Face(Protocol):
    """One PMS; its routes lie under `/<name>`."""

    @property
    def name(self) -> str:
        """What its connector is called."""

    @property
    def router(self) -> APIRouter:
        """Its routes, with paths as the real one has them."""

    def befallen(self, fault: PmsFault) -> Response:
        """Answer a call as the real one does when this befalls it."""

    def tell(self, event: PmsEvent) -> Iterable[Delivery]:
        """Write down and prove what this event says, for everybody who subscribed to it."""

    def garble(self, body: bytes) -> Iterable[Delivery]:
        """Prove a body that makes no sense: it comes from the right place all the same."""


def unanswered(fault: PmsFault) -> Response | None:
    """Answer what looks alike at every PMS; None: the face has words of its own for it."""
    if fault is PmsFault.MALFORMED:
        return PlainTextResponse("<html><body>Bad gateway</body>", HTTPStatus.OK)
    if fault in (PmsFault.TIMEOUT_BEFORE, PmsFault.TIMEOUT_AFTER):
        return Response(status_code=HTTPStatus.GATEWAY_TIMEOUT, headers={CUT: "1"})
    if fault is PmsFault.DOWN:
        return JSONResponse({"message": "Service unavailable"}, HTTPStatus.SERVICE_UNAVAILABLE)
    return None
