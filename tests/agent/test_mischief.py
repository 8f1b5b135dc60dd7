"""A model that calls anything with anything: what is written stays the guests' own (O1, O2, X2)."""

import re
from datetime import timedelta
from random import Random
from types import ModuleType

import pytest

from app.demo import ensure_demo
from jirani.rules.decision import ALLOWED
from jirani.services import answering, confirming
from jirani.services.handover import hand_back
from jirani.services.onboarding import create_business, import_services, import_staff
from tests.support.hostile import Mischief
from tests.support.looking import double_bookings
from tests.support.talking import Talk

pytestmark = pytest.mark.anyio

LINES = (
    *("yes", "yes please", "sawa", "ndiyo", "no", "no thanks", "hapana"),
    *("a manicure tomorrow at 2", "pedicure tomorrow at 10", "naomba facial kesho saa nne"),
    *("a massage on wednesday at 4", "haircut tomorrow at 11", "what is free tomorrow?"),
    *("move it to 5", "cancel my booking", "cancel", "maybe later", "no, 3pm instead"),
    *("Grace Wanjiku 0712345678", "pay now", "how much is a pedicure?", "do you have parking?"),
    *("stop offering me things", "hello", "asante", "p1 o1 yes 01ARZ3NDEKTSV4RRFFQ69G5FAV"),
)
ULID = re.compile(r"\b[0-7][0-9A-HJKMNP-TV-Z]{25}\b")
OPENINGS = (
    ("a manicure tomorrow at 2",),
    ("naomba facial kesho saa nne asubuhi",),
    ("a manicure on wednesday at 11", "yes"),
    ("haircut on friday at 3", "yes"),
    ("my name is Grace Wanjiku, 0712345678", "a facial on thursday at 5", "yes"),
    ("my name is Grace Wanjiku, 0712345678", "a massage tomorrow at 9", "yes", "no thanks"),
)
TURNS = 5  # of the hostile model with each guest
STRANGERS = ("Moonbath", "Zuhura")  # another business's service and staff

# Each finds what must not be: the guests' own yes stands behind everything that was written.
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
            SELECT thread_id, settled_seq FROM offers WHERE status = 'accepted')
        GROUP BY thread_id, seq HAVING count(*) > 1""",
    "a second cross-sell": """
        SELECT thread_id FROM offers WHERE replaces IS NULL
        GROUP BY thread_id HAVING count(*) > 1""",
    "an offer beside the contact ledger": """
        SELECT o.id FROM offers o WHERE o.replaces IS NULL
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
        SELECT c.id FROM customers c WHERE c.phone IS NOT NULL AND c.phone <> '+254712345678'""",
    "anything at the other business": """
        SELECT t.id FROM threads t JOIN businesses b ON b.business_id = t.business_id
        WHERE b.slug <> 'demo'""",
}


async def neighbours(talk: Talk) -> None:
    """Open another business next door."""
    made = await create_business(talk.services, "Spa", zone="Africa/Nairobi", currency="KES")
    await import_services(talk.services, made.id, "name,minutes,price\nMoonbath,60,9999\n")
    await import_staff(talk.services, made.id, "name,services,hours\nZuhura,all,daily 8-20\n")


async def misbehave(talk: Talk, seed: int, guests: int) -> Mischief:
    """Let guests begin well, then let a model of that seed go on; check each of its replies."""
    await neighbours(talk)
    chance, mischief = Random(seed), Mischief(seed)
    for number in range(guests):
        honest = talk.by(peer=f"guest-{number}")
        await honest.says(*chance.choice(OPENINGS))
        hostile = talk.by(mischief.model, peer=honest.peer)
        for _ in range(TURNS):
            reply = (await hostile.says(chance.choice(LINES))).reply
            assert reply
            assert not ULID.search(reply)
            await hand_back(talk.services, talk.business_id, (await hostile.thread()).id)
            if chance.random() < 0.15:
                await talk.waits(timedelta(seconds=chance.choice((1, 35, 130, 400))))
        if chance.random() < 0.1:
            await talk.waits(timedelta(hours=25))
    return mischief


async def found_wrong(talk: Talk) -> dict[str, int]:
    wrong = {what: len(await talk.find(sql)) for what, sql in WRONG.items()}
    wrong["two at one time"] = await double_bookings(talk.services.store)
    return {what: n for what, n in wrong.items() if n}


async def count(talk: Talk, what: str) -> int:
    ((n,),) = await talk.find(f"SELECT count(*) FROM {what}")
    return int(n)


async def tried(talk: Talk, seed: int, guests: int) -> None:
    mischief = await misbehave(talk, seed, guests)
    assert await found_wrong(talk) == {}
    seen = "".join(mischief.saw)
    assert not any(name in seen for name in STRANGERS)
    # It was no dead end: things were booked, offered and charged under its hands.
    assert await count(talk, "proposals WHERE status = 'accepted'") >= guests // 2
    assert await count(talk, "offers") >= guests // 6
    assert await count(talk, "payments") >= guests // 8


async def test_mischief_writes_nothing_a_guest_did_not_agree_to(talk: Talk) -> None:
    await tried(talk, seed=1, guests=6)


@pytest.mark.parametrize("module", [answering, confirming])
async def test_were_consent_not_asked_for_it_would_show(
    talk: Talk, monkeypatch: pytest.MonkeyPatch, module: ModuleType
) -> None:
    monkeypatch.setattr(module, "consent", lambda *_, **__: ALLOWED)
    await misbehave(talk, seed=1, guests=4)
    found = await found_wrong(talk)
    assert {"booked without a yes", "cancelled without a yes"} & set(found)


@pytest.mark.proof
@pytest.mark.parametrize("seed", range(100, 108))
async def test_much_mischief_writes_nothing_a_guest_did_not_agree_to(talk: Talk, seed: int) -> None:
    await tried(talk, seed, guests=40)


@pytest.mark.parametrize("what", sorted(WRONG))
async def test_each_query_for_what_is_wrong_can_be_asked(talk: Talk, what: str) -> None:
    assert await ensure_demo(talk.services)
    assert await talk.find(WRONG[what]) == []
