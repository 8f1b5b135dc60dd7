"""What a unit for many reads ahead: all that sending due offers asks, in one statement each."""

from collections.abc import Collection, Iterable
from typing import Any, cast

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from jirani.rules.facts import (
    Contact,
    Customer,
    Listing,
    OfferStatus,
    Reservation,
    StayOffer,
    Thread,
)
from jirani.rules.message import Message
from jirani.rules.stays.settings import StaySetting
from jirani.store.base import Identified, Owned
from jirani.store.many import Ahead, AheadRows, Asked
from jirani.store.many_offers import ManyClaims, ManyContacts, ManyStayOffers
from jirani.store.many_people import (
    LAST,
    ManyBusiness,
    ManyCustomers,
    ManyDecisions,
    ManyEntries,
    ManyListings,
    ManyMessages,
    ManySettings,
    ManyStays,
    ManyThreads,
)
from jirani.store.rows.base import Rows, columns_of, table_of
from jirani.store.rows.outbox import Entry
from jirani.store.rows.stay_claims import StayClaim
from jirani.store.rows.stay_offers import UNSETTLED
from jirani.store.rows.stay_terms import offer_of
from jirani.store.tables.conversation import CustomerRow, DecisionRow, MessageRow, ThreadRow
from jirani.store.tables.money import OutboxRow
from jirani.store.tables.selling import ContactRow, OfferRow
from jirani.store.tables.stays import ListingRow, ReservationRow, StayClaimRow, StaySettingRow
from jirani.store.work import Work

Ids = Collection[str]
_offers, _claims = table_of(OfferRow), table_of(StayClaimRow)
_threads, _messages = table_of(ThreadRow), table_of(MessageRow)
_contacts, _decisions = table_of(ContactRow), table_of(DecisionRow)
_outbox, _settings = table_of(OutboxRow), table_of(StaySettingRow)
_offer = columns_of(StayOffer, _offers)


