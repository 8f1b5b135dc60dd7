"""Scenario 1 is told while it happens, over each PMS's wire; nothing leaves this machine."""

import asyncio
import socket
import tempfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from structlog import reset_defaults
from structlog.testing import capture_logs

from app.commands.simulate import command
from jirani.store.redis_server import _started

TITLES = {"hostaway": "Hostaway", "guesty": "Guesty", "lodgify": "Lodgify"}
ON_RECORD = {
    "hostaway": [
        "the sale, USD 25: applied (finance_field)",
        "on the bill at hostaway: Early check-in at 09:00 on Monday 15 June, USD 25",
        "task at hostaway: Early check-in at 09:00 on Monday 15 June, 15 June",
    ],
    "guesty": [
        "the sale, USD 25: applied (fee)",
        "on the bill at guesty: Early check-in at 09:00 on Monday 15 June, USD 25",
        "task at guesty: ",
    ],
    "lodgify": [
        "the sale, USD 25: applied_internally (",
        "lodgify has no lines on a bill: the sale is noted here",
        "lodgify has no tasks",
    ],
}


@pytest.fixture
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return where temporary files go; whoever connects anywhere but here fails the test."""
    # All is set as where Jirani really runs, and there is a proxy at which nobody answers.
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("JIRANI_MIGRATE_ON_START", "false")
    monkeypatch.setenv("JIRANI_DATABASE_URL", "postgresql+asyncpg://nobody@db.example/jirani")
    monkeypatch.setenv("JIRANI_REDIS_URL", "redis://redis.example:6379")
    loop = asyncio.selector_events.BaseSelectorEventLoop
    connect = loop.sock_connect

    async def here(self: Any, sock: socket.socket, address: Any) -> None:
        assert isinstance(address, str | bytes) or address[0] in ("127.0.0.1", "::1"), address
        await connect(self, sock, address)

    monkeypatch.setattr(loop, "sock_connect", here)
    return tmp_path


@pytest.mark.parametrize(
    "pms",
    [
        "hostaway",
        pytest.param("guesty", marks=pytest.mark.proof),
        pytest.param("lodgify", marks=pytest.mark.proof),
    ],
)
def test_scenario_1_is_told_and_nothing_leaves_this_machine_nor_stays_on_it(
    pms: str, alone: Path
) -> None:
    running = set(_started)
    try:
        with capture_logs():
            result = CliRunner().invoke(command, ["stay", "--pms", pms])
    finally:
        reset_defaults()
    assert (result.exit_code, result.exception) == (0, None), result.output
    told = [line.strip() for line in result.stdout.splitlines()]
    assert told[0].startswith(f"{TITLES[pms]}: a stand-in at http://127.0.0.1:")
    hooks = [line for line in told if line.startswith("webhook ")]
    assert len(hooks) >= 2
    assert all(", answered 200 in " in line for line in hooks)
    in_order = [
        "early check in: scheduled for Friday 12 June at 09:00",
        "Friday 12 June, 09:00  Three days ahead, at nine:",
        "early check in: offered",
        "on Monday 15 June you can check in at 09:00 instead of 16:00, for USD 25",
        'Saturday 13 June, 14:00  Sarah writes: "Yes please!"',
        "early check in: accepted",
        *ON_RECORD[pms],
        "mail to the host: Sarah took an extra for USD 25",
    ]
    found = [next((n for n, line in enumerate(told) if each in line), None) for each in in_order]
    assert None not in found, result.stdout
    assert found == sorted(found, key=lambda number: number or 0)
    assert list(alone.iterdir()) == []
    assert set(_started) == running
