"""What a unit for many reads ahead: all that sending due offers asks, in one statement each."""

from collections.abc import Awaitable, Callable, Collection, Hashable, Iterable
from typing import Any, TypeVar, cast

from sqlalchemy import ColumnElement, Select, Table, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from jirani.rules.facts import (
    Contact,
    Customer,
    GuestPreference,
    Listing,
    OfferStatus,
    Reservation,
    StayOffer,
    Thread,
)
from jirani.rules.message import Message
from jirani.rules.stays.settings import StaySetting
from jirani.store.among import among
from jirani.store.base import Identified
from jirani.store.many import Ahead, AheadRows, Asked
from jirani.store.many_offers import ManyClaims, ManyContacts, ManyStayOffers
from jirani.store.many_people import (
    LAST,
    ManyCustomers,
    ManyDecisions,
    ManyEntries,
    ManyListings,
    ManyMessages,
    ManyPreferences,
    ManySettings,
    ManyStays,
    ManyThreads,
)
from jirani.store.rows.base import BUSINESS, Rows, columns_of, table_of
from jirani.store.rows.outbox import Entry
from jirani.store.rows.stay_claims import StayClaim
from jirani.store.rows.stay_endings import UNSETTLED
from jirani.store.rows.stay_terms import offer_of
from jirani.store.tables.conversation import CustomerRow, DecisionRow, MessageRow, ThreadRow
from jirani.store.tables.money import OutboxRow
from jirani.store.tables.selling import ContactRow, OfferRow
from jirani.store.tables.stays import (
    GuestPreferenceRow,
    ListingRow,
    ReservationRow,
    StayClaimRow,
    StaySettingRow,
)
from jirani.store.work import Work

T = TypeVar("T")
Ids = Collection[str]
_offers, _claims = table_of(OfferRow), table_of(StayClaimRow)
_threads, _messages = table_of(ThreadRow), table_of(MessageRow)
_contacts, _decisions = table_of(ContactRow), table_of(DecisionRow)
_outbox, _settings = table_of(OutboxRow), table_of(StaySettingRow)
_wishes = table_of(GuestPreferenceRow)


def _by(column: ColumnElement[Any], *columns: Any, order: Any = None) -> Select[Any]:
    """Write down, once, how this business's rows are read by many values of a column."""
    table = cast(Table, column.table)
    found = select(*columns).where(table.c.business_id == BUSINESS, among(column, "ids"))
    return found.order_by(*order) if order else found


def _facts(kind: type[Any], row: type[Identified]) -> Select[Any]:
    table = table_of(row)
    return _by(table.c.id, *columns_of(kind, table), order=(table.c.id,))


def _locked(found: Select[Any]) -> Select[Any]:
    return found.with_for_update(key_share=True)


