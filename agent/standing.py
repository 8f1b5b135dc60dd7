"""Where things stand, said from rows alone: what a guest hears when a reply could not be backed."""

from jirani.rules.facts import LIVE, ProposalStatus
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
        await work.appointments.get(each.appointment_id)
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
        facts = describing.appointment(turn, each)
        names = ("service", "when", "staff", "minutes", "price")
        if each.id not in {b.id for b in booked}:
            lines.append(said("confirm_booking", **{name: facts[name] for name in names}))
    for offer in offers[-1:]:
        facts = describing.offer(turn, offer)
        asked = ("service", "time", "price")
        lines.append(said("cross_sell_reminder", **{name: facts[name] for name in asked}))
    return "\n".join(lines) or said("unclear")
