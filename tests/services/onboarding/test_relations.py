"""What goes well together, from a table (X4, §3)."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jirani.rules.facts import Direction, Edge, Relation, Service
from jirani.services import Services
from jirani.services.onboarding import Refused, import_relations, import_services
from jirani.services.onboarding.relations import parse_pairs, parse_relations

pytestmark = pytest.mark.anyio

KNOWN = tuple(
    Service(str(id), name, 45, 0, 1000, aliases)
    for id, (name, aliases) in enumerate(
        [("Manicure", ("kucha",)), ("Pedicure", ()), ("Gel nails", ()), ("Wax 2", ())]
    )
)
ONE, BOTH = Direction.UNIDIRECTIONAL, Direction.BIDIRECTIONAL
GOES_WITH, INSTEAD = Relation.COMPLEMENTARY, Relation.ALTERNATIVE


def refusal(text: str) -> list[str]:
    with pytest.raises(Refused) as refused:
        parse_pairs(text, KNOWN)
    return refused.value.errors


def test_a_plain_table_of_pairs_is_read() -> None:
    text = """
    # after the hands, the feet
    Manicure -> Pedicure 0.9
    gel nails <-> kucha 0.5
    Manicure ~ Gel nails
    Pedicure -> Wax 2 0.4
    """
    assert parse_pairs(text, KNOWN).items == (
        Edge("0", "1", GOES_WITH, 0.9, ONE),
        Edge("0", "2", GOES_WITH, 0.5, BOTH),
        Edge("0", "2", INSTEAD, 1.0, BOTH),
        Edge("1", "3", GOES_WITH, 0.4, ONE),
    )


def test_every_doubtful_pair_is_named_with_its_line() -> None:
    text = """Manicure -> Pedicur 0.9
Manicure and Pedicure
Manicure -> Pedicure
Manicure -> Pedicure 7
Pedicure <-> pedicure 0.9
Manicure <-> Pedicure 0.9
Pedicure -> Manicure 0.8
"""
    assert [error.split(";")[0] for error in refusal(text)] == [
        "line 1: there is no service 'Pedicur'",
        "line 2: 'Manicure and Pedicure' is not understood",
        "line 3: is missing",
        "line 4: '7' is more than 1",
        "line 5: a service cannot be related to itself",
        "line 7: this pair stands on line 6 already",
    ]


def test_a_pair_may_have_a_confidence_each_way() -> None:
    text = "Manicure -> Pedicure 0.9\nPedicure -> Manicure 0.4"
    assert len(parse_pairs(text, KNOWN).items) == 2


def test_a_spreadsheet_of_relations_has_sensible_defaults() -> None:
    text = (
        "service_a,service_b,relation,confidence,direction\n"
        "Pedicure,Manicure,,0.9,\nManicure,Wax 2,sequential,1,Unidirectional\n"
    )
    assert parse_relations(text, KNOWN).items == (
        Edge("0", "1", GOES_WITH, 0.9, BOTH),
        Edge("0", "3", Relation.SEQUENTIAL, 1.0, ONE),
    )
    with pytest.raises(Refused, match="line 2, relation: 'friends' is unknown"):
        parse_relations("a,b,score,type\nManicure,Pedicure,1,friends", KNOWN)


pieces = st.sampled_from(["Manicure", "Pedicure", "->", "<->", "~", " ", "\n", "0.9", "1", "#"])


@settings(deadline=None)  # the machine may be busy
@given(st.lists(pieces, max_size=15).map("".join) | st.text())
def test_any_text_is_pairs_or_refused(text: str) -> None:
    for parse in (parse_pairs, parse_relations):
        with suppress(Refused):
            assert parse(text, KNOWN).items


async def test_relations_are_replaced_pair_by_pair(services: Services, salon: str) -> None:
    await import_services(
        services, salon, "name,minutes,price\nManicure,45,1\nPedicure,45,1\nFacial,45,1\n"
    )

    async def pairs(text: str) -> str:
        return str(await import_relations(services, salon, text, table=True))

    async def stored() -> set[tuple[float, Direction]]:
        async with services.store.read(salon) as work:
            return {(edge.confidence, edge.direction) for edge in await work.catalogue.edges()}

    assert await pairs("Manicure <-> Pedicure 0.9\nManicure -> Facial 0.5") == (
        "2 added, 0 updated, 0 unchanged"
    )
    assert await pairs("Pedicure <-> Manicure 0.9") == "0 added, 0 updated, 1 unchanged"
    assert await pairs("Pedicure -> Manicure 0.7") == "0 added, 1 updated, 0 unchanged"
    assert await stored() == {(0.7, ONE), (0.5, ONE)}
    assert await pairs("Manicure <-> Pedicure 0.8") == "0 added, 1 updated, 0 unchanged"
    assert await stored() == {(0.8, BOTH), (0.5, ONE)}
