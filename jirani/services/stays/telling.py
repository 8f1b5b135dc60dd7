"""The story of an offer in sentences a host understands; times are the listing's."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from jirani.rules.facts import OfferStatus
from jirani.services import Services
from jirani.services.stays.seen import Clock, seen
from jirani.services.stays.story import Event, Story
from jirani.services.stays.words import what
from prompts import formats
from prompts.reasons import because

LANGUAGE = "en"  # of the command line, as everywhere on it
KINDS = {
    "post_stay_gap_night_before_checkin": " after the stay, offered days ahead",
    "post_stay_gap_night_before_checkout": " after the stay, offered on the day of departure",
    "pre_stay_gap_night": " before the stay",
}
STATUSES: Mapping[str, str] = {
    OfferStatus.SCHEDULED: "It waits to be sent{due}.",
    OfferStatus.OFFERED: "The guest has it and can take it until {expires}.",
    OfferStatus.DEFERRED: "The guest asked for it later; it is asked once more{due}.",
    OfferStatus.ACCEPTED: "The guest took it.",
    OfferStatus.DECLINED: "The guest did not want it.",
    OfferStatus.EXPIRED: "Nobody answered in time.",
    OfferStatus.WITHDRAWN: "It was taken back: {because}.",
}
STEPS = {
    "send": "Nothing stood in the way: it was handed over to be sent.",
    "postpone": "Not yet: {because}. Put off to {postponed_to}.",
    "retry": "Not yet: {because}. It is tried again.",
    "expire": "Not sent: {because}. That was its end.",
    "withdraw": "Not sent, and taken off the plan: {because}.",
    "leave": "Not asked once more: {because}. It stays open until it ends.",
}
PLANS = {
    "new": "Planned for {due_at}.",
    "move": "Moved to {due_at}: the plan is another now.",
    "withdraw": "Taken off the plan: {because}.",
}
GUARDS = {
    "may_apply": ("The guest's yes counts.", "The guest's yes makes no sale: {because}."),
    "may_decline": ("The guest's no counts.", "The guest's no changes nothing: {because}."),
    "may_defer": ("The guest asked for it later.", "It cannot wait: {because}."),
    "may_undo": ("The guest took the yes back.", "The yes stays a yes: {because}."),
}
POSTED = {
    "ready": "Its text waits to leave.",
    "claimed": "Its text is about to leave.",
    "sending": "Its text is on its way.",
    "sent": "The text left, and {pms} took it{ref}.",
    "unknown": "The text left, and {pms} has not said whether it arrived{note}; it is looked for.",
    "dead": "{pms} did not take the text{note}.",
    "withdrawn": "The text did not leave{note}.",
}
SALES = {
    "applied": "Sold, and on the guest's bill{how}.",
    "applied_internally": "Sold, and noted here{how}: nothing stands on a bill by itself.",
    "awaiting_payment": "Sold: the host collects it{how}.",
    "failed": "Sold, but it could not be put on record{how}.",
    "reversed": "It was sold{how}, and the sale was taken back.",
}
RECORDS = {
    "fee": "The fee",
    "extension": "The extra nights in the booking",
    "task": "The task for housekeeping",
    "unfee": "Taking the fee off again",
    "unextension": "Taking the nights out again",
    "untask": "Taking the task off again",
    "mail": "The mail to {to} (“{about}”)",
}
RECORDED = {
    "sent": "done{ref}",
    "dead": "failed{note}",
    "withdrawn": "not needed{note}",
    "unknown": "not known yet{note}",
}


def headline(services: Services, story: Story) -> str:
    """Name the offer: what, for whom, where, when."""
    stay, kind = story.reservation, str(story.kind)
    terms = story.offer.terms if story.offer else None
    named = what(services, story.kind, terms, story.listing, LANGUAGE)
    if terms is None:
        named += KINDS.get(kind, "")
    days = " to ".join(formats.day(day, LANGUAGE) for day in (stay.arrival, stay.departure))
    price = f", {formats.money(terms.price, terms.currency)}" if terms else ""
    guest = stay.guest_name or "the guest"
    return f"{named}{price}: {guest}, {story.listing.name}, {days} ({stay.code or stay.ref})"


def sentences(story: Story, now: datetime) -> Iterator[tuple[datetime | None, str, list[str]]]:
    """Yield what happened, each with its moment and what was seen then; how it stands is last."""
    clock = _clock(story, now)
    for event in story.events:
        facts = [] if event.saw is None else seen(event.saw, event.reason, clock)
        yield event.at, _said(event, clock), facts
    yield None, _stands(story, clock), []


def moment(story: Story, now: datetime) -> Clock:
    """Return what writes a moment as people at the listing read it."""
    return _clock(story, now)


def _clock(story: Story, now: datetime) -> Clock:
    zone = ZoneInfo(story.listing.zone or "UTC")
    today = now.astimezone(zone).date()
    return lambda at: formats.when(at.astimezone(zone), LANGUAGE, today)


def _said(event: Event, clock: Clock) -> str:
    facts = {name: str(value) for name, value in event.facts.items() if value is not None}
    for name in ("due_at", "postponed_to"):
        if name in facts and (at := _moment(facts[name])):
            facts[name] = clock(at)
    facts["because"] = because(event.reason)
    return _TOLD[event.what](event, facts)


def _planned(event: Event, facts: dict[str, str]) -> str:
    plan = PLANS.get(facts.get("change", ""), "Not planned: {because}.").format(**facts)
    detail = facts.get("detail", "")
    return f"{plan} {detail}" if detail.startswith("Today: ") else plan


def _judged(event: Event, facts: dict[str, str]) -> str:
    return STEPS[facts["step"]].format(**facts)


def _failed(event: Event, facts: dict[str, str]) -> str:
    why = facts.get("why", facts.get("detail", ""))
    more = f" ({why.replace('_', ' ')})" if why else ""
    return f"It could not be sent: {facts['because']}{more}."


def _asked(event: Event, facts: dict[str, str]) -> str:
    yes, no = GUARDS.get(
        facts["guard"], ("The guest asked for it.", "Not given to the guest who asked: {because}.")
    )
    return (yes if event.facts["allowed"] else no).format(**facts)


def _posted(event: Event, facts: dict[str, str]) -> str:
    again = "Question once more. " if event.facts["time"] == 2 else ""
    ref = f" as message {facts['ref']}" if "ref" in facts else ""
    return again + POSTED[facts["state"]].format(
        pms=facts["pms"], ref=ref, note=_note(event.reason)
    )


def _answered(event: Event, facts: dict[str, str]) -> str:
    text = " ".join(facts["text"].split())
    return f"The guest wrote: “{text if len(text) <= 200 else text[:199] + '…'}”"


def _ended(event: Event, facts: dict[str, str]) -> str:
    status = facts["status"]
    if status == OfferStatus.ACCEPTED:
        return "The guest took it."
    if status == OfferStatus.DECLINED:
        return "The guest declined it."
    sent = "Its time ended" if status == OfferStatus.EXPIRED else "It was taken back"
    return f"{sent}{'' if event.facts['sent'] else ', unsent'}: {facts['because']}."


def _sold(event: Event, facts: dict[str, str]) -> str:
    method, ref = facts.get("method", "pending"), facts.get("ref")
    how = "" if method == "pending" else f" ({method.replace('_', ' ')}{f', {ref}' if ref else ''})"
    return SALES.get(facts["status"], "Sold{how}.").format(how=how) + (
        f" See {event.reason}." if event.reason.startswith("http") else ""
    )


def _recorded(event: Event, facts: dict[str, str]) -> str:
    name = RECORDS[facts.get("kind", "mail")].format(**facts)
    state = RECORDED.get(facts["state"], "waits to be done{note}")
    ref = f" ({facts['ref']})" if "ref" in facts else ""
    return f"{name}: {state.format(ref=ref, note=_note(event.reason))}."


_TOLD: Mapping[str, Callable[[Event, dict[str, str]], str]] = {
    "planned": _planned,
    "judged": _judged,
    "failed": _failed,
    "over": lambda event, facts: "Nobody answered in time: it has ended.",
    "asked": _asked,
    "posted": _posted,
    "answered": _answered,
    "ended": _ended,
    "sold": _sold,
    "recorded": _recorded,
    "told": _recorded,
    "reversed": lambda event, facts: "The sale was taken back.",
}


def _note(note: str) -> str:
    return f" ({note.replace('_', ' ')})" if note else ""


def _moment(written: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _stands(story: Story, clock: Clock) -> str:
    offer = story.offer
    if offer is None:
        said = [each for each in story.events if each.what == "planned"]
        why = because(said[-1].reason) if said else "the stay has not been planned yet"
        return f"No row, because {why}."
    ended = offer.status in (OfferStatus.EXPIRED, OfferStatus.WITHDRAWN)
    if ended and offer.offered_at is None:
        return f"It was never sent: {because(offer.reason)}."
    due = f" on {clock(offer.due_at)}" if offer.due_at else ""
    expires = clock(offer.expires_at) if offer.expires_at else "it ends"
    why = because(offer.reason) if offer.reason else "nothing else is known"
    return STATUSES[offer.status].format(due=due, expires=expires, because=why)
