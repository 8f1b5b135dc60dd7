"""The webhooks of a property-management system in memory: the caller fetches and delivers them."""

import json
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta

from jirani.connectors.memory_pms_faults import HookFault
from jirani.connectors.pms import Direction, EventKind, Hook, PmsEvent, PmsMessage


class MemoryHooks:
    """Webhooks that wait to be delivered; `upcoming` faults befall the next ones, one each."""

    def __init__(
        self, name: str, clock: Callable[[], datetime], mark: Callable[[str], str]
    ) -> None:
        self.upcoming: deque[HookFault | str] = deque()
        self.late = timedelta(minutes=10)
        self._name = name
        self._clock = clock
        self._mark = mark
        self._waiting: list[tuple[datetime, Hook]] = []
        self._held: list[Hook] = []

    def tell(self, event: PmsEvent) -> None:
        """Let a webhook leave, unless a fault befalls it."""
        named = self.upcoming.popleft() if self.upcoming else None
        fault = HookFault(named) if named else None
        body = _written(event)
        if fault is HookFault.GARBLED:
            body = body[: len(body) // 2]
        hook = Hook(self._name, f"{self._name}-{self._mark(body)}", body)
        if fault is HookFault.LOST:
            return
        if fault is HookFault.OUT_OF_ORDER:
            self._held.append(hook)
            return
        now = self._clock()
        at = now + self.late if fault is HookFault.LATE else now
        again = [hook] if fault is HookFault.DUPLICATE else []
        self._waiting += [(at, one) for one in (hook, *again)]
        self._waiting += [(now, one) for one in self._held]
        self._held.clear()

    def due(self, now: datetime) -> list[Hook]:
        """Hand over, once and in order, the webhooks that arrive by `now`."""
        due = sorted((one for one in self._waiting if one[0] <= now), key=lambda one: one[0])
        self._waiting = [one for one in self._waiting if one[0] > now]
        return [hook for _, hook in due]

    def next_at(self) -> datetime | None:
        """Return when the next one arrives."""
        return min((at for at, _ in self._waiting), default=None)


def _written(event: PmsEvent) -> str:
    said: dict[str, object] = {"event": event.kind, "reservation": event.reservation_ref}
    said["at"] = event.at.isoformat() if event.at else None
    if (message := event.message) is not None:
        said["message"] = {
            "id": message.ref,
            "conversation": message.conversation,
            "direction": message.direction,
            "text": message.text,
            "at": message.sent_at.isoformat(),
        }
    return json.dumps(said, ensure_ascii=False)


def read(body: str) -> tuple[PmsEvent, ...]:
    """Read a body; none for other news, ValueError for nonsense."""
    try:
        said = json.loads(body)
        name = said["event"]
        if name not in frozenset(EventKind):
            return ()
        ref = said["reservation"]
        if not isinstance(ref, str | None):
            raise TypeError("reservation")
        at = datetime.fromisoformat(said["at"]) if said["at"] else None
        message = _message(said["message"], ref) if name == EventKind.MESSAGE else None
    except (KeyError, TypeError, ValueError, RecursionError) as wrong:
        raise ValueError(f"not a webhook of ours: {wrong!r}") from wrong
    return (PmsEvent(EventKind(name), ref, at, message),)


def _message(said: dict[str, str], ref: str | None) -> PmsMessage:
    words = (said["id"], said["conversation"], said["direction"], said["text"])
    if not all(isinstance(word, str) for word in words):
        raise TypeError("message")
    sent_at = datetime.fromisoformat(said["at"])
    return PmsMessage(words[0], words[1], Direction(words[2]), words[3], sent_at, ref)
