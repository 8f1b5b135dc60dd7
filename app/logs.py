"""Logs: one JSON object a line on standard error; texts and secrets stay out."""

import logging
import sys
import threading
import traceback
from collections.abc import MutableMapping, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Any

import structlog
from structlog.typing import Processor

from jirani.services.log import log

PRIVATE = frozenset({"text", "phone", "name", "token", "secret", "reply"})

_format_all = structlog.processors.format_exc_info


def configure(level: str, *, texts: bool = False, seen: Sequence[Processor] = ()) -> None:
    """Set up logging for this process; `texts` lets private fields through.

    Every event passes `seen`, also one that is below the level and not written down.
    """
    wanted = logging.getLevelNamesMapping().get(level.upper(), logging.WARNING)
    structlog.configure(
        processors=[
            *seen,
            *([_from(wanted)] if seen else []),
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            *([_format_all] if texts else [_without_private, _format_places]),
            structlog.processors.JSONRenderer(default=str),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.NOTSET if seen else wanted),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    _take_over(max(wanted, logging.WARNING), texts=texts)


def _from(level: int) -> Processor:
    levels = logging.getLevelNamesMapping() | {"EXCEPTION": logging.ERROR}

    def drop(_: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        if levels[method.upper()] < level:
            raise structlog.DropEvent
        return event

    return drop


class Libraries(logging.Handler):
    """Writes down that a library logged something: who, where, and which error, in our form.

    What it says may quote queries, addresses and requests, so its words stay out; the place is
    the line of code that has them.
    """

    def __init__(self, level: int, *, texts: bool) -> None:
        super().__init__(level)
        self._texts = texts

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record; one that cannot be written stops nobody."""
        write = log.error if record.levelno >= logging.ERROR else log.warning
        with suppress(Exception):  # logging's own way to report that would print the message
            write(
                "library.logged",
                logger=record.name,
                place=f"{record.module}.{record.funcName}:{record.lineno}",
                exc_info=record.exc_info,
                **({"text": record.getMessage()} if self._texts else {}),
            )


def _take_over(level: int, *, texts: bool) -> None:
    """Let nobody else print: neither libraries, silent below a warning, nor Python at its end."""
    logging.captureWarnings(True)
    logging.root.handlers[:] = [Libraries(level, texts=texts)]
    logging.root.setLevel(level)
    sys.excepthook = _uncaught
    if threading.excepthook is threading.__excepthook__:  # else somebody is watching already
        threading.excepthook = _uncaught_in_thread


def _uncaught(
    kind: type[BaseException], error: BaseException, places: TracebackType | None
) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, places)
    else:
        log.error("process.failed", error=kind.__name__, exc_info=(kind, error, places))


def _uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None:
        _uncaught(args.exc_type, args.exc_value, args.exc_traceback)


def _places(exc_info: Any) -> str:
    """Tell where an error came from, by its types and places: messages may quote a guest."""
    lines: list[str] = []
    seen: set[int] = set()  # an error may be its own cause
    error = exc_info[1]
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        lines = [*traceback.format_tb(error.__traceback__), f"{type(error).__name__}\n", *lines]
        error = error.__cause__ or error.__context__
    return "".join(lines).rstrip()


_format_places = structlog.processors.ExceptionRenderer(_places)


def _without_private(_: Any, __: str, event: MutableMapping[str, Any]) -> dict[str, Any]:
    return {key: "…" if key in PRIVATE else value for key, value in event.items()}
