"""What is said about each thing that was done: one row per tool."""

from collections.abc import Callable, Sequence

from agent.offline.moment import Done, Line, Moment
from agent.offline.recovery_narration import declined, instead, listens, missed, taken
from agent.offline.stay_narration import STAY_TELLERS
from agent.wish import Intent
from agent.wondering import wonders
from agent.words import HANDS, plain_words
from jirani.rules.facts import OfferKind
from prompts import formats

Teller = Callable[[Moment, Done], list[Line]]

# What a refused confirmation or acceptance is called towards the guest.
_GONE = frozenset({"slot_taken", "slot_held", "closed", "not_qualified", "customer_busy"})


def narrate(moment: Moment) -> list[Line]:
    """Tell everything this turn has done, in order."""
    tellers = {**TELLERS, **STAY_TELLERS} if moment.situation.stay else TELLERS
    return [
        line
        for done in moment.done
        if done.tool in tellers
        for line in tellers[done.tool](moment, done)
    ]


def _line(text: str, done: Done, *names: str) -> Line:
    return Line(text, {name: str(done.facts[name]) for name in names})


def _confirmed(moment: Moment, done: Done) -> list[Line]:
    kind = done.facts.get("kind")
    if done.allowed and kind == "book":
        return [_line("booked", done, "service", "when", "staff", "price")]
    if done.allowed and kind == "move":
        return [
            Line(
                "moved",
                {
                    "service": done.facts["service"],
                    "new": done.facts["when"],
                    "staff": done.facts["staff"],
                },
            )
        ]
    if done.allowed:
        tone = moment.business["cancellation_tone"]
        return [_line(f"cancelled_{tone}", done, "service", "when"), *_paid_note(done)]
    if done.reason in _GONE:
        return [_line("hold_lost", done, "service", "when")]
    if done.reason == "expired":
        return [_line("proposal_lapsed", done, "service", "when")]
    if done.reason in ("past", "started"):
        return [_line("past_time", done, "when")]
    return []


def _paid_note(done: Done) -> list[Line]:
    if not done.facts.get("paid"):
        return []
    return [Line("cancelled_paid_note", {"amount": str(done.facts["price"])})]


def _dropped(_: Moment, done: Done) -> list[Line]:
    if not done.allowed:
        return []
    if done.facts.get("kind") in ("cancel", "move"):
        return (
            [_line("cancel_kept", done, "service", "when")]
            if done.facts["kind"] == "cancel"
            else [Line("proposal_dropped", {})]
        )
    return [Line("proposal_dropped", {})]


def _proposed(moment: Moment, done: Done) -> list[Line]:
    if done.allowed:
        names = ("service", "when", "staff", "minutes", "price")
        late, prices = moment.did("apply_upsell"), _prices_beside(moment, done)
        if late and missed(late):
            return [*prices, instead(late, done)]
        if late and not late.allowed and late.facts["starts_at"] != done.facts["starts_at"]:
            gone = {"service": done.facts["service"], "next": done.facts["when"]}
            return [Line("late_yes_gone", gone)]
        if late and not late.allowed and late.facts["staff"] != done.facts["staff"]:
            line = _line("late_yes_other_staff", done, *names)
            return [Line(line.text, line.values | {"gone": str(late.facts["staff"])})]
        if "extra" in done.facts:
            suggest = _line("confirm_booking_suggest", done, *names, "extra", "extra_price")
            return [*prices, suggest]
        return [*prices, _line("confirm_booking", done, *names)]
    if done.reason == "too_many":
        return [Line("too_many_bookings", {})]
    return []


def _prices_beside(moment: Moment, done: Done) -> list[Line]:
    """Answer both halves of "how much is a pedicure, and can you book me a manicure?"."""
    if not moment.has(Intent.PRICE):
        return []
    asked = [each for each in moment.wish.service_ids if each != done.facts["service_handle"]]
    return price_lines(moment, asked)


def price_lines(moment: Moment, services: Sequence[str]) -> list[Line]:
    """Tell price and duration of some services, by their handles."""
    return [
        Line(
            "answer_price",
            {
                "service": str(each["name"]),
                "price": str(each["price"]),
                "minutes": formats.minutes(int(each["minutes"]), moment.situation.language),
            },
        )
        for each in moment.situation.services
        if each["service"] in services
    ]


def _moving(_: Moment, done: Done) -> list[Line]:
    if done.allowed:
        facts = done.facts
        return [
            Line(
                "confirm_move",
                {
                    "service": facts["service"],
                    "old": facts["old"],
                    "new": facts["when"],
                    "staff": facts["staff"],
                },
            )
        ]
    if done.reason == "unchanged":
        return [_line("move_same", done, "when")]
    if done.reason in ("started", "not_live"):
        return [_line("too_late_to_change", done, "service", "when")]
    return []


