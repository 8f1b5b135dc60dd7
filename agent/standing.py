"""Where things stand, said from rows alone: what a guest hears when a reply could not be backed."""

from jirani.rules.facts import LIVE, Proposal, ProposalKind, ProposalStatus
from jirani.services.offers import OPEN
from jirani.store.work import Work
from prompts import formats
from tools import describing
from tools.turn import Turn


async def standing(turn: Turn, work: Work) -> str:
    """Tell what is booked and ask what is open."""
    case = turn.case
    booked = [
        each
        for each in await work.appointments.of_customer(case.customer_id, turn.now)
        if each.status in LIVE
    ]
    waiting = [
        each
        for each in await work.proposals.of_thread(case.thread_id)
        if each.status is ProposalStatus.OPEN and each.expires_at > turn.now
    ]
    offers = [
        each
        for each in await work.offers.of_thread(case.thread_id)
        if each.status in OPEN and each.expires_at > turn.now
    ]

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
        name, values = await _question(turn, work, each)
        lines.append(said(name, **values))
    for offer in offers[-1:]:
        facts = describing.offer(turn, offer)
        asked = ("service", "time", "price")
        lines.append(said("cross_sell_reminder", **{name: facts[name] for name in asked}))
    return "\n".join(lines) or said("unclear")


async def _question(turn: Turn, work: Work, proposal: Proposal) -> tuple[str, dict[str, str]]:
    """Return the text that asks for a yes to a proposal, and its values."""
    facts = describing.appointment(turn, await work.appointments.get(proposal.appointment_id))
    if proposal.kind is ProposalKind.CANCEL:
        return "confirm_cancel", {name: facts[name] for name in ("service", "when")}
    if proposal.moves_id:
        moved = await work.appointments.get(proposal.moves_id)
        old = describing.moment(turn, moved.starts_at)
        move = {"old": old, "new": facts["when"]}
        return "confirm_move", move | {name: facts[name] for name in ("service", "staff")}
    names = ("service", "when", "staff", "minutes", "price")
    return "confirm_booking", {name: facts[name] for name in names}
