"""What must be true of freed slots at any moment: each law is a query that finds who breaks it."""

from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import TextClause, bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection

from jirani.store.base import Instant

SOON = timedelta(minutes=45)  # nobody is waited for when it is so near: R4
_LIVE = "('held', 'confirmed')"
_FREED = "opening_id IS NOT NULL"
_ASKED = "f.opening_id IS NOT NULL AND f.replaces IS NULL"

ALWAYS = {
    "R1: a slot is open once": """
        SELECT min(id) FROM slot_openings WHERE status = 'open'
        GROUP BY business_id, staff_id, starts_at HAVING count(*) > 1""",
    "R1: what opens was given up": """
        SELECT o.id FROM slot_openings o LEFT JOIN appointments a ON a.id = o.appointment_id
        AND a.status IN ('cancelled', 'moved') AND a.starts_at = o.starts_at
        AND a.staff_id = o.staff_id AND a.customer_id = o.left_by WHERE a.id IS NULL""",
    "R2: nobody is asked twice for one slot": f"""
        SELECT min(f.id) FROM offers f JOIN slot_openings o ON o.id = f.opening_id
        WHERE {_ASKED} AND NOT (f.status = 'withdrawn' AND f.reason = 'filled')
        GROUP BY o.root_id, f.customer_id HAVING count(*) > 1""",
    "R2: who gave a slot up is not asked for it": f"""
        SELECT f.id FROM offers f JOIN slot_openings o ON o.id = f.opening_id
        JOIN slot_openings g ON g.root_id = o.root_id AND g.left_by = f.customer_id
        WHERE {_ASKED} AND g.opened_at < f.offered_at""",
    "R2: who is asked wanted to be told": f"""
        SELECT f.id FROM offers f WHERE {_ASKED} AND NOT EXISTS (
        SELECT 1 FROM customer_scores s WHERE s.customer_id = f.customer_id)""",
    "R4: one live offer a lane": f"""
        SELECT min(id) FROM offers WHERE {_FREED} AND status = 'offered'
        GROUP BY opening_id, lane HAVING count(*) > 1""",
    "R4: what is over is offered to nobody": """
        SELECT f.id FROM offers f JOIN slot_openings o ON o.id = f.opening_id
        WHERE f.status = 'offered' AND o.status <> 'open'""",
    "R4: an offer never outlives its slot": f"""
        SELECT id FROM offers WHERE {_FREED} AND expires_at > starts_at""",
    "R5: one winner": f"""
        SELECT min(id) FROM offers WHERE {_FREED} AND status = 'accepted'
        GROUP BY opening_id HAVING count(*) > 1""",
    "R5: filled and accepted are one": """
        SELECT o.id FROM slot_openings o LEFT JOIN offers f
        ON f.opening_id = o.id AND f.status = 'accepted'
        WHERE (o.status = 'filled') <> (f.id IS NOT NULL)""",
    "R5: who said yes has it, as a recovered slot": """
        SELECT o.id FROM slot_openings o JOIN offers f
        ON f.opening_id = o.id AND f.status = 'accepted'
        LEFT JOIN appointments a ON a.id = o.filled_by AND a.source = 'slot_recovery'
        AND a.customer_id = f.customer_id AND a.thread_id = f.thread_id
        AND a.staff_id = o.staff_id AND a.starts_at = o.starts_at AND a.price = f.price
        AND coalesce(a.moved_from, '') = coalesce(f.primary_id, '') WHERE a.id IS NULL""",
    "R5: no slot is recovered that was not offered": """
        SELECT a.id FROM appointments a WHERE a.source = 'slot_recovery' AND NOT EXISTS (
        SELECT 1 FROM slot_openings o WHERE o.filled_by = a.id) AND a.moved_from IS NULL""",
    "R5: whoever loses hears it": f"""
        SELECT f.id FROM offers f WHERE {_FREED} AND f.status = 'withdrawn'
        AND f.reason NOT IN ('opted_out', 'declined') AND NOT EXISTS (
        SELECT 1 FROM outbox x WHERE x.dedupe_key = 'recovery_gone:' || f.id)""",
    "R5: a move loses no booking": """
        SELECT m.id FROM appointments m WHERE m.status = 'moved' AND NOT EXISTS (
        SELECT 1 FROM appointments n WHERE n.moved_from = m.id AND n.status <> 'proposed'
        AND n.customer_id = m.customer_id AND n.price = m.price)""",
    "R5: who is moved up is moved to an earlier time": """
        SELECT n.id FROM slot_openings o JOIN appointments n ON n.id = o.filled_by
        JOIN appointments m ON m.id = n.moved_from
        WHERE m.starts_at <= n.starts_at OR m.service_id <> n.service_id
        OR m.status <> 'moved'""",
    "O1: accepted by a later message that said yes": f"""
        SELECT f.id FROM offers f LEFT JOIN messages m ON m.thread_id = f.thread_id
        AND m.seq = f.settled_seq AND m.author = 'guest' AND m.reading ->> 'meaning' = 'accept'
        WHERE {_FREED} AND f.status = 'accepted'
        AND (m.seq IS NULL OR f.settled_seq <= f.offered_seq)""",
    "O1: one message accepts one thing": """
        SELECT thread_id FROM (
            SELECT thread_id, accepted_seq AS seq FROM proposals
            WHERE status = 'accepted' AND appointment_id NOT IN (
                SELECT filled_by FROM slot_openings WHERE filled_by IS NOT NULL)
            UNION ALL SELECT thread_id, settled_seq FROM offers WHERE status = 'accepted') AS yes
        GROUP BY thread_id, seq HAVING count(*) > 1""",
    "O4: accepted and sold are one, but for a move": f"""
        SELECT f.id FROM offers f LEFT JOIN sales s ON s.offer_id = f.id
        WHERE {_FREED} AND (s.id IS NOT NULL) <> (f.status = 'accepted' AND f.primary_id IS NULL)
        OR s.price <> f.price""",
    "O5: what is offered is once in the ledger and once in the outbox": f"""
        SELECT f.id FROM offers f WHERE {_ASKED} AND (
        (SELECT count(*) FROM contacts c WHERE c.offer_id = f.id AND c.proactive
         AND c.customer_id = f.customer_id) <> 1
        OR NOT EXISTS (SELECT 1 FROM outbox x WHERE x.dedupe_key = 'recovery_offer:' || f.id))""",
    "O9: who wants no offers has none": """
        SELECT f.id FROM offers f JOIN customers c ON c.id = f.customer_id
        WHERE f.status = 'offered' AND c.offers_stopped_at IS NOT NULL""",
    "X9: no staff member and no customer is in two places": f"""
        SELECT a.id FROM appointments a JOIN appointments b ON a.id < b.id
        AND a.status IN {_LIVE} AND b.status IN {_LIVE}
        WHERE (a.staff_id = b.staff_id
               AND a.starts_at < b.busy_until AND b.starts_at < a.busy_until)
        OR (a.customer_id = b.customer_id
            AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at)""",
}

