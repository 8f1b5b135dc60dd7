"""The one logger; events are dotted or rule-given names, texts and secrets stay out."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from structlog.contextvars import bind_contextvars, bound_contextvars, get_contextvars

log: Any = structlog.get_logger("jirani")


@contextmanager
def about(business: str, thread: str | None = None) -> Iterator[None]:
    """Put business and thread on every line of a block; `found_out` makes them more exact."""
    with bound_contextvars(business=business, thread=thread):
        yield


def found_out(business: str, thread: str) -> None:
    """Name the business by its slug, and the thread, for the rest of the `about` around.

    Outside of one nothing is named: nobody would take the names away again.
    """
    if "business" in get_contextvars():
        bind_contextvars(business=business, thread=thread)
