"""Who speaks with guests: the model and the budget that the settings name."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from agent.models import Model, model_named
from agent.models.access import Access
from agent.models.budget import Budget
from agent.turn import Guest
from app.settings import Settings
from jirani.services import Services


def model_of(settings: Settings, name: str | None = None) -> Model | None:
    """Return the model of this name, or the one that is set. Raises UnknownModel."""
    keys = {"openai": settings.openai_api_key, "anthropic": settings.anthropic_api_key}
    access = Access(
        keys={provider: key for provider, key in keys.items() if key},
        base_url=settings.model_base_url,
        stream=settings.model_stream,
        silence=settings.model_silence,
    )
    return model_named(name or settings.model, access)


def budget_of(settings: Settings) -> Budget:
    """Return what a model may spend."""
    return Budget(
        turn_requests=settings.model_turn_requests,
        turn_tokens=settings.model_turn_tokens,
        thread_requests=settings.model_thread_requests,
        thread_tokens=settings.model_thread_tokens,
        day_requests=settings.model_day_requests,
        day_tokens=settings.model_day_tokens,
        request_seconds=settings.model_timeout,
        turn_seconds=settings.model_turn_timeout,
    )


@asynccontextmanager
async def guest_of(
    services: Services, settings: Settings, model: Model | None
) -> AsyncIterator[Guest]:
    """Hand out who answers guests; at the end the model's connections are closed."""
    guest = Guest(services, model, region=settings.phone_region, budget=budget_of(settings))
    async with guest.model:
        yield guest
