"""What is said of freed slots: taken now, gone meanwhile, and who is told of them (R2, R5)."""

from agent.offline.moment import Done, Line, Moment
from jirani.rules.facts import OfferKind

_TAKEN = frozenset({"slot_filled", "slot_taken"})
# The slot is not to be had, or not on these terms: another time can be.
_GONE = _TAKEN | {"slot_held", "not_open", "too_late", "price_changed", "closed", "not_qualified"}
_MEANT_ELSE = frozenset({"no_acceptance", "which_one", "not_later_message"})


def missed(done: Done) -> bool:
    """Tell whether a yes came too late for a freed slot, and another time may be named (X11).

    Whoever would have been moved up keeps what they have.
    """
    freed = done.tool == "apply_upsell" and done.facts.get("kind") == OfferKind.SLOT_RECOVERY
    return freed and not done.allowed and done.reason in _GONE and "moves" not in done.facts


def instead(lost: Done, proposed: Done) -> Line:
    """Name the time that can be booked in the place of one that was missed (R5, X11)."""
    text = "recovery_still_free" if _same(lost, proposed) else "recovery_next"
    facts = {name: str(value) for name, value in proposed.facts.items()}
    return _line(text, facts, "service", "staff", "when", "minutes", "price")


def _same(lost: Done, proposed: Done | None) -> bool:
    if proposed is None or not proposed.allowed or not missed(lost):
        return False
    return all(lost.facts[name] == proposed.facts[name] for name in ("starts_at", "staff"))


def taken(moment: Moment, done: Done) -> list[Line]:
    """Tell what a yes came to; a late one hears the truth (R5, X11)."""
    if _same(done, moment.did("propose_booking")):
        return []  # it can be had, only not as it was offered: the question says so
    facts = {name: str(value) for name, value in done.facts.items()}
    if done.allowed and "moves" in facts:
        return [_line("moved", facts, "service", "staff", new=facts["when"])]
    if done.allowed and "pay_by" in facts:
        names = ("service", "staff", "when", "price", "pay_by")
        return [_line("recovery_booked_to_pay", facts, *names)]
    if done.allowed:
        return [_line("recovery_booked", facts, "service", "staff", "when", "price")]
    if done.reason in _MEANT_ELSE or not facts:
        return []
    if done.reason == "booking_first":
        return []
    return [_lost(done.reason, facts), *_stays(facts)]


def _lost(reason: str, facts: dict[str, str]) -> Line:
    if reason in _TAKEN:
        return _line("recovery_taken", facts, "service", "when")
    if reason == "slot_held":
        return _line("recovery_held", facts, "service", "when")
    if reason == "customer_busy":
        return _line("customer_busy", facts, "when")
    return _line("recovery_gone", facts, "service", "when")


def _stays(facts: dict[str, str]) -> list[Line]:
    """Reassure whoever could have been moved up: nobody loses a booking by it (R5)."""
    return [Line("recovery_stays", {"old": facts["moves"]})] if "moves" in facts else []


def declined(done: Done) -> list[Line]:
    """Tell that a no was heard."""
    facts = {name: str(value) for name, value in done.facts.items()}
    if not done.allowed:
        return []
    return [_line("recovery_declined", facts, "service", "when"), *_stays(facts)]


def listens(moment: Moment, done: Done) -> list[Line]:
    """Tell whether somebody will hear of freed slots."""
    if done.allowed:
        return [Line("recovery_listening" if done.facts["listens"] else "recovery_no_more", {})]
    if done.reason == "recovery_off":
        return [Line("recovery_not_here", {"business": str(moment.business["name"])})]
    return []


def _line(text: str, facts: dict[str, str], *names: str, **more: str) -> Line:
    return Line(text, {name: facts[name] for name in names} | more)
