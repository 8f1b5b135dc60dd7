"""The PMS in memory, which also remembers what was so when: for whoever audits it."""

from collections import Counter
from datetime import datetime

from jirani.connectors.memory_pms import MemoryPms
from jirani.connectors.memory_pms_faults import HookFault, PmsFault
from jirani.connectors.pms import EventKind, PmsReservation, Written
from tests.support.year.record import Facts

SINGLE = (
    *(PmsFault.TIMEOUT_BEFORE, PmsFault.TIMEOUT_AFTER),
    *(PmsFault.RATE_LIMITED, PmsFault.MALFORMED, PmsFault.DOWN),
)


class WatchedPms(MemoryPms):
    """Remembers every state of every stay; `posted` is what guests got since it was last taken."""

    facts: dict[str, list[Facts]]
    posted: list[tuple[str, str]]
    befell: Counter[str]

    def watch(self) -> None:
        """Begin to remember."""
        self.facts, self.posted, self.befell = {}, [], Counter()
        self.changed_at: datetime | None = None
        self.faults.befalling = self._befalling  # type: ignore[method-assign]

    def put(self, stay: PmsReservation, kind: EventKind) -> None:
        self.changed_at = now = self.clock()
        facts = Facts(
            *(now, stay.listing_ref, str(stay.status), str(stay.payment)),
            *(stay.arrival, stay.departure),
        )
        self.facts.setdefault(stay.ref, []).append(facts)
        super().put(stay, kind)

    async def post(self, conversation: str, text: str, key: str) -> Written:
        before = len(self.world.messages.get(conversation, ()))
        written = await super().post(conversation, text, key)
        ref = self.world.stay_of(conversation)
        if ref and len(self.world.messages.get(conversation, ())) > before:
            self.posted.append((ref, text))
        return written

    def hook_befalls(self, fault: HookFault) -> bool:
        """Let a fault befall the next webhook; tell whether it will be heard all the same."""
        self.hooks.upcoming.append(fault)
        self.befell[f"webhook {fault}"] += 1
        return fault not in (HookFault.LOST, HookFault.GARBLED)

    def _befalling(self, call: str) -> PmsFault | None:
        fault = type(self.faults).befalling(self.faults, call)
        if fault:
            self.befell[str(fault)] += 1
        return fault
