"""What happens around a property-management system in memory, and the webhooks it leaves."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from jirani.connectors.memory_pms_hooks import MemoryHooks
from jirani.connectors.memory_pms_world import PmsWorld
from jirani.connectors.pms import Direction, EventKind, PmsEvent, PmsMessage, PmsReservation
from jirani.rules.facts import StayStatus


class MemoryLife:
    """Guests and hosts: `world` is what is so, `hooks` what leaves when it changes."""

    def __init__(self, name: str, clock: Callable[[], datetime]) -> None:
        self.name = name
        self.clock = clock
        self.world = PmsWorld(clock)
        self.hooks = MemoryHooks(name, clock, self.world.mark)

    def book(self, stay: PmsReservation) -> None:
        """Let somebody book."""
        self.put(stay, EventKind.CREATED)

    def change(self, ref: str, **fields: Any) -> None:
        """Let a stay change: its dates, its payment, whatever a `PmsReservation` has."""
        self.put(replace(self.world.reservations[ref], **fields), EventKind.CHANGED)

    def cancel(self, ref: str, status: StayStatus = StayStatus.CANCELLED) -> None:
        """Let a stay be cancelled or refunded."""
        self.put(replace(self.world.reservations[ref], status=status), EventKind.CANCELLED)

    def guest_says(self, reservation_ref: str, text: str) -> PmsMessage:
        """Let a guest write."""
        return self._say(reservation_ref, Direction.IN, text)

    def host_says(self, reservation_ref: str, text: str) -> PmsMessage:
        """Let the host write by hand."""
        return self._say(reservation_ref, Direction.OUT, text)

    def put(self, stay: PmsReservation, kind: EventKind) -> None:
        """Let a stay be so from now on, and tell of it."""
        now = self.clock()
        self.world.put(replace(stay, updated_at=now))
        self.hooks.tell(PmsEvent(kind, stay.ref, now))

    def _say(self, reservation_ref: str, direction: Direction, text: str) -> PmsMessage:
        conversation = self.world.conversation(reservation_ref)
        if conversation is None:
            raise LookupError(f"nobody can write about {reservation_ref}")
        now, ref = self.clock(), f"message-{self.world.mark(text)}"
        message = PmsMessage(ref, conversation, direction, text, now, reservation_ref)
        self.world.messages.setdefault(conversation, []).append(message)
        self.hooks.tell(PmsEvent(EventKind.MESSAGE, reservation_ref, now, message))
        return message
