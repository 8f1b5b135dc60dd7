"""Name and phone, then one payment for everything."""

from typing import Any

from agent.offline.moment import End, Line, Moment, Step, call, say
from agent.wish import Intent
from tools.describing_recovery import reminder

# What settles something, so that the next thing to settle is the payment.
SETTLED = ("confirm_proposal", "apply_upsell", "decline_upsell", "save_contact", "drop_proposal")
ASK = {("name", "phone"): "ask_contact", ("name",): "ask_name", ("phone",): "ask_phone"}


def contact(moment: Moment) -> Step | None:
    """Keep a name and a phone that are needed, or that the guest corrects."""
    wish = moment.wish
    saved = moment.did("save_contact")
    if not saved and (wish.name or wish.phone) and "save_contact" in moment.tools:
        return call("save_contact")
    if wish.bad_phone and moment.situation.unpaid:
        return say("bad_phone", given=wish.bad_phone)
    return None


def paying(moment: Moment) -> Step | None:
    """Charge once name and phone are there; ask for what is missing."""
    if moment.did("start_payment") or moment.did("pay_at_venue"):
        return End()
    if moment.has(Intent.PAY_AT_VENUE) and moment.situation.unpaid:
        return call("pay_at_venue")
    settled = any((done := moment.did(tool)) and done.allowed for tool in SETTLED)
    general_no = moment.did("set_offer_preference") is not None
    if not (settled or general_no or moment.has(Intent.PAY)):
        return None
    if moment.has(Intent.PAY) and not moment.situation.unpaid:
        paid = [p for p in moment.situation.payments if p["status"] == "paid"]
        return say("already_paid", amount=paid[-1]["amount"]) if paid else say("no_booking")
    return _next(moment)


def _next(moment: Moment) -> Step | None:
    situation = moment.situation
    if situation.unpaid is None or moment.proposals:
        return None
    if moment.extras:  # a freed slot keeps no payment waiting
        return None if moment.did("reserve_pair") else _remind(moment)
    if situation.guest["missing"]:
        return ask_contact(moment)
    return call("start_payment")


def _remind(moment: Moment) -> End:
    return End((_reminder(moment),))


def _reminder(moment: Moment) -> Line:
    offer = moment.extras[0]
    return Line(
        "cross_sell_reminder", {name: str(offer[name]) for name in ("service", "time", "price")}
    )


def ask_contact(moment: Moment) -> End:
    """Ask for name and phone, or for the one that is missing."""
    text = ASK[tuple(moment.situation.guest["missing"])]
    values = {"name": str(moment.situation.guest["name"])} if text == "ask_phone" else {}
    return End((Line(text, values),))


def carrying_on(moment: Moment) -> End | None:
    """After an answer to something else: come back to what is still open."""
    if moment.proposals:
        return End((_asked_again(moment.proposals[-1]),))
    open_slot = tuple(freed_reminder(each) for each in moment.freed)
    if open_slot:
        return End(open_slot)
    if not moment.situation.unpaid:
        return None
    if moment.extras and not moment.did("reserve_pair"):
        return _remind(moment)
    if moment.situation.guest["missing"] and not moment.extras:
        return ask_contact(moment)
    return None


def asked_again(moment: Moment) -> Line | None:
    """Put the question once more that waits for an answer; None where none does."""
    if moment.proposals:
        return _asked_again(moment.proposals[-1])
    if moment.freed:
        return freed_reminder(moment.freed[-1])
    return _reminder(moment) if moment.extras else None


def freed_reminder(offer: dict[str, Any]) -> Line:
    """Put the offer of a freed slot once more."""
    return Line(*reminder(offer))


def _asked_again(proposal: dict[str, Any]) -> Line:
    kind = proposal["kind"]
    if kind == "cancel":
        names = {"service": "service", "when": "when"}
    elif kind == "move":
        names = {"service": "service", "old": "old", "new": "when", "staff": "staff"}
    else:
        names = {name: name for name in ("service", "when", "staff", "minutes", "price")}
    text = {"cancel": "confirm_cancel", "move": "confirm_move"}.get(kind, "confirm_booking")
    return Line(text, {name: str(proposal[column]) for name, column in names.items()})
