from collections.abc import AsyncIterator
from datetime import time
from pathlib import Path

import pytest

from app.demo import ensure_demo
from jirani.rules.facts import PaymentPolicy
from jirani.services import Services
from jirani.services.onboarding import import_services
from tests.support.onboarding import empty_database, services_over

pytestmark = pytest.mark.anyio


@pytest.fixture
async def services(tmp_path: Path) -> AsyncIterator[Services]:
    template = await empty_database(tmp_path / "empty.db")
    async with services_over(template, tmp_path / "demo.db") as made:
        yield made


async def test_the_demo_salon_is_whole(services: Services) -> None:
    id = await ensure_demo(services)
    async with services.store.read(id) as work:
        business, catalogue = await work.business.get(), await work.catalogue.load()
        hours = await work.catalogue.hours(member.id for member in catalogue.staff)
        snippets = await work.catalogue.snippets()
    assert (business.slug, business.zone, business.currency, business.payment_policy) == (
        *("demo", "Africa/Nairobi", "KES"),
        PaymentPolicy.PAY_FIRST,
    )
    assert len(catalogue.staff) >= 4
    assert all(len(catalogue.qualified(service.id)) >= 2 for service in catalogue.services)
    assert {(span.opens, span.closes) for span in hours} == {(time(8), time(20))}
    assert len(hours) == 7 * len(catalogue.staff)
    topics = {(snippet.topic, snippet.language) for snippet in snippets}
    assert {topic for topic, language in topics if language == "en"} >= {"parking", "wifi"}
    assert {language for _, language in topics} == {"en", "sw"}


async def test_a_pedicure_is_the_surest_neighbour_of_a_manicure(services: Services) -> None:
    id = await ensure_demo(services)
    async with services.store.read(id) as work:
        names = {service.id: service.name for service in (await work.catalogue.load()).services}
        edges = await work.catalogue.edges()
    beside = [
        ({names[edge.service_a], names[edge.service_b]}, edge.confidence)
        for edge in edges
        if "Manicure" in (names[edge.service_a], names[edge.service_b])
        and edge.relation == "complementary"
    ]
    assert max(beside, key=lambda one: one[1]) == ({"Manicure", "Pedicure"}, 0.9)


async def test_the_demo_is_made_once_and_its_owners_changes_stay(services: Services) -> None:
    id = await ensure_demo(services)
    await import_services(services, id, "name,minutes,price\nManicure,45,9999\n")
    assert await ensure_demo(services) == id
    async with services.store.read(id) as work:
        prices = {one.name: one.price for one in (await work.catalogue.load()).services}
    assert prices["Manicure"] == 999900
