import json
import os
import pty
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from click.testing import CliRunner, Result

from agent.turn import Guest
from app.chat.channel import TerminalChannel
from app.commands.chat import command
from jirani.connectors.channels import Outbound, Purpose
from jirani.store.mutex import Busy

SATURDAY = ("--now", "2026-11-21T09:00")
ENGLISH = ("hi, can I get a manicure tomorrow at 2?", "yes please", "sawa")
SWAHILI = ("habari, naweza kupata manicure kesho saa nane mchana?", "ndiyo", "sawa")
CONTACT = "Jane Wanjiku 0712 345 678"
KEYS = {
    "appointments": {"id", "service", "staff", "start", "end", "price", "status"},
    "offers": {"id", "kind", "status", "price"},
    "payments": {"id", "amount", "currency", "status"},
    "tools": {"name", "arguments", "allowed", "reason"},
}


@pytest.fixture(autouse=True)
def elsewhere(
    tmp_path: Path, redis_socket: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("JIRANI_REDIS_URL", f"unix://{redis_socket}")
    yield
    structlog.reset_defaults()  # the runner's standard error is closed by now


def chat(*arguments: str, says: tuple[str, ...] | bytes = ()) -> Result:
    typed = says if isinstance(says, bytes) else "".join(f"{line}\n" for line in says)
    result = CliRunner().invoke(command, arguments, input=typed)
    assert result.exception is None or isinstance(result.exception, SystemExit), result
    return result


def turns(*arguments: str, says: tuple[str, ...] | bytes) -> list[dict[str, Any]]:
    result = chat("--json", *arguments, says=says)
    assert (result.exit_code, result.stderr) == (0, "")
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.mark.parametrize(
    ("guest", "paid"),
    [(ENGLISH, "KES 2,700"), (SWAHILI, "tumepokea KES 2,700")],
    ids=["english", "swahili"],
)
def test_a_manicure_and_its_neighbour_are_booked_and_paid_at_once(
    guest: tuple[str, ...], paid: str
) -> None:
    says = (*guest, CONTACT)
    told = turns("--fresh", *SATURDAY, says=says)
    assert [turn["guest"] for turn in told] == list(says)
    for turn in told:
        assert list(turn) == ["guest", "reply", "tools", "appointments", "offers", "payments"]
        assert all(set(row) == keys for name, keys in KEYS.items() for row in turn[name])
        assert turn["reply"]
        assert all(call["allowed"] for call in turn["tools"])
    asked, booked, added, done = told
    assert [row["status"] for row in asked["appointments"]] == ["proposed"]
    assert [row["status"] for row in booked["offers"]] == ["offered"]
    assert (len(added["appointments"]), added["payments"]) == (2, [])
    assert [
        (row["service"], row["start"], row["end"], row["price"], row["status"])
        for row in done["appointments"]
    ] == [
        *[("Manicure", *span("14:00", "14:45"), 120000, "confirmed")],
        *[("Pedicure", *span("14:45", "15:30"), 150000, "confirmed")],
    ]
    assert [(row["kind"], row["status"], row["price"]) for row in done["offers"]] == [
        ("cross_sell", "accepted", 150000)
    ]
    assert [(row["amount"], row["currency"], row["status"]) for row in done["payments"]] == [
        (270000, "KES", "paid")
    ]
    sent, received = done["reply"].splitlines()
    assert "KES 2,700" in sent
    assert paid in received


def span(start: str, end: str) -> tuple[str, str]:
    return f"2026-11-22T{start}:00+03:00", f"2026-11-22T{end}:00+03:00"


def test_without_json_the_replies_alone_are_printed() -> None:
    result = chat("--fresh", "--trace", *SATURDAY, says=ENGLISH[:1])
    reply, trace = result.stdout.split("\n\n", 1)
    assert reply.startswith("Shall I book your Manicure")
    assert "propose_booking" in trace
    assert "allowed: clear" in trace
    assert "offline, " in trace


@pytest.mark.parametrize(
    ("now", "tomorrow"),
    [("2027-03-05T23:30", "2027-03-06"), ("2027-03-05T23:30Z", "2027-03-07")],
)
def test_the_clock_is_set_in_the_salons_zone_unless_told(now: str, tomorrow: str) -> None:
    (turn,) = turns("--fresh", "--now", now, says=ENGLISH[:1])
    assert turn["appointments"][0]["start"] == f"{tomorrow}T14:00:00+03:00"


def test_a_fresh_world_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with tempfile.TemporaryDirectory() as short:  # room for a socket's path
        monkeypatch.setattr(tempfile, "tempdir", short)
        monkeypatch.setenv("JIRANI_DATABASE_URL", "sqlite+aiosqlite:////nowhere/at/all.db")
        turns("--fresh", says=("hi",))
        assert list(Path(short).iterdir()) == []
    assert list(tmp_path.iterdir()) == []


def test_whatever_bytes_come_each_line_gets_one_answer() -> None:
    lines = [b"x" * 10_000, b"\xff\xfe caf\xe9", b"", "😀😀".encode(), b"a \0 b\r", "你好".encode()]
    told = turns("--fresh", says=b"\n".join(lines))
    assert [turn["guest"] for turn in told] == [
        *["x" * 10_000, "\ufffd\ufffd caf\ufffd", "", "😀😀", "a \ufffd b", "你好"]
    ]
    assert all(turn["reply"] for turn in told)


def test_a_named_peer_goes_on_where_it_left_off_and_a_run_without_one_begins_anew() -> None:
    turns("--peer", "jane", *SATURDAY, says=ENGLISH[:2])
    (jane,) = turns("--peer", "jane", *SATURDAY, says=("sawa",))
    (other,) = turns(*SATURDAY, says=("sawa",))
    assert (len(jane["appointments"]), other["appointments"]) == (2, [])


@pytest.mark.parametrize("fault", [Busy("thread"), ZeroDivisionError()])
def test_a_turn_that_fails_is_an_apology_and_the_chat_goes_on(
    fault: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def answer(*_: object) -> None:
        raise fault

    monkeypatch.setattr(Guest, "answer", answer)
    result = chat("--fresh", says=("hello", "habari"))
    assert result.exit_code == 0
    assert "send your last message once more" in result.stdout
    assert "tuma tena ujumbe wako" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--now", "tomorrow"), 2, "'tomorrow' is no moment"),
        (("--now", "0001-01-01"), 2, "too far away"),
        (("--fresh", "--business", "other"), 2, "--fresh has the demo salon only"),
        (("--model", "nonsense"), 1, "There is no model 'nonsense'. Use offline, or provider"),
        (("--model", "bedrock:x"), 1, "There is no model 'bedrock:x'."),
        (("--business", "nobody"), 1, "There is no business 'nobody'"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_clear_line(
    arguments: tuple[str, ...], code: int, said: str
) -> None:
    result = chat(*arguments, says=("hi",))
    assert (result.exit_code, result.stdout) == (code, "")
    assert said in result.stderr.splitlines()[-1]
    assert code == 2 or len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("JIRANI_DATA_DIR", "/dev/null", "/dev/null: "),
        ("JIRANI_LOG_TEXTS", "perhaps", "JIRANI_LOG_TEXTS: "),
        ("JIRANI_MODEL", "nonsense", "There is no model 'nonsense'."),
        ("JIRANI_DATABASE_URL", "sqlite+aiosqlite:////nowhere/x.db", "The database cannot be used"),
    ],
)
def test_a_setting_that_cannot_be_used_is_one_clear_line(
    name: str, value: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    result = chat(says=("hi",))
    assert (result.exit_code, len(result.stderr.splitlines())) == (1, 1)
    assert result.stderr.startswith(said)


@pytest.mark.anyio
async def test_a_text_for_another_terminal_is_left_to_that_one() -> None:
    heard: list[str] = []
    channel = TerminalChannel("jane", heard.append)
    results = [
        await channel.send(Outbound("k", "thread", peer, f"to {peer}", Purpose.TRANSACTIONAL))
        for peer in ("otieno", "jane")
    ]
    assert [result.outcome for result in results] == ["retry", "accepted"]
    assert heard == ["to jane"]


def test_at_a_terminal_one_chats_with_a_prompt_and_leaves_politely() -> None:
    ours, theirs = pty.openpty()
    program = "from app.commands.chat import command; command()"
    chatting = subprocess.Popen(
        [sys.executable, "-c", program, "--fresh", *SATURDAY],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "TERM": "xterm", "COLUMNS": "100"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    os.write(ours, f"/trace\n{ENGLISH[0]}\n/help\n/quit\n".encode())
    shown = "".join(_lines(ours))
    os.close(ours)
    assert chatting.wait() == 0
    for said in ("Saturday 21 November 2026, 09:00", "Shall I book", "propose_booking", "Ctrl-C"):
        assert said in shown
    assert "Kwaheri!" in shown.splitlines()[-2]


def _lines(terminal: int) -> Iterator[str]:
    while True:
        try:
            yield os.read(terminal, 4096).decode(errors="replace")
        except OSError:  # the other end has closed
            return
