"""API keys at the command line: made and shown once, listed, revoked."""

import asyncio
import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from structlog.testing import capture_logs

from app.commands import running
from app.commands.keys import command
from jirani.services.keys import check_key
from jirani.services.onboarding import create_business
from tests.support.onboarding import empty_database, services_over


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return asyncio.run(empty_database(tmp_path_factory.mktemp("template") / "empty.db"))


@pytest.fixture(autouse=True)
def file(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The database of two businesses, `one` and `two`."""
    file = tmp_path / "cli.db"
    monkeypatch.setattr(running, "opened", partial(services_over, template, file))

    async def found() -> None:
        async with services_over(template, file) as services:
            for name in ("One", "Two"):
                await create_business(services, name, zone="Africa/Nairobi", currency="KES")

    asyncio.run(found())
    return file


def cli(*arguments: str, business: str = "one") -> Result:
    with capture_logs():
        result = CliRunner().invoke(command, [*arguments, "--business", business])
    assert result.exception is None or isinstance(result.exception, SystemExit), result
    return result


def listed(business: str = "one") -> Any:
    return json.loads(cli("list", "--json", business=business).stdout)


def test_the_key_alone_is_on_standard_output_and_works(template: Path, file: Path) -> None:
    made = cli("create", "--name", "Till", "--role", "manager")
    assert (made.exit_code, made.stderr) == (
        0,
        "A manager's key of One. It is not shown again: keep it now.\n",
    )

    async def check() -> list[bool]:
        async with services_over(template, file) as services:
            async with services.store.queues() as queues:
                ids = [id for id, _ in await queues.businesses()]
            return [bool(await check_key(services, id, made.stdout.strip())) for id in ids]

    assert asyncio.run(check()) == [True, False]


def test_keys_are_listed_without_their_secrets_and_revoked(file: Path) -> None:
    made = json.loads(cli("create", "--name", "Till", "--role", "viewer", "--json").stdout)
    (key,) = listed()
    assert (key["id"], key["name"], key["role"]) == (made["id"], "Till", "viewer")
    assert (key["last_used_at"], key["revoked_at"]) == (None, None)
    assert "secret" not in json.dumps(key)
    assert "\tTill\tviewer\t" in cli("list").stdout

    revoked = cli("revoke", made["id"])
    assert revoked.stdout == "Revoked Till, a viewer's key of One.\n"
    assert listed()[0]["revoked_at"]


def test_another_business_s_key_is_unknown(file: Path) -> None:
    made = json.loads(cli("create", "--name", "Till", "--role", "admin", "--json").stdout)
    refused = cli("revoke", made["id"], business="two")
    assert (refused.exit_code, refused.stderr) == (
        1,
        f"Two has no key '{made['id']}'; see `jirani keys list`.\n",
    )
    assert listed("two") == []
    assert cli("list", business="two").stderr.startswith("Two has no key yet")


def test_a_key_needs_a_name_and_one_of_the_three_roles() -> None:
    assert cli("create", "--role", "viewer").exit_code == 2
    assert cli("create", "--name", "Till", "--role", "owner").exit_code == 2
    refused = cli("create", "--name", " ", "--role", "viewer")
    assert (refused.exit_code, refused.stderr) == (1, "the key's name is missing\n")
