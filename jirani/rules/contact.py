"""Whether a customer may be offered anything now (O5, O9, U4)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from jirani.rules.decision import ALLOWED, Decision, Reason, refuse
from jirani.rules.facts import Contact, ContactPolicy


def may_contact(
    history: Iterable[Contact],
    declines: Iterable[datetime],
    now: datetime,
    policy: ContactPolicy,
    *,
    proactive: bool,
    opted_out: bool,
) -> Decision:
    """Judge one more offer against the contact ledger of a customer and business (O5, O9).

    A cross-sell is not proactive: the cap holds it, spacing and pause do not. Every wait ends
    on the dot: exactly 7 days or 48 h later is allowed.
    """
    if opted_out:
        return refuse(Reason.OPTED_OUT, "The customer wants no offers.")
    sent = list(history)
    # A row stamped a moment ahead, by another replica's clock, counts as well.
    recent = [row for row in sent if now - row.sent_at < policy.window]
    if len(recent) >= policy.weekly_cap:
        return refuse(
            Reason.WEEKLY_CAP, f"{len(recent)} offers within {policy.window.days} days already."
        )
    if not proactive:
        return ALLOWED
    if any(row.proactive and now - row.sent_at < policy.spacing for row in sent):
        return refuse(Reason.SPACING, "The last offer was too recent.")
    if _pausing(declines, now, policy):
        return refuse(Reason.DECLINE_PAUSE, "The customer has just declined repeatedly.")
    return ALLOWED


def _pausing(declines: Iterable[datetime], now: datetime, policy: ContactPolicy) -> bool:
    times = sorted(declines)
    runs = zip(times, times[policy.declines - 1 :], strict=False)
    return any(last - first < policy.pause and now - last < policy.pause for first, last in runs)


@dataclass(frozen=True, slots=True)
class Prevention:
    """What our own ledger knows that could forbid one kind of offer to one customer.

    `declined` is this kind's, `declined_all` a general no. `deferred_until` is when a deferred
    offer is due: the time the guest named (`time_named`), else the moment they said "later".
    `person_handling` covers an open complaint too. `history` and `declines` are O5's.

    The last three are the guest's own wishes: never to be offered this (`prefers_not`), or fewer
    offers, where one unasked among `one_of`, the offers beside it, is enough; and a tight `budget`,
    which forbids nothing by itself.
    """

    opted_out: bool = False
    accepted: bool = False
    declined: bool = False
    declined_all: bool = False
    deferred_until: datetime | None = None
    time_named: bool = False
    offered: bool = False
    person_handling: bool = False
    history: tuple[Contact, ...] = ()
    declines: tuple[datetime, ...] = ()
    prefers_not: bool = False
    one_of: tuple[str, ...] = ()
    budget: bool = False


def prevention(
    facts: Prevention, now: datetime, policy: ContactPolicy, *, proactive: bool
) -> Decision:
    """Judge an offer of one kind, in the order of U4; the first that forbids is the reason.

    A guest's wishes come after what U4 names, and before O5: no wait ever ends them. Who asked to
    be asked again is not held by "fewer offers" (O10).
    """
    due = facts.deferred_until is not None and now >= facts.deferred_until
    enough = not due and any(
        row.proactive and row.offer_id in facts.one_of for row in facts.history
    )
    forbidding = (
        (facts.opted_out, Reason.OPTED_OUT, "The customer wants no offers."),
        (facts.accepted, Reason.ACCEPTED_BEFORE, "The customer has bought that already."),
        (facts.declined or facts.declined_all, Reason.DECLINED_BEFORE, "The customer said no."),
        (facts.deferred_until and not due, Reason.DEFERRED, "The customer asked for it later."),
        (facts.offered and not due, Reason.ALREADY_OFFERED, "That has been offered already."),
        (facts.person_handling, Reason.PERSON_HANDLING, "A person handles this conversation."),
        (facts.prefers_not, Reason.GUEST_PREFERS_NOT, "The guest does not want to be offered it."),
        (enough, Reason.GUEST_PREFERS_FEWER, "The guest wants fewer offers, and has had one."),
    )
    for forbids, reason, detail in forbidding:
        if forbids:
            return refuse(reason, detail)
    # A guest who named the time is not held by spacing (O10).
    asked_for = due and facts.time_named
    return may_contact(
        facts.history,
        facts.declines,
        now,
        replace(policy, spacing=timedelta()) if asked_for else policy,
        proactive=proactive,
        opted_out=facts.opted_out,
    )
