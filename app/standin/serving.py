"""The stand-in as an application, and its webhooks as they leave."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime

import httpx2
from fastapi import FastAPI, Request
from fastapi.responses import Response

from app.standin.face import Face
from app.standin.ground import CUT, Befallen, Delivery
from jirani.connectors.memory_pms import MemoryPms
from jirani.connectors.memory_pms_hooks import read


def application(faces: Mapping[str, Face]) -> FastAPI:
    """Build the application: each face under its own name."""
    app = FastAPI(title="A stand-in for property-management systems", openapi_url=None)
    for face in faces.values():
        app.include_router(face.router, prefix=f"/{face.name}")

    @app.exception_handler(Befallen)
    async def befallen(request: Request, error: Befallen) -> Response:
        name = request.url.path.split("/")[1]
        return faces[name].befallen(error.fault)

    return app


def due(memory: MemoryPms, faces: Iterable[Face], now: datetime) -> list[Delivery]:
    """Return the webhooks that leave by now, in order, proven for whoever subscribed."""
    faces, deliveries = list(faces), []
    for hook in memory.hooks.due(now):
        try:
            events = read(hook.body)
        except ValueError:
            body = hook.body.encode()
            deliveries += [each for face in faces for each in face.garble(body)]
            continue
        deliveries += [each for event in events for face in faces for each in face.tell(event)]
    return deliveries


class InProcess(httpx2.AsyncBaseTransport):
    """Reaches the stand-in without a socket; no answer at all is a time-out here too."""

    def __init__(self, app: FastAPI) -> None:
        self._inner = httpx2.ASGITransport(app=app)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Pass a request on."""
        response = await self._inner.handle_async_request(request)
        if CUT in response.headers:
            raise httpx2.ReadTimeout("no answer", request=request)
        return response


def as_json(body: object) -> bytes:
    """Write a webhook's body as the real ones do."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
