"""What a hosted model may cost, in requests, tokens and seconds."""

from dataclasses import dataclass
from datetime import timedelta

from jirani.rules.facts import Thread
from jirani.store.limits import RateLimit

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Budget:
    """The most a turn, a thread and a business's day may spend; beyond it the offline model speaks.

    Seconds are real ones: of one request, its second attempt included, and of a turn's requests.
    """

    turn_requests: int = 14
    turn_tokens: int = 100_000
    thread_requests: int = 300
    thread_tokens: int = 400_000
    day_requests: int = 5_000
    day_tokens: int = 10_000_000
    request_seconds: float = 15.0
    turn_seconds: float = 40.0

    def is_left_for(self, thread: Thread) -> bool:
        """Tell whether a thread may go on."""
        return thread.requests < self.thread_requests and thread.tokens < self.thread_tokens


class Days:
    """Counts what each business's models spend; a day begins with its first request.

    It is counted in Redis; while that is away, each process counts for itself.
    """

    def __init__(self, limits: RateLimit, budget: Budget) -> None:
        self._limits = limits
        self._budget = budget

    async def has_left(self, business_id: str) -> bool:
        """Tell whether a business's day may go on."""
        requests, tokens = await self.spend(business_id, 0, 0)
        return requests < self._budget.day_requests and tokens < self._budget.day_tokens

    async def spend(self, business_id: str, requests: int, tokens: int) -> tuple[int, int]:
        """Add what was spent; return the day's requests and tokens."""
        return (
            await self._limits.add(f"model:requests:{business_id}", requests, DAY),
            await self._limits.add(f"model:tokens:{business_id}", tokens, DAY),
        )
