"""Everything that was not as it should be in a year, found from the outside."""

from collections.abc import Iterator
from itertools import pairwise

from tests.support.year import contacts, selling
from tests.support.year.record import Breach, Record


def said_twice(record: Record) -> Iterator[Breach]:
    """U5: the same words do not come twice in a row, with nothing said between."""
    for stay in record.stays.values():
        for before, after in pairwise(stay.said):
            if before.who == after.who == "us" and before.text == after.text:
                yield Breach("U5", stay.ref, f"said twice: {after.text[:60]}")


def breaches(record: Record) -> list[Breach]:
    """Return every breach of a rule in what was recorded."""
    checks = (*contacts.CHECKS, *selling.CHECKS, said_twice)
    return [breach for check in checks for breach in check(record)]
