"""The buttons under the newest message: the answers a guest can give with one tap (O1).

A button's id names the very offer, proposal or slot it is about. Pressing one is a message like
any other: the guards judge it when it is answered, however long the button has been on a screen.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from jirani.rules.facts import (
    Catalogue,
    Offered,
    OfferKind,
    Proposal,
    ProposalStatus,
    Thread,
)
from jirani.services import Case
from jirani.services.offers import OPEN
from jirani.services.wording import moment
from jirani.store.work import Work
from prompts import formats

YEARS = range(2000, 2100)  # beyond them a moment may have no name in another zone
BY_BUTTON = (OfferKind.CROSS_SELL, OfferKind.SLOT_RECOVERY)


class ChoiceKind(StrEnum):
    """What a button answers."""

    SLOT = "slot"
    PROPOSAL = "proposal"
    OFFER = "offer"


class Style(StrEnum):
    """How much a button stands out; both answers of a question are always there."""

    PRIMARY = "primary"
    PLAIN = "plain"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True)
class Choice:
    """One button; `about` is the offer or proposal it answers."""

    id: str
    kind: ChoiceKind
    label: str
    style: Style
    about: str | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """A yes or no to an offer or a proposal, as `offer:<id>:yes`."""

    kind: ChoiceKind
    about: str
    yes: bool

    def __str__(self) -> str:
        return f"{self.kind}:{self.about}:{'yes' if self.yes else 'no'}"


@dataclass(frozen=True, slots=True)
class Picked:
    """A free time, as `slot:<service>:<staff>:<start, ISO 8601 with its offset>`."""

    service_id: str
    staff_id: str
    start: datetime

    def __str__(self) -> str:
        return f"{ChoiceKind.SLOT}:{self.service_id}:{self.staff_id}:{self.start.isoformat()}"


class NoSuchChoice(Exception):
    """An id that no button of this conversation can have."""


def parse(id: str) -> Answered | Picked:
    """Read a button's id. Raises NoSuchChoice if it is none."""
    match id.split(":", 3):
        case ["offer" | "proposal" as kind, about, "yes" | "no" as answer] if about:
            return Answered(ChoiceKind(kind), about, answer == "yes")
        case ["slot", service_id, staff_id, start] if service_id and staff_id:
            try:
                at = datetime.fromisoformat(start)
            except ValueError:
                raise NoSuchChoice(id) from None
            if at.tzinfo and at.year in YEARS:
                return Picked(service_id, staff_id, at)
    raise NoSuchChoice(id)


async def choices_of(
    case: Case, work: Work, thread: Thread, catalogue: Catalogue, language: str
) -> tuple[Choice, ...]:
    """Return the buttons that fit what was said last; none while a person has the conversation."""
    said = [m.seq for m in await work.messages.last(thread.id, 10) if m.author == "guest"]
    newest = max(said, default=0)
    # Who was offered a freed slot may never have written here: then no answer is awaited (R5).
    awaited = newest and await work.messages.reply_to(thread.id, newest) is None
    if thread.person_since or awaited:
        return ()
    asked: list[Proposal | Offered] = [
        *(p for p in await work.proposals.of_thread(thread.id) if p.status is ProposalStatus.OPEN),
        *(o for o in await _offered(work, thread) if o.status in OPEN),
    ]
    now = case.services.clock.now()
    picks = [
        Picked(each["service_id"], each["staff_id"], datetime.fromisoformat(each["starts_at"]))
        for each in await work.threads.shown(thread.id)
        if each.get("seq") == newest  # shown in answer to the newest message
    ]
    live = [each for each in asked if each.expires_at is not None and each.expires_at > now]
    if live and not (picks and all(_asked_in(each) < newest for each in live)):
        return tuple(button for each in live for button in _answers(case, each, language))
    free = [pick for pick in picks if pick.start > now and _sold(catalogue, pick)]
    days = {pick.start.astimezone(case.zone).date() for pick in free}
    label = _time if len(days) == 1 else _slot  # the message above has named the only day
    return tuple(
        Choice(str(pick), ChoiceKind.SLOT, label(case, catalogue, pick, language), Style.PLAIN)
        for pick in free
    )


async def pressed(
    case: Case, work: Work, thread: Thread | None, catalogue: Catalogue, id: str, language: str
) -> str:
    """Return what a guest says by pressing a button of this thread.

    Raises:
        NoSuchChoice: the thread has no such button, and never had.
    """
    named = parse(id)
    if isinstance(named, Picked):
        if not _sold(catalogue, named):
            raise NoSuchChoice(id)
        return _slot(case, catalogue, named, language)
    asked = await _asked(work, thread, named) if thread else None
    if asked is None:
        raise NoSuchChoice(id)
    return _answer(case, asked, language, yes=named.yes)


async def _offered(work: Work, thread: Thread) -> list[Offered]:
    return [each for each in await work.offers.put_in(thread.id) if each.kind in BY_BUTTON]


async def _asked(work: Work, thread: Thread, named: Answered) -> Proposal | Offered | None:
    if named.kind is ChoiceKind.PROPOSAL:
        proposal = await work.proposals.get(named.about)
        return proposal if proposal and proposal.thread_id == thread.id else None
    return next((each for each in await _offered(work, thread) if each.id == named.about), None)


def _asked_in(asked: Proposal | Offered) -> int:
    return asked.asked_seq if isinstance(asked, Proposal) else asked.offered_seq or 0


def _answers(case: Case, asked: Proposal | Offered, language: str) -> list[Choice]:
    kind = ChoiceKind.OFFER if isinstance(asked, Offered) else ChoiceKind.PROPOSAL
    return [
        Choice(
            str(Answered(kind, asked.id, yes)),
            kind,
            _answer(case, asked, language, yes=yes),
            Style.PRIMARY if yes else Style.QUIET,
            asked.id,
        )
        for yes in (True, False)
    ]


def _answer(case: Case, asked: Proposal | Offered, language: str, *, yes: bool) -> str:
    return _say(case, f"choice_{asked.kind}_{'yes' if yes else 'no'}", language)


def _slot(case: Case, catalogue: Catalogue, pick: Picked, language: str) -> str:
    when, staff = moment(case, pick.start, language), catalogue.member(pick.staff_id).name
    return _say(case, "choice_slot", language, when=when, staff=staff)


def _time(case: Case, catalogue: Catalogue, pick: Picked, language: str) -> str:
    time = formats.clock(pick.start.astimezone(case.zone))
    staff = catalogue.member(pick.staff_id).name
    return _say(case, "choice_slot_time", language, time=time, staff=staff)


def _sold(catalogue: Catalogue, pick: Picked) -> bool:
    return any(each.id == pick.staff_id for each in catalogue.qualified(pick.service_id))


def _say(case: Case, name: str, language: str, **values: str) -> str:
    return case.services.prompts.render(name, language, tone=case.dials.tone, **values)
