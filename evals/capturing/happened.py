"""What happened in a conversation, one thing after another, each in a moment of its own."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from evals.capturing.record import Record, made_at
from jirani.rules.message import Message
from jirani.services.choices import NoSuchChoice, Picked, parse
from prompts import formats
from prompts.library import Prompts

PERSON = "person"
Place = tuple[datetime, str, int]  # when, and what was made just before it in the same moment


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a guest said at once and got one answer to; `label` is that of a pressed button."""

    place: Place
    messages: tuple[Message, ...]
    label: str | None
    reply: str
    done_at: datetime
    model: str

    @property
    def texts(self) -> list[str]:
        """The messages' words."""
        return [each.text for each in self.messages]


def spoken(record: Record, prompts: Prompts) -> Iterator[Spoken]:
    """Return the guest's messages, those that were answered together as one."""
    waiting: list[Message] = []
    mark = ""
    guests = [each for each in record.messages if each.author == "guest"]
    for message in guests:
        waiting.append(message)
        turn = record.turns.get((message.thread_id, message.seq))
        if turn is None and message is not guests[-1]:
            continue
        made = sorted(id for each in waiting for id in _made_by(record, each)) or [mark]
        # Two processes may make ids in any order within one moment; messages have an order.
        place = (message.at, max(mark, made[0]), message.seq)
        mark = max(mark, made[-1])
        button = message.button if len(waiting) == 1 else None
        yield Spoken(
            place=place,
            messages=tuple(waiting),
            label=_label(record, prompts, message) if button else None,
            reply=turn.reply if turn else "",
            done_at=max(message.at, turn.at) if turn else message.at,
            model=turn.model if turn else "",
        )
        waiting = []


def _made_by(record: Record, message: Message) -> Iterator[str]:
    """Return the ids of what a message led to; they tell what came first within one moment."""
    here = (message.thread_id, message.seq)
    if message.seq == 1:
        yield message.thread_id
    for decided in record.decisions:
        if (decided.thread_id, decided.seq) == here and decided.stage not in ("charging", "expiry"):
            yield decided.id
    for proposal in record.proposals:
        if (proposal.thread_id, proposal.asked_seq) == here:
            yield proposal.id
    for offer in record.offers:
        if (offer.thread_id, offer.offered_seq) == here:
            yield offer.id


def _label(record: Record, prompts: Prompts, message: Message) -> str:
    """Return a button's label as it was seen: a free time names its day only once pressed."""
    try:
        named = parse(message.button or "")
    except NoSuchChoice:
        return message.text
    staff = record.names.get(named.staff_id) if isinstance(named, Picked) else None
    if not isinstance(named, Picked) or staff is None:
        return message.text
    time = formats.clock(named.start.astimezone(record.zone))
    language = message.language or record.business.locale
    return prompts.render("choice_slot_time", language, time=time, staff=staff)


def prices_then(record: Record) -> dict[str, int]:
    """Return what services cost when they were first asked about, where the rows tell."""
    seen: dict[str, int] = {}
    for _, service_id, price in prices_seen(record):
        seen.setdefault(service_id, price)
    return seen


def price_changes(record: Record) -> Iterator[tuple[str, str, int]]:
    """Return what was made at another price than before: its id, the service, the new price."""
    seen: dict[str, int] = {}
    for id, service_id, price in prices_seen(record):
        if seen.get(service_id, price) != price:
            yield id, service_id, price
        seen[service_id] = price


def prices_seen(record: Record) -> list[tuple[str, str, int]]:
    """Return prices as they were on the list at that moment: not those that were promised."""
    booked = [
        (each.id, each.service_id, each.price)
        for each in record.appointments
        if each.source != "cross_sell" and each.moved_from is None
    ]
    offered = [
        (each.id, each.service_id, each.price) for each in record.offers if not each.replaces
    ]
    return sorted(booked + offered)


def place_of(id: str, at: datetime | None = None) -> Place:
    """Return where something stands among what happened."""
    return (at or made_at(id), id, 0)
