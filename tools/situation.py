"""The situation: what a turn rests on, rendered from the dossier before every model request.

An LLM and the offline policy read the same JSON; nothing in it is an instruction.
"""

from typing import Any

from pydantic import BaseModel

from jirani.rules.dossier import Dossier
from jirani.rules.facts import (
    Appointment,
    OfferStatus,
    PaymentPolicy,
    Proposal,
    ProposalStatus,
    Slot,
)
from jirani.rules.late_yes import SILENCE
from jirani.rules.message import Message
from jirani.rules.reading import Reading
from jirani.services.asking import reading_of
from jirani.services.contacts import missing_of
from jirani.services.offers import OPEN
from jirani.services.wording import addressed
from tools import describing, describing_recovery, describing_stays
from tools.turn import Turn

MOST_SERVICES = 40


class Situation(BaseModel):
    """Everything true now, under this turn's handles; times are local, money is formatted."""

    now: str
    today: str
    business: dict[str, Any]
    language: str
    guest: dict[str, Any]
    services: list[dict[str, Any]]
    staff: list[dict[str, Any]]
    appointments: list[dict[str, Any]]
    proposals: list[dict[str, Any]]
    offers: list[dict[str, Any]]
    shown: list[dict[str, Any]]
    payments: list[dict[str, Any]]
    unpaid: str | None
    stay: dict[str, Any] | None = None
    message: dict[str, Any]
    thread: dict[str, Any]


def look(turn: Turn, known: Dossier) -> Situation:
    """Describe the situation of a turn, naming each thing with its handle."""
    case, thread, customer = turn.case, known.thread, known.customer
    message = known.message(case.seq)
    if message is None:
        raise LookupError(f"{case.thread_id}/{case.seq}")
    now, unpaid = describing.local(turn, turn.now), known.unpaid
    proposals = _proposals(turn, known)
    offers = [
        *_offers(turn, known),
        *describing_recovery.offers(turn, known),
        *describing_stays.offers(turn, known),
    ]
    return Situation(
        now=now.isoformat(timespec="minutes"),
        today=describing.moment(turn, turn.now),
        business=_business(turn),
        language=turn.language,
        guest={
            "name": addressed(customer.name, case.dials.honorific),
            "phone": customer.phone,
            "missing": missing_of(customer),
            "offers_stopped": customer.offers_stopped_at is not None,
        },
        services=[
            {
                "service": turn.handles.give("v", each.id),
                "name": each.name,
                "minutes": each.minutes,
                "price": describing.price(turn, each.price),
            }
            for each in turn.catalogue.services[:MOST_SERVICES]
        ],
        staff=[
            {
                "staff": turn.handles.give("t", each.id),
                "name": each.name,
                "services": [turn.handles.give("v", id) for id in sorted(each.service_ids)],
            }
            for each in turn.catalogue.staff
        ],
        appointments=[describing.appointment(turn, each) for each in _booked(turn, known)],
        proposals=proposals,
        offers=offers,
        shown=_shown(turn, known),
        payments=[describing.payment(turn, each) for each in known.payments_here],
        unpaid=describing.price(turn, sum(each.price for each in unpaid)) if unpaid else None,
        stay=describing_stays.stay(turn, known),
        message={
            "text": message.text,
            "pressed": _pressed(message, [*proposals, *offers]),
            "meaning": _meaning(message.reading),
            "wish": _wish(turn, message.wish),
        },
        thread={
            "cross_sell_declined": thread.cross_sell_declined,
            "person_handles": thread.person_since is not None,
            "misunderstood": thread.misunderstood,
            "history": _said_before(turn, known),
        },
    )


def _business(turn: Turn) -> dict[str, Any]:
    business, dials = turn.case.business, turn.case.dials
    return {
        "name": business.name,
        "kind": business.vertical,
        "currency": business.currency,
        "payment": str(business.payment_policy),
        "charged_by_us": business.payment_policy is not PaymentPolicy.PAY_AT_VENUE,
        "tone": dials.tone,
        "greeting": dials.greeting,
        "honorific": dials.honorific,
        "cancellation_tone": dials.cancellation_tone,
        "upsell": dials.upsell,
        "cross_sell": dials.cross_sell,
    }


