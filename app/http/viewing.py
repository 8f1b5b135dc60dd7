"""A conversation as its guest sees it, rendered from rows."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, cast
from zoneinfo import ZoneInfo

from app.http.channel import NAME
from app.http.cursors import KEPT, read_cursor, write_cursor
from app.http.shapes.guests import Booking, BusinessProfile, Choice, Message, Payment, State
from jirani.rules.facts import (
    LIVE,
    Appointment,
    AppointmentStatus,
    Business,
    Catalogue,
    PaymentPolicy,
    PaymentStatus,
)
from jirani.rules.facts import Payment as Paid
from jirani.rules.facts import Thread as ThreadFact
from jirani.rules.message import Message as Stored
from jirani.services import Case, Services
from jirani.services.choices import choices_of
from jirani.services.wording import language_of, moment
from jirani.store.work import Work
from prompts import formats
from prompts.sections import LANGUAGES

SHOWN = 12  # bookings at most: those ahead, and what became of the newest others
GONE = (AppointmentStatus.CANCELLED, AppointmentStatus.RELEASED, AppointmentStatus.MOVED)
Paying = Literal["none", "due", "paid", "at_venue"]
_STATUS_TEXTS = {"due": "status_unpaid", "paid": "status_paid", "at_venue": "status_at_venue"}
_PAYMENT_TEXTS = {
    PaymentStatus.PENDING: "status_pending",
    PaymentStatus.UNKNOWN: "status_pending",
    PaymentStatus.PAID: "status_paid",
    PaymentStatus.PAID_UNFULFILLED: "status_paid",
    PaymentStatus.DUE_AT_VENUE: "status_at_venue",
}


@dataclass(frozen=True, slots=True)
class Seen:
    """What is shown of one conversation at one moment; `pending` awaits its answer.

    `start` is the place behind which the messages come.
    """

    messages: list[Message]
    state: State
    start: dict[str, int]
    pending: Stored | None
    thread: ThreadFact | None

    def marked(self) -> Iterator[tuple[Message, str]]:
        """Yield each message with the cursor behind it."""
        places = dict(self.start)
        for message in self.messages:
            thread_id, _, seq = message.id.partition(".")
            places[thread_id] = int(seq)
            yield message, write_cursor(places)

    @property
    def cursor(self) -> str:
        """The cursor behind all of it; empty if nothing was said yet."""
        marks = [mark for _, mark in self.marked()]
        return marks[-1] if marks else write_cursor(self.start)


async def profile_of(services: Services, work: Work) -> BusinessProfile:
    """Return what anybody may know of a business."""
    business, catalogue = await work.business.get(), await work.catalogue.load()
    tone = (await services.dials(work, business)).tone

    def suggestions(language: str) -> list[str]:
        sold = catalogue.services[:1]
        texts = [("suggest_booking", {"service": each.name}) for each in sold]
        texts += [("suggest_services", {}), ("suggest_hours", {})]
        say = services.prompts.render
        return [say(name, language, tone=tone, **values) for name, values in texts]

    return BusinessProfile(
        slug=business.slug,
        name=business.name,
        zone=business.zone,
        currency=business.currency,
        locale=business.locale,
        languages=list(LANGUAGES),
        suggestions={language: suggestions(language) for language in LANGUAGES},
    )


async def look(services: Services, work: Work, peer: str, cursor: str = "") -> Seen:
    """Read what a guest may see of the conversation, with the messages after a cursor."""
    business = await work.business.get()
    # In this order, as more may be said in between: a state that tells of an answer comes with it,
    # and no place is behind a message that was not read.
    thread = await work.threads.latest(NAME, peer)
    state, pending = await _state(services, work, business, thread)
    start = read_cursor(cursor, await work.messages.places(NAME, peer, KEPT)) if cursor else {}
    stored = await work.messages.with_peer(NAME, peer, start)
    return Seen(
        messages=[message_of(each, business) for each in stored],
        state=state,
        start=start,
        pending=pending,
        thread=thread,
    )


def message_of(stored: Stored, business: Business) -> Message:
    """Show one message."""
    return Message(
        id=f"{stored.thread_id}.{stored.seq}",
        author=cast("Literal['guest', 'agent', 'person']", stored.author),
        text=stored.text,
        at=local(stored.at, business),
        language=stored.language,
        key=stored.dedupe_key.split(":", 2)[2] if stored.dedupe_key else None,
    )


def local(at: datetime, business: Business) -> datetime:
    """Return a moment in the business's zone."""
    return at.astimezone(ZoneInfo(business.zone))


