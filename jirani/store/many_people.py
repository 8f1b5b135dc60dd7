"""Guests, stays, words and what leaves, of a unit for many."""

from typing import Any

from sqlalchemy import bindparam, update

from jirani.rules.facts import Customer, GuestPreference, Listing, Preference, Reservation, Thread
from jirani.rules.message import Message
from jirani.rules.stays.settings import StaySetting
from jirani.store.many import AheadRows
from jirani.store.rows.base import BUSINESS, table_of
from jirani.store.rows.decisions import DecisionRows
from jirani.store.rows.messages import MessageRows
from jirani.store.rows.outbox import Entry, OutboxRows
from jirani.store.rows.people import CustomerRows, ThreadRows
from jirani.store.rows.preferences import PreferenceRows
from jirani.store.rows.stay_settings import StaySettingRows
from jirani.store.rows.stays import ListingRows, ReservationRows
from jirani.store.tables.conversation import MessageRow
from jirani.store.tables.money import OutboxRow
from jirani.store.tables.stays import ReservationRow

LAST = 20  # messages of a conversation that are read ahead
_reservations, _outbox = table_of(ReservationRow), table_of(OutboxRow)
_ID = bindparam("of_id", type_=_outbox.c.id.type)
_SEEN = update(_reservations).where(
    _reservations.c.business_id == BUSINESS, _reservations.c.id == _ID
)
_CHANGED = update(_outbox).where(_outbox.c.business_id == BUSINESS, _outbox.c.id == _ID)


class ManyStays(AheadRows, ReservationRows):
    """Our copies of stays; those read ahead are locked."""

    async def put(self, reservation: Reservation) -> bool:
        """Bring a stay up to date; False if ours is newer (U2)."""
        known: Reservation | None = None
        if ("stay", reservation.id) in self.ahead:
            known = self.ahead["stay", reservation.id]
        if known is None or (known.pms, known.ref) != (reservation.pms, reservation.ref):
            self.ahead.forget_all("stay", "stay by ref")
            return await super().put(reservation)
        if not _as_new(reservation, known):
            return False
        names = reservation.__dataclass_fields__
        changes = {
            name: getattr(reservation, name)
            for name in names
            if getattr(reservation, name) != getattr(known, name)
        }
        if changes:
            about = {"of_business": self.business_id, "of_id": known.id}
            self.ahead.write(_SEEN, about | changes)
        self.keep(reservation)
        return True

    def keep(self, reservation: Reservation) -> None:
        """Remember a stay as it is now."""
        self.ahead["stay", reservation.id] = reservation
        self.ahead["stay by ref", reservation.pms, reservation.ref] = reservation

    async def get(self, reservation_id: str) -> Reservation:
        """Return a reservation; LookupError if there is none."""
        if ("stay", reservation_id) in self.ahead:
            found: Reservation = self.ahead["stay", reservation_id]
            return found
        return await super().get(reservation_id)

    async def by_ref(self, pms: str, ref: str) -> Reservation | None:
        """Return the reservation that a PMS knows by this reference, or None."""
        if ("stay by ref", pms, ref) in self.ahead:
            found: Reservation = self.ahead["stay by ref", pms, ref]
            return found
        return await super().by_ref(pms, ref)


def _as_new(told: Reservation, known: Reservation) -> bool:
    for said, before in ((told.updated_at, known.updated_at), (told.seen_at, known.seen_at)):
        if said is not None and before is not None and before > said:
            return False
    return True


class ManyListings(AheadRows, ListingRows):
    """Places that are let by the night."""

    async def put(self, listing: Listing) -> None:
        """Add a listing, or bring the one of that id up to date."""
        self.ahead.forget_all("listing", "listing by ref")
        await super().put(listing)

    def keep(self, listing: Listing) -> None:
        """Remember a listing."""
        self.ahead["listing", listing.id] = listing
        self.ahead["listing by ref", listing.pms, listing.ref] = listing

    async def get(self, listing_id: str) -> Listing:
        """Return a listing; LookupError if there is none."""
        if ("listing", listing_id) in self.ahead:
            found: Listing = self.ahead["listing", listing_id]
            return found
        return await super().get(listing_id)

    async def by_ref(self, pms: str, ref: str) -> Listing | None:
        """Return the listing that a PMS knows by this reference, or None."""
        if ("listing by ref", pms, ref) in self.ahead:
            found: Listing = self.ahead["listing by ref", pms, ref]
            return found
        return await super().by_ref(pms, ref)


class ManyCustomers(AheadRows, CustomerRows):
    """People known to the business."""

    async def get(self, customer_id: str) -> Customer:
        """Return a customer; LookupError if there is none."""
        if ("guest", customer_id) in self.ahead:
            found: Customer = self.ahead["guest", customer_id]
            return found
        return await super().get(customer_id)

    async def change(self, customer_id: str, **changes: Any) -> None:
        """Change a contact or a preference."""
        self.ahead.forget(("guest", customer_id))
        await super().change(customer_id, **changes)


