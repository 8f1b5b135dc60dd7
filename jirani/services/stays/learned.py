"""What was learned from what guests took, and whether it earns anything, for a host to see."""

from jirani.rules.stays.outcomes import Acceptance, Accepted, Learned, learned
from jirani.services import Services


async def what_was_learned(
    services: Services, business_id: str
) -> tuple[list[Learned], list[Accepted]]:
    """Return what trying came to, and how often everything sent was taken."""
    acceptance = Acceptance()
    async with services.store.read(business_id) as work:
        tried = await work.stay_trials.tried()
        page = await work.stay_trials.ended()
        while page:
            for each in page:
                acceptance.add(each)
            page = await work.stay_trials.ended(after=page[-1].id)
    return learned(tried), acceptance.rows()
