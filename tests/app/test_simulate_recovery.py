"""A cancelled slot is refilled while one watches: what is told is what stands in the rows."""

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from structlog import reset_defaults
from structlog.testing import capture_logs

from app.commands.simulate import command
from app.simulating import refill as story
from jirani.store.redis_server import _started
from tests.support.looking import rows
from tests.support.reference import SLOT_RECOVERY

OFFERS = "SELECT status, reason FROM offers WHERE opening_id IS NOT NULL ORDER BY id"
BOOKED = "SELECT source, starts_at FROM appointments WHERE status = 'confirmed' ORDER BY starts_at"
ID = re.compile(r"\b01[0-9A-HJKMNP-TV-Z]{24}\b")


@pytest.fixture
def stood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, list[Any]]]:
    """Return what stood in the rows when a story had ended; nothing of it stays behind."""
    found: dict[str, list[Any]] = {}
    end, running = story._end, set(_started)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("JIRANI_DATABASE_URL", "postgresql+asyncpg://nobody@db.example/jirani")
    monkeypatch.setenv("JIRANI_REDIS_URL", "redis://redis.example:6379")

    async def ended(salon: Any, *given: Any) -> None:
        await end(salon, *given)
        for name, query in (("offers", OFFERS), ("booked", BOOKED)):
            found[name] = [tuple(row) for row in await rows(salon.services.store, query)]

    monkeypatch.setattr(story, "_end", ended)
    yield found
    assert list(tmp_path.iterdir()) == []
    assert set(_started) == running


def told(*given: str) -> list[str]:
    """Return what is printed, each text on one line as if the terminal were wide."""
    try:
        with capture_logs():
            result = CliRunner().invoke(command, ["recovery", *given], env={"COLUMNS": "60"})
    finally:
        reset_defaults()
    assert (result.exit_code, result.exception) == (0, None), result.output
    lines = result.stdout.splitlines()
    assert "\x1b" not in result.stdout
    assert [line for line in lines if len(line) > 60 or line != line.rstrip()] == []
    return lines


def in_order(lines: list[str], expected: list[str]) -> None:
    """Check that texts are told one after the other."""
    text, at = ID.sub("ID", " ".join(" ".join(lines).split())), 0
    for each in expected:
        found = text.find(each, at)
        assert found >= 0, f"{each!r} is not told, or too early:\n" + "\n".join(lines)
        at = found


def test_a_no_a_silence_a_question_a_yes_a_payment_and_a_late_yes_are_told(
    stood: dict[str, list[Any]],
) -> None:
    lines = told()
    in_order(
        lines,
        [
            "[freed slot, Manicure on Sunday at 14:00: open]",
            "1. Neema Njeri: top, score 90; may be asked",
            "4. Peter Kamau: risk, score 10; may be asked",
            "to Neema: Nafasi imepatikana sasa hivi",
            "[offer to Neema: declined]",
            "to Baraka: A slot has just come free",
            "[offer to Baraka: expired (no answer)]",
            "to Aisha: A slot has just come free",
            "Aisha: How long is it?",
            "(45 min, KES 1,200)",
            "to Aisha: It's yours: Manicure with Amina on Sunday 22 November at 14:00",
            "Please pay by 13:02",
            "[KES 1,200 from Aisha: asked for at +254755000111]",
            "[KES 1,200 from Aisha: paid]",
            "to Baraka: I'm sorry, the Manicure slot",
            "has been taken in the meantime",
            "1. Neema Njeri: top, score 90; asked first: declined",
            "4. Peter Kamau: risk, score 10; not asked",
            "Recovered: 45 minutes, KES 1,200 paid. Offers written: 3.",
            "From the cancellation to the last yes: 22 min.",
        ],
    )
    (shown,) = re.findall(r"```console\n([^`]*)```", SLOT_RECOVERY.read_text("utf-8"))
    in_order(lines, [ID.sub("ID", " ".join(shown.split()))])
    assert [status for status, _ in stood["offers"]] == ["declined", "expired", "accepted"]
    assert [source for source, _ in stood["booked"]].count("slot_recovery") == 1
    assert not any(ID.search(line) for line in lines if "Opening" not in line)


@pytest.mark.proof
def test_the_cascade_moves_two_up_and_sells_what_is_left(stood: dict[str, list[Any]]) -> None:
    in_order(
        told("--move-up"),
        [
            "Amina's Sunday: 16:00 Neema, 18:00 Baraka",
            "to Neema: An earlier slot has come free",
            "[freed slot, Manicure on Sunday at 16:00: open]",
            "to Baraka: An earlier slot has come free",
            "[freed slot, Manicure on Sunday at 18:00: open]",
            "to Aisha: A slot has just come free",
            "Amina's Sunday: 14:00 Neema, 16:00 Baraka, 18:00 Aisha",
            "Recovered: 45 minutes, KES 1,200 paid. Offers written: 3.",
        ],
    )
    assert [status for status, _ in stood["offers"]] == ["accepted"] * 3
