"""No unit of work reaches another business's rows, whatever it asks for (O2)."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace

import pytest
from sqlalchemy import URL, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from jirani.rules.facts import Business, Customer, PaymentPolicy, Service, Staff, Thread
from jirani.store.engine import open_engine
from jirani.store.schema import APP_ROLE, QUEUES
from jirani.store.tables import TABLES
from jirani.store.work import Store, Work
from tests.support.databases import plain_postgres
from tests.support.house import MONDAY
from tests.support.looking import one

pytestmark = pytest.mark.anyio

DENIED = "42501"


async def open_business(store: Store, slug: str) -> None:
    business = Business(
        slug, slug, slug, "salon", "Africa/Nairobi", "KES", "en", PaymentPolicy.PAY_FIRST
    )
    async with store.begin(slug) as work:
        await work.business.add(business, MONDAY)
        await work.customers.add(Customer(f"{slug}-guest"), "memory", "peer", MONDAY)
        thread = Thread(f"{slug}-thread", f"{slug}-guest", "memory", "peer", MONDAY, MONDAY)
        await work.threads.add(thread)
        await work.outbox.put(
            f"{slug}-entry",
            kind="message",
            peer=f"{slug}-peer",
            dedupe_key="hello",
            payload={"text": f"a secret of {slug}"},
            at=MONDAY,
        )


@pytest.fixture
async def two(store: Store) -> Store:
    """A store with the businesses `a` and `b`."""
    await open_business(store, "a")
    await open_business(store, "b")
    return store


@pytest.fixture
async def plain_database(postgres_template: str) -> AsyncIterator[URL]:
    """A PostgreSQL database whose owner is not a superuser."""
    async with plain_postgres(postgres_template) as url:
        yield url


@pytest.fixture(params=["postgres", "plain"], ids=["superuser", "plain owner"])
def postgres_address(request: pytest.FixtureRequest) -> URL:
    url: URL = request.getfixturevalue(f"{request.param}_database")
    return url


@pytest.fixture
async def postgres_store(postgres_address: URL) -> AsyncIterator[Store]:
    """The two businesses on PostgreSQL, where the database itself draws the line."""
    opened = Store(open_engine(postgres_address))
    await open_business(opened, "a")
    await open_business(opened, "b")
    yield opened
    await opened.close()


@pytest.fixture
async def outside(postgres_address: URL) -> AsyncIterator[Store]:
    """The same database as its superuser sees it."""
    opened = Store(open_engine(postgres_address.set(username="owner")))
    yield opened
    await opened.close()


async def sqlstate(attempt: Callable[[], Awaitable[object]]) -> str | None:
    """Return the code with which the database refuses something."""
    with pytest.raises(DBAPIError) as refused:
        await attempt()
    return getattr(refused.value.orig, "sqlstate", None)


async def test_outside_a_unit_a_superuser_sees_all_and_a_plain_owner_nothing(
    postgres_store: Store, outside: Store
) -> None:
    special = "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
    seen = 2 if await one(postgres_store, special) else 0
    assert await one(outside, "SELECT count(*) FROM customers") == 2
    assert await one(postgres_store, "SELECT count(*) FROM customers") == seen


async def test_a_query_that_forgot_its_filter_sees_its_own_business_only(
    postgres_store: Store,
) -> None:
    for open_unit in (postgres_store.read, postgres_store.begin):
        async with open_unit("a") as work:
            for table in TABLES:
                found = await work.session.scalars(text(f"SELECT business_id FROM {table.name}"))
                assert set(found) <= {"a"}, table.name
            slugs = await work.session.scalars(text("SELECT slug FROM businesses"))
            assert list(slugs) == ["a"]


async def test_skills_of_the_same_name_next_door_stay_as_they_are(two: Store) -> None:
    able = Staff("amina", "Amina", frozenset({"cut"}))
    for business in ("a", "b"):
        async with two.begin(business) as work:
            await work.catalogue.put_service(Service("cut", "Cut", 30, 0, 100))
            await work.catalogue.put_staff(able)
    async with two.begin("a") as work:
        await work.catalogue.put_staff(replace(able, service_ids=frozenset()))
    for business, left in (("a", frozenset[str]()), ("b", able.service_ids)):
        async with two.read(business) as work:
            [member] = (await work.catalogue.load()).staff
            assert member.service_ids == left


async def test_without_a_business_nothing_is_seen(postgres_store: Store) -> None:
    async with postgres_store.read("") as work:
        assert await work.session.scalar(text("SELECT count(*) FROM customers")) == 0


async def test_what_one_unit_set_does_not_outlive_it(postgres_store: Store) -> None:
    async with postgres_store.read("a") as work:
        assert await work.session.scalar(text("SELECT current_user")) == APP_ROLE
    assert await one(postgres_store, "SELECT current_user = session_user")


@pytest.mark.parametrize(
    "write",
    [
        "INSERT INTO customers (business_id, id, created_at) VALUES ('b', 'spy', now())",
        "UPDATE customers SET business_id = 'b' WHERE id = 'a-guest'",
    ],
)
async def test_nothing_is_written_into_another_business(postgres_store: Store, write: str) -> None:
    async def attempt() -> None:
        async with postgres_store.begin("a") as work:
            await work.session.execute(text(write))

    assert await sqlstate(attempt) == DENIED


@pytest.mark.parametrize(
    "write", ["UPDATE customers SET name = 'x'", "DELETE FROM outbox WHERE id = 'b-entry'"]
)
async def test_what_is_not_seen_is_not_changed(
    postgres_store: Store, outside: Store, write: str
) -> None:
    async with postgres_store.begin("a") as work:
        await work.session.execute(text(write))
    assert await one(outside, "SELECT count(*) FROM outbox WHERE business_id = 'b'") == 1
    assert await one(outside, "SELECT name FROM customers WHERE id = 'b-guest'") is None


async def denied_to_jobs(store: Store, statement: str) -> bool:
    async def attempt() -> None:
        async with store.queues(claiming=True) as queues:
            await queues.session.execute(text(statement))

    return await sqlstate(attempt) == DENIED


async def test_the_jobs_role_sees_the_queues_columns_and_nothing_else(
    postgres_store: Store,
) -> None:
    for table in TABLES:
        seen = QUEUES.get(table.name, ())
        if seen:
            async with postgres_store.queues() as queues:
                await queues.session.execute(text(f"SELECT {', '.join(seen)} FROM {table.name}"))
        for column in set(table.columns.keys()) - set(seen):
            read = f"SELECT {column} FROM {table.name}"
            assert await denied_to_jobs(postgres_store, read), read


@pytest.mark.parametrize(
    "write",
    [
        "UPDATE outbox SET payload = '{}'",
        "UPDATE outbox SET business_id = 'a'",
        "DELETE FROM outbox",
        "INSERT INTO outbox (business_id, id) VALUES ('a', 'x')",
        "UPDATE payments SET status = 'paid'",
        "UPDATE threads SET charge_at = NULL",
        "UPDATE offers SET status = 'accepted'",
        "UPDATE offers SET due_at = now()",
        "UPDATE pms_events SET state = 'done'",
    ],
)
async def test_the_jobs_role_changes_nothing_but_a_claim(postgres_store: Store, write: str) -> None:
    assert await denied_to_jobs(postgres_store, write)


async def in_a(store: Store, step: Callable[[Work], Awaitable[object]]) -> None:
    async with store.begin("a") as work:
        await step(work)


async def test_a_row_cannot_point_at_another_business_s_row(two: Store) -> None:
    stolen = Thread("t", "b-guest", "memory", "peer", MONDAY, MONDAY)
    with pytest.raises(IntegrityError):
        await in_a(two, lambda work: work.threads.add(stolen))
    with pytest.raises(IntegrityError):
        await in_a(two, lambda work: work.messages.add("b-thread", "guest", "hello", MONDAY))


async def test_another_business_s_ids_are_unknown_here(two: Store) -> None:
    for step in (
        lambda work: work.customers.get("b-guest"),
        lambda work: work.threads.get("b-thread"),
        lambda work: work.customers.change("b-guest", name="x"),
        lambda work: work.outbox.change("b-entry", state="sent"),
    ):
        with pytest.raises(LookupError):
            await in_a(two, step)


async def test_the_same_address_is_another_customer_at_another_business(two: Store) -> None:
    for business in ("a", "b"):
        async with two.read(business) as work:
            known = await work.customers.by_peer("memory", "peer")
        assert known
        assert known.id == f"{business}-guest"


async def test_the_jobs_see_every_business_s_queue(two: Store) -> None:
    async with two.queues() as queues:
        assert {id for id, _ in await queues.businesses()} == {"a", "b"}
        assert await queues.business("b") == "b"
        assert await queues.business("c") is None
