"""Who may be offered a slot that came free (R2)."""

from dataclasses import dataclass
from datetime import datetime

from jirani.rules.contact import may_contact
from jirani.rules.decision import Decision, Reason, refuse
from jirani.rules.facts import Contact, ContactPolicy, RecoveryPolicy
from jirani.rules.recovery.score import Tier


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is known of a customer that could forbid the offer of one slot.

    `busy`: a live appointment of theirs overlaps it, buffers included. `took_at` is when they last
    took a freed slot. `history` and `declines` are O5's.
    """

    customer_id: str
    tier: Tier = Tier.NEUTRAL
    gave_it_up: bool = False
    opted_in: bool = True
    reachable: bool = True
    opted_out: bool = False
    person_handling: bool = False
    asked_before: bool = False
    busy: bool = False
    took_at: datetime | None = None
    history: tuple[Contact, ...] = ()
    declines: tuple[datetime, ...] = ()


def eligible(
    who: Candidate, policy: RecoveryPolicy, contact: ContactPolicy, now: datetime
) -> Decision:
    """Judge one candidate; the first that forbids is the reason (R2, R3, O5, O9)."""
    cooling = who.took_at is not None and now - who.took_at < policy.cool_down
    forbidding = (
        (who.gave_it_up, Reason.GAVE_IT_UP, "They gave this slot up."),
        (
            policy.exclude_risk and who.tier is Tier.RISK,
            Reason.RISK_EXCLUDED,
            "They have not paid reliably.",
        ),
        (not who.opted_in, Reason.NOT_OPTED_IN, "They have not asked to be told."),
        (who.opted_out, Reason.OPTED_OUT, "They want no offers."),
        (not who.reachable, Reason.NOT_REACHABLE, "There is no channel to them."),
        (who.person_handling, Reason.PERSON_HANDLING, "A person handles their conversation."),
        (who.asked_before, Reason.ASKED_BEFORE, "They were offered this slot before."),
        (who.busy, Reason.CUSTOMER_BUSY, "They have another appointment then."),
        (cooling, Reason.COOL_DOWN, "They have just taken a freed slot."),
    )
    for forbids, reason, detail in forbidding:
        if forbids:
            return refuse(reason, detail)
    return may_contact(
        who.history, who.declines, now, contact, proactive=True, opted_out=who.opted_out
    )
