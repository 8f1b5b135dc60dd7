"""A customer's contact and wishes about being contacted."""

from dataclasses import dataclass
from datetime import datetime

from jirani.rules.decision import ALLOWED, Decision, Reason, refuse
from jirani.rules.dossier import Dossier
from jirani.rules.facts import Customer, Offer, OfferStatus, ProposalStatus
from jirani.rules.reading import Meaning
from jirani.services import Case
from jirani.services.asking import said
from jirani.services.ledger import note
from jirani.services.offers import OPEN, let_go, withdraw_all
from jirani.services.recovery.answering import withdraw_from
from jirani.services.stays.refusing import follow_preference


@dataclass(frozen=True, slots=True)
class Saved:
    """A guard's answer, the customer as kept, and what is still missing of name and phone."""

    decision: Decision
    customer: Customer
    missing: list[str]


async def save(case: Case, name: str | None, phone: str | None) -> Saved:
    """Keep what the guest wrote; it is a contact, not an identity (domain §1)."""
    given = {key: value for key, value in (("name", name), ("phone", phone)) if value}
    services = case.services
    async with services.store.begin(case.business.id, (case.customer_id,)) as work:
        decision = (
            ALLOWED
            if given
            else refuse(Reason.NOT_UNDERSTOOD, "There is no name or phone in the message.")
        )
        if given:
            await work.customers.change(case.customer_id, **given)
            thread = await work.threads.get(case.thread_id)
            if thread.asked_contact_at and thread.charge_at is None:
                # The charge that waited for a phone may go out by itself again.
                charge_at = services.clock.now() + services.timing.charge_grace
                await work.threads.change(case.thread_id, charge_at=charge_at)
        await note(case, work, "may_save_contact", decision, stage="contact")
        customer = await work.customers.get(case.customer_id)
    return Saved(decision, customer, missing_of(customer))


def missing_of(customer: Customer) -> list[str]:
    """Return which of name and phone a charge still needs."""
    return [key for key in ("name", "phone") if getattr(customer, key) is None]


def waits_for_contact(known: Dossier, now: datetime) -> bool:
    """Tell whether nothing but a missing name or phone keeps the charge from going out (X10)."""
    asked = any(each.status in OPEN and each.expires_at > now for each in known.offers) or any(
        each.status is ProposalStatus.OPEN and each.expires_at > now for each in known.proposals
    )
    return not asked and bool(missing_of(known.customer) and known.unpaid)


async def set_preference(case: Case) -> Decision:
    """Stop or resume offers for this customer, as the guest's own message says (O9, O10).

    Stopping ends what is offered at once; resuming revives nothing. A general no ("no extras")
    declines what is live and keeps this thread free of offers.
    """
    services = case.services
    ended: list[Offer] = []
    withdrawn: tuple[str, ...] = ()
    async with services.store.begin(case.business.id, (case.customer_id,)) as work:
        reading = (await said(case, work)).reading
        meaning = reading.meaning if reading else None
        if meaning is Meaning.OPT_OUT:
            decision = ALLOWED
            await work.customers.change(case.customer_id, offers_stopped_at=services.clock.now())
            ended = await withdraw_all(case, work, "opted_out")
            await withdraw_from(case, work, "opted_out")
        elif meaning is Meaning.DECLINE_ALL:
            decision = ALLOWED
            ended = await withdraw_all(case, work, "declined", status=OfferStatus.DECLINED)
            await withdraw_from(case, work, "declined", OfferStatus.DECLINED)
            await work.threads.change(case.thread_id, cross_sell_declined=True)
        elif meaning is Meaning.OPT_IN:
            decision = ALLOWED
            await work.customers.change(case.customer_id, offers_stopped_at=None)
        else:
            decision = refuse(Reason.NO_ACCEPTANCE, "The guest has not asked for that.")
        if decision.allowed and meaning:
            withdrawn = await follow_preference(case, work, meaning)
        await note(case, work, "may_set_preference", decision, stage="contact")
    for offer in ended:
        await let_go(case, offer)
    for offer_id in withdrawn:
        await services.execution.cancel(offer_id)
    return decision
