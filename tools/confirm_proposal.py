"""Do what was proposed, on the guest's own yes."""

from pydantic_ai import RunContext

from jirani.rules.dossier import Dossier
from jirani.rules.facts import PaymentStatus, ProposalKind
from jirani.services.confirming import confirm
from tools import describing
from tools.turn import Answer, Turn, unknown


async def confirm_proposal(ctx: RunContext[Turn], proposal: str) -> Answer:
    """Book, move or cancel what the guest has just said yes to.

    The yes is read from the guest's own stored message; you cannot supply it. If `allowed` is
    false nothing happened: explain `detail` kindly.

    Args:
        proposal: The handle of the open proposal, such as p1.
    """
    turn = ctx.deps
    proposal_id = turn.handles.resolve("p", proposal)
    if proposal_id is None:
        return unknown(proposal, "proposal")
    done = await confirm(turn.case, turn.catalogue, proposal_id)
    facts = describing.appointment(turn, done.appointment) if done.appointment else {}
    if done.given_up:
        facts["old"] = describing.moment(turn, done.given_up.starts_at)
    if done.kind is ProposalKind.CANCEL and done.appointment:
        facts["paid"] = _paid(await turn.known(), done.appointment.id)
    return Answer.of(done.decision, kind=str(done.kind) if done.kind else None, **facts)


def _paid(known: Dossier, appointment_id: str) -> bool:
    return any(
        each.status is PaymentStatus.PAID and appointment_id in each.appointment_ids
        for each in known.payments_here
    )
