"""Which skill answers first: one step of the policy for each small situation."""

from datetime import date, time
from typing import Any

import pytest

from agent.offline.moment import Call, Done, End, Moment
from agent.offline.policy import decide
from agent.when import Problem, When
from agent.wish import Intent, Wish
from jirani.rules.reading import Meaning
from tests.support.situations import BOOKED, OFFER, PROPOSAL, SECOND, did, moment

TOMORROW = date(2026, 11, 25)
AT_TWO = When(date=TOMORROW, time=time(14))
MANICURE = Wish(intents=(Intent.BOOK,), service_ids=("v1",), when=AT_TWO)
SLOT = {"slot": "s1", "time": "14:00", "when": "Wednesday 25 November at 14:00"}
KNOWN = {"name": "Grace", "phone": "+254712345678", "missing": []}
CANCELLING = PROPOSAL | {"kind": "cancel"}
BOOKED_NOW = did("confirm_proposal", kind="book", service="Manicure")


def step(moment: Moment) -> str:
    """Say the next step in a word: `tool(arguments)`, or the texts in their order."""
    decided = decide(moment)
    if isinstance(decided, Call):
        return f"{decided.tool}({', '.join(str(each) for each in decided.arguments.values())})"
    assert isinstance(decided, End)
    return " ".join(line.text for line in decided.lines)


