"""A wish: everything a message asks for or tells us, besides its yes or no."""

from dataclasses import dataclass, field
from enum import StrEnum

from agent.when import When


class Intent(StrEnum):
    """What a message is after."""

    BOOK = "book"
    MOVE = "move"
    CANCEL = "cancel"
    SLOTS = "slots"  # what is free?
    PRICE = "price"
    SERVICES = "services"
    HOURS = "hours"
    BOOKINGS = "bookings"  # when is my appointment?
    PAY = "pay"  # try the payment again
    PAY_AT_VENUE = "pay_at_venue"
    QUESTION = "question"  # anything else that is asked
    GREETING = "greeting"
    THANKS = "thanks"
    BYE = "bye"
    HELP = "help"
    DISCOUNT = "discount"
    LISTEN = "listen"  # tell me when something earlier comes free
    LISTEN_NO_MORE = "listen_no_more"
    OTHER = "other"  # words, and none of them understood


@dataclass(frozen=True, slots=True)
class Wish:
    """What one message says; every field is None, empty or False where it says nothing of it.

    `service_ids` are services named outright, `near_service` is one to ask about ("did you
    mean ...?"), `unknown_service` and `unknown_staff` are the guest's own words. `pick` counts
    from 1 in a list we showed, -1 is the last. `phone` is E.164.
    """

    intents: tuple[Intent, ...] = ()
    service_ids: tuple[str, ...] = ()
    near_service: str | None = None
    unknown_service: str | None = None
    staff_id: str | None = None
    staff_any: bool = False
    unknown_staff: str | None = None
    when: When = field(default_factory=When)
    pick: int | None = None
    name: str | None = None
    phone: str | None = None
    bad_phone: str | None = None
    people: int | None = None
    extra: str | None = None  # around a stay, as `agent.extras` names them (U11)
    nights: int | None = None
    prefers: tuple[str, ...] = ()  # wishes of offers, as `agent.preferring` names them (U4)
    injection: bool = False
    empty: bool = False
