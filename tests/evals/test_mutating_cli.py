from pathlib import Path

import pytest
from click.testing import CliRunner

from evals.mutating import cli


def test_a_rule_there_is_not_is_told() -> None:
    ended = CliRunner().invoke(cli.command, ["--rule", "X99"])
    assert ended.exit_code == 2
    assert "There is no rule 'X99'" in ended.output


def test_without_the_tests_it_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(cli, "TESTS", tmp_path / "tests")
    ended = CliRunner().invoke(cli.command, [])
    assert ended.exit_code == 2
    assert "The tests are not here" in ended.output


def test_where_nothing_forks_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "get_all_start_methods", lambda: ["spawn"])
    ended = CliRunner().invoke(cli.command, [])
    assert ended.exit_code == 2
    assert "cannot fork" in ended.output
