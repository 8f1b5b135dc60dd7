"""The business rules a scenario may say it covers: what each is about, and its slice."""

from dataclasses import dataclass
from enum import StrEnum


class Slice(StrEnum):
    """A part of the product that is built, and proved, as a whole."""

    BOOKING = "booking"
    STAYS = "stays"
    RECOVERY = "recovery"


BUILT = frozenset(Slice)


@dataclass(frozen=True, slots=True)
class Rule:
    """What a rule is about in a few words, and the first slice in which it can be broken."""

    about: str
    slice: Slice


def _all(slice: Slice, **rules: str) -> dict[str, Rule]:
    return {id: Rule(about, slice) for id, about in rules.items()}


RULES: dict[str, Rule] = {
    **_all(
        Slice.BOOKING,
        O1="Consent is bound to one offer, read from the guest's own later message",
        O2="No price, identity, business or time comes from the model",
        O3="Everything is checked when planned, sent and accepted; terms are honoured",
        O4="An acceptance and its sale are one transaction, and doing it again changes nothing",
        O5="One contact ledger: three offers a week, spacing, a pause after two declines",
        O9="Opt-out in any wording, at once, losing no meaning",
        O10="The meaning of no: this one, all of them, later, or something else",
        O13="Nothing is stated that is not backed",
        O14="The life of an offer",
        X1="Dials first, before any database or Redis access",
        X2="One cross-sell a thread, whatever became of it",
        X3="Only after the primary is confirmed, and while it is not cancelled",
        X4="Only complementary edges, walked as their direction allows",
        X5="The neighbour starts 0 to 15 minutes after the primary ends",
        X6="Qualified, working, and free of overlaps, the customer's own included",
        X7="The best candidate: confidence times closeness, ties in a fixed order",
        X8="The pair is held together or not at all",
        X9="Redis reduces contention, the database decides",
        X10="Yes bundles, no releases, silence expires at 30 s and charges 90 s later",
        X11="A late yes is checked anew: sold if still free, else told so",
        X12="A failed charge: five minutes for one retry, then the policy",
        X13="Log events with business and thread",
        X14="One service may be named while the slot is chosen, where the dial says so",
        P1="Written before the push, never pushed twice, settled by callback or query",
        P2="Callbacks are matched by our id and token; duplicates change nothing",
        P3="One open charge a thread and phone; a retry waits 120 s",
        P4="A bundle is one charge, the plain sum",
        P5="The reaper settles what stayed pending",
        **{
            "§3": "Booking by chat: service, day, time and stylist from free text; move and cancel",
            "§7": "The conversation: languages, corrections, digressions, bursts, a person",
        },
    ),
    **_all(
        Slice.STAYS,
        O6="Offers held back are postponed, or expire with the reason",
        O7="Quiet hours",
        O8="Too late is never",
        O11="Which of two offers goes first",
        O12="An unknown is a no",
        U1="Which reservations are offered anything",
        U2="Planning and planning again",
        U3="Cancelled or refunded: withdrawn at once, never sold",
        U4="Prevention, in its order",
        U5="Sending is one job step",
        U6="One time or exact nights; a plain yes takes those",
        U7="Where a sale is recorded",
        U8="One turnover, one truth",
        U9="Listing settings apply at sending",
        U10="A calendar older than ten minutes is read again",
        U11="The guest asks first",
    ),
    **_all(
        Slice.RECOVERY,
        R1="What opens a slot",
        R2="Who is eligible for an opening",
        R3="In which order they are asked",
        R4="One live offer at a time, for fifteen minutes",
        R5="Accepting an opening",
        R6="An unpaid opening goes on to the next",
        R7="The score and its tiers",
        R8="Internal triggers are authenticated and idempotent",
        R9="Expiry is timely",
    ),
}
