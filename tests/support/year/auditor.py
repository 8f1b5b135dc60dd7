"""Everything that was not as it should be in a year, found from the outside."""

from collections.abc import Iterator

from tests.support.year import contacts, selling
from tests.support.year.record import Breach, Record


def said_twice(record: Record) -> Iterator[Breach]:
    """U5: the same words come in a row only as answers to as many messages."""
    for stay in record.stays.values():
        text, times, asked, before = "", 0, 0, 0  # `asked` since the words before these
        for said in stay.said:
            if said.who == "guest":
                before += 1
                asked += 1
            elif said.who == "us":
                again = said.text == text
                times, asked = (times + 1, asked) if again else (1, before)
                text, before = said.text, 0
                if times > max(asked, 1):
                    yield Breach("U5", stay.ref, f"said {times} times: {text[:60]}")


def breaches(record: Record) -> list[Breach]:
    """Return every breach of a rule in what was recorded."""
    checks = (*contacts.CHECKS, *selling.CHECKS, said_twice)
    return [breach for check in checks for breach in check(record)]
