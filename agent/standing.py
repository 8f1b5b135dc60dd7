"""Where things stand, said from rows alone: what a guest hears when a reply could not be backed."""

from jirani.rules.dossier import Dossier
from jirani.rules.facts import Proposal, ProposalKind, ProposalStatus
from jirani.services.offers import OPEN
from prompts import formats
from tools import describing, describing_recovery, describing_stays
from tools.turn import Turn


def standing(turn: Turn, known: Dossier) -> str:
    """Tell what is booked and ask what is open."""
    case = turn.case
    booked = known.ahead(turn.now)
    waiting = [
        each
        for each in known.proposals
        if each.status is ProposalStatus.OPEN and each.expires_at > turn.now
    ]
    offers = [each for each in known.offers if each.status in OPEN and each.expires_at > turn.now]

    def said(name: str, **values: str) -> str:
        return case.services.prompts.render(name, turn.language, tone=case.dials.tone, **values)

    lines = []
    if booked:
        listed = [
            f"{turn.catalogue.service(each.service_id).name}, "
            f"{describing.moment(turn, each.starts_at)}"
            for each in booked
        ]
        lines.append(said("bookings", bookings=formats.listing(listed, turn.language)))
    for each in waiting[-1:]:
        name, values = _question(turn, known, each)
        lines.append(said(name, **values))
    for offer in offers[-1:]:
        facts = describing.offer(turn, offer)
        asked = ("service", "time", "price")
        lines.append(said("cross_sell_reminder", **{name: facts[name] for name in asked}))
    freed = describing_recovery.offers(turn, known)
    for slot in [each for each in freed if not each["late"]][-1:]:
        reminder, names = describing_recovery.reminder(slot)
        lines.append(said(reminder, **names))
    around = describing_stays.offers(turn, known)
    for waiting_one in [each for each in around if not each["late"]][-1:]:
        lines.append(said("stay_reminder", **{n: waiting_one[n] for n in ("service", "price")}))
    return "\n".join(lines) or said("unclear")


def _question(turn: Turn, known: Dossier, proposal: Proposal) -> tuple[str, dict[str, str]]:
    """Return the text that asks for a yes to a proposal, and its values."""
    facts = describing.appointment(turn, known.appointment(proposal.appointment_id))
    if proposal.kind is ProposalKind.CANCEL:
        return "confirm_cancel", {name: facts[name] for name in ("service", "when")}
    if proposal.moves_id:
        moved = known.appointment(proposal.moves_id)
        old = describing.moment(turn, moved.starts_at)
        move = {"old": old, "new": facts["when"]}
        return "confirm_move", move | {name: facts[name] for name in ("service", "staff")}
    names = ("service", "when", "staff", "minutes", "price")
    return "confirm_booking", {name: facts[name] for name in names}
