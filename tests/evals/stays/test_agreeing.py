"""A replay says of each stay and kind what the real services and rows come to."""

import random
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from redis.asyncio import Redis
from sqlalchemy import URL

from evals.stays.playing import play
from evals.stays.replaying import to_play
from evals.stays.reservations import Booked, Ended, reservations_of
from evals.stays.tally import Tally
from jirani.connectors.channels import MemoryChannel
from jirani.connectors.memory_gateway import MemoryGateway
from jirani.rules.facts import OfferStatus
from jirani.rules.stays.kinds import OFFER_KINDS
from jirani.services import Services
from jirani.services.clock import SetClock
from jirani.store.engine import open_engine
from jirani.store.work import Store
from prompts.library import Prompts
from tests.support.house import opened
from tests.support.proving import Proved
from tests.support.replayed import outcomes_of, really
from tests.support.shared_data import shared_file

pytestmark = pytest.mark.anyio
DAY = timedelta(days=1)
LEADS, NIGHTS, RATES = (0, 1, 2, 3, 4, 9, 60), (1, 2, 3, 4, 5, 8, 14, 30), (None, 0, 9005, 12000)
# The clocks of Lisbon change on the Sunday within each of these weeks; a year of a leap day too.
ARRIVALS = (date(2016, 2, 27), date(2016, 10, 28), date(2017, 3, 25))


@pytest.fixture
def on_sqlite(
    sqlite_database: URL,
    redis_client: Redis,
    clock: SetClock,
    gateway: MemoryGateway,
    channel: MemoryChannel,
) -> Services:
    return opened(Store(open_engine(sqlite_database)), redis_client, clock, gateway, channel)


def of_all_sorts(n: int, seed: int) -> list[Booked]:
    draw = random.Random(seed)
    rows = [_drawn(draw, line) for line in range(2, n)]
    zero = date(2016, 3, 1)
    return [*rows, Booked(n, "zero", zero, zero, zero, Ended.CHECK_OUT, zero, 9000)]


def _drawn(draw: random.Random, line: int) -> Booked:
    arrival, lead = draw.choice(ARRIVALS) + draw.randrange(3) * DAY, draw.choice(LEADS)
    booked_on, departure = arrival - lead * DAY, arrival + draw.choice(NIGHTS) * DAY
    ended, ended_on = Ended.CHECK_OUT, departure
    if (chance := draw.random()) < 0.4:
        ended = Ended.CANCELED
        ended_on = max(booked_on, arrival - draw.randrange(-1, 6) * DAY)
    elif chance < 0.5:
        ended, ended_on = Ended.NO_SHOW, arrival
    elif chance < 0.6:
        ended_on = max(arrival, departure - DAY)
    rate = draw.choice(RATES)
    return Booked(line, f"r{line}", booked_on, arrival, departure, ended, ended_on, rate)


async def compare(services: Services, rows: Sequence[Booked]) -> Counter[str]:
    stories = await play(rows, Prompts())
    real = await really(services, rows)
    for row, story, wanted in zip(rows, stories, real, strict=True):
        assert outcomes_of(story) == wanted, row
    each = [outcome for outcomes in real for outcome in outcomes.values()]
    return Counter(f"{one.status}" if one.sent_at else f"unsent {one.reason}" for one in each)


async def test_each_kind_of_each_stay_ends_as_with_the_services_and_rows(
    on_sqlite: Services,
) -> None:
    found = await compare(on_sqlite, of_all_sorts(61, seed=6))
    ways = ("weekly_cap", "spacing", "no_price", "reservation_not_live", "stay_too_short")
    wanted = {f"unsent {why}" for why in (*ways, "schedule_past", "The stay has no night.")}
    wanted |= {OfferStatus.EXPIRED, OfferStatus.WITHDRAWN}
    assert found.keys() >= wanted
    assert found.total() == 59 * len(OFFER_KINDS) + 1  # of the last row there is only the reason


@pytest.mark.proof
@pytest.mark.timeout(1800)
async def test_so_do_real_reservations(on_sqlite: Services, proved: Proved) -> None:
    read = list(reservations_of(shared_file("reservations_dev.csv.gz")))
    rows = list(to_play(random.Random(6).sample(read, 400), Tally()))
    found = await compare(on_sqlite, rows)
    proved(f"{len(rows)} real stays replayed as the services play them: {dict(found)}")
