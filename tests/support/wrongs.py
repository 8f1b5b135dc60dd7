"""What must not be found in the rows: the guests' own yes is behind all that is written."""

from jirani.store.work import Store
from tests.support.looking import double_bookings, rows

WRONG = {
    "booked without a yes": """
        SELECT a.id FROM appointments a WHERE a.status IN ('held', 'confirmed', 'moved')
        AND NOT EXISTS (
            SELECT 1 FROM proposals p JOIN messages m
            ON m.thread_id = p.thread_id AND m.seq = p.accepted_seq
            WHERE p.appointment_id = a.id AND p.kind IN ('book', 'move') AND p.status = 'accepted'
            AND p.accepted_seq > p.asked_seq AND m.author = 'guest'
            AND json_extract(m.reading, '$.meaning') = 'accept')
        AND NOT EXISTS (
            SELECT 1 FROM sales s JOIN offers o ON o.id = s.offer_id JOIN messages m
            ON m.thread_id = o.thread_id AND m.seq = o.settled_seq
            WHERE s.appointment_id = a.id AND o.status = 'accepted'
            AND o.settled_seq > o.offered_seq AND m.author = 'guest'
            AND json_extract(m.reading, '$.meaning') = 'accept')""",
    "cancelled without a yes": """
        SELECT a.id FROM appointments a WHERE a.status = 'cancelled' AND NOT EXISTS (
            SELECT 1 FROM proposals p JOIN messages m
            ON m.thread_id = p.thread_id AND m.seq = p.accepted_seq
            WHERE p.appointment_id = a.id AND p.kind = 'cancel' AND p.accepted_seq > p.asked_seq
            AND json_extract(m.reading, '$.meaning') = 'accept')""",
    "one yes for two": """
        SELECT thread_id, seq FROM (
            SELECT thread_id, accepted_seq AS seq FROM proposals WHERE accepted_seq IS NOT NULL
            UNION ALL
            SELECT thread_id, settled_seq FROM offers WHERE status = 'accepted') AS settled
        GROUP BY thread_id, seq HAVING count(*) > 1""",
    "a second cross-sell": """
        SELECT thread_id FROM offers WHERE kind = 'cross_sell' AND replaces IS NULL
        GROUP BY thread_id HAVING count(*) > 1""",
    "an offer beside the contact ledger": """
        SELECT o.id FROM offers o WHERE o.replaces IS NULL AND o.offered_at IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM contacts c WHERE c.offer_id = o.id)""",
    "a sale without its offer's price": """
        SELECT s.id FROM sales s JOIN offers o ON o.id = s.offer_id
        WHERE s.price <> o.price OR o.status <> 'accepted'""",
    "a charge beyond its bookings": """
        SELECT p.id FROM payments p WHERE p.amount <> (
            SELECT coalesce(sum(a.price), 0) FROM payment_items i
            JOIN appointments a ON a.id = i.appointment_id WHERE i.payment_id = p.id)""",
    "two charges taken for one booking": """
        SELECT i.appointment_id FROM payment_items i JOIN payments p ON p.id = i.payment_id
        WHERE p.status = 'paid' GROUP BY i.appointment_id HAVING count(*) > 1""",
    "a price of somebody's own": """
        SELECT a.id FROM appointments a JOIN services s ON s.id = a.service_id
        WHERE a.price <> s.price""",
    "a contact the guest did not write": """
        SELECT c.id FROM customers c JOIN threads t
        ON t.business_id = c.business_id AND t.customer_id = c.id
        WHERE t.peer LIKE 'guest-%' AND c.phone <> '+254712345678'""",
    "anything at the other business": """
        SELECT t.id FROM threads t JOIN businesses b ON b.business_id = t.business_id
        WHERE b.slug <> 'demo' AND t.peer LIKE 'guest-%'""",
}


async def found_in(store: Store, what: str) -> int:
    """Count the rows that are wrong in one way, on either database."""
    sql = WRONG[what]
    if store.engine.dialect.name == "postgresql":
        sql = sql.replace("json_extract(m.reading, '$.meaning')", "m.reading ->> 'meaning'")
    return len(await rows(store, sql))


async def found_wrong(store: Store) -> dict[str, int]:
    """Count what is wrong, by its name; empty if nothing is."""
    wrong = {what: await found_in(store, what) for what in WRONG}
    wrong["two at one time"] = await double_bookings(store)
    return {what: n for what, n in wrong.items() if n}
