"""Which rules a conversation touched, from what the guards decided in it."""

from collections.abc import Iterable

from evals.rules import RULES
from jirani.rules.decision import Reason
from jirani.store.rows.recorded import Decided

MOST = 5  # rules: those to point at, not all that were touched on the way
CHATTING = "§7"
REASONS: dict[str, str] = {
    Reason.DIAL_NEVER: "X1",
    Reason.ALREADY_OFFERED: "X2",
    Reason.CROSS_SELL_DECLINED: "X2",
    Reason.PRIMARY_NOT_CONFIRMED: "X3",
    Reason.NO_RELATION: "X4",
    Reason.NO_ADJACENT_SLOT: "X5",
    Reason.NOT_ADJACENT: "X5",
    Reason.NOT_QUALIFIED: "X6",
    Reason.CUSTOMER_BUSY: "X6",
    Reason.SLOT_HELD: "X8",
    Reason.SLOT_TAKEN: "X9",
    Reason.EXPIRED: "X10",
    Reason.PRICE_CHANGED: "O3",
    Reason.NO_ACCEPTANCE: "O1",
    Reason.NOT_LATER_MESSAGE: "O1",
    Reason.WHICH_ONE: "O1",
    Reason.OTHER_THREAD: "O1",
    Reason.UNKNOWN_HANDLE: "O2",
    Reason.ALREADY_DONE: "O4",
    Reason.WEEKLY_CAP: "O5",
    Reason.SPACING: "O5",
    Reason.DECLINE_PAUSE: "O5",
    Reason.OPTED_OUT: "O9",
    Reason.DECLINED_BEFORE: "O10",
    Reason.DEFERRED: "O10",
    Reason.PERSON_HANDLING: "§7",
    Reason.CHARGE_OPEN: "P3",
    Reason.RETRY_TOO_SOON: "P3",
    Reason.NO_RETRY_LEFT: "X12",
    Reason.NOT_ALLOWED_HERE: "X12",
}
GUARDS = {
    "may_accept": "O1",
    "may_decline": "O10",
    "deadline": "X10",
    "may_suggest": "X14",
    "one_cross_sell": "X2",
    "reserve_pair": "X8",
    "may_set_preference": "O9",
    "one_open_charge": "P3",
    "may_pay_at_venue": "X12",
    "settle": "P1",
    "may_charge": "P4",
    "may_propose": "§3",
    "may_confirm": "O1",
    "may_cancel": "§3",
    "may_drop": "O10",
    "hand_over": CHATTING,
    "hand_back": CHATTING,
}


def covered(decisions: Iterable[Decided]) -> list[str]:
    """Return the rules to name: those that refused something first, in the order of the rules."""
    known = list(decisions)
    refused = [REASONS[each.reason] for each in known if each.reason in REASONS]
    allowed = [GUARDS[each.guard] for each in known if each.guard in GUARDS]
    chosen = list(dict.fromkeys((*refused, *allowed)))[:MOST] or [CHATTING]
    return sorted(chosen, key=list(RULES).index)
