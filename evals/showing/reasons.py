"""Reason codes of the guards, as sentences."""

from jirani.rules.decision import Reason

REASONS: dict[str, str] = {
    Reason.CLEAR: "nothing stood in the way",
    Reason.ALREADY_DONE: "this was done before, so nothing changed",
    Reason.NO_ACCEPTANCE: "the guest has not clearly said yes to it",
    Reason.NOT_LATER_MESSAGE: "the guest's message came before the question",
    Reason.WHICH_ONE: "it is not clear which one the guest means",
    Reason.NOT_OPEN: "it is no longer open",
    Reason.EXPIRED: "its time was over",
    Reason.OTHER_THREAD: "it belongs to another conversation",
    Reason.UNKNOWN_HANDLE: "there is no such thing in this conversation",
    Reason.NOT_QUALIFIED: "this person does not do this service",
    Reason.CLOSED: "nobody works then",
    Reason.PAST: "that moment is already past",
    Reason.TOO_FAR: "that is too far ahead",
    Reason.OFF_GRID: "appointments do not start at that minute",
    Reason.SLOT_TAKEN: "the slot is taken",
    Reason.SLOT_HELD: "the slot is kept for somebody else just now",
    Reason.CUSTOMER_BUSY: "the guest has another appointment then",
    Reason.NO_FREE_SLOT: "there is no free slot",
    Reason.NOT_LIVE: "the appointment is not live any more",
    Reason.UNCHANGED: "it is what the guest already has",
    Reason.TOO_MANY: "there are too many already",
    Reason.DIAL_NEVER: "this business never sells anything on the side",
    Reason.ALREADY_OFFERED: "something was already offered in this conversation",
    Reason.CROSS_SELL_DECLINED: "the guest has said no to extras",
    Reason.PRIMARY_NOT_CONFIRMED: "the first appointment is not confirmed",
    Reason.NO_RELATION: "nothing goes well with this service",
    Reason.NO_ADJACENT_SLOT: "there is no free slot right after it",
    Reason.NOT_ADJACENT: "it does not start right after the first one",
    Reason.PRICE_CHANGED: "the price is another now",
    Reason.STARTED: "it has already begun",
    Reason.CHARGE_GONE_OUT: "the guest has already been asked to pay",
    Reason.OPTED_OUT: "the guest wants no offers",
    Reason.WEEKLY_CAP: "the guest has had all offers of this week",
    Reason.SPACING: "the last offer was too short a time ago",
    Reason.DECLINE_PAUSE: "the guest has said no twice and is left alone for a while",
    Reason.PERSON_HANDLING: "a person is handling this conversation",
    Reason.ACCEPTED_BEFORE: "the guest has already taken it",
    Reason.DECLINED_BEFORE: "the guest has already said no to it",
    Reason.DEFERRED: "the guest asked to be asked later",
    Reason.OPEN_OFFER: "another offer is still open",
    Reason.NEEDS_CONTACT: "the guest's name and phone are not known yet",
    Reason.NOTHING_TO_PAY: "there is nothing to pay",
    Reason.CHARGE_OPEN: "the guest is already being asked to pay",
    Reason.RETRY_TOO_SOON: "the last try to charge was too short a time ago",
    Reason.NO_RETRY_LEFT: "there is no further try",
    Reason.NOT_ALLOWED_HERE: "this business does not allow it",
    Reason.UNAVAILABLE: "an outside system could not be reached",
    Reason.NOT_UNDERSTOOD: "it was not understood",
}


def because(code: str) -> str:
    """Say why; a code nobody has found words for is said as it is."""
    return REASONS.get(code, code.replace("_", " "))
