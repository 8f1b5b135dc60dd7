"""Before a guest is answered: has the host done so meanwhile? Not every PMS tells of it (§7)."""

from datetime import timedelta

from jirani.connectors.pms import Direction
from jirani.rules.facts import STAY_CHANNEL
from jirani.services import Services
from jirani.services.stays.hearing import A_MOMENT, message_key, take
from jirani.services.watch import outside

BACK = timedelta(hours=6)  # how much later than it was written a message may reach us


async def overhear(services: Services, business_id: str, thread_id: str, seq: int) -> None:
    """Take in what the host wrote behind a guest's message; from then on they have the talk.

    Raises PmsUnavailable.
    """
    async with services.store.read(business_id) as work:
        thread = await work.threads.get(thread_id)
        message = await work.messages.get(thread_id, seq)
        stays = await work.reservations.of_thread(thread_id)
    stay = stays[-1] if stays else None
    if thread.channel != STAY_CHANNEL or thread.person_since or not stay or not stay.conversation:
        return
    pms = services.pms.of(business_id, stay.pms)
    if pms is None:
        return
    with outside(pms.name, "messages"):
        said = await pms.messages(stay.conversation, since=message.at - BACK)
    its = (each for each in said if message_key(stay.pms, each.ref) == message.dedupe_key)
    asked = next(its, None)
    asked_at = asked.sent_at if asked else message.at - A_MOMENT
    for each in said:
        if each.direction is Direction.OUT and each.sent_at > asked_at:
            await take(services, business_id, stay, each)
