import json
from pathlib import Path
from xml.etree import ElementTree

from click.testing import CliRunner, Result
from pydantic import TypeAdapter
from pydantic_evals.reporting.analyses import ScalarResult

from evals.cli import command
from evals.dataset import Report
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
BOOKS = """\
title: A manicure is booked
covers: [§3]
language: en
turns:
  - guest: manicure with Amina tomorrow at 2pm
  - guest: "yes"
expect:
  appointments: [{service: Manicure, start: 2026-11-22T14:00, status: confirmed}]
"""
FAILS = PASSES.replace("[]", "[{service: Manicure, start: 2026-11-22T14:00, status: confirmed}]")


def invoke(*arguments: str | Path) -> Result:
    return CliRunner().invoke(command, ["run", *map(str, arguments)])


def test_a_run_prints_a_line_for_each_and_ends_with_0(write: Write) -> None:
    file = write(PASSES)
    result = invoke(file, "--repeat", "2")
    assert result.exit_code == 0
    line, *_, summary, _ = result.output.splitlines()
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
    assert (
        "pass^1 0.500; of 2 runs as expected: unbroken 2, world 1, tools 2, words 2, never 2"
        in result.output
    )


def test_the_outcome_is_kept_as_json(write: Write, tmp_path: Path) -> None:
    passes, fails, outcome = write(PASSES), write(FAILS), tmp_path / "outcome.json"
    invoke(passes, fails, "--json", outcome, "--seed", "7")
    kept = json.loads(outcome.read_text("utf-8"))
    assert (kept["passed"], kept["failed"]) == (1, 1)
    assert [each["name"] for each in kept["scenarios"]] == [passes.stem, fails.stem]
    [why] = kept["scenarios"][1]["why"]
    assert why.startswith("at the end: appointments: expected one with service Manicure")
    [run] = kept["scenarios"][0]["runs"]
    [step] = run["steps"]
    assert (run["seed"], step["value"], step["seen"]["charges"]) == (7, "hello", 0)
    assert "Jacaranda Salon" in step["heard"][0]


def test_kept_runs_are_judged_again_by_what_is_expected_now(write: Write, tmp_path: Path) -> None:
    file, outcome = write(BOOKS), tmp_path / "outcome.json"
    assert invoke(file, "--json", outcome, "--repeat", "2").exit_code == 0
    again = CliRunner().invoke(command, ["grade", str(outcome)])
    assert again.exit_code == 0
    assert f"pass  {file.stem}   2 of 2" in again.output
    file.write_text(BOOKS.replace("22T14:00", "22T15:00"), "utf-8")
    again = CliRunner().invoke(command, ["grade", str(outcome)])
    assert again.exit_code == 1
    assert "expected one with service Manicure, start 2026-11-22T15:00" in again.output
    file.write_text(BOOKS.replace("2pm", "3pm"), "utf-8")
    again = CliRunner().invoke(command, ["grade", str(outcome)])
    assert again.exit_code == 2
    assert again.output == (
        f"{file.stem}: its conversation is not the one that was kept; run it again.\n"
    )


def test_the_report_is_one_that_pydantic_evals_reads(write: Write, tmp_path: Path) -> None:
    fails, file = write(FAILS), tmp_path / "report.json"
    invoke(write(PASSES), fails, "--report", file, "--repeat", "2")
    report = TypeAdapter(Report).validate_json(file.read_bytes())
    assert [each.name for each in report.cases][2:] == [f"{fails.stem} [0]", f"{fails.stem} [1]"]
    [analysis] = report.analyses
    assert isinstance(analysis, ScalarResult)
    assert (analysis.title, analysis.value) == ("pass^k", 0.5)
    world = report.cases[2].assertions["world"]
    assert not world.value
    assert str(world.reason).startswith("at the end: appointments: expected one with")
    assert report.cases[2].assertions["words"].value


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
    assert all(each["scenarios"] for each in rows)
    assert {each["slice"] for each in rows} == {"booking", "stays", "recovery"}
