"""Everything works through PgBouncer in transaction mode: each transaction on another server."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator

import pytest
from sqlalchemy import URL, text
from sqlalchemy.exc import DBAPIError

from jirani.rules.decision import Reason
from jirani.rules.facts import Business, PaymentPolicy
from jirani.services import Services
from jirani.store.engine import open_engine
from jirani.store.faults import database_problem
from jirani.store.migrate import check, migrate
from jirani.store.work import Store
from tests.support.counting import count_up, counted, make_counter
from tests.support.house import MONDAY
from tests.support.looking import double_bookings, one, orphan_holds
from tests.support.needs import missing
from tests.support.pgbouncer import SERVERS, pgbouncer, program, through
from tests.support.racing import LOST, NAIL_STAFF, PAULA, tries_to_add, tries_to_book
from tests.support.salon import open_salon
from tests.support.whole import books_and_pays

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def pooler(postgres_folder: str) -> Iterator[str]:
    if program() is None:
        missing("pgbouncer", "apt install pgbouncer")
    with pgbouncer(postgres_folder) as folder:
        yield folder


@pytest.fixture
def database(pooler: str, postgres_database: URL) -> URL:
    return through(pooler, postgres_database)


@pytest.fixture
async def store(database: URL) -> AsyncIterator[Store]:
    opened = Store(open_engine(database, pool=20, pooler=True))
    yield opened
    await opened.close()


async def test_transactions_of_two_processes_lose_nothing(store: Store, database: URL) -> None:
    other = Store(open_engine(database, pool=20, pooler=True))
    await make_counter(store)
    await asyncio.gather(*(count_up(each, 5) for each in (store, other) for _ in range(20)))
    assert await counted(store) == 200
    await other.close()


async def test_clients_share_servers_and_none_sees_what_another_s_transaction_set(
    store: Store,
) -> None:
    for slug in ("a", "b"):
        async with store.begin(slug) as work:
            policy = PaymentPolicy.PAY_FIRST
            business = Business(slug, slug, slug, "salon", "Africa/Nairobi", "KES", "en", policy)
            await work.business.add(business, MONDAY)
    servers: Counter[int] = Counter()

    async def look(slug: str) -> None:
        async with store.read(slug) as work:
            seen = await work.session.execute(text("SELECT slug, pg_backend_pid() FROM businesses"))
            ((found, server),) = seen.all()
        servers[server] += 1
        assert found == slug
        async with store.engine.connect() as outside:
            assert await outside.scalar(text("SELECT current_user = session_user"))

    await asyncio.gather(*(look("ab"[n % 2]) for n in range(200)))
    assert 1 < len(servers) <= SERVERS


async def test_two_may_migrate_one_new_database_at_once(pooler: str, postgres_empty: URL) -> None:
    empty = through(pooler, postgres_empty)
    engines = [open_engine(empty, pooler=True) for _ in range(2)]
    await asyncio.gather(*(migrate(engine) for engine in engines))
    await check(engines[0])
    for engine in engines:
        await engine.dispose()


async def test_many_connections_opened_at_once_all_know_json(database: URL) -> None:
    engines = [open_engine(database, pooler=True) for _ in range(30)]

    async def ask(n: int) -> object:
        async with engines[n].connect() as connection:
            return await connection.scalar(text("SELECT CAST('[1]' AS json)"))

    answers = await asyncio.gather(*(ask(n) for n in range(30)))
    assert answers == [[1]] * 30
    for engine in engines:
        await engine.dispose()


def test_without_the_setting_the_operator_is_told_of_it() -> None:
    lost = Exception('prepared statement "__asyncpg_stmt_103__" does not exist')
    problem = database_problem(DBAPIError("SELECT 1", {}, lost))
    assert problem
    assert "JIRANI_DATABASE_POOLER=true" in problem


@pytest.mark.parametrize("rounds", [1, pytest.param(20, marks=pytest.mark.proof)])
async def test_of_many_guests_racing_one_books_and_one_adds(
    services: Services, rounds: int
) -> None:
    store = services.store
    for number in range(rounds):
        staff = [*NAIL_STAFF, PAULA]
        salon = await open_salon(
            services, PaymentPolicy.PAY_AT_VENUE, slug=f"salon-{number}", staff=staff
        )
        guests = await salon.guests(50)
        booked = await asyncio.gather(*(tries_to_book(guest) for guest in guests[:25]))
        outcomes = Counter(decision.reason for decision in booked)
        assert (outcomes.pop(Reason.CLEAR), set(outcomes) <= LOST) == (1, True)

        adding = guests[25:]
        await salon.booked(
            *(
                (guest, "manicure", member.id, salon.at("16:00"))
                for guest, member in zip(adding, NAIL_STAFF, strict=False)
            )
        )
        added = await asyncio.gather(*(tries_to_add(guest) for guest in adding))
        assert [decision.reason for decision in added].count(Reason.CLEAR) == 1
        assert await orphan_holds(salon) == []
    assert await double_bookings(store) == 0
    assert await one(store, "SELECT count(*) FROM sales") == rounds


async def test_a_guest_books_adds_the_neighbouring_slot_and_pays(services: Services) -> None:
    await books_and_pays(services)
