"""Where time and ids come from: injected, so that tests and evals own both."""

import random
import secrets
from datetime import UTC, datetime, timedelta
from typing import Protocol

from ulid import ULID


class Clock(Protocol):
    """Tells the domain's time; Redis expiry and mutex life are real seconds and never ask it."""

    def now(self) -> datetime:
        """Return the present moment, aware, UTC."""
        ...


class SystemClock:
    """The real time, or a fixed start from which real time runs on."""

    def __init__(self, start: datetime | None = None) -> None:
        self._shift = start - datetime.now(UTC) if start else timedelta()

    def now(self) -> datetime:
        """Return the present moment, shifted to the start."""
        return datetime.now(UTC) + self._shift


class SetClock:
    """A clock that stands still until it is moved."""

    def __init__(self, at: datetime) -> None:
        self.at = at.astimezone(UTC)

    def now(self) -> datetime:
        """Return the moment it was set to."""
        return self.at

    def advance(self, by: timedelta) -> None:
        """Let time pass."""
        self.at += by


class Ids:
    """ULIDs: ordered by time, and within one millisecond by the order they were made in."""

    def __init__(self, clock: Clock, seed: int | None = None) -> None:
        self._clock = clock
        self._random = random.Random(seed) if seed is not None else secrets.SystemRandom()
        self._last = 0

    def new(self) -> str:
        """Return a new id, greater than every id this source has made before."""
        milliseconds = int(self._clock.now().timestamp() * 1000)
        drawn = milliseconds << 80 | self._random.getrandbits(80)
        # Rows are read in id order: two made in one instant must not swap places.
        self._last = drawn if drawn >> 80 > self._last >> 80 else self._last + 1
        return str(ULID(self._last.to_bytes(16, "big")))


def made_at(id: str) -> datetime:
    """Return when an id was made: it says so itself, to the millisecond."""
    return ULID.from_str(id).datetime