class ManyPreferences(AheadRows, PreferenceRows):
    """What guests wish of offers."""

    async def of_guest(self, customer_id: str) -> tuple[GuestPreference, ...]:
        """Return a guest's wishes, by name."""
        if ("wishes", customer_id) in self.ahead:
            found: tuple[GuestPreference, ...] = self.ahead["wishes", customer_id]
            return found
        return await super().of_guest(customer_id)

    async def drop(self, customer_id: str, name: Preference) -> bool:
        """Take a wish back; False if there was none."""
        self.ahead.forget(("wishes", customer_id))
        return await super().drop(customer_id, name)


class ManyThreads(AheadRows, ThreadRows):
    """Conversations."""

    async def get(self, thread_id: str) -> Thread:
        """Return a thread; LookupError if there is none."""
        if ("thread", thread_id) in self.ahead:
            found: Thread = self.ahead["thread", thread_id]
            return found
        return await super().get(thread_id)

    async def change(self, thread_id: str, **changes: Any) -> None:
        """Change a fact or a flag of a thread."""
        self.ahead.forget(("thread", thread_id))
        await super().change(thread_id, **changes)


class ManyMessages(AheadRows, MessageRows):
    """What was said; a thread whose newest place was read is locked."""

    async def by_key(self, dedupe_key: str) -> Message | None:
        """Return the message that came with this key, if it came before."""
        if ("message", dedupe_key) in self.ahead:
            found: Message | None = self.ahead["message", dedupe_key]
            return found
        return await super().by_key(dedupe_key)

    async def last(self, thread_id: str, n: int) -> list[Message]:
        """Return the last messages, oldest first."""
        if ("said", thread_id) in self.ahead and n <= LAST:
            found: tuple[Message, ...] = self.ahead["said", thread_id]
            return list(found[-n:])
        return await super().last(thread_id, n)

    async def add(self, thread_id: str, author: str, text: str, at: Any, **more: Any) -> int:
        """Append a message; return its place in the thread."""
        self.ahead.forget(("said", thread_id), ("message", more.get("dedupe_key")))
        if ("seq", thread_id) not in self.ahead:
            return await super().add(thread_id, author, text, at, **more)
        seq: int = self.ahead["seq", thread_id] + 1
        self.ahead["seq", thread_id] = seq
        more.pop("locked", None)
        said = {"author": author, "text": text, "at": at, **more}
        await self.insert(MessageRow, thread_id=thread_id, seq=seq, **said)
        return seq


class ManyEntries(AheadRows, OutboxRows):
    """What is to leave; entries read ahead by their id are locked."""

    async def entry(self, id: str) -> Entry:
        """Return an entry; LookupError if there is none."""
        if ("entry", id) in self.ahead:
            found: Entry = self.ahead["entry", id]
            return found
        return await super().entry(id)

    async def by_key(self, dedupe_key: str) -> Entry | None:
        """Return what was queued under a key, or None."""
        if ("entry by key", dedupe_key) in self.ahead:
            found: Entry | None = self.ahead["entry by key", dedupe_key]
            return found
        return await super().by_key(dedupe_key)

    async def put(self, id: str, *, dedupe_key: str, **values: Any) -> bool:
        """Queue something once; False if the same was queued before."""
        put = await super().put(id, dedupe_key=dedupe_key, **values)
        self.ahead.forget(("entry by key", dedupe_key))
        return put

    async def change(self, id: str, **changes: Any) -> None:
        """Change where an entry stands."""
        locked = ("entry", id) in self.ahead
        key = self.ahead.get(("key of", id))
        if key is None:
            self.ahead.forget_all("entry", "entry by key")
        self.ahead.forget(("entry", id), ("entry by key", key))
        if not locked:
            await super().change(id, **changes)
            return
        about = {"of_business": self.business_id, "of_id": id}
        self.ahead.write(_CHANGED, about | changes)


class ManySettings(AheadRows, StaySettingRows):
    """How listings sell each kind."""

    async def of_listing(self, listing_id: str) -> tuple[StaySetting, ...]:
        """Return the settings that a listing is sold by: its own, and every listing's."""
        if ("settings", listing_id) in self.ahead:
            found: tuple[StaySetting, ...] = self.ahead["settings", listing_id]
            return found
        return await super().of_listing(listing_id)


class ManyDecisions(AheadRows, DecisionRows):
    """The why-not ledger."""

    async def record(self, *args: Any, subject: str | None = None, **named: Any) -> None:
        """Keep what a guard said and the facts it saw."""
        self.ahead.forget(("planned", subject))
        await super().record(*args, subject=subject, **named)

    async def planned(self, thread_id: str, subject: str) -> dict[str, str]:
        """Return what each guard said last at planning about a subject."""
        if ("planned", subject) in self.ahead:
            found: dict[str, str] = self.ahead["planned", subject]
            return found
        return await super().planned(thread_id, subject)
