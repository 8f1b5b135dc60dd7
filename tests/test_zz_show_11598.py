import os
import time as T

import pytest

import tests.support.year.whole as W
from tests.support.year.auditor import breaches

pytestmark = pytest.mark.anyio
exec(os.environ.get("PRE", ""))
YEAR = eval("W.Year(" + os.environ["YEAR"] + ")")


@pytest.mark.parametrize("database", [os.environ.get("DB", "sqlite")], indirect=True)
async def test_year(services):
    kept = {}
    orig = W.recorded

    async def rec(played, lives):
        kept["played"] = played
        return await orig(played, lives)

    W.recorded = rec
    c, w = T.process_time(), T.time()
    record, told = await W.play(services, YEAR)
    print("CPU", T.process_time() - c, "wall", T.time() - w)
    found = breaches(record)
    print(told)
    for b in found[:60]:
        print(b)
    print(len(found), "breaches", len(record.sales), "sales")
    show = (
        os.environ.get("SHOW", "").split(",")
        if os.environ.get("SHOW")
        else [b.stay for b in found][:6]
    )
    for ref in dict.fromkeys(show):
        s = record.stays[ref]
        print("=====", ref, s.person, s.channel)
        ev = [
            (x.at, f"   FACTS {x.place} {x.status} {x.payment} {x.arrival} {x.departure}")
            for x in s.facts
        ] + [
            (
                x.at,
                f"{x.who} [{x.meant} {x.about} {x.told}] {x.put and (x.put.kind, x.put.asked)}: {x.text!r}",
            )
            for x in s.said
        ]
        for at, t in sorted(ev, key=lambda e: e[0]):
            print(at.strftime("%m-%d %H:%M:%S"), t)
        for x in record.sales:
            if x.stay == ref:
                print("SALE", x)
        print([l for l in record.lines if l.stay == ref])
        print([c for c in record.chores if c.stay == ref])
        print([o.ref for o in record.of_person()[s.person.ref]])
        async with services.store.engine.connect() as con:
            from sqlalchemy import text

            for r in await con.execute(
                text(
                    "select o.kind,o.status,o.reason,due_at,offered_at,settled_at,expires_at,attempts,o.id from offers o join reservations r on r.id=o.reservation_id where r.ref=:r"
                ),
                {"r": ref},
            ):
                print(tuple(r))
            for r in await con.execute(
                text(
                    "select kind,dedupe_key,state,attempts,not_before,note,provider_ref from outbox where thread_id=(select thread_id from reservations where ref=:r)"
                ),
                {"r": ref},
            ):
                print(tuple(r))
            for r in await con.execute(
                text(
                    "select seq,author,at,substr(text,1,40),reading from messages where thread_id=(select thread_id from reservations where ref=:r)"
                ),
                {"r": ref},
            ):
                print(tuple(r))
            for r in await con.execute(
                text(
                    "select c.sent_at,c.*,o.kind from contacts c join offers o on o.id=c.offer_id where c.customer_id=(select customer_id from reservations where ref=:r)"
                ),
                {"r": ref},
            ):
                print(tuple(r))
