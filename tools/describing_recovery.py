"""Offers of freed slots as a model and a customer may see them, and what an answer came to (R5)."""

from typing import Any

from jirani.rules.dossier import Dossier
from jirani.rules.facts import Appointment, RecoveryOffer
from jirani.rules.payments import total
from jirani.rules.recovery.standing import spoken_of, waits
from jirani.services.recovery.answering import Answered
from prompts import formats
from tools import describing
from tools.turn import Answer, Turn


def offers(turn: Turn, known: Dossier) -> list[dict[str, Any]]:
    """Describe what waits for an answer, and what a late yes may be meant for."""
    named = turn.reading.handle if turn.reading else None
    return [
        freed(turn, each, _moved_up(known, each))
        | {"late": not waits(each, turn.now), "named": named == each.id}
        for each in spoken_of(known.freed, turn.now)
    ]


def _moved_up(known: Dossier, offer: RecoveryOffer) -> Appointment | None:
    return next((each for each in known.appointments if each.id == offer.primary_id), None)


def freed(turn: Turn, each: RecoveryOffer, moves: Appointment | None = None) -> dict[str, Any]:
    """Describe the offer of a freed slot; `moves`: the booking that a yes moves up to it."""
    minutes = int((each.ends_at - each.starts_at).total_seconds()) // 60
    old = {"moves": describing.moment(turn, moves.starts_at)} if moves else {}
    return old | {
        "offer": turn.handles.give("r", each.id),
        "kind": str(each.kind),
        "service": turn.catalogue.service(each.service_id).name,
        "service_handle": turn.handles.give("v", each.service_id),
        "staff": turn.catalogue.member(each.staff_id).name,
        "starts_at": describing.local(turn, each.starts_at).isoformat(),
        "when": describing.moment(turn, each.starts_at),
        "time": formats.clock(describing.local(turn, each.starts_at)),
        "minutes": formats.minutes(minutes, turn.language),
        "price": describing.price(turn, each.price),
        "status": str(each.status),
        "until": formats.clock(describing.local(turn, each.expires_at)),
    }


def reminder(offer: dict[str, Any]) -> tuple[str, dict[str, str]]:
    """Return the text that puts an open offer once more, and its values."""
    names = ["service", "staff", "when", "until"]
    if "moves" in offer:
        old = {"old": str(offer["moves"])}
        return "recovery_reminder_move_up", old | {name: str(offer[name]) for name in names}
    names += ["minutes", "price"]
    return "recovery_reminder", {name: str(offer[name]) for name in names}


async def answer(turn: Turn, answered: Answered) -> Answer:
    """Tell what an answer came to, and what is to be paid now."""
    if answered.offer is None:
        return Answer.of(answered.decision)
    known = await turn.known()
    facts = freed(turn, answered.offer, _moved_up(known, answered.offer))
    if answered.decision.allowed:
        facts["total"] = describing.price(turn, total(known.unpaid))
        if answered.appointment and (until := answered.appointment.hold_until):
            local = describing.local(turn, until)
            facts |= {"pay_by": formats.clock(local), "held_until": local.isoformat()}
    return Answer.of(answered.decision, **facts)
