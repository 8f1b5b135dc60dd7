"""What every part of the Hostaway face shares: the world, its words, and what ids mean."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from fastapi.responses import JSONResponse

from app.standin.ground import Answered, StandIn
from app.standin.hostaway_words import Words
from jirani.connectors.pms import PmsReservation

PAGE = 100  # rows


class Part:
    """Some of its calls."""

    def __init__(self, standin: StandIn, words: Words) -> None:
        self.standin = standin
        self.words = words

    def _now(self) -> datetime:
        return self.standin.memory.clock()

    def _stay(self, id: int) -> PmsReservation:
        return self.standin.world.reservations[self._ref("reservation", id)]

    def _ref(self, kind: str, id: object) -> str:
        found = self.standin.ids.ref(kind, id)
        if found is None:
            raise failed(HTTPStatus.NOT_FOUND, "Not found")
        return found


def well(result: Any, **more: Any) -> dict[str, Any]:
    """Answer in the envelope of a success."""
    return {"status": "success", "result": result, **more}


def failed(status: HTTPStatus, why: str) -> Answered:
    """Answer in the envelope of a failure."""
    return Answered(JSONResponse({"status": "fail", "result": why}, status))


def utc(said: str | None) -> datetime | None:
    """Read an instant."""
    if not said:
        return None
    at = datetime.fromisoformat(said)
    return at if at.tzinfo else at.replace(tzinfo=UTC)