_offer, _entry = columns_of(StayOffer, _offers), columns_of(Entry, _outbox)
_BY_ID = {
    kind: _facts(kind, row)
    for kind, row in (
        (Listing, ListingRow),
        (Customer, CustomerRow),
        (Thread, ThreadRow),
        (Reservation, ReservationRow),
    )
}
_OFFERS = _by(_offers.c.id, _offers.c.claim_token, *_offer, order=(_offers.c.id,)).where(
    _offers.c.reservation_id.is_not(None)
)
_OF_STAY = _by(_offers.c.reservation_id, *_offer, order=(_offers.c.id,))
_OF_GUEST = _by(_offers.c.customer_id, *_offer, order=(_offers.c.id,)).where(
    _offers.c.reservation_id.is_not(None), _offers.c.status.in_(UNSETTLED)
)
_ENTRIES = _by(_outbox.c.id, _outbox.c.dedupe_key, *_entry, order=(_outbox.c.id,))
_BY_KEY = _by(_outbox.c.dedupe_key, _outbox.c.dedupe_key, *_entry)
_SENT = _by(_contacts.c.customer_id, _contacts.c.customer_id, *columns_of(Contact, _contacts))
_NO = _by(_offers.c.customer_id, _offers.c.customer_id, _offers.c.settled_at).where(
    _offers.c.status == OfferStatus.DECLINED, _offers.c.settled_at.is_not(None)
)
_WISHED = _by(_wishes.c.customer_id, *columns_of(GuestPreference, _wishes), order=(_wishes.c.name,))
_CLAIMED = _by(_claims.c.offer_id, _claims.c.offer_id)
_LIVE = _by(
    _claims.c.listing_id,
    *columns_of(StayClaim, _claims),
    order=(_claims.c.starts_at, _claims.c.offer_id),
).where(_claims.c.live)
_place = func.row_number().over(partition_by=_messages.c.thread_id, order_by=_messages.c.seq.desc())
_newest = _by(
    _messages.c.thread_id, *columns_of(Message, _messages), _place.label("place")
).subquery()
_SAID = (
    select(*columns_of(Message, _newest))
    .where(_newest.c.place <= LAST)
    .order_by(_newest.c.thread_id, _newest.c.seq)
)
_PLACES = _by(_messages.c.thread_id, _messages.c.thread_id, func.max(_messages.c.seq)).group_by(
    _messages.c.thread_id
)
_TOLD = _by(_messages.c.dedupe_key, *columns_of(Message, _messages))
_PLANNED = _by(
    _decisions.c.thread_id,
    *(_decisions.c.subject, _decisions.c.guard, _decisions.c.reason),
    order=(_decisions.c.id,),
).where(_decisions.c.stage == "planning", among(_decisions.c.subject, "more"))
_SOLD = _by(
    _settings.c.listing_id,
    *columns_of(StaySetting, _settings),
    order=(_settings.c.listing_id, _settings.c.kind, _settings.c.name),
)
_LOCKED = {each: _locked(each) for each in (_OFFERS, _ENTRIES, *_BY_ID.values())}


