"""When the database says no: its constraints under names that services can handle (X2, X9)."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import IntegrityError


class Refused(Exception):
    """The database refused a write that broke one of its rules; the unit is rolled back."""


class Overlap(Refused):
    """Two live appointments of one person would overlap, or two claims on a listing (X9, U8)."""


class Twice(Refused):
    """What may exist once would exist twice (X2, P3, U2)."""


def broken_rule(error: IntegrityError) -> str:
    """Name the constraint or trigger that refused a write, the same on both databases."""
    cause = getattr(error.orig, "__cause__", None)
    return getattr(cause, "constraint_name", None) or str(error.orig)


@contextmanager
def overlap_named() -> Iterator[None]:
    """Turn the overlap constraints' errors into `Overlap`."""
    try:
        yield
    except IntegrityError as error:
        rule = broken_rule(error)
        if "_overlap" in rule:
            raise Overlap(rule) from error
        raise


@contextmanager
def twice_named() -> Iterator[None]:
    """Turn the errors of unique indexes and constraints into `Twice`."""
    try:
        yield
    except IntegrityError as error:
        rule = broken_rule(error)
        if any(part in rule for part in ("_idx", "_key", "UNIQUE")):
            raise Twice(rule) from error
        raise