class ManyWork(Work):
    """A unit of work about many offers, each of another guest and at another listing."""

    def __init__(self, session: AsyncSession, business_id: str) -> None:
        super().__init__(session, business_id)
        self.business_id = business_id
        self.ahead = Ahead(session)
        both = (session, business_id)
        self.business = ManyBusiness(*both)
        self.customers, self.threads = ManyCustomers(*both), ManyThreads(*both)
        self.messages, self.outbox = ManyMessages(*both), ManyEntries(*both)
        self.offers, self.decisions = ManyContacts(*both), ManyDecisions(*both)
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

    async def finish(self) -> None:
        """Write what still waits to be written."""
        await self.ahead.flush()

    async def read_offers(self, ids: Ids, *, locked: bool) -> dict[str, StayOffer]:
        """Read offers; `locked`: nobody else changes them until this unit ends."""
        found = select(_offers.c.claim_token, *_offer).where(
            _offers.c.reservation_id.is_not(None), _offers.c.id.in_(ids)
        )
        rows = await self._rows(OfferRow, found.order_by(_offers.c.id), locked=locked)
        offers = {offer.id: offer for _, *record in rows if (offer := offer_of(record))}
        for id in ids:
            self.ahead["offer", id] = offers.get(id)
        if locked:
            for token, *record in rows:
                self.ahead["token", record[0]] = token
        return offers

    async def read_stays(self, ids: Ids, *, locked: bool) -> dict[str, Reservation]:
        """Read our copies of stays."""
        stays = await self._facts(Reservation, ReservationRow, ids, locked=locked)
        for stay in stays.values():
            self._stays.keep(stay)
        return stays

    async def read_entries(self, ids: Ids = (), *, keys: Ids = ()) -> dict[str, Entry]:
        """Read what is to leave: by id, locked, or by the keys it was queued under."""
        column = _outbox.c.id if ids else _outbox.c.dedupe_key
        found = select(_outbox.c.dedupe_key, *columns_of(Entry, _outbox)).where(
            column.in_(ids or keys)
        )
        rows = await self._rows(OutboxRow, found.order_by(_outbox.c.id), locked=bool(ids))
        for key in keys:
            self.ahead["entry by key", key] = None
        for key, *record in rows:
            entry = Entry(*record)
            self.ahead["entry by key", key] = entry
            self.ahead["key of", entry.id] = key
            if ids:
                self.ahead["entry", entry.id] = entry
        return {record[0]: Entry(*record) for _, *record in rows}

    async def read_for_sending(self, offers: Iterable[StayOffer]) -> None:
        """Read what is asked about offers, their stays, guests, listings and threads (U4, O5)."""
        those = list(offers)
        guests = sorted({each.customer_id for each in those})
        listings = sorted({each.listing_id for each in those})
        threads = sorted({each.thread_id for each in those})
        stays = sorted({each.reservation_id for each in those})
        for place in (await self._facts(Listing, ListingRow, listings)).values():
            self._listings.keep(place)
        for id, guest in (await self._facts(Customer, CustomerRow, guests)).items():
            self.ahead["guest", id] = guest
        for id, thread in (await self._facts(Thread, ThreadRow, threads)).items():
            self.ahead["thread", id] = thread
        await self._offers_of("of stay", _offers.c.reservation_id, stays)
        await self._offers_of("of guest", _offers.c.customer_id, guests, UNSETTLED)
        await self._ledger(guests)
        await self._claimed([each.id for each in those], listings)
        await self._said(threads)
        await self._planned(threads, stays)
        await self._sold(listings)

    async def read_places(self, threads: Ids, keys: Ids) -> None:
        """Lock threads, and read each one's newest place, and which keys were said before."""
        ids = select(_threads.c.id).where(_threads.c.id.in_(threads)).order_by(_threads.c.id)
        locked = await self._rows(ThreadRow, ids, locked=True)
        newest = select(_messages.c.thread_id, func.max(_messages.c.seq)).where(
            _messages.c.thread_id.in_(threads)
        )
        said = dict(await self._rows(MessageRow, newest.group_by("thread_id")))
        for (id,) in locked:
            self.ahead["seq", id] = said.get(id, 0)
        told = select(*columns_of(Message, _messages)).where(_messages.c.dedupe_key.in_(keys))
        for key in keys:
            self.ahead["message", key] = None
        for record in await self._rows(MessageRow, told):
            message = Message(*record)
            self.ahead["message", message.dedupe_key] = message

    async def _offers_of(
        self,
        kind: str,
        column: ColumnElement[Any],
        ids: Ids,
        statuses: Collection[OfferStatus] = (),
    ) -> None:
        found = select(*_offer).where(_offers.c.reservation_id.is_not(None), column.in_(ids))
        if statuses:
            found = found.where(_offers.c.status.in_(statuses))
        offers = map(offer_of, await self._rows(OfferRow, found.order_by(_offers.c.id)))
        whose = "reservation_id" if kind == "of stay" else "customer_id"
        self.ahead.grouped(kind, ids, ((getattr(each, whose), each) for each in offers))

    async def _ledger(self, guests: Ids) -> None:
        columns = (_contacts.c.customer_id, *columns_of(Contact, _contacts))
        sent = select(*columns).where(_contacts.c.customer_id.in_(guests))
        rows = await self._rows(ContactRow, sent)
        self.ahead.grouped("contacts", guests, ((id, Contact(*of)) for id, *of in rows))
        no = select(_offers.c.customer_id, _offers.c.settled_at).where(
            _offers.c.customer_id.in_(guests),
            _offers.c.status == OfferStatus.DECLINED,
            _offers.c.settled_at.is_not(None),
        )
        rows = await self._rows(OfferRow, no)
        self.ahead.grouped("declines", guests, ((id, at) for id, at in rows))

    async def _claimed(self, offers: Ids, listings: Ids) -> None:
        mine = select(_claims.c.offer_id).where(_claims.c.offer_id.in_(offers))
        known = {id for (id,) in await self._rows(StayClaimRow, mine)}
        for id in offers:
            self.ahead["claimed", id] = id in known
        live = (
            select(*columns_of(StayClaim, _claims))
            .where(_claims.c.listing_id.in_(listings), _claims.c.live)
            .order_by(_claims.c.starts_at, _claims.c.offer_id)
        )
        claims = [StayClaim(*record) for record in await self._rows(StayClaimRow, live)]
        self.ahead.grouped("claims", listings, ((each.listing_id, each) for each in claims))

    async def _said(self, threads: Ids) -> None:
        columns = columns_of(Message, _messages)
        place = func.row_number().over(
            partition_by=_messages.c.thread_id, order_by=_messages.c.seq.desc()
        )
        newest = (
            select(*columns, place.label("place"))
            .where(_messages.c.business_id == self.business_id, _messages.c.thread_id.in_(threads))
            .subquery()
        )
        found = await self._line.execute(
            select(*columns_of(Message, newest))
            .where(newest.c.place <= LAST)
            .order_by(newest.c.thread_id, newest.c.seq)
        )
        said = [Message(*record) for record in found]
        self.ahead.grouped("said", threads, ((each.thread_id, each) for each in said))

    async def _planned(self, threads: Ids, stays: Ids) -> None:
        told = (
            select(_decisions.c.subject, _decisions.c.guard, _decisions.c.reason)
            .where(
                _decisions.c.thread_id.in_(threads),
                _decisions.c.stage == "planning",
                _decisions.c.subject.in_(stays),
            )
            .order_by(_decisions.c.id)
        )
        reasons: dict[str, dict[str, str]] = {id: {} for id in stays}
        for subject, guard, reason in await self._rows(DecisionRow, told):
            reasons[subject][guard] = reason
        for id, planned in reasons.items():
            self.ahead["planned", id] = planned

    async def _sold(self, listings: Ids) -> None:
        columns = columns_of(StaySetting, _settings)
        found = (
            select(*columns)
            .where(_settings.c.listing_id.in_(("", *listings)))
            .order_by(_settings.c.listing_id, _settings.c.kind, _settings.c.name)
        )
        rows = [StaySetting(*record) for record in await self._rows(StaySettingRow, found)]
        for id in listings:
            own = tuple(each for each in rows if each.listing_id in ("", id))
            self.ahead["settings", id] = own

    async def _facts(
        self, kind: type[Any], row: type[Identified], ids: Ids, *, locked: bool = False
    ) -> dict[str, Any]:
        table = table_of(row)
        found = select(*columns_of(kind, table)).where(table.c.id.in_(ids)).order_by(table.c.id)
        rows = await self._rows(row, found, locked=locked)
        return {fact.id: fact for record in rows if (fact := kind(*record))}

    async def _rows(self, row: type[Owned], found: Any, *, locked: bool = False) -> list[Any]:
        """Return this business's rows, locked in the order they come if asked so."""
        found = found.where(table_of(row).c.business_id == self.business_id)
        if locked:
            found = found.with_for_update(key_share=True)
        return [tuple(record) for record in await self._line.execute(found)]
