"""After a booking is confirmed: the neighbouring slot, once."""

from agent.offline.moment import Moment, Step, call


def selling(moment: Moment) -> Step | None:
    """Look for a neighbour, ask whether it may be offered, hold the pair."""
    confirmed = moment.did("confirm_proposal")
    if not (confirmed and confirmed.allowed and confirmed.facts.get("kind") == "book"):
        return None
    if moment.freed:
        return None  # one thing at a time: that slot was offered first
    found = moment.did("find_cross_sell_options")
    if found is None:
        return call("find_cross_sell_options")
    if not found.allowed:
        return None
    may = moment.did("check_prevention")
    if may is None:
        return call("check_prevention")
    if may.allowed and moment.did("reserve_pair") is None:
        return call("reserve_pair", option=found.facts["option"])
    return None
