import json
from pathlib import Path

from click.testing import CliRunner, Result

from evals.cli import command
from tests.evals.conftest import Write

PASSES = """\
title: A greeting books nothing
covers: [§7, O1]
language: en
turns:
  - guest: hello
expect:
  appointments: []
"""
FAILS = PASSES.replace("[]", "[{service: Manicure, start: 2026-11-22T14:00, status: confirmed}]")


def invoke(*arguments: str | Path) -> Result:
    return CliRunner().invoke(command, ["run", *map(str, arguments)])


def test_a_run_prints_a_line_for_each_and_ends_with_0(write: Write) -> None:
    file = write(PASSES)
    result = invoke(file, "--repeat", "2")
    assert result.exit_code == 0
    line, *_, summary = result.output.splitlines()
    assert line.startswith(f"pass  {file.stem}   2 of 2")
    assert line.endswith("§7 O1")
    assert summary.startswith("1 scenario: 1 passed, 0 failed, in ")


def test_a_failure_is_explained_with_its_conversation_and_ends_with_1(write: Write) -> None:
    file = write(FAILS)
    result = invoke(write(PASSES), file)
    assert result.exit_code == 1
    assert f"FAIL  {file.stem}   0 of 1" in result.output
    assert f"{file.stem}: A greeting books nothing\n  - at the end: appointments: " in result.output
    assert "  > guest: hello\n  < " in result.output
    assert "2 scenarios: 1 passed, 1 failed" in result.output


def test_the_outcome_is_written_as_json(write: Write, tmp_path: Path) -> None:
    passes, fails, outcome = write(PASSES), write(FAILS), tmp_path / "outcome.json"
    invoke(passes, fails, "--json", outcome)
    written = json.loads(outcome.read_text("utf-8"))
    [why] = written["scenarios"][1].pop("why")
    assert why.startswith("at the end: appointments: expected one with service Manicure")
    assert written == {
        "passed": 1,
        "failed": 1,
        "scenarios": [
            {"name": passes.stem, "covers": ["§7", "O1"], "passed": True, "why": []},
            {"name": fails.stem, "covers": ["§7", "O1"], "passed": False},
        ],
    }


def test_the_conversation_is_shown_when_asked_for(write: Write) -> None:
    assert "  > guest: hello\n  < " in invoke(write(PASSES), "--verbose").output


def test_what_cannot_be_used_ends_with_2_and_runs_nothing(write: Write) -> None:
    for arguments in (
        (write(PASSES), write(PASSES.replace("guest", "gest"))),
        ("no-such-scenario",),
        (write(PASSES), "--model", "nobody"),
    ):
        result = invoke(*arguments)
        assert result.exit_code == 2
        assert "pass" not in result.stdout
        assert result.stderr.strip()
