import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from click.testing import CliRunner

from app import logs
from app.commands.chat import command
from jirani.services.log import log
from jirani.store.engine import open_engine
from jirani.store.work import Store

X13 = {
    "cross_sell.candidate_selected",
    "pair_reservation_acquired",
    "pair_reservation_released",
    "cross_sell_declined",
}
CANARIES = ("Zanzabel", "Quillfeather", "712987654", "987 654", "marmalade")
BOOKS = ("hi marmalade, can I get a manicure tomorrow at 2?", "yes please marmalade")
CONTACT = "Zanzabel Quillfeather 0712 987 654"

Lines = list[dict[str, Any]]
Talk = Callable[..., str]


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    yield
    structlog.reset_defaults()


@pytest.fixture
def talk(redis_socket: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Talk:
    """Hold a conversation in a house of its own, log everything, return standard error."""
    monkeypatch.setenv("JIRANI_REDIS_URL", f"unix://{redis_socket}")
    monkeypatch.setenv("JIRANI_LOG_LEVEL", "debug")

    def hold(*says: str) -> str:
        data = tmp_path / str(len(list(tmp_path.iterdir())))
        monkeypatch.setenv("JIRANI_DATA_DIR", str(data))
        arguments = ["--now", "2026-11-21T09:00"]
        result = CliRunner().invoke(command, arguments, input="".join(f"{s}\n" for s in says))
        assert result.exit_code == 0, result
        return result.stderr

    return hold


def parsed(stderr: str) -> Lines:
    return [json.loads(line) for line in stderr.splitlines()]


def test_a_sale_and_a_refusal_leave_x13s_events_with_business_and_thread(talk: Talk) -> None:
    lines = parsed(talk(*BOOKS, "sawa", CONTACT) + talk(*BOOKS, "no thanks", CONTACT))
    assert {line["event"] for line in lines} >= X13
    for line in lines:
        assert line["business"], line
        assert {"level", "timestamp"} <= line.keys()
        if line["event"] in X13:
            assert line["business"] == "demo"
            assert line["thread"]


def test_nothing_a_guest_wrote_reaches_the_log_at_any_level(talk: Talk) -> None:
    heard = talk(*BOOKS, "do you have marmalade parking?", "no, marmalade", CONTACT, "marmalade")
    assert parsed(heard)
    assert [canary for canary in CANARIES if canary in heard] == []


def test_private_fields_are_masked_unless_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    private = {name: "marmalade" for name in logs.PRIVATE}
    assert {"text", "phone", "name", "token"} <= private.keys()
    for texts in (False, True):
        logs.configure("info", texts=texts)
        log.info("said", business="demo", **private)
    masked, whole = parsed(capsys.readouterr().err)
    assert {name: masked[name] for name in private} == dict.fromkeys(private, "…")
    assert {name: whole[name] for name in private} == private
    assert masked["business"] == whole["business"] == "demo"


def test_an_error_is_logged_by_its_place_and_without_its_words(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for texts in (False, True):
        logs.configure("info", texts=texts)
        try:
            try:
                raise ValueError("marmalade")
            except ValueError as cause:
                raise KeyError("marmalade") from cause
        except KeyError:
            log.exception("turn.failed")
    masked, whole = (line["exception"] for line in parsed(capsys.readouterr().err))
    assert "marmalade" in whole
    assert [line for line in masked.splitlines() if not line.startswith(" ")] == [
        "ValueError",
        "KeyError",
    ]
    assert "test_logs.py" in masked
    assert "'marmalade'" not in masked


@pytest.mark.anyio
async def test_an_error_of_the_database_does_not_quote_what_was_written(tmp_path: Path) -> None:
    store = Store(open_engine(f"sqlite+aiosqlite:///{tmp_path / 'without.db'}"))
    async with store.begin("a") as work:
        with pytest.raises(Exception, match="no such table") as caught:
            await work.messages.by_key("marmalade")
    await store.close()
    assert "marmalade" not in str(caught.value)


def test_a_quiet_level_is_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("warning")
    log.info("said")
    log.warning("worse")
    assert [line["event"] for line in parsed(capsys.readouterr().err)] == ["worse"]
