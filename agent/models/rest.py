"""Sparing guests the wait for a model that fails turn after turn."""

from collections.abc import Callable
from time import monotonic

from agent.models.failing import OF_PROVIDER, Failure

AFTER = 3  # turns in a row that failed
SECONDS = 30.0
LONGEST = 300.0


class Rest:
    """Lets a model rest after failures that have nothing to do with what a guest wrote.

    One per process and model. Afterwards it is tried again, and a single failure lets it rest anew.
    """

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        self._now = now
        self._failures = 0
        self._until = 0.0

    @property
    def resting(self) -> bool:
        """Tell whether the model is not to be asked now."""
        return self._now() < self._until

    def after(self, failure: Failure | None) -> None:
        """Learn how a turn ended; a provider's own wish (Retry-After) is honoured."""
        if failure is None or failure.kind not in OF_PROVIDER:
            self._failures = 0
            return
        self._failures += 1
        often = SECONDS if self._failures >= AFTER else 0.0
        self._until = self._now() + min(max(often, failure.retry_after or 0.0), LONGEST)
