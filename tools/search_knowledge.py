"""Answer from the business's own knowledge."""

from pydantic_ai import RunContext

from jirani.services.knowledge import matching, weekly
from tools.turn import Answer, Turn


async def search_knowledge(ctx: RunContext[Turn], question: str) -> Answer:
    """Look up what the business says about a question. Answer with these snippets only.

    In a conversation about a stay, what is known of that listing comes first.

    Args:
        question: The guest's question, in the guest's words.
    """
    turn = ctx.deps
    known = await turn.known()
    listing_id = known.stay.listing.id if known.stay else None
    async with turn.case.services.store.read(turn.case.business.id) as work:
        found = matching(question, await work.catalogue.snippets(listing_id), turn.language)
        asked = found is None and "hours" in turn.wish.intents
        staff = [member.id for member in turn.catalogue.staff]
        hours = await work.catalogue.hours(staff) if asked else ()
    if hours:
        open_ = weekly(hours, turn.language)
        return Answer(True, "clear", facts={"topic": "hours", "text": open_, "weekly": True})
    if found is None:
        return Answer(False, "not_understood", "The business has said nothing about that.")
    return Answer(True, "clear", facts={"topic": found.topic, "text": found.text})
