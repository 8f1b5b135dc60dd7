"""What every request is handed: the services, who answers, and what this door allows."""

import asyncio
from dataclasses import dataclass, field
from typing import Annotated, cast

from fastapi import Depends, Request

from app.http.readings import Readings
from app.http.turns import Turns
from jirani.services import Services
from jirani.services.stays.keeping import Keeper
from jirani.store.news import News


@dataclass(frozen=True, slots=True)
class Door:
    """Made once per process; `closing` is set when the process is asked to end."""

    services: Services
    news: News
    turns: Turns
    metrics_token: str | None = None
    closing: asyncio.Event = field(default_factory=asyncio.Event)
    readings: Readings = field(default_factory=Readings)
    keeper: Keeper = field(default_factory=Keeper)
    slugs: dict[str, str] = field(default_factory=dict)


async def _door(request: Request) -> Door:  # async: FastAPI takes any other to a thread and back
    return cast("Door", request.app.state.door)


TheDoor = Annotated[Door, Depends(_door)]