def names_of(catalogue: Catalogue) -> dict[str, str]:
    """Return the names of services and staff, by id."""
    services = {each.id: each.name for each in catalogue.services}
    return services | {each.id: each.name for each in catalogue.staff}


async def _state(
    services: Services, work: Work, business: Business, thread: ThreadFact | None
) -> tuple[State, Stored | None]:
    if thread is None:
        nothing = State(
            language=business.locale,
            choices=[],
            bookings=[],
            payment=None,
            answering=False,
            with_person=False,
        )
        return nothing, None
    said = await work.messages.last(thread.id, 20)
    dials = await services.dials(work, business)
    case = Case(services, business, dials, thread.customer_id, thread.id, 0)
    language = await language_of(case, work)
    catalogue = await work.catalogue.load()
    show = _Show(case, catalogue, language)
    payments = await work.payments.of_thread(thread.id)
    choices = await choices_of(case, work, thread, catalogue, language)
    pending = next((each for each in reversed(said) if each.author == "guest"), None)
    if pending and await work.messages.reply_to(thread.id, pending.seq) is not None:
        pending = None
    return State(
        language=language,
        choices=[Choice.model_validate(each, from_attributes=True) for each in choices],
        bookings=[show.booking(each, payments) for each in await _bookings(case, work, thread)],
        payment=show.payment(payments[-1]) if payments else None,
        answering=pending is not None,
        with_person=thread.person_since is not None,
    ), pending


async def _bookings(case: Case, work: Work, thread: ThreadFact) -> list[Appointment]:
    """Return the guest's bookings ahead, and what became of this conversation's others."""
    ahead = await work.appointments.of_customer(case.customer_id, case.services.clock.now())
    ids = {each.id for each in ahead}
    mine = await work.appointments.of_thread(thread.id)
    gone = [each for each in mine if each.id not in ids and each.status in GONE]
    return sorted([*gone[-3:], *ahead], key=lambda each: each.starts_at)[-SHOWN:]


@dataclass(frozen=True, slots=True)
class _Show:
    case: Case
    catalogue: Catalogue
    language: str

    def booking(self, each: Appointment, payments: tuple[Paid, ...]) -> Booking:
        business, paid = self.case.business, self._paid(each, payments)
        return Booking(
            id=each.id,
            service=self._name(each.service_id),
            staff=self._name(each.staff_id),
            start=local(each.starts_at, business),
            end=local(each.ends_at, business),
            when=moment(self.case, each.starts_at, self.language),
            price=each.price,
            currency=each.currency,
            price_text=formats.money(each.price, each.currency),
            status=str(each.status),
            payment=paid,
            status_text=self._say(_STATUS_TEXTS.get(paid, f"status_{each.status}")),
        )

    def payment(self, each: Paid) -> Payment:
        return Payment(
            id=each.id,
            amount=each.amount,
            currency=each.currency,
            amount_text=formats.money(each.amount, each.currency),
            status=str(each.status),
            status_text=self._say(_PAYMENT_TEXTS.get(each.status, "status_failed")),
        )

    def _paid(self, each: Appointment, payments: tuple[Paid, ...]) -> Paying:
        states = {pay.status for pay in payments if each.id in pay.appointment_ids}
        if each.status not in LIVE:
            return "none"
        if PaymentStatus.PAID in states:
            return "paid"
        at_venue = self.case.business.payment_policy is PaymentPolicy.PAY_AT_VENUE
        if at_venue or PaymentStatus.DUE_AT_VENUE in states:
            return "at_venue"
        return "due" if each.hold_until else "none"

    def _name(self, id: str) -> str:
        return names_of(self.catalogue).get(id, "…")  # no longer sold, or gone

    def _say(self, name: str) -> str:
        tone = self.case.dials.tone
        return self.case.services.prompts.render(name, self.language, tone=tone)
