"""What guests do who race each other: 50 do nails, and one Paula does the feet of all."""

from jirani.rules.decision import Decision, Reason
from jirani.rules.facts import Staff
from jirani.rules.reading import Meaning
from jirani.services.answering import accept
from jirani.services.confirming import confirm
from tests.support.salon import Guest

LOST = {Reason.SLOT_HELD, Reason.SLOT_TAKEN}
NAIL_STAFF = [Staff(f"mani-{n:02}", f"Mani {n}", frozenset({"manicure"})) for n in range(50)]
PAULA = Staff("paula", "Paula", frozenset({"pedicure"}))


async def tries_to_book(guest: Guest) -> Decision:
    """Ask for Paula at two, and say yes."""
    proposed = await guest.asks_for("pedicure", PAULA.id, guest.salon.at("14:00"))
    if proposed.proposal is None:
        return proposed.decision
    case = await guest.says(Meaning.ACCEPT)
    return (await confirm(case, guest.salon.catalogue, proposed.proposal.id)).decision


async def tries_to_add(guest: Guest) -> Decision:
    """After a booking, say yes to the neighbouring slot if there is one."""
    await guest.says()
    offered = await guest.is_offered()
    if offered.offer is None:
        return offered.decision
    case = await guest.says(Meaning.ACCEPT)
    return (await accept(case, guest.salon.catalogue, offered.offer.id)).decision