class ManyWork(Work):
    """A unit of work about many offers, each of another guest and at another listing."""

    def __init__(self, session: AsyncSession, business_id: str) -> None:
        super().__init__(session, business_id)
        self.business_id = business_id
        self.ahead = Ahead(session)
        both = (session, business_id)
        self.customers, self.threads = ManyCustomers(*both), ManyThreads(*both)
        self.messages, self.outbox = ManyMessages(*both), ManyEntries(*both)
        self.offers, self.decisions = ManyContacts(*both), ManyDecisions(*both)
        self.preferences = ManyPreferences(*both)
        self.listings = self._listings = ManyListings(*both)
        self.reservations = self._stays = ManyStays(*both)
        self.stay_settings = ManySettings(*both)
        self.stay_offers, self.stay_claims = ManyStayOffers(*both), ManyClaims(*both)
        self._line = self.business.line
        for rows in vars(self).values():
            if isinstance(rows, Rows):
                rows.line = cast(Any, Asked(rows.line, self.ahead.flush))
                rows.session = cast(Any, Asked(session, self.ahead.flush))
            if isinstance(rows, AheadRows):
                rows.ahead = self.ahead

    async def once(self, key: Hashable, work_out: Callable[[], Awaitable[T]]) -> T:
        """Work something out once; settings and dials are nobody's to change in such a unit."""
        if ("once", key) not in self.ahead:
            self.ahead["once", key] = await work_out()
        found: T = self.ahead["once", key]
        return found

    async def finish(self) -> None:
        """Write what still waits to be written."""
        await self.ahead.flush()

    async def read_offers(self, ids: Ids, *, locked: bool) -> dict[str, StayOffer]:
        """Read offers; `locked`: nobody else changes them until this unit ends."""
        rows = await self._rows(_OFFERS, ids, locked=locked)
        offers = {offer.id: offer for _, *record in rows if (offer := offer_of(record))}
        for id in ids:
            self.ahead["offer", id] = offers.get(id)
        if locked:
            for token, id, *_ in rows:
                self.ahead["token", id] = token
        return offers

    async def read_stays(self, ids: Ids, *, locked: bool) -> dict[str, Reservation]:
        """Read our copies of stays."""
        stays = await self._by_id(Reservation, ids, locked=locked)
        for stay in stays.values():
            self._stays.keep(stay)
        return stays

    async def read_entries(self, ids: Ids = (), *, keys: Ids = ()) -> dict[str, Entry]:
        """Read what is to leave: by id, locked, or by the keys it was queued under."""
        for key in keys:
            self.ahead["entry by key", key] = None
        rows = await self._rows(_ENTRIES if ids else _BY_KEY, ids or keys, locked=bool(ids))
        entries = {}
        for key, *record in rows:
            entry = entries[record[0]] = Entry(*record)
            self.ahead["entry by key", key] = entry
            self.ahead["key of", entry.id] = key
            if ids:
                self.ahead["entry", entry.id] = entry
        return entries

    async def read_for_sending(self, offers: Iterable[StayOffer]) -> None:
        """Read what is asked about offers, their stays, guests, listings and threads (U4, O5)."""
        those = list(offers)
        guests = sorted({each.customer_id for each in those})
        listings = sorted({each.listing_id for each in those})
        threads = sorted({each.thread_id for each in those})
        stays = sorted({each.reservation_id for each in those})
        for place in (await self._by_id(Listing, listings)).values():
            self._listings.keep(place)
        for id, guest in (await self._by_id(Customer, guests)).items():
            self.ahead["guest", id] = guest
        for id, thread in (await self._by_id(Thread, threads)).items():
            self.ahead["thread", id] = thread
        for kind, whose, ids, found in (
            ("of stay", "reservation_id", stays, _OF_STAY),
            ("of guest", "customer_id", guests, _OF_GUEST),
        ):
            theirs = map(offer_of, await self._rows(found, ids))
            self.ahead.grouped(kind, ids, ((getattr(each, whose), each) for each in theirs))
        sent = await self._rows(_SENT, guests)
        self.ahead.grouped("contacts", guests, ((id, Contact(*of)) for id, *of in sent))
        self.ahead.grouped("declines", guests, await self._rows(_NO, guests))
        wished = [GuestPreference(*record) for record in await self._rows(_WISHED, guests)]
        self.ahead.grouped("wishes", guests, ((each.customer_id, each) for each in wished))
        await self._claimed([each.id for each in those], listings)
        said = [Message(*record) for record in await self._rows(_SAID, threads)]
        self.ahead.grouped("said", threads, ((each.thread_id, each) for each in said))
        await self._planned(threads, stays)
        await self._sold(listings)

    async def read_places(self, threads: Ids, keys: Ids) -> None:
        """Lock threads, and read each one's newest place, and which keys were said before."""
        locked = await self._by_id(Thread, threads, locked=True)
        said = dict(await self._rows(_PLACES, threads))
        for id in locked:
            self.ahead["seq", id] = said.get(id, 0)
        for key in keys:
            self.ahead["message", key] = None
        for record in await self._rows(_TOLD, keys):
            message = Message(*record)
            self.ahead["message", message.dedupe_key] = message

    async def _claimed(self, offers: Ids, listings: Ids) -> None:
        known = {id for (id,) in await self._rows(_CLAIMED, offers)}
        for id in offers:
            self.ahead["claimed", id] = id in known
        claims = [StayClaim(*record) for record in await self._rows(_LIVE, listings)]
        self.ahead.grouped("claims", listings, ((each.listing_id, each) for each in claims))

    async def _planned(self, threads: Ids, stays: Ids) -> None:
        reasons: dict[str, dict[str, str]] = {id: {} for id in stays}
        told = await self._rows(_PLANNED, threads, more=list(stays))
        for subject, guard, reason in told:
            reasons[subject][guard] = reason
        for id, planned in reasons.items():
            self.ahead["planned", id] = planned

    async def _sold(self, listings: Ids) -> None:
        own: dict[str, list[StaySetting]] = {"": [], **{id: [] for id in listings}}
        for record in await self._rows(_SOLD, ("", *listings)):
            setting = StaySetting(*record)
            own[setting.listing_id].append(setting)
        for id in listings:
            self.ahead["settings", id] = (*own[""], *own[id])

    async def _by_id(self, kind: type[Any], ids: Ids, *, locked: bool = False) -> dict[str, Any]:
        rows = await self._rows(_BY_ID[kind], ids, locked=locked)
        return {fact.id: fact for record in rows if (fact := kind(*record))}

    async def _rows(
        self, found: Select[Any], ids: Ids, *, locked: bool = False, **more: Any
    ) -> list[Any]:
        """Return this business's rows, locked in the order they come if asked so."""
        if not ids:
            return []
        about = {"of_business": self.business_id, "ids": list(ids), **more}
        rows = await self._line.execute(_LOCKED[found] if locked else found, about)
        return [tuple(record) for record in rows]
