"""Work done in copies of this process: as ready as it is, and free to be spoilt."""

import math
import os
import signal
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Generic, TypeVar

Task = TypeVar("Task")
Answer = TypeVar("Answer")


class TimedOut(Exception):
    """A copy was ended as it took too long."""


class Died(Exception):
    """A copy ended by itself without an answer."""


@dataclass(slots=True)
class _Copy(Generic[Task]):
    task: Task
    place: int
    process: BaseProcess
    until: float


def in_copies(
    tasks: Iterable[tuple[Task, float]], work: Callable[[Task, int], Answer], places: int
) -> Iterator[tuple[Task, Answer | TimedOut | Died]]:
    """Do each task in a copy of its own, at most `places` at once; yield as they end.

    A task comes with the seconds it may take; `work` is told at which place it runs.
    """
    waiting, free = iter(tasks), list(range(places))
    running: dict[Connection, _Copy[Task]] = {}
    try:
        while True:
            while free and (following := next(waiting, None)) is not None:
                task, seconds = following
                line, process = _started(work, task, place := free.pop(), seconds)
                running[line] = _Copy(task, place, process, time.monotonic() + seconds)
            if not running:
                return
            soonest = min(each.until for each in running.values()) - time.monotonic()
            ready = set(wait(list(running), timeout=max(soonest, 0)))
            for line, copy in list(running.items()):
                if line in ready or time.monotonic() >= copy.until:
                    del running[line]
                    free.append(copy.place)
                    yield copy.task, _answer(line, copy, line in ready)
    finally:
        for line, copy in running.items():
            _ended(copy.process)
            line.close()


def _started(
    work: Callable[[Task, int], Answer], task: Task, place: int, seconds: float
) -> tuple[Connection, BaseProcess]:
    forking = get_context("fork")
    ours, theirs = forking.Pipe(duplex=False)
    process = forking.Process(target=_work, args=(work, task, place, seconds, theirs))
    process.start()
    theirs.close()
    return ours, process


def _work(
    work: Callable[[Task, int], Answer], task: Task, place: int, seconds: float, line: Connection
) -> None:
    os.setsid()  # so that what it starts can be ended with it
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.alarm(math.ceil(seconds) + 1)  # if nobody is there any more to end it
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    try:
        line.send(work(task, place))
    except Exception:
        line.send(Died(traceback.format_exc()))
    os._exit(0)  # nothing of the process it was copied from is to be tidied up


def _answer(line: Connection, copy: _Copy[Task], ready: bool) -> Answer | TimedOut | Died:
    try:
        answer: Answer | TimedOut | Died = line.recv() if ready else TimedOut()
    except EOFError:
        copy.process.join()
        answer = Died(f"it ended with {copy.process.exitcode}")
    line.close()
    _ended(copy.process)
    return answer


def _ended(process: BaseProcess) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid or 0, signal.SIGKILL)
    process.join()
