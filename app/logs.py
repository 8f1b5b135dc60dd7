"""Logs: one JSON object a line on standard error; texts and secrets stay out."""

import logging
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any

import structlog

PRIVATE = frozenset({"text", "phone", "name", "token", "secret", "reply"})

_format_all = structlog.processors.format_exc_info


def configure(level: str, *, texts: bool = False) -> None:
    """Set up structlog for this process; `texts` lets private fields through."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            *([_format_all] if texts else [_without_private, _format_places]),
            structlog.processors.JSONRenderer(default=str),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping().get(level.upper(), logging.WARNING)
        ),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


def _places(exc_info: Any) -> str:
    """Tell where an error came from, by its types and places: messages may quote a guest."""
    lines: list[str] = []
    error = exc_info[1]
    while error is not None:
        lines = [*traceback.format_tb(error.__traceback__), f"{type(error).__name__}\n", *lines]
        error = error.__cause__ or error.__context__
    return "".join(lines).rstrip()


_format_places = structlog.processors.ExceptionRenderer(_places)


def _without_private(_: Any, __: str, event: MutableMapping[str, Any]) -> dict[str, Any]:
    return {key: "…" if key in PRIVATE else value for key, value in event.items()}
