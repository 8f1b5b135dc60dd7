"""Hosts with many stays: one stay taken in by the product itself, and many copies of it."""

from datetime import datetime, time, timedelta
from typing import Any

import asyncpg

from jirani.connectors.memory_pms import MemoryPms
from jirani.connectors.pms import PmsListing, PmsReservation, Written
from jirani.rules.facts import (
    STAY_KINDS,
    Business,
    OfferKind,
    PaymentPolicy,
    StayPayment,
    StayStatus,
)
from jirani.services import Services
from jirani.services.accounts import KnownAccounts
from jirani.services.stays.intake import sync
from jirani.services.stays.settings import set_setting

HOSTS = ("host-0", "host-1", "host-2", "host-3")
FIRST = "0"  # the number of the stay that there shall be many of
ZONE, DAY = "Europe/Lisbon", timedelta(days=1)
SOLD = {"active": True, "price": 2500, "wall": "09:00"}

# Every row of one stay, with what differs in each copy; {n} is the copy's number.
_COPIED: dict[str, dict[str, str]] = {
    "customers": {"id": "guest-{n}"},
    "identities": {"customer_id": "guest-{n}", "peer": "guest-{n}"},
    "threads": {"id": "thread-{n}", "customer_id": "guest-{n}", "peer": "conversation-{n}"},
    "listings": {"id": "place-{n}", "ref": "place-{n}"},
    "reservations": {
        "id": "stay-{n}",
        "ref": "{n}",
        "listing_id": "place-{n}",
        "customer_id": "guest-{n}",
        "thread_id": "thread-{n}",
        "conversation": "conversation-{n}",
    },
    "decisions": {"thread_id": "thread-{n}", "subject": "stay-{n}", "id": "{n}-"},
    "offers": {
        "id": "offer-{n}",
        "customer_id": "guest-{n}",
        "thread_id": "thread-{n}",
        "reservation_id": "stay-{n}",
        "listing_id": "place-{n}",
    },
}


class ManyPms(MemoryPms):
    """A PMS in memory that makes up a stay, and its place, when it is first asked about it."""

    arrives: datetime

    async def reservation(self, ref: str) -> PmsReservation | None:
        """Read a stay: there are as many as anybody asks for."""
        self._made_up(ref)
        return await super().reservation(ref)

    async def post(self, conversation: str, text: str, key: str) -> Written:
        """Post a text, also where another process has asked about the stay."""
        self._made_up(conversation.removeprefix("conversation-"))
        return await super().post(conversation, text, key)

    def _made_up(self, ref: str) -> None:
        if ref not in self.world.reservations:
            place = PmsListing(f"place-{ref}", "Sea flat", ZONE, "EUR", time(15), time(11))
            self.world.place(place, 12_000)
            told = (ref, place.ref, StayStatus.CONFIRMED, StayPayment.PAID)
            arrival = self.arrives.date()
            guest: dict[str, Any] = {"channel": "direct", "guest_ref": f"guest-{ref}"}
            stay = PmsReservation(*told, arrival, arrival + 4 * DAY, **guest, currency="EUR")
            self.world.put(stay)


def pms_of_many(services: Services, now: datetime) -> ManyPms:
    """Return such a PMS, where everybody arrives in three days."""
    pms = ManyPms(services.clock.now)
    pms.arrives = now + 3 * DAY
    return pms


def accounts(pms: ManyPms) -> KnownAccounts:
    """Return the accounts of all hosts with it."""
    return KnownAccounts({(host, pms.name): pms for host in HOSTS})


async def first_of_each(services: Services, now: datetime) -> None:
    """Let every host sell early check-ins, and take in one stay each."""
    about = ("stays", ZONE, "EUR", "en", PaymentPolicy.PAY_OR_VENUE)
    for host in HOSTS:
        async with services.store.begin(host) as work:
            await work.business.add(Business(host, host, host, *about), now)
        for kind in OfferKind:
            if kind in STAY_KINDS:
                settings = SOLD if kind is OfferKind.EARLY_CHECK_IN else {"active": False}
                for name, value in settings.items():
                    await set_setting(
                        services, host, name, value, kind=str(kind), listing_id="", by="host"
                    )
    await sync(services, HOSTS[0], "memory", FIRST)