# What holds whenever the jobs have just run. A lease is a dead worker's, for two minutes at most.
SWEPT = {
    "R4: nothing is open when it begins": """
        SELECT id FROM slot_openings WHERE status = 'open' AND starts_at <= :now""",
    "R9: whatever is open is looked at in time": """
        SELECT id FROM slot_openings WHERE status = 'open' AND opened_at < :now
        AND (looks_at IS NULL OR looks_at <= :now OR looks_at > starts_at)
        AND (lease_until IS NULL OR lease_until <= :now)""",
    "R9: silence has ended what it should": f"""
        SELECT id FROM offers WHERE {_FREED} AND status = 'offered' AND expires_at <= :now""",
    "R6: what was not paid for has ended": """
        SELECT id FROM appointments WHERE hold_until <= :now""",
    # Whoever is held only by a wait may still be asked later.
    "R4: nothing is given up while somebody could be asked": """
        SELECT o.id FROM slot_openings o JOIN customer_scores s ON s.listens
        JOIN customers c ON c.id = s.customer_id AND c.offers_stopped_at IS NULL
        WHERE o.status = 'expired' AND o.reason = 'nobody_left' AND o.settled_at = :now
        AND o.starts_at > :soon AND s.tier <> 'risk'
        AND NOT EXISTS (SELECT 1 FROM slot_openings g
            WHERE g.root_id = o.root_id AND g.left_by = s.customer_id)
        AND NOT EXISTS (SELECT 1 FROM offers f JOIN slot_openings g ON g.id = f.opening_id
            WHERE g.root_id = o.root_id AND f.customer_id = s.customer_id)
        AND NOT EXISTS (SELECT 1 FROM appointments a WHERE a.customer_id = s.customer_id
            AND a.starts_at < o.busy_until AND a.busy_until > o.starts_at)""",
}


async def broken(
    connection: AsyncConnection, now: datetime, *, swept: bool = True
) -> list[tuple[str, str]]:
    """Return which law is broken by what; none if all is well."""
    values = {"now": now, "soon": now + SOON} if swept else {}
    found = await connection.execute(_query(swept), values)
    return [(law, id) for law, id in found]


@cache
def _query(swept: bool) -> TextClause:
    laws = ALWAYS | SWEPT if swept else ALWAYS
    each = (f"SELECT '{law}' AS law, x.* FROM ({query}) AS x" for law, query in laws.items())
    sql = text(" UNION ALL ".join(each))
    moments = (bindparam(name, type_=Instant) for name in ("now", "soon"))
    return sql.bindparams(*moments) if swept else sql