def _cancelling(moment: Moment, done: Done) -> list[Line]:
    said = plain_words(moment.situation.message["text"]).strip(f" .,!;{HANDS}")
    if done.allowed and said == "cancel":
        # The bare word is a carrier's keyword too: ask once, lose neither meaning (O9).
        return [_line("cancel_or_stop", done, "service", "when")]
    if done.allowed:
        return [*_then(moment, done), _line("confirm_cancel", done, "service", "when")]
    return [_line("too_late_to_change", done, "service", "when")]


def _then(moment: Moment, done: Done) -> list[Line]:
    """Two wishes in one message: one thing at a time, and neither is forgotten."""
    others = [
        moment.service_name(each)
        for each in moment.wish.service_ids
        if each != done.facts["service_handle"]
    ]
    if not others or not moment.has(Intent.BOOK):
        return []
    return [Line("one_at_a_time", {"first": str(done.facts["service"]), "then": others[0]})]


def _offered(_: Moment, done: Done) -> list[Line]:
    names = ("service", "time", "staff", "minutes", "price")
    return [_line("cross_sell_offer", done, *names)] if done.allowed else []


def _sold(moment: Moment, done: Done) -> list[Line]:
    if done.facts.get("kind") == OfferKind.SLOT_RECOVERY:
        return taken(moment, done)
    return [_line("cross_sell_added", done, "service", "time", "total")] if done.allowed else []


def _declined(_: Moment, done: Done) -> list[Line]:
    if done.facts.get("kind") == OfferKind.SLOT_RECOVERY:
        return declined(done)
    return [Line("cross_sell_declined", {})] if done.allowed else []


def _saved(moment: Moment, done: Done) -> list[Line]:
    # What is asked or charged next says it already.
    if done.allowed and not done.facts["missing"] and not moment.did("start_payment"):
        return [_line("contact_saved", done, "name")]
    return []


def _charged(moment: Moment, done: Done) -> list[Line]:
    if done.allowed and done.facts["status"] == "due_at_venue":
        return [_line("due_at_venue", done, "amount", "items", "when")]
    if done.allowed and done.facts.get("attempt", 1) > 1:
        return [_line("payment_retry_sent", done, "amount", "phone")]
    if done.allowed:
        return [_line("payment_sent", done, "amount", "phone", "items")]
    if done.reason == "charge_open":
        own = "amount" in done.facts
        return [
            _line("payment_pending", done, "amount", "phone") if own else Line("payment_waits", {})
        ]
    if done.reason == "retry_too_soon":
        return [Line("payment_retry_wait", {"seconds": done.facts["wait"]})]
    if done.reason == "no_retry_left":
        return [Line("payment_no_retry", {"business": moment.business["name"]})]
    return []


def _venue(moment: Moment, done: Done) -> list[Line]:
    if done.allowed:
        return [_line("due_at_venue", done, "amount", "items", "when")]
    return [Line("cannot_do", {})] if done.reason == "not_allowed_here" else []


def _answered(moment: Moment, done: Done) -> list[Line]:
    if done.facts.get("weekly"):
        return [Line("answer_hours", {"hours": str(done.facts["text"])})]
    if done.allowed:
        return [_line("answer", done, "text")]
    if moment.situation.stay and moment.did("hand_over"):
        return []  # that somebody will answer is all there is to say
    if not moment.situation.stay and wonders(plain_words(str(moment.situation.message["text"]))):
        return [Line("can_cancel_later", {})]
    return [Line("answer_unknown", {"business": moment.business["name"]})]


def _preference(moment: Moment, done: Done) -> list[Line]:
    texts = {"opt_out": "opted_out", "opt_in": "opted_in", "decline_all": "declined_noted"}
    return [Line(texts[moment.meaning], {})] if done.allowed else []


def _handed(moment: Moment, _: Done) -> list[Line]:
    return [Line("person_coming", {"business": moment.business["name"]})]


TELLERS: dict[str, Teller] = {
    "confirm_proposal": _confirmed,
    "drop_proposal": _dropped,
    "propose_booking": _proposed,
    "propose_move": _moving,
    "propose_cancellation": _cancelling,
    "reserve_pair": _offered,
    "apply_upsell": _sold,
    "decline_upsell": _declined,
    "save_contact": _saved,
    "start_payment": _charged,
    "pay_at_venue": _venue,
    "search_knowledge": _answered,
    "set_offer_preference": _preference,
    "hand_over": _handed,
    "tell_of_freed_slots": listens,
}
