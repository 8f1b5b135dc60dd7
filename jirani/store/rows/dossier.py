"""All that rows say of one conversation, in six statements that are written once."""

from datetime import datetime

from sqlalchemy import and_, bindparam, func, or_, select, union_all

from jirani.rules.dossier import Dossier
from jirani.rules.facts import (
    LIVE,
    STAY_CHANNEL,
    Appointment,
    Customer,
    Offer,
    OfferKind,
    Proposal,
    RecoveryOffer,
    Stay,
    StaySale,
    Thread,
)
from jirani.rules.message import Message
from jirani.store.rows.base import BUSINESS, THREAD, Rows, as_fact, columns_of, table_of
from jirani.store.rows.booking import with_origins
from jirani.store.rows.money import PAYMENTS, payments_in
from jirani.store.rows.stay_offers import StayOfferRows
from jirani.store.rows.stay_sales import StaySaleRows
from jirani.store.rows.stays import ListingRows, ReservationRows
from jirani.store.tables.booking import AppointmentRow, ProposalRow
from jirani.store.tables.conversation import CustomerRow, MessageRow, ThreadRow
from jirani.store.tables.selling import OfferRow

BEFORE = 40  # messages recalled before the last one that was read

_threads, _customers = table_of(ThreadRow), table_of(CustomerRow)
_messages, _appointments = table_of(MessageRow), table_of(AppointmentRow)
_proposals, _offers = table_of(ProposalRow), table_of(OfferRow)

_thread_columns = columns_of(Thread, _threads)
_WHO = (
    select(*_thread_columns, _threads.c.shown, *columns_of(Customer, _customers))
    .join_from(
        _threads,
        _customers,
        and_(
            _customers.c.business_id == _threads.c.business_id,
            _customers.c.id == _threads.c.customer_id,
        ),
    )
    .where(_threads.c.business_id == BUSINESS, _threads.c.id == THREAD)
)

_said_here = (_messages.c.business_id == BUSINESS, _messages.c.thread_id == THREAD)
_last_read = (
    select(func.coalesce(func.max(_messages.c.seq), 0))
    .where(*_said_here, _messages.c.reading.is_not(None))
    .scalar_subquery()
)
_MESSAGES = (
    select(*columns_of(Message, _messages))
    .where(*_said_here, _messages.c.seq > _last_read - BEFORE)
    .order_by(_messages.c.seq)
)

_asked_here = (_proposals.c.business_id == BUSINESS, _proposals.c.thread_id == THREAD)
_PROPOSALS = select(*columns_of(Proposal, _proposals)).where(*_asked_here).order_by(_proposals.c.id)
# Both kinds at once: a freed slot has the columns of a cross-sell, and what it is a slot of.
_OF_A_SLOT = ("opening_id", "lane", "tier")
_OFFERS = (
    select(*columns_of(Offer, _offers), *(_offers.c[name] for name in _OF_A_SLOT))
    .where(
        _offers.c.business_id == BUSINESS,
        _offers.c.thread_id == THREAD,
        _offers.c.kind.in_((OfferKind.CROSS_SELL, OfferKind.SLOT_RECOVERY)),
    )
    .order_by(_offers.c.id)
)

_APPOINTMENTS = with_origins(
    _appointments.c.business_id == BUSINESS,
    or_(
        _appointments.c.thread_id == THREAD,
        and_(
            _appointments.c.customer_id == bindparam("customer"),
            _appointments.c.status.in_(LIVE),
            _appointments.c.ends_at > bindparam("now"),
        ),
        _appointments.c.id.in_(
            union_all(
                select(_proposals.c.appointment_id).where(*_asked_here),
                select(_proposals.c.moves_id).where(*_asked_here),
            )
        ),
    ),
)


class DossierRows(Rows):
    """What a turn reads once, and again only after something was written."""

    async def of(self, thread_id: str, now: datetime) -> Dossier:
        """Return the dossier of a thread; LookupError if there is none."""
        here = {"of_thread": thread_id}
        who = (await self.ask(_WHO, **here)).one_or_none()
        if who is None:
            raise LookupError(thread_id)
        width = len(_thread_columns)
        thread, shown, customer = Thread(*who[:width]), who[width], Customer(*who[width + 1 :])
        # What is asked comes before the appointments it names: one may be added in between.
        proposals = tuple(Proposal(*row) for row in await self.ask(_PROPOSALS, **here))
        concerned = await self.ask(_APPOINTMENTS, **here, customer=customer.id, now=now)
        appointments = tuple(Appointment(*row) for row in concerned)
        threads = {thread_id, *(each.thread_id for each in appointments)}
        offered = (await self.ask(_OFFERS, **here)).all()
        stay = await self._stay(thread_id, now) if thread.channel == STAY_CHANNEL else None
        return Dossier(
            thread=thread,
            customer=customer,
            shown=tuple(shown),
            messages=tuple(Message(*row) for row in await self.ask(_MESSAGES, **here)),
            proposals=proposals,
            offers=tuple(as_fact(Offer, row) for row in offered if row.opening_id is None),
            appointments=appointments,
            payments=payments_in(await self.ask(PAYMENTS, threads=sorted(threads))),
            stay=stay,
            stay_sales=await self._sales(stay) if stay else (),
            freed=tuple(as_fact(RecoveryOffer, row) for row in offered if row.opening_id),
        )

    async def _stay(self, thread_id: str, now: datetime) -> Stay | None:
        """Return the stay a conversation is about: the next that is not over, else the last."""
        whose = (self.session, self.business_id)
        stays = await ReservationRows(*whose).of_thread(thread_id)
        if not stays:
            return None
        ahead = (each for each in stays if each.departure >= now.date())
        spoken_of = next(ahead, stays[-1])
        return Stay(
            spoken_of,
            await ListingRows(*whose).get(spoken_of.listing_id),
            offers=await StayOfferRows(*whose).of_reservation(spoken_of.id),
        )

    async def _sales(self, stay: Stay) -> tuple[StaySale, ...]:
        rows = StaySaleRows(self.session, self.business_id)
        return await rows.of_reservation(stay.reservation.id)
