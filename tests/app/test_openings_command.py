"""What a shop owner types about slots that came free."""

import asyncio
import json
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from structlog.testing import capture_logs

from app.commands import openings, running
from jirani.connectors.channels import MemoryChannel
from jirani.rules.facts import PaymentPolicy
from jirani.services import Services
from jirani.services.clock import Ids, SetClock
from tests.support.house import MONDAY
from tests.support.onboarding import empty_database, services_over
from tests.support.recovering import recovering
from tests.support.salon import open_salon

Cli = Callable[..., Result]


async def furnished(file: Path) -> Path:
    """Of two slots one was filled by the second who was asked, the other waits for an answer."""
    await empty_database(file)
    async with services_over(file, file) as over:
        clock = SetClock(MONDAY)
        services = replace(over, clock=clock, ids=Ids(clock), channels={"memory": MemoryChannel()})
        house = await recovering(await open_salon(services, PaymentPolicy.PAY_AT_VENUE))
        await house.wait(3)
        filled = await house.opened("14:00")
        first, offer = await house.asked(filled)
        await house.says_no(first, offer)
        second, offer = await house.asked(filled)
        assert (await house.says_yes(second, offer)).decision.allowed
        await house.asked(await house.opened("16:00"))
    return file


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with capture_logs():
        return asyncio.run(furnished(tmp_path_factory.mktemp("template") / "salon.db"))


@pytest.fixture
def opened(template: Path, tmp_path: Path) -> Callable[[], AbstractAsyncContextManager[Services]]:
    return partial(services_over, template, tmp_path / "cli.db")


@pytest.fixture
def cli(opened: Any, monkeypatch: pytest.MonkeyPatch) -> Cli:
    monkeypatch.setattr(running, "opened", opened)

    def invoke(*arguments: str) -> Result:
        with capture_logs():
            result = CliRunner().invoke(openings.command, arguments)
        assert result.exception is None or isinstance(result.exception, SystemExit), result
        return result

    return invoke


def shown(cli: Cli, *arguments: str) -> Any:
    result = cli(*arguments, "--json")
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def test_openings_are_listed_the_newest_first_and_one_is_taken_back(cli: Cli) -> None:
    waiting, filled = shown(cli, "list")
    assert (waiting["status"], filled["status"]) == ("open", "filled")
    assert [each["id"] for each in shown(cli, "list", "--status", "filled")] == [filled["id"]]
    lines = cli("list").stdout.splitlines()
    assert lines[0].split("\t")[:4] == ["opening", "service", "with", "start"]
    assert lines[1].split("\t")[1:6] == [
        *("Manicure", "Amina", "2026-11-24 16:00", "2026-11-23 09:00"),
        "open",
    ]
    for _ in range(2):
        assert "is taken back" in cli("withdraw", waiting["id"]).stdout
    assert cli("list").stdout.splitlines()[1].endswith("the business took it back itself")
    assert "somebody else has taken" in cli("withdraw", filled["id"]).stderr
    assert "There is no opening 'none'" in cli("withdraw", "none").stderr


def test_statistics_tell_what_came_of_a_period_by_tier(cli: Cli) -> None:
    told = cli("stats", "--from", "2026-11-23", "--to", "2026-11-23").stdout.splitlines()
    assert told[:3] == [
        "Slots that came free: 2, 1 of them filled (50%).",
        "Filled within 0 min in half of the cases, 0 min in 9 of 10.",
        "For each: 3.00 offers, 3.00 messages.",
    ]
    names, *rows = (line.split("\t") for line in told[3:])
    assert [row[0] for row in rows] == ["top", "neutral", "risk", "all"]
    every = dict(zip(names, rows[-1], strict=True))
    assert (every["asked"], every["no"], every["filled"], every["waiting"]) == ("3", "1", "1", "1")
    assert (every["minutes"], every["revenue"]) == ("45", "KES 1,200")
    found = shown(cli, "stats")
    assert (found["slots"], found["total"]["fills"]) == (2, 1)
    assert found["by_tier"]["neutral"] == found["total"]
    assert cli("stats", "--from", "2026-11-24").stdout == "Slots that came free: 0.\n"


def test_settings_are_shown_made_and_taken_back(cli: Cli) -> None:
    assert cli("set", "life", "20").stdout == "life of Neema's Salon: the default -> 20\n"
    rows = {each["setting"]: (each["value"], each["source"]) for each in shown(cli, "settings")}
    assert (rows["recovery"], rows["life"]) == (("on", "own"), ("20", "own"))
    assert rows["risk"] == ("last", "default")
    assert "it is minutes from 5 to 55" in cli("set", "life", "0").stderr
    assert cli("reset", "life").stdout == "life of Neema's Salon: 20 -> the default\n"
