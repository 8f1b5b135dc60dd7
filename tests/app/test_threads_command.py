"""Conversations that wait for a person: listed, shown, answered, and handed back."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from structlog.testing import capture_logs

from app.commands import running
from app.commands.threads import command
from app.demo import ensure_demo
from jirani.rules.decision import Reason, refuse
from jirani.services import Services
from jirani.services.handover import hand_over
from jirani.services.ledger import note
from jirani.services.onboarding import create_business
from jirani.services.proposing import propose_time
from jirani.services.threads import case_of_thread, receive
from tests.support.looking import rows
from tests.support.onboarding import empty_database, services_over

Opened = Callable[[], AbstractAsyncContextManager[Services]]
ASKED = "I want to talk to\x1b[31m a person"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return asyncio.run(empty_database(tmp_path_factory.mktemp("template") / "empty.db"))


@pytest.fixture
def opened(
    template: Path, tmp_path: Path, redis_socket: Path, monkeypatch: pytest.MonkeyPatch
) -> Opened:
    opened = partial(services_over, template, tmp_path / "cli.db", redis_socket)
    monkeypatch.setattr(running, "opened", opened)
    return opened


def cli(*arguments: str) -> Result:
    with capture_logs():
        result = CliRunner().invoke(command, arguments)
    assert result.exception is None or isinstance(result.exception, SystemExit), result
    return result


def shown(*arguments: str) -> Any:
    result = cli(*arguments, "--json")
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def done(opened: Opened, what: Callable[[Services, str], Awaitable[Any]]) -> Any:
    """Do something in the demo salon between two commands."""

    async def inside() -> Any:
        async with opened() as services:
            return await what(services, await ensure_demo(services))

    return asyncio.run(inside())


async def writes(services: Services, salon: str, text: str = ASKED, peer: str = "grace") -> str:
    return (await receive(services, salon, "whatsapp", peer, text)).thread.id


async def asks_for_a_person(services: Services, salon: str) -> str:
    """Ask for a manicure, be refused something, give name and phone, and ask for a person."""
    id = await writes(services, salon)
    case = await case_of_thread(services, salon, id)
    async with services.store.begin(salon) as work:
        await work.customers.change(case.customer_id, name="Grace Wanjiku", phone="+254712345678")
        gone = refuse(Reason.SLOT_TAKEN, "Gone.")
        await note(case, work, "may_confirm", gone, stage="acceptance")
        catalogue = await work.catalogue.load()
    manicure = next(each for each in catalogue.services if each.name == "Manicure")
    amina = next(each for each in catalogue.staff if each.name == "Amina")
    tomorrow = (services.clock.now() + timedelta(days=1)).astimezone(case.zone)
    two = tomorrow.replace(hour=14, minute=0, second=0, microsecond=0)
    assert (await propose_time(case, catalogue, manicure.id, amina.id, two)).proposal
    await hand_over(case)
    return id


async def outbox(services: Services, _: str) -> list[str]:
    found = await rows(services.store, "SELECT payload FROM outbox ORDER BY id")
    return [json.loads(payload)["text"] for (payload,) in found]


def test_who_waits_for_a_person_is_listed_apart(opened: Opened) -> None:
    assert cli("list", "--waiting").stderr == "Nobody waits for a person.\n"
    assert cli("list").stderr == "There are no conversations yet.\n"
    id = done(opened, asks_for_a_person)
    other = done(opened, partial(writes, text="hello", peer="njeri"))
    assert {each["thread"] for each in shown("list")} == {id, other}
    (waiting,) = shown("list", "--waiting", "--business", "demo")
    assert (waiting["thread"], waiting["guest"], waiting["business"]) == (
        id,
        "Grace Wanjiku",
        "demo",
    )
    assert waiting["person_since"]
    line = cli("list", "--waiting").stdout.splitlines()[1]
    assert line.startswith(f"{id}\tdemo\tGrace Wanjiku\t+254712345678\t")
    assert "\x1b" not in line


def test_a_conversation_is_shown_with_what_was_booked_refused_and_said(opened: Opened) -> None:
    id = done(opened, asks_for_a_person)
    text = cli("show", id).stdout
    assert "\x1b" not in text
    for said in (
        "A person handles it since",
        "Guest: Grace Wanjiku, +254712345678",
        "Manicure with Amina",
        "14:00, KES 1,200, proposed",
        "may_confirm: slot_taken",
        "guest: I want to talk to [31m a person",
        "Payments:\n  none",
    ):
        assert said in text
    plain = shown("show", id)
    assert [(each["service"], each["price"]) for each in plain["appointments"]] == [
        ("Manicure", 120_000)
    ]
    assert [(each["guard"], each["reason"]) for each in plain["refusals"]] == [
        ("may_confirm", "slot_taken")
    ]
    assert plain["messages"][0]["text"] == ASKED


def test_a_person_writes_to_the_guest_through_the_outbox_and_has_the_conversation(
    opened: Opened,
) -> None:
    id = done(opened, partial(writes, text="hello"))
    assert cli("show", id).stdout.splitlines()[1] == "The agent handles it."
    for text in ("Hi, Neema here.", "Hi, Neema here."):
        assert cli("say", id, text).exit_code == 0
    assert done(opened, outbox) == ["Hi, Neema here.", "Hi, Neema here."]
    plain = shown("show", id)
    assert [each["author"] for each in plain["messages"]] == ["guest", "person", "person"]
    assert plain["person_since"]


def test_an_empty_text_is_not_sent(opened: Opened) -> None:
    id = done(opened, partial(writes, text="hello"))
    result = cli("say", id, "  ")
    assert (result.exit_code, "empty" in result.stderr) == (1, True)
    assert shown("show", id)["person_since"] is None


def test_a_conversation_is_handed_back_once_and_the_guest_is_told(opened: Opened) -> None:
    id = done(opened, asks_for_a_person)
    assert cli("hand-back", id).stdout == "The agent speaks again.\n"
    assert shown("show", id)["person_since"] is None
    assert cli("hand-back", id).stdout == "No person had this conversation.\n"
    (told,) = done(opened, outbox)
    assert told.startswith("It's me again")


@pytest.mark.parametrize("arguments", [("show", "01X"), ("say", "01X", "hi"), ("hand-back", "01X")])
def test_an_unknown_conversation_is_one_clear_line(
    opened: Opened, arguments: tuple[str, ...]
) -> None:
    result = cli(*arguments)
    assert result.exit_code == 1
    assert result.stderr == "There is no conversation '01X'; see `jirani threads list`.\n"


def test_another_business_s_conversation_is_not_found_under_this_one(opened: Opened) -> None:
    id = done(opened, asks_for_a_person)

    async def another(services: Services, _: str) -> None:
        await create_business(services, "Other", zone="Africa/Nairobi", currency="KES")

    done(opened, another)
    assert shown("show", id)["business"] == "demo"
    assert cli("say", id, "hi", "--business", "other").exit_code == 1
    assert shown("list", "--business", "other") == []
