"""What is said about each thing that was done around a stay: one row per tool."""

from collections.abc import Callable, Mapping

from agent.offline.moment import Done, Line, Moment

Teller = Callable[[Moment, Done], list[Line]]

# Why a yes comes to nothing, or a wish cannot be met, as it is called towards the guest.
_OVER = frozenset({"reservation_not_live"})
# The stay is as live as ever; it is only that the moment has passed, or is another one now.
_PAST = frozenset({"expired", "not_open", "too_late", "started", "already_in", "not_in_house"})
_TAKEN = frozenset(
    {
        "night_not_free",
        "somebody_leaves",
        "somebody_arrives",
        "blocked",
        "task_in_the_way",
        "cleaning_planned",
        "do_not_disturb",
        "turnover_taken",
        "same_product",
        "stay_too_short",
    }
)
_UNKNOWN = frozenset(
    {
        "pms_unavailable",
        "calendar_unreadable",
        "calendar_stale",
        "status_unknown",
        "payment_unknown",
        "unavailable",
    }
)
_UNPAID = frozenset({"not_paid"})


_ASKS_THE_HOST = "stay_not_sold"


def _line(text: str, done: Done, *names: str) -> Line:
    return Line(text, {name: str(done.facts[name]) for name in names})


def _sold(_: Moment, done: Done) -> list[Line]:
    if done.allowed:
        return [_line("stay_sold", done, "service", "price")]
    if done.reason in _OVER:
        return [Line("stay_gone_cancelled", {})]
    if done.reason in _TAKEN:
        return [Line("stay_gone_taken", {})]
    if done.reason in _UNKNOWN:
        return [Line("stay_unreachable", {})]
    if done.reason in _UNPAID:
        return [Line("stay_not_paid", {})]
    if done.reason in _PAST | {"dates_changed"}:
        return [Line("stay_gone_over", {})]
    if done.reason in ("out_of_range", "nothing_to_sell"):
        return [_line("stay_at_most", done, "service", "price")]
    return []


def _declined(_: Moment, done: Done) -> list[Line]:
    return [Line("stay_declined", {})] if done.allowed else []


def _deferred(_: Moment, done: Done) -> list[Line]:
    if done.allowed and done.facts.get("ask_again"):
        return [Line("stay_deferred", {"when": str(done.facts["ask_again"])})]
    if done.allowed:
        return [_line("stay_left_open", done, "until")]
    return []


def _undone(_: Moment, done: Done) -> list[Line]:
    if done.allowed:
        return [_line("stay_undone", done, "service", "price")]
    if done.reason == "too_late":
        return [_line("stay_undo_late", done, "service")]
    if done.reason == "started":
        return [Line("stay_too_late", {})]
    return []


def _requested(moment: Moment, done: Done) -> list[Line]:
    if done.allowed:
        shrunk = [each for each in moment.done if each.tool == done.tool and not each.allowed]
        text = "stay_at_most" if shrunk else "stay_possible"
        return [_line(text, done, "service", "price")]
    if done.reason == "out_of_range" and "offer" in done.facts:
        return [_line("stay_at_most", done, "service", "price")]
    if done.reason == "open_offer" and done.facts.get("also") not in (None, done.facts.get("time")):
        return [_line("stay_also", done, "service", "price", "also")]
    if done.reason == "open_offer" and "price" in done.facts:
        return [_line("stay_reminder", done, "service", "price")]
    if done is not moment.did(done.tool):
        return []  # asked once more, for what can be had
    return [Line(text, _values(moment, text)) for text in _why_not(done.reason)]


def _why_not(reason: str) -> list[str]:
    for reasons, text in (
        (frozenset({"nothing_to_sell"}), "stay_nothing_to_add"),
        (frozenset({"accepted_before"}), "stay_has_it"),
        (_PAST | {"out_of_range", "schedule_past"}, "stay_too_late"),
        (_OVER, "stay_gone_cancelled"),
        (_UNKNOWN, "stay_unreachable"),
        (_UNPAID, "stay_not_paid"),
        (_TAKEN, "stay_not_possible"),
    ):
        if reason in reasons:
            return [text]
    return [_ASKS_THE_HOST]


def is_for_the_host(done: Done) -> bool:
    """Tell whether the guest hears that the host is asked: then the host must be."""
    shown = "offer" in done.facts and done.reason in ("out_of_range", "open_offer")
    return not done.allowed and not shown and _why_not(done.reason) == [_ASKS_THE_HOST]


def _values(moment: Moment, text: str) -> dict[str, str]:
    if text != "stay_nothing_to_add":
        return {}
    stay = moment.situation.stay or {}
    return {name: str(stay[name]) for name in ("check_in", "check_out")}


def _wished(_: Moment, done: Done) -> list[Line]:
    if not done.allowed:
        return []
    told = [name for name in ("never", "loves", "again") if done.facts.get(name)]
    lines = [Line(f"wish_{name}", {"things": str(done.facts[name])}) for name in told]
    plain = ("fewer_offers", "more_offers", "budget", "no_budget")
    return lines + [Line(f"wish_{name}", {}) for name in plain if done.facts.get(name)]


STAY_TELLERS: Mapping[str, Teller] = {
    "apply_upsell": _sold,
    "decline_upsell": _declined,
    "defer_upsell": _deferred,
    "undo_upsell": _undone,
    "request_extra": _requested,
    "note_preferences": _wished,
}
