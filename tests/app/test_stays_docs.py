"""What docs/stays.md shows is what the commands print, and it leaves out no kind and no setting."""

import re
from typing import Any

import click
import pytest
from sqlalchemy import URL

from app.commands import backtest, why
from jirani.rules.facts import Preference
from jirani.rules.stays.kinds import OFFER_KINDS
from jirani.rules.stays.settings import SETTINGS
from jirani.services import Services
from jirani.services.stays.backtest import NUMBERS
from tests.support.december import december
from tests.support.tree import ROOT

pytestmark = pytest.mark.anyio
PAGE = (ROOT / "docs" / "stays.md").read_text("utf-8")


@pytest.fixture
def database(sqlite_database: URL) -> URL:
    """One database is enough to see what is printed."""
    return sqlite_database


async def printed(
    capsys: pytest.CaptureFixture[str], command: click.Command, services: Services, *given: Any
) -> str:
    """Return what a command's body prints, on the services of this test."""
    capsys.readouterr()
    body: Any = command.callback
    await body.__wrapped__(services, *given)
    said = capsys.readouterr().out
    # Logs go the same way here; a line of ours begins with no date.
    return "".join(f"{line}\n" for line in said.splitlines() if not re.match(r"\d{4}-\d\d-", line))


def known_by(text: str) -> str:
    """Take out what is drawn anew each time: ids."""
    return re.sub(r"\b(01[0-9A-HJKMNP-TV-Z]{24}|(message|fee|task)-[0-9a-f]{12})\b", "ID", text)


async def test_the_page_shows_what_the_commands_print(
    services: Services, capsys: pytest.CaptureFixture[str]
) -> None:
    lodge = (await december(services)).services
    blocks = re.findall(r"```console\n\$ jirani (.+)\n((?:.*\n)*?)```", PAGE)
    assert len(blocks) == 4
    for typed, shown in blocks:
        name, *words = typed.split()
        if name == "why":
            said = await printed(capsys, why.command, lodge, *words, None, False)
        else:
            said = await printed(capsys, backtest.command, lodge, [words[1]], None, None, False)
        assert known_by(said) == known_by(shown), said


def test_the_page_leaves_out_no_kind_no_setting_no_limit_and_no_wish() -> None:
    for name in (*OFFER_KINDS, *SETTINGS, *NUMBERS, *Preference):
        assert f"`{name}`" in PAGE, name
