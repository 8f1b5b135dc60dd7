"""Runs over several processes, each with a ground of its own; results stay in their order."""

import asyncio
import gc
import os
import signal
import sys
import traceback
from collections.abc import Awaitable, Callable, Coroutine, Generator, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from itertools import islice
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, Protocol, TypeVar

from app.settings import Settings
from app.speaking import model_of
from evals.ground import Ground, ground
from evals.results import Result
from evals.runner import attempt
from evals.scenario import Scenario, Unusable
from jirani.store.redis_server import RedisUnavailable

Team = dict[Connection, BaseProcess]


class Subject(Protocol):
    """What is run: a scenario, or a persona."""

    @property
    def name(self) -> str:
        """Its name, as it is given to the command."""
        ...


Of = TypeVar("Of", bound=Subject)
Done = TypeVar("Done")
Run = tuple[Of, int]  # with its seed
Doing = Callable[[Ground, Of, int], Coroutine[Any, Any, Done]]  # has to be found by its name


class WorkerLost(Exception):
    """A process ended before its run did."""


def outcomes(
    scenarios: Sequence[Scenario], model: str, repeat: int = 1, jobs: int = 1, seed: int = 0
) -> Generator[Result, None, None]:
    """Run each scenario `repeat` times, from `seed` on; to be called in the main thread.

    With one job everything happens in this process.

    Raises:
        Unusable: the world a scenario describes cannot be made.
        UnknownModel: there is no such model.
        RedisUnavailable: no server can be had.
        WorkerLost: a process was killed, or broke.
    """
    runs = [(each, nth) for each in scenarios for nth in range(seed, seed + repeat)]
    with closing(spread(attempt, runs, model, jobs)) as attempts:
        for scenario in scenarios:
            yield Result(scenario, tuple(islice(attempts, repeat)))


def spread(
    doing: Doing[Of, Done], runs: Sequence[Run[Of]], model: str, jobs: int, command: str = "run"
) -> Generator[Done, None, None]:
    """Do each of some runs; what comes of them comes in their order. Raises as `outcomes` does.

    `command` is the one to try a run with alone, when its process is lost.
    """
    model_of(Settings(), model)  # an unknown one is told before any process is started
    return _alone(doing, runs, model) if jobs == 1 else _spread(doing, runs, model, jobs, command)


def _alone(
    doing: Doing[Of, Done], runs: Iterable[Run[Of]], model: str
) -> Generator[Done, None, None]:
    with ground(model_of(Settings(), model)) as shared, _loop() as loop:
        for subject, seed in runs:
            yield loop.run(doing(shared, subject, seed))


def _loop() -> asyncio.Runner:
    gc.freeze()  # all that was imported stays: looking through it again and again takes time
    return asyncio.Runner()


def _spread(
    work: Doing[Of, Done], runs: Sequence[Run[Of]], model: str, jobs: int, command: str
) -> Generator[Done, None, None]:
    with _team(work, model, jobs) as team:
        waiting = iter(enumerate(runs))
        doing: dict[Connection, int] = {}
        done: dict[int, Done | Exception] = {}

        def give(line: Connection) -> None:
            for number, run in islice(waiting, 1):
                doing[line] = number
                with suppress(BrokenPipeError):  # it has ended: `_answer` finds out
                    line.send(run)

        for line in team:
            give(line)
        for number in range(len(runs)):
            while number not in done:
                ready = wait(list(doing))
                for line in [each for each in doing if each in ready]:
                    finished = doing.pop(line)
                    done[finished] = answer = _answer(
                        line, team[line], runs[finished][0].name, command
                    )
                    # A fault ends it all, once everything before it has been told.
                    if not isinstance(answer, Exception):
                        give(line)
            told = done.pop(number)
            if isinstance(told, Exception):
                raise told
            yield told


def _answer(line: Connection, process: BaseProcess, name: str, command: str) -> Any:
    try:
        return line.recv()
    except (EOFError, ConnectionResetError):
        process.join()
        return WorkerLost(
            f"The process running {name!r} ended with code {process.exitcode}; see what happens "
            f"with `jirani eval {command} {name} --jobs 1`."
        )


@contextmanager
def _team(work: Doing[Of, Done], model: str, jobs: int) -> Iterator[Team]:
    """Start processes; hanging up ends them, so that they end however this one does."""
    spawning = get_context("spawn")
    team: Team = {}
    # Inherited: Ctrl-C is for this process, which then hangs up.
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        for _ in range(jobs):
            ours, theirs = spawning.Pipe()
            with theirs:
                process = spawning.Process(target=_work, args=(theirs, work, model))
                process.start()
                team[ours] = process
        signal.signal(signal.SIGINT, before)
        yield team
    finally:
        signal.signal(signal.SIGINT, before)
        for line in team:
            line.close()
        for each in team.values():
            each.join()


def _work(line: Connection, work: Doing[Of, Done], model: str) -> None:
    """Do the runs that come over the line, one after another, until it is hung up."""
    owned = ExitStack()

    def leave() -> None:
        # At once: a loop that is closed over a run half done now and then waits for ever.
        try:
            owned.close()
        finally:
            os._exit(0)

    with suppress(EOFError, ConnectionError):
        try:
            shared = owned.enter_context(ground(model_of(Settings(), model)))
            loop = _loop()
            while True:
                run = work(shared, *line.recv())
                line.send(loop.run(_while_listened_to(line, run, leave)))
        except (Unusable, RedisUnavailable) as error:
            line.send(error)
        except (EOFError, ConnectionError):
            raise  # it is hung up: nobody is there to tell
        except Exception:
            line.send(WorkerLost(f"A process broke:\n{traceback.format_exc()}"))
    leave()


async def _while_listened_to(
    line: Connection, run: Awaitable[Done], leave: Callable[[], None]
) -> Done:
    # Nothing is sent while a run is going on: what can be read is the end.
    loop = asyncio.get_running_loop()
    loop.add_reader(line.fileno(), leave)
    try:
        return await run
    finally:
        loop.remove_reader(line.fileno())


def cores() -> int:
    """Count the cores this process may use."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
