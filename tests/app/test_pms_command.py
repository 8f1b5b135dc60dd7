"""What a host types to connect with a property-management system, over the stand-in's wire."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import pytest
from click.testing import CliRunner, Result
from structlog.testing import capture_logs

from app.commands import listings, pms, running
from app.standin.face import Face
from app.standin.ground import StandIn
from app.standin.known import FACES
from app.standin.serving import InProcess, application
from jirani.connectors.connector import Outside
from jirani.connectors.known import CONNECTORS
from jirani.connectors.memory_pms import MemoryPms
from jirani.connectors.memory_pms_faults import PmsFault
from jirani.connectors.wire.authority import MemoryTokens
from jirani.services import Services
from jirani.services.clock import SetClock
from jirani.services.pms.accounts import StoredAccounts
from jirani.services.sealing import Sealer
from jirani.store.tables import TABLES
from tests.support.house import MONDAY
from tests.support.inn import open_inn
from tests.support.looking import rows
from tests.support.onboarding import empty_database, services_over
from tests.support.pms_rigs import PLACE, stay

HOST = "ann@example.com"


class Desk:
    """A host at the keyboard, and their account with each PMS."""

    def __init__(self, database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.memory = MemoryPms(lambda: MONDAY)
        self.memory.world.place(PLACE, 10000)
        self.memory.world.place(replace(PLACE, ref="L2", name="Attic", zone=None))
        self.standin = StandIn(self.memory)
        self.faces: dict[str, Face] = {name: made(self.standin) for name, made in FACES.items()}
        self._database = database
        monkeypatch.setattr(running, "opened", self._opened)

    @asynccontextmanager
    async def _opened(self) -> AsyncIterator[Services]:
        async with (
            httpx2.AsyncClient(transport=InProcess(application(self.faces))) as client,
            services_over(self._database, self._database) as services,
        ):
            outside = Outside(client, MemoryTokens(), lambda: MONDAY, plays=True)
            sealer = Sealer([b"k" * 32])
            accounts = StoredAccounts(services.store, sealer, CONNECTORS, lambda: outside)
            await accounts.refresh()
            yield replace(services, pms=accounts, clock=SetClock(MONDAY))

    def types(self, *words: str, say: str = "", code: int = 0) -> Result:
        """Type a command; nothing secret is ever shown, whatever becomes of it."""
        group = {"pms": pms.command, "listings": listings.command}[words[0]]
        with capture_logs():
            result = CliRunner().invoke(group, words[1:], input=say)
        assert result.exit_code == code, result
        assert result.exception is None or isinstance(result.exception, SystemExit), result
        for secret in self.secrets:
            assert secret not in result.output
        return result

    @property
    def secrets(self) -> set[str]:
        asked = {name: CONNECTORS[name].credentials for name in self.faces}
        return {
            self.faces[name].secrets[each.name]
            for name in asked
            for each in asked[name]
            if each.secret and each.name in self.faces[name].secrets
        }

    def connects(self, name: str, *options: str, code: int = 0, **but: str) -> Result:
        face = self.faces[name]
        said = {**face.secrets, **but}
        lines = [said.get(each.name, "") for each in CONNECTORS[name].credentials]
        where = f"base_url=http://localhost{face.base}"
        say = "".join(f" {line} \n" for line in lines)
        return self.types(
            *("pms", "connect", name, "--host", HOST, "--option", where, *options),
            say=say,
            code=code,
        )

    def shown(self, *words: str) -> Any:
        return json.loads(self.types(*words, "--json").stdout)

    def kept(self) -> str:
        """Return every row there is, as it lies in the database."""

        async def read() -> str:
            async with services_over(self._database, self._database) as services:
                every = [
                    await rows(services.store, f"SELECT * FROM {each.name}") for each in TABLES
                ]
                return repr(every)

        return asyncio.run(read())


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    async def made() -> Path:
        file = await empty_database(tmp_path_factory.mktemp("template") / "inn.db")
        async with services_over(file, file) as services:
            await open_inn(services.store, guests=0)
        return file

    return asyncio.run(made())


@pytest.fixture
def desk(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    file = tmp_path / "cli.db"
    file.write_bytes(template.read_bytes())
    return Desk(file, monkeypatch)


@pytest.mark.parametrize("name", sorted(FACES))
def test_an_account_is_connected_checked_shown_and_forgotten(desk: Desk, name: str) -> None:
    desk.memory.book(stay(arrival=MONDAY.date(), departure=MONDAY.date().replace(day=28)))
    told = desk.connects(name).stdout
    title = CONNECTORS[name].title
    assert told.startswith(f"{title} is connected. Check it with `jirani pms doctor {name}`.")
    assert "It has 2 places; see `jirani listings list`" in told
    assert {each["name"] for each in desk.shown("listings", "list")} == {
        *("The Loft", "Sea flat", "Attic")
    }
    [account] = desk.shown("pms", "list")
    assert set(account["secrets"]) == set(desk.faces[name].secrets)
    assert (account["pms"], account["host"]) == (name, HOST)
    assert account["options"] == {"base_url": f"http://localhost{desk.faces[name].base}"}
    table = desk.types("pms", "list").stdout
    assert title in table
    assert HOST in table
    doctor = desk.types("pms", "doctor", name).stdout.splitlines()
    assert {each[:3] for each in doctor} == {"ok "}
    checked = [each[3:].partition(":")[0].strip() for each in doctor]
    assert checked == ["listings", "reservations", "calendar", "tasks", "conversation"]
    hooks = desk.types("pms", "hooks", name, "https://chat.example.com").stdout
    assert hooks == f"{title} sends its webhooks to https://chat.example.com from now on.\n"
    subscribed = desk.standin.subscriptions[name]
    assert {each.url.partition("/hooks/")[0] for each in subscribed} == {"https://chat.example.com"}
    proofs = {each.secret for each in subscribed}
    assert not any(each in desk.kept() for each in {*desk.secrets, *proofs})
    assert proofs.isdisjoint(desk.types("pms", "list").stdout.split())
    gone = desk.types("pms", "disconnect", name).stdout
    assert gone == f"{title} is not connected any more.\n"
    assert desk.shown("pms", "list") == []
    assert "no account with a PMS yet" in desk.types("pms", "list").stderr
    assert len(desk.shown("listings", "list")) == 3  # what was learned stays


def test_what_is_left_empty_stays_and_what_is_wrong_is_named(desk: Desk) -> None:
    assert "API key" in desk.connects("lodgify", code=1, api_key="").stderr
    assert desk.shown("pms", "list") == []
    desk.connects("lodgify")
    desk.types("pms", "connect", "lodgify", "--host", "bob@example.com")
    [account] = desk.shown("pms", "list")
    assert (account["secrets"], account["host"]) == (["api_key"], "bob@example.com")
    desk.types("pms", "doctor", "lodgify")
    for option, said in (
        ("speed=9", "has no option 'speed'"),
        ("speed", "Write options as NAME=VALUE, not 'speed'."),
        ("base_url=http://example.com", "base_url begins with https://"),
    ):
        refused = desk.types("pms", "connect", "lodgify", "--option", option, code=1)
        assert said in refused.stderr
    assert desk.shown("pms", "list") == [account]
    assert (
        "'nobody' is no mail address" in desk.connects("guesty", "--host", "nobody", code=1).stderr
    )


def test_a_key_that_opens_nothing_is_found_out_at_once(desk: Desk) -> None:
    said = desk.connects("hostaway", code=1, api_key="another").stderr
    assert said.startswith("It did not tell its places, though: ")
    doctor = desk.types("pms", "doctor", "hostaway", code=1)
    assert [each[:13] for each in doctor.stdout.splitlines()] == [
        *("NO  listings:", "NO  reservati"),
    ]
    assert doctor.stderr == "Not everything works; put it right and ask again.\n"
    refused = desk.types("pms", "hooks", "hostaway", "https://chat.example.com", code=1)
    assert refused.stderr.startswith("Hostaway did not take it: ")


def test_a_doctor_tries_everything_though_one_thing_fails(desk: Desk) -> None:
    desk.memory.book(stay(arrival=MONDAY.date(), departure=MONDAY.date().replace(day=28)))
    desk.connects("hostaway")
    desk.memory.faults.always("calendar", PmsFault.DOWN)
    doctor = desk.types("pms", "doctor", "hostaway", code=1).stdout.splitlines()
    assert [each[4:12] for each in doctor if each.startswith("NO ")] == ["calendar"]
    assert len(doctor) == 5
    desk.memory.faults.over()
    desk.memory.world.unreadable.add("R1")
    desk.memory.book(stay("R2", arrival=MONDAY.date(), departure=MONDAY.date().replace(day=28)))
    [told] = [
        each
        for each in desk.types("pms", "doctor", "hostaway").stdout.splitlines()
        if "reservations" in each
    ]
    assert told.startswith("ok  reservations: 1 arrive within 30 days, 1 could not be read: ")
    desk.memory.faults.next("listings", PmsFault.MALFORMED)
    doctor = desk.types("pms", "doctor", "hostaway", code=1).stdout.splitlines()
    assert [each[:4] for each in doctor] == ["NO  ", "ok  ", "ok  "]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("hooks", "guesty", "http://chat.example.com"), "must begin with https://"),
        (("hooks", "guesty", "http://localhost.example.com"), "must begin with https://"),
        (("hooks", "guesty", "https://chat.example.com"), "no account with guesty"),
        (("doctor", "guesty"), "no account with guesty"),
        (("disconnect", "guesty"), "no account with guesty"),
    ],
)
def test_without_an_account_or_over_an_open_line_nothing_is_done(
    desk: Desk, words: tuple[str, ...], said: str
) -> None:
    assert said in desk.types("pms", *words, code=1).stderr


@pytest.mark.parametrize("name", sorted(FACES))
def test_what_is_asked_for_and_may_be_set_can_be_read_beforehand(desk: Desk, name: str) -> None:
    told = desk.types("pms", "options", name).stdout
    connector = CONNECTORS[name]
    asked = [each.name for each in connector.credentials]
    for named in (*asked, *(each.name for each in connector.options)):
        assert f"\n{named}\t" in told
    for option in connector.options:
        assert " · ".join(option.choices) in told