async def multiply(line: asyncpg.Connection, stays: int, future: int, now: datetime) -> None:
    """Make many of the first stay, each with an offer that is due; and offers for later days.

    Those for later are copies of the offer alone: nothing looks at their stays.
    """
    first = await _named(line)
    async with line.transaction():
        # Nobody checks what a copy refers to: a million times that takes minutes.
        await line.execute("SET LOCAL session_replication_role = replica")
        for table, columns in _COPIED.items():
            await _copy(line, first, table, columns, 1, stays)
        await later(line, 0, future, now)
        await line.execute("DELETE FROM offers WHERE id = $1", first["offers"])
    await line.execute("ANALYZE")


async def later(line: asyncpg.Connection, have: int, want: int, now: datetime) -> None:
    """Add offers for later days, spread over sixty of them, to those there are."""
    await line.execute("SET session_replication_role = replica")
    await line.execute(
        "INSERT INTO offers SELECT x.* FROM offers AS r, "
        "generate_series($1::int + 1, $2::int) AS g, "
        "LATERAL jsonb_populate_record(r, jsonb_build_object('id', 'later-' || g, "
        "'business_id', 'host-' || g % 4, 'status', 'scheduled', 'leaving_at', null, "
        "'lease_until', null, 'claim_token', null, 'attempts', 0, 'offered_at', null, "
        "'reservation_id', 'later-' || g, 'customer_id', 'later-' || g, "
        "'thread_id', 'later-' || g, "
        "'due_at', $3::timestamptz + interval '1 hour' "
        "+ (g::bigint * 7919 % 5184000) * interval '1 s')) AS x WHERE (r.business_id, r.id) = "
        "(SELECT business_id, id FROM offers WHERE id LIKE 'offer-%' LIMIT 1)",
        *(have, want, now),
    )
    await line.execute("SET session_replication_role = DEFAULT")
    await line.execute("ANALYZE offers")


async def _copy(
    line: asyncpg.Connection,
    first: dict[str, str],
    table: str,
    columns: dict[str, str],
    begin: int,
    end: int,
) -> None:
    changed = "".join(
        f", '{name}', replace('{form}', '{{n}}', g::text)" for name, form in columns.items()
    )
    if table == "decisions":
        changed += " || r.id"
    if table == "offers":  # one after the other, all of them due
        changed += ", 'due_at', r.due_at + g * interval '1 us'"
    where = f"id = '{first[table]}'" if table in first else "business_id = 'host-0'"
    await line.execute(
        f"INSERT INTO {table} SELECT x.* FROM {table} AS r, generate_series({begin}, {end}) AS g, "
        f"LATERAL jsonb_populate_record(r, "
        f"jsonb_build_object('business_id', 'host-' || g % 4{changed})) AS x WHERE r.{where}"
    )


async def _named(line: asyncpg.Connection) -> dict[str, str]:
    row = await line.fetchrow("SELECT * FROM offers WHERE kind = 'early_check_in'")
    if row is None:
        raise LookupError("there is no offer to be multiplied")
    return {
        "offers": row["id"],
        "customers": row["customer_id"],
        "threads": row["thread_id"],
        "listings": row["listing_id"],
        "reservations": row["reservation_id"],
    }


async def unsent(line: asyncpg.Connection) -> None:
    """Make it as before anything was sent."""
    for table in ("stay_claims", "contacts", "outbox", "messages"):
        await line.execute(f"TRUNCATE {table} CASCADE")
    await line.execute("DELETE FROM decisions WHERE stage = 'sending'")
    await line.execute(
        "UPDATE offers SET status = 'scheduled', offered_at = NULL, leaving_at = NULL,"
        " lease_until = NULL, claim_token = NULL, offered_seq = NULL, expires_at = NULL,"
        " terms = NULL, price = NULL, currency = NULL WHERE id LIKE 'offer-%'"
    )
    await line.execute("VACUUM ANALYZE")
