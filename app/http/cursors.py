"""How far a client has read: its place in each of the newest threads with a guest.

What is said late goes to the thread that it belongs to, though a newer one has begun: one place
would step over it.
"""

import re
from collections.abc import Mapping

KEPT = 4  # threads; nobody speaks in older ones any more
LONGEST = KEPT * 36
_PLACE = re.compile(r"([0-9A-Z]{26})\.([0-9]{1,8})")

Places = Mapping[str, int]  # the newest message read, by thread


def read_cursor(cursor: str, newest: Places) -> dict[str, int]:
    """Return the places that a cursor means, given the newest message of each thread.

    Anything but a cursor of these threads is the beginning, so that nothing is ever missed. A
    message that moved on to another thread leaves its place to the next one: it is not read yet.
    """
    found = [_PLACE.fullmatch(each) for each in cursor.split(",")]
    named = {each[1]: int(each[2]) for each in found if each}
    if None in found or max(named) not in newest:
        return {}
    return {
        thread: min(named.get(thread, last), last)
        for thread, last in newest.items()
        if thread <= max(named)
    }


def write_cursor(places: Places) -> str:
    """Write places so that `read_cursor` understands them."""
    return ",".join(f"{thread}.{places[thread]}" for thread in sorted(places)[-KEPT:])
