"""`jirani eval simulate`: what it prints, and how it ends."""

from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from evals.played import Played, Seen
from evals.simulating import cli
from evals.simulating.conversing import Run


def simulate(
    monkeypatch: pytest.MonkeyPatch, *came: dict[str, list[str]], options: Sequence[str] = ()
) -> Result:
    """Run the command; each conversation came out as told, nothing is really played."""

    def spread(
        _: object, many: Sequence[tuple[Any, int]], *__: object
    ) -> Generator[Run, None, None]:
        for (persona, seed), told in zip(many, came, strict=True):
            yield Run(persona.name, seed, Played(seed, Seen()), **told)

    monkeypatch.setattr(cli, "spread", spread)
    arguments = ["plain-jane", "--runs", str(len(came)), *options]
    return CliRunner().invoke(cli.command, arguments)


def test_it_ends_with_0_where_everybody_got_what_they_wanted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ended = simulate(monkeypatch, {}, {})
    assert ended.exit_code == 0
    assert "pass  plain-jane    2 of   2   0 voided" in ended.output
    assert "2 conversations: 2 passed (100.0%), 0 failed" in ended.output


def test_it_ends_with_1_and_tells_what_the_guest_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    ended = simulate(monkeypatch, {}, {"missing": ["wanted Manicure; booked is nothing"]})
    assert ended.exit_code == 1
    assert "plain-jane [1]: Jane books a manicure" in ended.output
    assert "- wanted Manicure; booked is nothing" in ended.output


def test_a_voided_run_is_told_apart_and_is_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    fault = "said 3pm; its sheet says 2pm"
    ended = simulate(monkeypatch, *[{}] * 19, {"voided": [fault], "wrong": ["a row"]})
    assert ended.exit_code == 0
    assert "19 of  19   1 voided" in ended.output
    assert f"plain-jane [19]: {fault}" in ended.output


def test_it_ends_with_2_where_more_than_a_twentieth_was_the_simulators_fault(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert simulate(monkeypatch, *[{}] * 18, {"voided": ["a fault"]}).exit_code == 2


def test_it_ends_with_2_for_a_persona_nobody_has() -> None:
    ended = CliRunner().invoke(cli.command, ["plain-jan"])
    assert ended.exit_code == 2
    assert "did you mean 'plain-jane'?" in ended.output


def test_the_conversations_can_be_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "runs.json"
    simulate(monkeypatch, {"wrong": ["a row"]}, options=["--json", str(file)])
    assert '"wrong": [' in file.read_text()
