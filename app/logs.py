"""Logs: one JSON object a line on standard error; texts and secrets stay out."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

PRIVATE = frozenset({"text", "phone", "name", "token", "secret", "reply"})


def configure(level: str, *, texts: bool = False) -> None:
    """Set up structlog for this process; `texts` lets private fields through."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            *([] if texts else [_without_private]),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(default=str),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping().get(level.upper(), logging.WARNING)
        ),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


def _without_private(_: Any, __: str, event: MutableMapping[str, Any]) -> dict[str, Any]:
    return {key: "…" if key in PRIVATE else value for key, value in event.items()}
