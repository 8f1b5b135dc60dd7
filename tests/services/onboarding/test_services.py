"""A list of services: every row has a price, or none is written (§3)."""

from contextlib import nullcontext, suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jirani.rules.facts import Service
from jirani.services import Services
from jirani.services.onboarding import Refused, import_services
from jirani.services.onboarding.services import parse_services

pytestmark = pytest.mark.anyio

FILE = """name,minutes,buffer,price,aliases
Manicure,45,0,"1,200",nails|kucha
Braids,3h,15,KES 3500,
Advice,15,,free,
"""


def refusal(text: str, currency: str = "KES") -> list[str]:
    with pytest.raises(Refused) as refused:
        parse_services(text, currency)
    return refused.value.errors


async def sold(services: Services, business: str) -> tuple[Service, ...]:
    async with services.store.read(business) as work:
        return (await work.catalogue.load()).services


def test_a_file_is_read_into_minor_units() -> None:
    assert parse_services(FILE, "KES").items == (
        Service("", "Manicure", 45, 0, 120000, ("nails", "kucha")),
        Service("", "Braids", 180, 15, 350000),
        Service("", "Advice", 15, 0, 0),
    )


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffName;Minutes;Price\r\nManicure;45;1,200\r\n",
        "SERVICE\tDuration\tPrice (KES)\nManicure\t45 min\t1200\n",
        "\n price , name , minutes \n\n1200, Manicure ,45\n\n",
        'name,minutes,price,currency\n"Manicure",0h 45m,1200,kes',
    ],
)
def test_spreadsheets_of_all_kinds_say_the_same(text: str) -> None:
    assert parse_services(text, "KES").items == (Service("", "Manicure", 45, 0, 120000),)


def test_every_problem_is_named_with_its_line_and_column() -> None:
    text = (
        "name,minutes,buffer,price\n"
        "Manicure,45,0,\n"
        ",nine,0,-5\n"
        'MANICURE,45,300,"1,200"\n'
        '"two\nlines",45,0,100 USD\n'
        "Facial,60,0,2,500\n"
    )
    assert [error.split(":")[0] for error in refusal(text)] == [
        "line 2, price",
        "line 3, name",
        "line 3, minutes",
        "line 3, price",
        "line 4, buffer",
        "line 4, name",
        "line 5, price",
        "line 7",
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "The file is empty"),
        ("name,minutes,price\n", "no rows"),
        ("name,minutes\nManicure,45\n", "line 1, price: this column is missing"),
        ("name,minutes,prise\nManicure,45,1\n", "did you mean price"),
        ("name,minutes,price,bufer\nManicure,45,1,5\n", "did you mean buffer"),
        ("name,name,minutes,price\na,b,5,1\n", "two such columns"),
        ('name,minutes,price\n"Manicure,45,1\n', "not readable as CSV"),
        ("name,minutes,price\nMani\0cure,45,1\n", "cannot be shown"),
        ("name,minutes,price,currency\nManicure,45,1,USD\n", "is not KES"),
        ("name,minutes,price_usd\nManicure,45,1\n", "price"),
        ("name,minutes,price,aliases\nCut,45,1,\nTrim,20,1,cut\n", "another service's name"),
        (f"name,minutes,price\n{'x' * 121},45,1\n", "may have 120 characters"),
    ],
)
def test_a_doubtful_file_is_refused_with_advice(text: str, reason: str) -> None:
    assert any(reason in error for error in refusal(text)), refusal(text)


def test_a_service_may_have_30_other_names_of_60_characters() -> None:
    header = "name,minutes,price,aliases\nManicure,45,1,"
    names = [f"{n:060}" for n in range(31)]
    [service] = parse_services(f"{header}{'|'.join(names[:30])}\n", "KES").items
    assert service.aliases == tuple(names[:30])
    assert refusal(f"{header}{'|'.join(names)}\n") == ["line 2, aliases: there may be 30 of them"]
    assert refusal(f"{header}{names[0]}0\n") == [
        "line 2, aliases: may have 60 characters; this one has 61"
    ]


def test_all_missing_columns_are_named_at_once() -> None:
    assert [error.split(":")[0] for error in refusal("a,b\n1,2\n")] == [
        *("line 1, name", "line 1, minutes", "line 1, price")
    ]


def test_columns_that_mean_nothing_here_are_named() -> None:
    text = "name,minutes,price,category\nManicure,45,1200,hands\n"
    assert parse_services(text, "KES").ignored == ("category",)


cells = st.sampled_from(["Manicure", "45", "", "1,200", "-1", '"', "a|b", "\r\n", "free", "\0"])
lines = st.lists(st.lists(cells | st.text(max_size=5), max_size=6).map(",".join), max_size=5)


@settings(deadline=None)  # the machine may be busy
@given(st.text() | lines.map(lambda rows: "\n".join(["name,minutes,price,aliases", *rows])))
def test_any_text_is_a_catalogue_or_refused(text: str) -> None:
    with suppress(Refused):
        services = parse_services(text, "KES").items
        assert services
        assert all(service.name and service.minutes >= 5 for service in services)


async def test_a_file_imported_again_changes_nothing(services: Services, salon: str) -> None:
    first = await import_services(services, salon, FILE)
    before = await sold(services, salon)
    again = await import_services(services, salon, FILE)
    assert (str(first), str(again)) == (
        "3 added, 0 updated, 0 unchanged",
        "0 added, 0 updated, 3 unchanged",
    )
    assert await sold(services, salon) == before


async def test_a_changed_row_updates_its_service_and_keeps_its_id(
    services: Services, salon: str
) -> None:
    await import_services(services, salon, FILE)
    before = {service.name.casefold(): service.id for service in await sold(services, salon)}
    report = await import_services(services, salon, "name,minutes,price\nMANICURE,50,1300\n")
    assert (report.added, report.updated) == ([], ["MANICURE"])
    after = {service.name: service for service in await sold(services, salon)}
    assert set(after) == {"MANICURE", "Braids", "Advice"}
    assert after["MANICURE"] == Service(before["manicure"], "MANICURE", 50, 0, 130000)


async def test_a_missing_price_refuses_the_whole_file_before_any_write(
    services: Services, salon: str
) -> None:
    await import_services(services, salon, FILE)
    before = await sold(services, salon)
    with pytest.raises(Refused, match="line 3, price: is missing"):
        await import_services(services, salon, "name,minutes,price\nFacial,60,2500\nBraids,60,\n")
    assert await sold(services, salon) == before


async def test_a_dry_run_reports_and_writes_nothing(services: Services, salon: str) -> None:
    report = await import_services(services, salon, FILE, dry_run=True)
    assert report.added == ["Manicure", "Braids", "Advice"]
    assert await sold(services, salon) == ()


@pytest.mark.parametrize(("n", "accepted"), [(30, True), (31, False)])
def test_a_service_has_at_most_30_other_names(n: int, accepted: bool) -> None:
    names = "|".join(f"name {number}" for number in range(n))
    text = f"name,minutes,price,aliases\nCut,45,1,{names}\n"
    with nullcontext() if accepted else pytest.raises(Refused, match="there may be 30 of them"):
        parse_services(text, "KES")
