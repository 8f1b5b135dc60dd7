"""What a reply may state: this turn's tool answers, the thread's rows, live offers (O13)."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from agent.extras_claimed import unbacked_extras, without_noted
from agent.wish import Wish
from agent.words import LONGEST
from jirani.rules.claims import Backed, Claim, unbacked
from jirani.rules.currency import minor_digits
from jirani.rules.dossier import Dossier
from jirani.rules.facts import (
    Appointment,
    AppointmentStatus,
    Catalogue,
    Offer,
    OfferStatus,
    Payment,
    PaymentStatus,
    RecoveryOffer,
    StayStatus,
)
from prompts import formats
from tools.describing_stays import moments_of
from tools.turn import Answer, Turn

_APPOINTMENT = {
    AppointmentStatus.CONFIRMED: ("booked", "added"),
    AppointmentStatus.HELD: ("booked",),
    AppointmentStatus.COMPLETED: ("booked",),
    AppointmentStatus.CANCELLED: ("cancelled",),
    AppointmentStatus.MOVED: ("moved",),
}
_PAYMENT = {
    PaymentStatus.PAID: ("paid", "payment_sent"),
    PaymentStatus.PENDING: ("payment_sent",),
    PaymentStatus.UNKNOWN: ("payment_sent",),
    PaymentStatus.REFUNDED: ("refunded",),
}
_TOOL = {"hand_over": "handed_over", "set_offer_preference": "opted_out"}


def unbacked_claims(
    turn: Turn, known: Dossier, text: str, answers: list[tuple[str, Answer]]
) -> list[Claim]:
    """Return what a reply states that nothing backs; `answers` are this turn's, by tool name."""
    case, catalogue = turn.case, turn.catalogue
    customer, payments = known.customer, known.payments_here
    offers: list[Offer | RecoveryOffer] = [*known.offers, *known.freed]
    booked = _appointments(turn, known)
    moments = [
        *(at for each in booked for at in (each.starts_at, each.ends_at)),
        *(at for each in offers for at in (each.starts_at, each.ends_at)),
        *(each.expires_at for each in known.freed),
        *_moments(each["starts_at"] for each in known.shown),
        *_moments(_strings([answer.facts for _, answer in answers])),
    ]
    local = [at.astimezone(case.zone) for at in (*moments, *moments_of(known))]
    sums = {sum(each.price for each in known.unpaid), *(each.amount for each in payments)}
    sums |= {each.terms.price for each in known.stay_offers if each.terms and each.offered_at}
    currency = (known.stay and known.stay.listing.currency) or case.business.currency
    sums.discard(0)  # that nothing is owed makes nothing free
    backed = Backed(
        today=turn.now.astimezone(case.zone).date(),
        prices=frozenset(sums),
        priced=_priced(catalogue, [*booked, *offers]),
        currency=currency,
        digits=minor_digits(currency),
        dates=frozenset(at.date() for at in local),
        times=frozenset(at.time().replace(second=0, microsecond=0) for at in local),
        services=frozenset(_services(catalogue)),
        names=frozenset(
            {
                case.business.name,
                *(member.name for member in catalogue.staff),
                *([customer.name] if customer.name else []),
                *([known.stay.listing.name] if known.stay else []),
            }
        ),
        phones=frozenset([customer.phone] if customer.phone else []),
        statuses=frozenset({*_statuses(booked, payments, answers), *_of_stay(known)}),
        snippets=tuple(_snippets(turn, answers)),
        guest_text=f"{turn.text[:LONGEST]}\n{_resolved(turn)}",
    )
    noted = any(tool == "note_preferences" and answer.allowed for tool, answer in answers)
    text = without_noted(text, turn.wish.prefers if noted else ())
    return [*unbacked(text, backed), *unbacked_extras(text, known, backed)]


def _appointments(turn: Turn, known: Dossier) -> list[Appointment]:
    every = (*known.booked_here, *known.ahead(turn.now))
    return list({each.id: each for each in every}.values())


def _statuses(
    appointments: Iterable[Appointment],
    payments: Iterable[Payment],
    answers: list[tuple[str, Answer]],
) -> Iterator[str]:
    for appointment in appointments:
        yield from _APPOINTMENT.get(appointment.status, ())
    for payment in payments:
        yield from _PAYMENT.get(payment.status, ())
    for tool, answer in answers:
        if answer.allowed and tool in _TOOL:
            yield _TOOL[tool]


def _of_stay(known: Dossier) -> Iterator[str]:
    """Say what holds of a stay: it is booked, extras were added to it or taken off again."""
    if known.stay is None:
        return
    if known.stay.reservation.status in (StayStatus.CONFIRMED, StayStatus.CHECKED_IN):
        yield "booked"
    elif known.stay.reservation.status is StayStatus.CANCELLED:
        yield "cancelled"
    for each in known.stay.offers:
        if each.status is OfferStatus.ACCEPTED:
            yield "cancelled" if each.id in known.undone else "added"


def _priced(
    catalogue: Catalogue, terms: Sequence[Appointment | Offer | RecoveryOffer]
) -> dict[str, frozenset[int]]:
    """Return each service's price now, and those of its bookings and offers (O3), by its names."""
    priced: dict[str, frozenset[int]] = {}
    for service in catalogue.services:
        agreed = {each.price for each in terms if each.service_id == service.id}
        for name in (service.name, *service.aliases):
            priced[name] = priced.get(name, frozenset()) | agreed | {service.price}
    return priced


def _services(catalogue: Catalogue) -> Iterator[str]:
    for service in catalogue.services:
        yield service.name
        yield from service.aliases


def _snippets(turn: Turn, answers: list[tuple[str, Answer]]) -> Iterator[str]:
    yield turn.case.dials.greeting
    for _, answer in answers:
        if answer.allowed and "topic" in answer.facts:
            yield str(answer.facts["text"])


def _resolved(turn: Turn) -> str:
    """Spell out the day and time the guest's words came to: they are the guest's own words."""
    wish: Wish = turn.wish
    today = turn.now.astimezone(turn.case.zone).date()
    day = wish.when.date or today
    said = [formats.day(day, language, today) for language in ("en", "sw")]
    said += [formats.clock(wish.when.time)] if wish.when.time else []
    for choice in wish.when.choices:
        if isinstance(choice, date):
            said += [formats.day(choice, language, today) for language in ("en", "sw")]
        else:
            said.append(formats.clock(choice))
    return "\n".join(said)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _strings(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _strings(each)


def _moments(texts: Iterable[str]) -> Iterator[datetime]:
    for text in texts:
        try:
            at = datetime.fromisoformat(text)
        except ValueError:
            continue
        if at.tzinfo:
            yield at
