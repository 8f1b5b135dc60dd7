"""What must be true of the rows at any moment: each law is a query that finds who breaks it."""

from datetime import datetime
from functools import cache

from sqlalchemy import TextClause, bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection

from jirani.store.base import Instant

_LIVE = "('held', 'confirmed')"
_CHARGED = "('pending', 'unknown', 'paid')"

ALWAYS = {
    "X2: a thread has one cross-sell": """
        SELECT thread_id FROM offers WHERE kind = 'cross_sell' AND replaces IS NULL
        GROUP BY thread_id HAVING count(*) > 1""",
    "X5: what is offered begins behind the booking, at most 15 minutes later": """
        SELECT o.id FROM offers o JOIN appointments a ON a.id = o.primary_id
        WHERE o.starts_at < a.ends_at OR o.starts_at > {a.ends_at + 15 min}""",
    "X9: no staff member and no customer is in two places": f"""
        SELECT a.id FROM appointments a JOIN appointments b ON a.id < b.id
        AND a.status IN {_LIVE} AND b.status IN {_LIVE}
        WHERE (a.staff_id = b.staff_id
               AND a.starts_at < b.busy_until AND b.starts_at < a.busy_until)
        OR (a.customer_id = b.customer_id
            AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at)""",
    "X8: what is offered to one guest is booked by no other": f"""
        SELECT o.id FROM offers o JOIN appointments a ON a.staff_id = o.staff_id
        AND a.customer_id <> o.customer_id AND a.status IN {_LIVE}
        AND (a.hold_until IS NULL OR a.hold_until > :now)
        AND a.starts_at < o.busy_until AND o.starts_at < a.busy_until
        WHERE o.status = 'offered' AND o.expires_at > :now""",
    "O1: one message accepts one thing": """
        SELECT thread_id FROM (
            SELECT thread_id, accepted_seq AS seq FROM proposals WHERE status = 'accepted'
            UNION ALL SELECT thread_id, settled_seq FROM offers WHERE status = 'accepted') AS yes
        GROUP BY thread_id, seq HAVING count(*) > 1""",
    "O1: what was accepted was accepted by a later message that said yes": """
        SELECT yes.id FROM (
            SELECT id, thread_id, asked_seq AS asked, accepted_seq AS seq FROM proposals
            WHERE status = 'accepted'
            UNION ALL SELECT id, thread_id, offered_seq, settled_seq FROM offers
            WHERE status = 'accepted') AS yes
        LEFT JOIN messages m ON m.thread_id = yes.thread_id AND m.seq = yes.seq
        AND m.author = 'guest' AND m.reading ->> 'meaning' = 'accept'
        WHERE m.seq IS NULL OR yes.seq <= yes.asked""",
    "O1: nothing is booked without a yes": """
        SELECT a.id FROM appointments a WHERE a.status <> 'proposed'
        AND NOT EXISTS (SELECT 1 FROM proposals p WHERE p.appointment_id = a.id
            AND (p.status = 'accepted' OR a.status = 'released' AND p.status = 'dropped'))
        AND NOT EXISTS (SELECT 1 FROM sales s WHERE s.appointment_id = a.id)""",
    "O4: accepted and sold are one": """
        SELECT o.id FROM offers o LEFT JOIN sales s ON s.offer_id = o.id
        WHERE (o.status = 'accepted') <> (s.id IS NOT NULL)""",
    "O4: what was sold is what was offered, at its price": """
        SELECT s.id FROM sales s JOIN offers o ON o.id = s.offer_id
        JOIN appointments a ON a.id = s.appointment_id
        WHERE s.price <> o.price OR a.price <> o.price OR a.staff_id <> o.staff_id
        OR a.starts_at <> o.starts_at OR a.service_id <> o.service_id""",
    "X10: a no sets the flag": """
        SELECT o.id FROM offers o JOIN threads t ON t.id = o.thread_id
        WHERE o.status = 'declined' AND NOT t.cross_sell_declined""",
    "X10: silence is at its deadline": """
        SELECT id FROM offers WHERE reason = 'silence'
        AND (status <> 'expired' OR settled_at < expires_at)""",
    "X11: a late yes takes the same slot at the same price, of an offer that ended by silence": """
        SELECT l.id FROM offers l LEFT JOIN offers o ON o.id = l.replaces
        AND o.price = l.price AND o.starts_at = l.starts_at AND o.staff_id = l.staff_id
        AND o.service_id = l.service_id AND o.status = 'expired' AND o.reason = 'silence'
        WHERE l.replaces IS NOT NULL AND (o.id IS NULL OR l.status <> 'accepted')""",
    "X12: one charge and one retry": """
        SELECT i.appointment_id FROM payment_items i JOIN payments p ON p.id = i.payment_id
        WHERE p.method <> 'venue' GROUP BY i.appointment_id HAVING count(*) > 2""",
    "P1: nothing is paid twice, or asked for twice, or once it has been paid": f"""
        SELECT i.appointment_id FROM payment_items i JOIN payments p ON p.id = i.payment_id
        JOIN payment_items j ON j.appointment_id = i.appointment_id
        JOIN payments q ON q.id = j.payment_id AND q.id <> p.id
        WHERE p.status IN {_CHARGED} AND q.status IN {_CHARGED}
        AND NOT (p.status = 'paid' AND q.status <> 'paid' AND q.created_at < p.settled_at)
        AND NOT (q.status = 'paid' AND p.status <> 'paid' AND p.created_at < q.settled_at)""",
    "P3: one open charge a phone": """
        SELECT phone FROM payments WHERE status IN ('pending', 'unknown')
        GROUP BY phone HAVING count(*) > 1""",
    "P4: a charge is the plain sum of its items": """
        SELECT p.id FROM payments p LEFT JOIN payment_items i ON i.payment_id = p.id
        GROUP BY p.id, p.amount HAVING p.amount <> coalesce(sum(i.amount), 0)""",
    "P4: an item is charged at the price that was agreed": """
        SELECT i.payment_id FROM payment_items i JOIN appointments a ON a.id = i.appointment_id
        WHERE i.amount <> a.price""",
    "paid is final: it is not released": """
        SELECT a.id FROM payments p JOIN payment_items i ON i.payment_id = p.id
        JOIN appointments a ON a.id = i.appointment_id
        WHERE p.status = 'paid'
        AND (a.status IN ('held', 'released') OR a.hold_until IS NOT NULL)""",
}

