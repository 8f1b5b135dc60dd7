import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from multiprocessing import active_children
from pathlib import Path

import pytest

from agent.models import OFFLINE
from evals.played import Played
from evals.results import Result
from evals.scenario import Unusable, load
from evals.spreading import WorkerLost, outcomes
from tests.evals.conftest import Write

SHORT = "title: A greeting\ncovers: [§7]\nlanguage: en\nturns: [{guest: hello}]\n"
LONG = SHORT.replace("{guest: hello}", "{guest: manicure tomorrow at 2pm}, {guest: 'yes'}")
FAILS = f"{LONG}expect: {{charges: 1}}\n"
IMPOSSIBLE = f"{SHORT}world: {{busy: [{{staff: Zed, start: 2026-11-22T14:00, service: Facial}}]}}\n"


@pytest.fixture
def temporary() -> Iterator[Path]:
    """A folder for temporary files, by a name short enough for a socket in it."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def without_times(result: Result) -> list[Played]:
    """Give the runs without what a clock on the wall says of them."""
    return [
        replace(
            each.played,
            seconds=0,
            steps=[
                replace(one, calls=[replace(call, milliseconds=0) for call in one.calls])
                for one in each.played.steps
            ],
        )
        for each in result.attempts
    ]


def test_two_processes_tell_what_one_tells_in_the_same_order(write: Write) -> None:
    scenarios = [load(write(text)) for text in (FAILS, SHORT)]
    alone, together = (list(outcomes(scenarios, OFFLINE, 2, jobs)) for jobs in (1, 2))
    assert [result.scenario.name for result in together] == [each.name for each in scenarios]
    assert [result.passed for result in together] == [False, True]
    assert [*map(without_times, together)] == [*map(without_times, alone)]


def test_what_cannot_be_used_is_told_after_everything_before_it(write: Write) -> None:
    scenarios = [load(write(text)) for text in (LONG, IMPOSSIBLE, SHORT)]
    with closing(outcomes(scenarios, OFFLINE, jobs=2)) as coming:
        assert next(coming).scenario == scenarios[0]
        with pytest.raises(Unusable) as unusable:
            next(coming)
    [error] = unusable.value.errors
    assert error.startswith(f"{scenarios[1].file}: there is no staff member 'Zed' in this world")


def test_a_process_that_is_killed_is_named_with_what_it_was_doing(
    write: Write, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(temporary))  # who is killed cannot tidy up
    scenarios = [load(write(LONG)) for _ in range(4)]
    with closing(outcomes(scenarios, OFFLINE, jobs=2)) as coming:
        next(coming)
        for process in active_children():
            process.kill()
        with pytest.raises(WorkerLost, match=r"running 'scenario-\d' ended with code -9; see"):
            list(coming)
    assert active_children() == []


@contextmanager
def _hearing_ctrl_c() -> Iterator[None]:
    """Let what is started hear Ctrl-C, which a script's background ignores and hands on."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("how", ["ctrl-c", "killed"])
def test_however_it_ends_no_process_and_no_file_stays_behind(
    write: Write, temporary: Path, how: str
) -> None:
    files = [str(write(LONG)) for _ in range(40)]
    with (
        _hearing_ctrl_c(),
        subprocess.Popen(
            [Path(sys.executable).with_name("jirani"), "eval", "run", "--jobs", "2", *files],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "TMPDIR": str(temporary)},
            start_new_session=True,
        ) as run,
    ):
        assert run.stdout
        assert run.stdout.readline().startswith("pass")
        if how == "ctrl-c":
            os.killpg(run.pid, signal.SIGINT)
        else:
            run.kill()
        _, complaints = run.communicate()  # until the last process has let go of it
    assert "Traceback" not in complaints
    assert run.returncode == (1 if how == "ctrl-c" else -signal.SIGKILL)
    assert list(temporary.glob("evals-*")) == []