def found(*slots: dict[str, str], exact: bool | None = True, **facts: Any) -> Done:
    return did(
        "find_slots", slots=list(slots), exact=exact, service="Manicure", day="Wednesday", **facts
    )


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        # --- one addressee for a yes
        (moment(Meaning.ACCEPT, proposals=[PROPOSAL]), "confirm_proposal(p1)"),
        (moment(Meaning.ACCEPT, offers=[OFFER]), "apply_upsell(o1)"),
        (moment(Meaning.ACCEPT, proposals=[PROPOSAL], offers=[OFFER]), "ask_which_yes"),
        (
            moment(Meaning.ACCEPT, proposals=[PROPOSAL], offers=[OFFER | {"named": True}]),
            "apply_upsell(o1)",
        ),
        (moment(Meaning.ACCEPT, offers=[OFFER | {"late": True}]), "apply_upsell(o1)"),
        (
            moment(Meaning.ACCEPT, proposals=[PROPOSAL], offers=[OFFER | {"late": True}]),
            "confirm_proposal(p1)",
        ),
        (moment(Meaning.ACCEPT, proposals=[PROPOSAL | {"lapsed": True}]), "nothing_to_accept"),
        (moment(Meaning.ACCEPT), "nothing_to_accept"),
        # --- a no closes what is open, the offer first
        (moment(Meaning.DECLINE, proposals=[PROPOSAL], offers=[OFFER]), "decline_upsell(o1)"),
        (
            moment(Meaning.DECLINE, None, did("decline_upsell"), proposals=[PROPOSAL], offers=[]),
            "drop_proposal(p1)",
        ),
        (moment(Meaning.LATER, offers=[OFFER]), "decline_upsell(o1)"),
        (moment(Meaning.DECLINE), "declined_noted"),
        (
            moment(Meaning.CHANGE, MANICURE, proposals=[PROPOSAL]),
            "find_slots(v1, 2026-11-25, 14:00:00)",
        ),
        (moment(Meaning.CHANGE, proposals=[PROPOSAL]), "drop_proposal(p1)"),
        # --- no more offers
        (moment(Meaning.OPT_OUT, offers=[OFFER]), "set_offer_preference()"),
        (moment(Meaning.DECLINE_ALL, offers=[OFFER]), "set_offer_preference()"),
        (
            moment(Meaning.OPT_OUT, None, did("set_offer_preference"), proposals=[CANCELLING]),
            "drop_proposal(p1)",
        ),
        # --- a person comes before everything that is open
        (moment(Meaning.HUMAN, proposals=[PROPOSAL], offers=[OFFER]), "hand_over()"),
        (moment(Meaning.COMPLAINT, MANICURE), "hand_over()"),
        # --- what cannot be answered as words
        (moment(Meaning.UNCLEAR, Wish(empty=True), text="🙂🙂"), "only_text"),
        (
            moment(Meaning.ACCEPT, Wish(empty=True), text="👍", proposals=[PROPOSAL]),
            "confirm_proposal(p1)",
        ),
        (moment(text="x" * 1501), "too_long"),
        (moment(text="Здравствуйте"), "other_language"),
        (moment(Meaning.UNCLEAR, Wish(injection=True), proposals=[PROPOSAL]), "cannot_do"),
        (moment(Meaning.UNCLEAR, Wish(intents=(Intent.DISCOUNT,))), "cannot_change_price"),
        # --- cancelling and moving
        (moment(Meaning.CANCEL, text="cancel", appointments=[BOOKED]), "propose_cancellation(a1)"),
        (moment(Meaning.CANCEL, appointments=[BOOKED, SECOND]), "which_booking"),
        (
            moment(Meaning.CANCEL, Wish(service_ids=("v3",)), appointments=[BOOKED, SECOND]),
            "propose_cancellation(a2)",
        ),
        (moment(Meaning.CANCEL), "no_booking"),
        (
            moment(
                Meaning.CANCEL,
                Wish(intents=(Intent.CANCEL,)),
                appointments=[BOOKED | {"status": "cancelled"}],
            ),
            "already_cancelled",
        ),
        (moment(Meaning.CANCEL, proposals=[PROPOSAL]), "drop_proposal(p1)"),
        (
            moment(Meaning.UNCLEAR, Wish(intents=(Intent.MOVE,)), appointments=[BOOKED]),
            "ask_move_to",
        ),
        (
            moment(
                Meaning.UNCLEAR,
                Wish(intents=(Intent.MOVE,), when=When(time=time(16))),
                appointments=[BOOKED],
            ),
            "find_slots(v1, 2026-11-25, 16:00:00, a1)",
        ),
        (
            moment(
                Meaning.UNCLEAR,
                Wish(intents=(Intent.MOVE,), when=When(time=time(16))),
                found(SLOT),
                appointments=[BOOKED],
            ),
            "propose_move(a1, s1)",
        ),
        # --- booking
        (moment(Meaning.UNCLEAR, MANICURE), "find_slots(v1, 2026-11-25, 14:00:00)"),
        (moment(Meaning.UNCLEAR, MANICURE, found(SLOT)), "propose_booking(s1)"),
        (moment(Meaning.UNCLEAR, MANICURE, found(SLOT, exact=False)), "slot_taken_offer"),
        (
            moment(Meaning.UNCLEAR, MANICURE, found(exact=None)),
            "no_slots",
        ),
        (moment(Meaning.UNCLEAR, Wish(intents=(Intent.BOOK,))), "ask_service"),
        (moment(Meaning.UNCLEAR, Wish(service_ids=("v1",))), "ask_day"),
        (
            moment(Meaning.UNCLEAR, Wish(when=AT_TWO), earlier=(Wish(service_ids=("v1",)),)),
            "find_slots(v1, 2026-11-25, 14:00:00)",
        ),
        (
            moment(Meaning.UNCLEAR, Wish(intents=(Intent.BOOK,), near_service="v1")),
            "did_you_mean",
        ),
        (
            moment(Meaning.ACCEPT, None, earlier=(Wish(near_service="v1"),)),
            "ask_day",
        ),
        (
            moment(Meaning.UNCLEAR, Wish(intents=(Intent.BOOK,), unknown_service="tattoo")),
            "unknown_service",
        ),
        (
            moment(Meaning.UNCLEAR, Wish(service_ids=("v1",), unknown_staff="Otieno")),
            "staff_unknown",
        ),
        (
            moment(
                Meaning.UNCLEAR,
                Wish(service_ids=("v1",), when=When(problem=Problem.NO_SUCH_DATE)),
            ),
            "no_such_date",
        ),
        (
            moment(Meaning.UNCLEAR, Wish(service_ids=("v1",), when=When(problem=Problem.PAST))),
            "past_time",
        ),
        # --- the neighbouring slot, in three steps, and never after a refusal
        (moment(Meaning.ACCEPT, None, BOOKED_NOW), "find_cross_sell_options()"),
        (
            moment(Meaning.ACCEPT, None, BOOKED_NOW, did("find_cross_sell_options", option="x1")),
            "check_prevention()",
        ),
        (
            moment(
                Meaning.ACCEPT,
                None,
                BOOKED_NOW,
                did("find_cross_sell_options", option="x1"),
                did("check_prevention"),
            ),
            "reserve_pair(x1)",
        ),
        (
            moment(
                Meaning.ACCEPT,
                None,
                BOOKED_NOW,
                did("find_cross_sell_options", option="x1"),
                did("check_prevention", allowed=False, reason="weekly_cap"),
                unpaid="KES 1,200",
            ),
            "ask_contact",
        ),
        # --- name, phone and the one payment
        (moment(Meaning.UNCLEAR, Wish(name="Grace"), unpaid="KES 1,200"), "save_contact()"),
        (
            moment(
                Meaning.UNCLEAR,
                Wish(name="Grace"),
                did("save_contact", missing=["phone"]),
                unpaid="KES 1,200",
                guest={"name": "Grace", "phone": None, "missing": ["phone"]},
            ),
            "ask_phone",
        ),
        (
            moment(
                Meaning.UNCLEAR,
                Wish(phone="+254712345678"),
                did("save_contact", missing=[]),
                unpaid="KES 1,200",
                guest=KNOWN,
            ),
            "start_payment()",
        ),
        (moment(Meaning.UNCLEAR, Wish(bad_phone="0712"), unpaid="KES 1,200"), "bad_phone"),
        (
            moment(
                Meaning.UNCLEAR,
                Wish(name="Amara", bad_phone="0712"),
                did("save_contact", missing=["phone"]),
                unpaid="KES 1,200",
                guest=KNOWN | {"phone": None, "missing": ["phone"]},
            ),
            "bad_phone",
        ),
        (
            moment(Meaning.UNCLEAR, Wish(intents=(Intent.PAY,)), unpaid="KES 1,200", guest=KNOWN),
            "start_payment()",
        ),
        (moment(Meaning.UNCLEAR, Wish(intents=(Intent.PAY,))), "no_booking"),
        (
            moment(
                Meaning.UNCLEAR,
                Wish(intents=(Intent.PAY,)),
                payments=[{"status": "paid", "amount": "KES 1,200"}],
            ),
            "already_paid",
        ),
        (
            moment(Meaning.UNCLEAR, Wish(intents=(Intent.PAY_AT_VENUE,)), unpaid="KES 1,200"),
            "pay_at_venue()",
        ),
        # --- questions, and back to what is open
        (
            moment(Meaning.QUESTION, Wish(intents=(Intent.QUESTION,)), text="parking?"),
            "search_knowledge(parking?)",
        ),
        (
            moment(
                Meaning.QUESTION,
                Wish(intents=(Intent.QUESTION,)),
                did("search_knowledge"),
                proposals=[PROPOSAL],
            ),
            "confirm_booking",
        ),
        (
            moment(
                Meaning.QUESTION,
                Wish(intents=(Intent.PRICE,)),
                offers=[OFFER],
                unpaid="KES 1,200",
            ),
            "answer_price cross_sell_reminder",
        ),
        (moment(Meaning.QUESTION, Wish(intents=(Intent.SERVICES,))), "answer_services"),
        (moment(Meaning.QUESTION, Wish(intents=(Intent.BOOKINGS,))), "no_booking"),
        (
            moment(Meaning.QUESTION, Wish(intents=(Intent.BOOKINGS,)), appointments=[BOOKED]),
            "bookings",
        ),
        # --- courtesies, and the end of understanding
        (moment(Meaning.UNCLEAR, Wish(intents=(Intent.GREETING,))), "greeting"),
        (
            moment(Meaning.UNCLEAR, Wish(intents=(Intent.GREETING,)), proposals=[PROPOSAL]),
            "greeting confirm_booking",
        ),
        (moment(Meaning.UNCLEAR, Wish(intents=(Intent.THANKS,))), "thanks"),
        (moment(Meaning.UNCLEAR, Wish(intents=(Intent.HELP,))), "help"),
        (moment(), "unclear"),
        (moment(misunderstood=1), "unclear_person"),
        (moment(misunderstood=2), "hand_over()"),
        (moment(offers=[OFFER]), "unclear_open cross_sell_reminder"),
        (moment(misunderstood=1, offers=[OFFER]), "cross_sell_reminder unclear_open_person"),
        (moment(misunderstood=2, offers=[OFFER]), "hand_over()"),
        (moment(proposals=[PROPOSAL]), "unclear_open confirm_booking"),
        (moment(misunderstood=1, proposals=[PROPOSAL]), "confirm_booking unclear_open_person"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_the_next_step(now: Moment, expected: str) -> None:
    assert step(now) == expected


def test_a_late_yes_that_came_too_late_looks_for_another_time() -> None:
    lost = did("apply_upsell", allowed=False, reason="slot_taken", **OFFER)
    now = moment(Meaning.ACCEPT, None, lost, offers=[OFFER | {"late": True}])
    assert step(now) == "find_slots(v2, 2026-11-25, 14:45)"
    assert step(moment(Meaning.ACCEPT, None, lost, found(SLOT))) == "propose_booking(s1)"


def test_a_yes_is_carried_once_a_turn() -> None:
    now = moment(
        Meaning.ACCEPT,
        None,
        BOOKED_NOW,
        did("find_cross_sell_options", allowed=False),
        offers=[OFFER],
    )
    assert "apply_upsell" not in step(now)
