import asyncio
import json
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from app.commands import business, catalogue, dials, holds, knowledge, relations, running, staff
from jirani.rules.facts import Slot
from jirani.services import Services
from jirani.store.engine import open_engine
from jirani.store.work import Store
from tests.support.onboarding import empty_database, services_over

GROUPS: dict[str, click.Command] = {
    "business": business.command,
    "catalogue": catalogue.command,
    "dials": dials.command,
    "holds": holds.command,
    "knowledge": knowledge.command,
    "relations": relations.command,
    "staff": staff.command,
}
SERVICES = "name,minutes,price\nManicure,45,1200\nPedicure,45,1500\n"

Cli = Callable[..., Result]
Opened = Callable[[], AbstractAsyncContextManager[Services]]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return asyncio.run(empty_database(tmp_path_factory.mktemp("template") / "empty.db"))


@pytest.fixture
def opened(template: Path, tmp_path: Path, redis_socket: Path) -> Opened:
    return partial(services_over, template, tmp_path / "cli.db", redis_socket)


@pytest.fixture
def cli(opened: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cli:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(running, "opened", opened)

    def invoke(group: str, *arguments: str, stdin: str | None = None) -> Result:
        result = CliRunner().invoke(GROUPS[group], arguments, input=stdin)
        assert result.exception is None or isinstance(result.exception, SystemExit), result
        return result

    return invoke


@pytest.fixture
def salon(cli: Cli) -> str:
    assert cli("business", "create", "Neema's Salon").exit_code == 0
    return "neemas-salon"


def shown(cli: Cli, *arguments: str) -> Any:
    result = cli(*arguments, "--json")
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def test_a_salon_is_onboarded_from_files(cli: Cli, salon: str, tmp_path: Path) -> None:
    for name, text in {
        "services.csv": SERVICES,
        "staff.csv": "name,services,hours\nAmina,all,mon-fri 9-17; sat 10:00-14:00\n",
        "off.csv": "staff,date,hours\nAmina,2026-12-25,off\n",
        "pairs.txt": "Manicure <-> Pedicure 0.9\n",
        "relations.csv": "service_a,service_b,confidence\nPedicure,Manicure,0.8\n",
        "knowledge.csv": "topic,language,keywords,text\nparking,en,car,Behind the building.\n",
    }.items():
        (tmp_path / name).write_text(text)
    for arguments in (
        ("catalogue", "import", "services.csv"),
        ("staff", "import", "staff.csv"),
        ("staff", "exceptions", "off.csv"),
        ("relations", "import", "--table", "pairs.txt"),
        ("relations", "import", "relations.csv"),
        ("knowledge", "import", "knowledge.csv"),
    ):
        result = cli(*arguments, "--business", salon)
        assert (result.exit_code, result.stderr) == (0, "")
    assert [
        (one["name"], one["price"], one["currency"], one["staff"])
        for one in shown(cli, "catalogue", "show")
    ] == [("Manicure", 120000, "KES", ["Amina"]), ("Pedicure", 150000, "KES", ["Amina"])]
    assert shown(cli, "staff", "list") == [
        {
            "name": "Amina",
            "services": ["Manicure", "Pedicure"],
            "hours": "mon,tue,wed,thu,fri 09:00-17:00; sat 10:00-14:00",
        }
    ]
    assert [(one["service_a"], one["confidence"]) for one in shown(cli, "relations", "list")] == [
        ("Manicure", 0.8)
    ]


def test_a_bad_row_is_one_clear_line_and_imports_nothing(cli: Cli, salon: str) -> None:
    result = cli("catalogue", "import", "-", stdin=f"{SERVICES}Facial,60,\nWax,15,-1\n")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.splitlines() == [
        "line 4, price: is missing; write the price in KES, or 0 if it is free",
        "line 5, price: cannot be negative; write 0 if it is free",
    ]
    assert shown(cli, "catalogue", "show") == []


def test_a_dry_run_says_so_and_writes_nothing(cli: Cli, salon: str) -> None:
    result = cli("catalogue", "import", "-", "--dry-run", stdin=SERVICES)
    assert result.stdout.startswith("2 added, 0 updated, 0 unchanged (dry run")
    assert shown(cli, "catalogue", "show") == []


def test_text_that_is_not_utf_8_is_refused(cli: Cli, salon: str, tmp_path: Path) -> None:
    (tmp_path / "latin.csv").write_bytes("name,minutes,price\nCafé,45,1\n".encode("latin-1"))
    result = cli("catalogue", "import", "latin.csv")
    assert (result.exit_code, "save it as CSV UTF-8" in result.stderr) == (1, True)


def test_usage_errors_exit_2(cli: Cli, salon: str) -> None:
    for arguments in (
        ("catalogue", "import", "no-such-file.csv"),
        ("relations", "import"),
        ("business", "create", "B", "--vertical", "zoo"),
    ):
        assert cli(*arguments).exit_code == 2


def test_the_only_business_needs_no_naming_and_two_do(cli: Cli, salon: str) -> None:
    assert cli("catalogue", "show").exit_code == 0
    assert cli("business", "create", "Other", "--slug", "other", "--zone", "x").exit_code == 1
    assert cli("business", "create", "Other", "--slug", "other").exit_code == 0
    result = cli("catalogue", "show")
    assert (result.exit_code, "neemas-salon, other" in result.stderr) == (1, True)
    result = cli("catalogue", "show", "--business", "nobody")
    assert (result.exit_code, "There is no business 'nobody'" in result.stderr) == (1, True)
    assert [one["slug"] for one in shown(cli, "business", "list")] == ["neemas-salon", "other"]


def test_with_no_business_at_all_the_demo_salon_is_there(cli: Cli) -> None:
    best = shown(cli, "relations", "list")[0]
    assert (best["service_a"], best["service_b"]) == ("Manicure", "Pedicure")
    lines = cli("catalogue", "show").stdout.splitlines()
    assert lines[0].split("\t")[:4] == ["service", "minutes", "buffer", "price"]
    assert "Pedicure\t45\t0\tKES 1,500" in "\n".join(lines)


def test_dials_are_turned_reset_and_audited(cli: Cli, salon: str) -> None:
    assert cli("dials", "set", "tone", "rude").exit_code == 1
    assert cli("dials", "set", "cross-sell", "never").exit_code == 0
    state = {one["dial"]: one for one in shown(cli, "dials", "show")}["cross_sell"]
    assert (state["value"], state["source"]) == ("never", "own")
    assert cli("dials", "reset", "cross-sell").exit_code == 0
    assert [
        (one["action"], one["before"], one["after"]) for one in shown(cli, "dials", "history")
    ] == [("set", None, "never"), ("reset", "never", None)]
    assert "the default\tnever" in cli("dials", "history").stdout


def test_holds_are_listed_in_the_salons_own_time(cli: Cli, opened: Opened, salon: str) -> None:
    cli("catalogue", "import", "-", stdin=SERVICES)
    cli("staff", "import", "-", stdin="name,services,hours\nAmina,all,daily 8-20\n")
    assert (shown(cli, "holds"), cli("holds").stderr) == ([], "Nothing is held.\n")

    two = datetime(2026, 11, 21, 11, tzinfo=UTC)

    async def hold_amina() -> None:
        async with opened() as services:
            async with services.store.queues() as queues:
                id = await queues.business(salon) or ""
            async with services.store.read(id) as work:
                amina = (await work.catalogue.load()).staff[0]
            slot = Slot(amina.id, two, two + timedelta(minutes=45))
            await services.holds.hold(id, slot, "somebody", timedelta(seconds=30))

    asyncio.run(hold_amina())
    (hold,) = shown(cli, "holds", "--business", salon)
    assert 0 < hold.pop("seconds_left") <= 30
    assert hold == {
        "business": salon,
        "staff": "Amina",
        "start": "2026-11-21T14:00:00+03:00",
        "end": "2026-11-21T14:45:00+03:00",
    }
    assert f"{salon}\tAmina\t2026-11-21 14:00\t14:45\t" in cli("holds").stdout


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("sqlite+aiosqlite:////nowhere/jirani.db", "The database cannot be used"),
        ("postgresql+asyncpg://u:secret@127.0.0.1:1/x", "The database cannot be reached"),
        ("mydb://u:secret@host/x", "The database's address cannot be used"),
    ],
)
def test_a_database_that_is_not_there_is_one_clear_line(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, url: str, said: str
) -> None:
    class Unreachable(AbstractAsyncContextManager[Services]):
        async def __aenter__(self) -> Services:
            async with Store(open_engine(url)).queues() as queues:
                await queues.businesses()
            raise AssertionError

        async def __aexit__(self, *_: object) -> None:
            return None

    monkeypatch.setattr(running, "opened", Unreachable)
    result = cli("business", "list")
    assert result.exit_code == 1
    assert result.stderr.startswith(said)
    assert len(result.stderr.splitlines()) == 1
    assert "secret" not in result.stderr
