"""The least that sends a due offer and writes what ours writes: one row after another, in SQL."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import perf_counter
from typing import Any

import asyncpg

from evals.bench.many_stays import ManyPms
from jirani.services.clock import Ids

TERMS = '{"day": "2026-11-24", "wall": "09:00:00", "standard": "15:00:00", "nights": []}'
TEXT = (
    "You can check in early at Sea flat: from 09:00 on Tuesday 24 November, not from 15:00. "
    "It is EUR 25. Would you like that?"
)
PAYLOAD = (
    '{{"text": "{text}", "language": "en", "thread": "{thread}", "channel": "pms", '
    '"peer": "{peer}", "pms": "memory", "offer": "{offer}", "contact": "{contact}"}}'
)
FACTS = '{"step": "send", "price": "2500", "postponed_to": "None", "read_at": "2026-11-21"}'

# Claimed, its stay read beside it: what anybody needs who sends it.
_CLAIM = """
UPDATE offers SET lease_until = $1, claim_token = $2 WHERE (business_id, id) = (
  SELECT business_id, id FROM offers
  WHERE status IN ('scheduled', 'deferred') AND leaving_at IS NULL AND due_at <= $3
    AND (lease_until IS NULL OR lease_until <= $3)
  ORDER BY due_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING business_id, id, customer_id, thread_id, reservation_id, listing_id
"""
_STAY = (
    "UPDATE reservations SET seen_at = $3 WHERE business_id = $1 AND id = $2 RETURNING conversation"
)
_LEAVES = """
UPDATE offers SET leaving_at = $3, price = 2500, currency = 'EUR', offered_seq = 0,
  expires_at = $4, terms = $5, lease_until = NULL, claim_token = NULL
WHERE business_id = $1 AND id = $2 AND leaving_at IS NULL
"""
_TURNOVER = """
INSERT INTO stay_claims (business_id, offer_id, listing_id, reservation_id, starts_at, busy_until,
  live) VALUES ($1, $2, $3, $4, $5, $6, true)
"""
_CONTACT = """
INSERT INTO contacts (business_id, id, customer_id, offer_id, kind, proactive, sent_at)
VALUES ($1, $2, $3, $4, 'early_check_in', true, $5)
"""
_OUTBOX = """
INSERT INTO outbox (business_id, id, thread_id, peer, kind, purpose, dedupe_key, payload, state,
  not_before, attempts) VALUES ($1, $2, $3, $4, 'message', 'promotional', $5, $6, 'sending', $7, 1)
"""
_DECISION = """
INSERT INTO decisions (business_id, id, thread_id, seq, stage, subject, guard, allowed, reason,
  facts, decided_at) VALUES ($1, $2, $3, 0, 'sending', $4, 'may_offer', true, 'clear', $5, $6)
"""
_SENT = "UPDATE outbox SET state = 'sent', provider_ref = $3 WHERE business_id = $1 AND id = $2"
_MESSAGE = """
INSERT INTO messages (business_id, thread_id, seq, author, text, language, dedupe_key, at)
SELECT $1::varchar, $2::varchar, coalesce(max(seq), 0) + 1, 'agent', $3, 'en', $4, $5 FROM messages
WHERE business_id = $1 AND thread_id = $2
"""
_ARRIVED = """
UPDATE offers SET status = 'offered', offered_at = $3, offered_seq = 1, leaving_at = NULL
WHERE business_id = $1 AND id = $2
"""


@dataclass
class Bare:
    """A loop on one connection; `claimed` is how long each claim took, in seconds."""

    line: "asyncpg.Connection[Any]"
    pms: ManyPms
    ids: Ids
    now: datetime
    claimed: list[float] = field(default_factory=list)

    async def run(self, goes_on: Callable[[], bool] = lambda: True) -> int:
        """Send what is due until nothing is; return how many were sent."""
        sent = 0
        while goes_on() and await self.one():
            sent += 1
        return sent

    async def one(self) -> bool:
        """Send one; False if none is due."""
        now, ids = self.now, self.ids
        async with self.line.transaction():
            started = perf_counter()
            offer = await self.line.fetchrow(_CLAIM, now + timedelta(minutes=3), ids.new(), now)
            self.claimed.append(perf_counter() - started)
            if offer is None:
                return False
            host, id, guest, thread, stay, place = offer
            peer = await self.line.fetchval(_STAY, host, stay, now)
            entry, contact = ids.new(), ids.new()
            ends = now + timedelta(days=2)
            await self.line.execute(_LEAVES, host, id, now, ends, TERMS)
            await self.line.execute(_TURNOVER, host, id, place, stay, now, ends)
            await self.line.execute(_CONTACT, host, contact, guest, id, now)
            said = PAYLOAD.format(text=TEXT, thread=thread, peer=peer, offer=id, contact=contact)
            about = (host, entry, thread, f"pms:{peer}", f"offer:{id}:1", said, now)
            await self.line.execute(_OUTBOX, *about)
            await self.line.execute(_DECISION, host, ids.new(), thread, id, FACTS, now)
        # Committed before it leaves: else nobody knows whether it did (U5).
        await self.pms.reservation(stay.removeprefix("stay-"))
        written = await self.pms.post(peer, TEXT, entry)
        async with self.line.transaction():
            await self.line.execute(_SENT, host, entry, written.ref)
            await self.line.execute(_MESSAGE, host, thread, TEXT, f"pms:memory:{written.ref}", now)
            await self.line.execute(_ARRIVED, host, id, now)
        return True


async def bare_sending(
    address: str, lines: int, pms: ManyPms, ids: Ids, now: datetime
) -> tuple[int, float, list[float]]:
    """Run so many loops beside each other; return how many were sent, the seconds, the claims."""
    loops = [Bare(await asyncpg.connect(address), pms, ids, now) for _ in range(lines)]
    started = perf_counter()
    sent = sum(await asyncio.gather(*(each.run() for each in loops)))
    seconds = perf_counter() - started
    for each in loops:
        await each.line.close()
    return sent, seconds, [claim for each in loops for claim in each.claimed]