# What holds whenever the sweeper has just been here.
SWEPT = {
    "X10: silence has ended what it should": """
        SELECT id FROM offers WHERE status = 'offered' AND expires_at <= :now""",
    "a question lapses": """
        SELECT id FROM proposals WHERE status = 'open' AND expires_at <= :now""",
    "X10: the charge has gone out": """
        SELECT id FROM threads WHERE charge_at <= :now""",
    "X12: an unpaid hold has ended": """
        SELECT id FROM appointments WHERE hold_until <= :now""",
    "X10: both of one charge share its outcome": f"""
        SELECT i.payment_id FROM payments p
        JOIN payment_items i ON i.payment_id = p.id JOIN payment_items j ON j.payment_id = p.id
        JOIN appointments a ON a.id = i.appointment_id JOIN appointments b
        ON b.id = j.appointment_id
        WHERE a.status IN {_LIVE} AND b.status = 'released'
        AND NOT EXISTS (SELECT 1 FROM payment_items k JOIN payments q ON q.id = k.payment_id
        JOIN appointments m ON m.id = k.appointment_id
        WHERE q.thread_id = p.thread_id AND q.id <> p.id AND q.status = 'paid'
        AND (m.id = a.id OR m.status = 'moved'))""",
}
_FIFTEEN = {
    "sqlite": "strftime('%Y-%m-%d %H:%M:%f000', a.ends_at, '+15 minutes')",
    "postgresql": "a.ends_at + interval '15 minutes'",
}


async def broken(
    connection: AsyncConnection, now: datetime, *, swept: bool
) -> list[tuple[str, str]]:
    """Return which law is broken by what; none if all is well."""
    query = _query(connection.dialect.name, swept)
    return [(law, id) for law, id in await connection.execute(query, {"now": now})]


@cache
def _query(dialect: str, swept: bool) -> TextClause:
    laws = ALWAYS | SWEPT if swept else ALWAYS
    each = (f"SELECT '{law}' AS law, x.* FROM ({query}) AS x" for law, query in laws.items())
    sql = " UNION ALL ".join(each).replace("{a.ends_at + 15 min}", _FIFTEEN[dialect])
    return text(sql).bindparams(bindparam("now", type_=Instant))
