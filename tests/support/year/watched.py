"""The PMS in memory, which also remembers what was so when: for whoever audits it."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any

from jirani.connectors.memory_pms import MemoryPms
from jirani.connectors.memory_pms_faults import HookFault, PmsFault, faults_of
from jirani.connectors.pms import Direction, EventKind, PmsReservation
from tests.support.year.record import Facts

SINGLE = (
    *(PmsFault.TIMEOUT_BEFORE, PmsFault.TIMEOUT_AFTER),
    *(PmsFault.RATE_LIMITED, PmsFault.MALFORMED, PmsFault.DOWN),
)


@dataclass(frozen=True)
class Redated:
    """A stay whose dates somebody changed over its PMS's own calls: that is us."""

    ref: str
    before: PmsReservation
    after: PmsReservation


class WatchedPms(MemoryPms):
    """Remembers every state of every stay.

    `rate`: how likely each fault befalls each call that it can befall, and each webhook.
    """

    facts: dict[str, list[Facts]]
    befell: Counter[str]
    redated: list[Redated]
    rate = 0.0

    def watch(self, seed: int) -> None:
        """Begin to remember."""
        self.facts, self.befell, self.redated = {}, Counter(), []
        self.changed_at: datetime | None = None
        self.faults.befalling = self._befalling  # type: ignore[method-assign]
        self._luck = Random(seed)
        self._told_so_far: Counter[str] = Counter()
        self._living = False

    def change(self, ref: str, **fields: Any) -> None:
        self._living = True
        super().change(ref, **fields)
        self._living = False

    def put(self, stay: PmsReservation, kind: EventKind) -> None:
        self.changed_at = now = self.clock()
        facts = Facts(
            *(now, stay.listing_ref, str(stay.status), str(stay.payment)),
            *(stay.arrival, stay.departure),
        )
        self.facts.setdefault(stay.ref, []).append(facts)
        before = self.world.reservations.get(stay.ref)
        if kind is EventKind.CHANGED and before and not self._living:
            self.redated.append(Redated(stay.ref, before, stay))
            self.hook_by_chance()
        super().put(stay, kind)

    def news(self) -> list[tuple[str, str]]:
        """Return what guests got from us since this was asked last, by their stays."""
        found = []
        for conversation, said in self.world.messages.items():
            fresh, self._told_so_far[conversation] = (
                said[self._told_so_far[conversation] :],
                len(said),
            )
            ref = self.world.stay_of(conversation)
            found += [
                (ref, each.text)
                for each in fresh
                if ref and each.direction is Direction.OUT and not each.failed
            ]
        return found

    def hook_befalls(self, fault: HookFault) -> bool:
        """Let a fault befall the next webhook; tell whether it will be heard all the same."""
        self.hooks.upcoming.append(fault)
        self.befell[f"webhook {fault}"] += 1
        return fault not in (HookFault.LOST, HookFault.GARBLED)

    def hook_by_chance(self) -> bool:
        """Let the next webhook be befallen by what luck has it; tell whether it will be heard."""
        fault = self._drawn(HookFault)
        return fault is None or self.hook_befalls(fault)

    def _befalling(self, call: str) -> PmsFault | None:
        fault = type(self.faults).befalling(self.faults, call) or self._drawn(faults_of(call))
        if fault:
            self.befell[str(fault)] += 1
        return fault

    def _drawn(self, faults: Any) -> Any:
        found = [each for each in faults if self.rate and self._luck.random() < self.rate]
        return self._luck.choice(found) if found else None
