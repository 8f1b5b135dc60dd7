import json
from pathlib import Path
from xml.etree import ElementTree

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
    for each in written["scenarios"]:
        [reply] = each.pop("replies")
        assert "Jacaranda Salon" in reply
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


def test_the_outcome_is_written_as_junit_xml_whatever_a_guest_sent(
    write: Write, tmp_path: Path
) -> None:
    odd = write(FAILS.replace("guest: hello", 'guest: "hi\\a <b>&"'))
    outcome = tmp_path / "outcome.xml"
    invoke(write(PASSES), odd, "--junit", outcome)
    suite = ElementTree.parse(outcome).getroot()
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    [failure] = suite.iter("failure")
    assert failure.text is not None
    assert "hi\N{REPLACEMENT CHARACTER} <b>&" in failure.text
    assert str(failure.get("message")).startswith("at the end: appointments: expected one")


def test_a_baseline_tells_what_fails_and_passes_newly_and_what_is_said_otherwise(
    write: Write, tmp_path: Path
) -> None:
    first, second, third = write(PASSES), write(FAILS), write(PASSES)
    outcome = tmp_path / "outcome.json"
    invoke(first, second, "--json", outcome)
    assert (
        "Nothing has changed since the baseline."
        in invoke(first, second, "--baseline", outcome).output
    )
    first.write_text(FAILS.replace("hello", "do you have parking?"), "utf-8")
    second.write_text(PASSES, "utf-8")
    output = invoke(first, second, third, "--baseline", outcome).output
    assert f"newly failing: {first.stem}" in output
    assert f"newly passing: {second.stem}" in output
    assert f"new here: {third.stem}" in output
    assert f"other words: {first.stem}\n  - Hi" in output
    assert f"other words: {second.stem}" not in output


def test_a_baseline_that_is_none_is_refused(write: Write, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.json"
    wrong.write_text("[]", "utf-8")
    result = invoke(write(PASSES), "--baseline", wrong)
    assert result.exit_code == 2
    assert "this is no outcome of a run" in result.output


def test_scenarios_are_chosen_by_tag_and_rule(write: Write) -> None:
    tagged = write(PASSES.replace("language:", "tags: [mine]\nlanguage:"))
    result = invoke(tagged, write(PASSES), "--tag", "mine", "--rule", "O1")
    assert "1 scenario: 1 passed" in result.output
    assert (
        invoke(tagged, "--tag", "mind").output == "There is no tag 'mind'; did you mean 'mine'?\n"
    )
    wrong = invoke(tagged, "--rule", "X55")
    assert (wrong.exit_code, wrong.output[:24]) == (2, "There is no rule 'X55'; ")


def test_coverage_lists_every_rule_and_passes_its_own_check() -> None:
    result = CliRunner().invoke(command, ["coverage", "--check"])
    assert result.exit_code == 0
    assert "X11  booking" in result.output
    rows = json.loads(CliRunner().invoke(command, ["coverage", "--json"]).output)
    assert {"rule": "U1", "slice": "stays", "scenarios": []} in rows