def _booked(turn: Turn, known: Dossier) -> list[Appointment]:
    """Return the customer's live bookings ahead, and what became of this thread's others."""
    ahead = known.ahead(turn.now)
    ids = {each.id for each in ahead}
    settled = ("cancelled", "released", "moved")
    others = [e for e in known.booked_here if e.id not in ids and e.status in settled]
    return [*ahead, *others[-3:]]


def _proposals(turn: Turn, known: Dossier) -> list[dict[str, Any]]:
    found = []
    for each in known.proposals:
        if each.status is ProposalStatus.OPEN:
            target = known.appointment(each.appointment_id)
            moves = known.appointment(each.moves_id) if each.moves_id else None
            found.append(
                {
                    "proposal": turn.handles.give("p", each.id),
                    "kind": str(each.kind),
                    "lapsed": each.expires_at <= turn.now,
                    "named": _named(turn, each),
                    "old": describing.moment(turn, moves.starts_at) if moves else None,
                    **describing.appointment(turn, target),
                }
            )
    return found


def _pressed(message: Message, waiting: list[dict[str, Any]]) -> str | None:
    """Tell whether a pressed button's question is still open; None for words that were typed."""
    if message.button is None:
        return None
    reading = reading_of(message.reading)
    asks = reading is not None and reading.handle is not None
    return "settled" if asks and not any(each["named"] for each in waiting) else "open"


def _named(turn: Turn, proposal: Proposal) -> bool:
    """Tell whether the guest's words named this very proposal (O1: two live ones)."""
    reading: Reading | None = turn.reading
    return reading is not None and reading.handle == proposal.id


def _offers(turn: Turn, known: Dossier) -> list[dict[str, Any]]:
    """Describe open offers, and one that silence ended: a late yes may still be good (X11)."""
    found = []
    replaced = {each.replaces for each in known.offers}
    for each in known.offers:
        silent = each.status is OfferStatus.EXPIRED and each.reason == SILENCE
        if each.status in OPEN or (silent and each.id not in replaced):
            late = silent or each.expires_at <= turn.now
            named = turn.reading is not None and turn.reading.handle == each.id
            found.append(describing.offer(turn, each) | {"late": late, "named": named})
    return found


def _shown(turn: Turn, known: Dossier) -> list[dict[str, Any]]:
    """Describe the free slots shown last; they may have gone since and are checked again."""
    shown = []
    for each in known.shown:
        slot = Slot(
            each["staff_id"],
            turn.instant(each["starts_at"]),
            turn.instant(each["busy_until"]),
        )
        if slot.start > turn.now and turn.sells(each["service_id"], each["staff_id"]):
            shown.append(describing.slot(turn, each["service_id"], slot))
    return shown


def _said_before(turn: Turn, known: Dossier) -> list[dict[str, Any]]:
    """Return what the guest said before in this thread, as it was understood."""
    settled = {
        each.accepted_seq
        for each in known.proposals
        if each.accepted_seq and each.accepted_seq < turn.case.seq
    }
    last = max(settled, default=0)
    return [
        {"wish": _wish(turn, each.wish), "meaning": _meaning(each.reading)}
        for each in known.messages
        if each.author == "guest" and last < each.seq < turn.case.seq
    ]


def _meaning(stored: dict[str, Any] | None) -> str | None:
    reading = reading_of(stored)
    return str(reading.meaning) if reading else None


def _wish(turn: Turn, stored: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return a stored wish with handles in the place of ids."""
    if stored is None:
        return None
    sold = {each.id for each in turn.catalogue.services}
    working = {each.id for each in turn.catalogue.staff}

    def service(id: str | None) -> str | None:
        return turn.handles.give("v", id) if id in sold else None

    staff_id = stored["staff_id"]
    return stored | {
        "service_ids": [name for id in stored["service_ids"] if (name := service(id))],
        "near_service": service(stored["near_service"]),
        "staff_id": turn.handles.give("t", staff_id) if staff_id in working else None,
    }
