"""What a turn asks of the database stays what it is: a budget, not a time, on both databases."""

import pytest
from sqlalchemy import URL

from jirani.store.costs import counted
from tests.support.talking import Talk

pytestmark = pytest.mark.anyio

BOTH = pytest.mark.parametrize("database", ["sqlite", "postgres"], indirect=True)

# What each turn of a typical conversation may cost once its message is stored: transactions, and
# statements on either database. PostgreSQL is told for whom each transaction is, and what it locks.
BUDGET = (
    (
        "hi, can I get a manicure tomorrow at 2?",
        ["find_slots", "propose_booking"],
        (8, {"sqlite": 47, "postgresql": 56}),
    ),
    (
        "yes",
        ["confirm_proposal", "find_cross_sell_options", "check_prevention", "reserve_pair"],
        (9, {"sqlite": 77, "postgresql": 88}),
    ),
    ("yes please", ["apply_upsell"], (6, {"sqlite": 39, "postgresql": 46})),
    ("do you have parking?", ["search_knowledge"], (3, {"sqlite": 16, "postgresql": 19})),
)


@BOTH
async def test_each_turn_of_a_typical_conversation_keeps_its_budget(
    talk: Talk, database: URL
) -> None:
    for line, tools, (transactions, statements) in BUDGET:
        received = await talk.hears(line)
        with counted(talk.services.store) as costs:
            turned = await talk.answers(received)
        assert [call.name for call in turned.calls] == tools
        assert costs.transactions <= transactions, line
        assert costs.statements <= statements[database.get_backend_name()], line


async def test_a_turn_that_only_looks_reads_the_conversation_once(talk: Talk) -> None:
    received = await talk.hears("do you have parking?")
    with counted(talk.services.store) as first:
        await talk.answers(received)
    for number in range(12):  # a longer conversation costs no more statements
        await talk.says("do you have parking?" if number % 2 else "hello")
    received = await talk.hears("do you have parking?")
    with counted(talk.services.store) as later:
        await talk.answers(received)
    assert (later.statements, later.transactions) == (first.statements, first.transactions)
