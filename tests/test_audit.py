import json
import subprocess
from datetime import date
from email.message import Message
from importlib.metadata import metadata
from pathlib import Path
from typing import Any

import pytest

from tests import audit
from tests.audit import NotReached, advisories, advisory_problems, licence_problems, lock_problems

HASHED = f"click==8.0 \\\n    --hash=sha256:{'0' * 64}\n"
RULES: dict[str, Any] = {"allowed": ["MIT"], "written": {"MIT License": "MIT"}, "exceptions": {}}
VULNERABLE = {
    "name": "click",
    "version": "8.0",
    "vulns": [{"id": "PYSEC-1", "aliases": ["CVE-1"], "fix_versions": ["8.1"]}],
}
TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    "line",
    ["click==8.0\n", "click>=8.0\n", HASHED.replace("sha256", "md5"), f"-i x\n{HASHED}", "a @ b"],
)
def test_what_is_not_pinned_by_hash_or_names_a_host_is_found(line: str) -> None:
    assert lock_problems(HASHED) == []
    assert lock_problems(line) != []


def test_a_licence_must_be_allowed_or_excepted_and_exceptions_must_be_needed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    known = {"fine": "MIT OR GPL-3.0", "both": "MIT AND GPL-3.0", "other": "GPL-3.0", "mute": ""}

    def about(name: str) -> Message:
        message = Message()
        if known[name]:
            message["License-Expression"] = known[name]
        return message

    monkeypatch.setattr(audit, "metadata", about)
    assert licence_problems(set(known), RULES) == [
        *("both: MIT AND GPL-3.0", "mute: no licence named", "other: GPL-3.0"),
    ]
    excepted = {**RULES, "exceptions": dict.fromkeys(("fine", "both", "other", "mute"), "why")}
    assert licence_problems(set(known), excepted) == ["fine: an exception it does not need"]


def test_a_licence_is_read_from_wherever_a_package_writes_it() -> None:
    written = {"MIT License": "MIT", "BSD License": "BSD-3-Clause"}
    assert audit.licences(metadata("fastapi"), written) == ["MIT"]
    assert audit.licences(metadata("pluggy"), written) == ["MIT"]
    assert audit.licences(metadata("tzdata"), written) == ["Apache-2.0"]


def test_a_vulnerability_fails_unless_it_was_judged_and_not_too_long_ago() -> None:
    found = ["click 8.0: PYSEC-1, fixed in 8.1"]
    judged = {"CVE-1": {"reason": "we never call it", "until": TODAY}}
    assert advisory_problems([VULNERABLE], {}, TODAY) == found
    assert advisory_problems([VULNERABLE], judged, TODAY) == []
    assert advisory_problems([VULNERABLE], judged, date(2026, 11, 22)) == found
    unexplained = {"CVE-1": {"reason": "", "until": TODAY}}
    assert advisory_problems([VULNERABLE], unexplained, TODAY) == found
    assert advisory_problems([{"name": "x", "skip_reason": "unknown"}], {}, TODAY) == []


@pytest.mark.parametrize(
    "answer",
    ["", json.dumps({"dependencies": [{"name": "click", "skip_reason": "not found"}]})],
)
def test_advisories_that_are_not_there_are_not_taken_for_safety(
    monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    def run(*_: object, **__: object) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess([], 1 if not answer else 0, answer, "no network")

    monkeypatch.setattr(subprocess, "run", run)
    with pytest.raises(NotReached):
        advisories(Path("any.lock"))


def test_the_audit_tells_problems_by_its_exit_code_and_says_when_it_could_not_ask(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def away(_: Path) -> list[dict[str, Any]]:
        raise NotReached("no network")

    monkeypatch.setattr(audit, "advisories", away)
    assert audit.audit() == []
    assert "Advisories not reached (no network): not checked." in capsys.readouterr().out
    monkeypatch.setattr(audit, "advisories", lambda _: [VULNERABLE])
    assert audit.audit() == ["click 8.0: PYSEC-1, fixed in 8.1"]
