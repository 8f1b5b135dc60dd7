"""One change of a stay after another: each sends its whole bill and its total again.

Two at once would overwrite each other's line. This holds within one process; nothing at Hostaway
would keep two processes apart.
"""

import asyncio
from weakref import WeakValueDictionary

_TURNS: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()


def turn(reservation_ref: str) -> asyncio.Lock:
    """Return what whoever changes a stay has to hold; their ids are unique among all accounts."""
    lock = _TURNS.get(reservation_ref)
    if lock is None:
        lock = _TURNS[reservation_ref] = asyncio.Lock()
    return lock
