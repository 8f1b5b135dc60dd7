"""How every import writes: one transaction per file, one import of a business at a time."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from jirani.rules.facts import Service
from jirani.services import Services
from jirani.services.onboarding.names import Lookup
from jirani.store.work import Work


@asynccontextmanager
async def importing(services: Services, business_id: str) -> AsyncIterator[Work]:
    """Open the transaction of an import; a second import of the business waits for it."""
    async with services.store.begin(business_id, locks=["onboarding"]) as work:
        yield work


def service_lookup(known: tuple[Service, ...]) -> Lookup:
    """Find services by name, else by alias."""
    return Lookup(
        "service",
        {service.name: service.id for service in known},
        {alias: service.id for service in known for alias in service.aliases},
    )
