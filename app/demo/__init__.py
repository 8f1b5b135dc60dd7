"""The demo salon: made by the same imports a real business uses."""

from importlib.resources import files

from jirani.services import Services
from jirani.services.onboarding import (
    Refused,
    create_business,
    import_knowledge,
    import_relations,
    import_services,
    import_staff,
)

SLUG = "demo"


async def ensure_demo(services: Services, slug: str = SLUG) -> str:
    """Return the demo salon's id, making what is missing of it; its owner's changes stay."""
    business_id = await _find(services, slug) or await _create(services, slug)
    async with services.store.read(business_id) as work:
        catalogue = await work.catalogue.load()
        edges, snippets = await work.catalogue.edges(), await work.catalogue.snippets()
    if not catalogue.services:
        await import_services(services, business_id, _file("services.csv"))
    if not catalogue.staff:
        await import_staff(services, business_id, _file("staff.csv"))
    if not edges:
        await import_relations(services, business_id, _file("relations.txt"), table=True)
    if not snippets:
        await import_knowledge(services, business_id, _file("knowledge.csv"))
    return business_id


async def _find(services: Services, slug: str) -> str | None:
    async with services.store.queues() as queues:
        return await queues.business(slug)


async def _create(services: Services, slug: str) -> str:
    try:
        made = await create_business(
            services, "Jacaranda Salon", zone="Africa/Nairobi", currency="KES", slug=slug
        )
    except Refused:
        # Another process was faster.
        if found := await _find(services, slug):
            return found
        raise
    return made.id


def _file(name: str) -> str:
    return files("app.demo").joinpath(name).read_text("utf-8")
