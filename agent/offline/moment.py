"""What the policy sees at each step: the situation, the message, and what this turn has done."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

from agent.draft import Draft, gather
from agent.wish import Intent, Wish, from_json
from jirani.rules.facts import OfferKind
from jirani.rules.reading import Meaning
from tools.situation import Situation


@dataclass(frozen=True, slots=True)
class Done:
    """A tool call of this turn and its answer."""

    tool: str
    arguments: dict[str, Any]
    allowed: bool
    reason: str
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Call:
    """Next: call a tool."""

    tool: str
    arguments: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """A text of the prompts folder and its values."""

    text: str
    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class End:
    """Next: nothing more to do; say what was done, then these lines."""

    lines: tuple[Line, ...] = ()


Step = Call | End


def call(tool: str, **arguments: Any) -> Call:
    """Call a tool, leaving out what is None."""
    return Call(tool, {name: value for name, value in arguments.items() if value is not None})


def say(text: str, **values: str) -> End:
    """End the turn with one text."""
    return End((Line(text, values),))


class Moment:
    """One step of a turn; what is asked of it often is computed once."""

    def __init__(self, situation: Situation, done: Sequence[Done], tools: frozenset[str]) -> None:
        self.situation = situation
        self.done = tuple(done)
        self.tools = tools

    def without(self, tool: str) -> "Moment":
        """Return the moment as it would be had a tool not been called."""
        if not self.did(tool):
            return self
        others = [each for each in self.done if each.tool != tool]
        return Moment(self.situation, others, self.tools)

    @cached_property
    def meaning(self) -> Meaning:
        """What the guest's message means for what is live."""
        return Meaning(self.situation.message["meaning"] or Meaning.UNCLEAR)

    @cached_property
    def wish(self) -> Wish:
        """What the guest's message wants, with handles."""
        return from_json(self.situation.message["wish"] or {})

    @cached_property
    def draft(self) -> Draft:
        """What the guest wants to book or move to, over all messages since the last settlement."""
        earlier = [
            from_json(each["wish"]) for each in self.situation.thread["history"] if each["wish"]
        ]
        asked = any(each["kind"] == "book" for each in self.proposals)
        draft = gather([*earlier, self.wish], can_move=bool(self.booked) and not asked)
        if self.meaning is Meaning.ACCEPT and earlier and earlier[-1].near_service:
            # "Did you mean a manicure?" - "Yes."
            draft = replace(draft, service=earlier[-1].near_service, wanted=True)
        if self._given_away and self.meaning is Meaning.CHANGE and self.wish.when:
            # "A manicure at two has come free." - "No, Friday."
            draft = replace(draft, service=draft.service or self._given_away, wanted=True)
        if self.meaning is Meaning.ACCEPT and draft.staff and not self.does(draft):
            # "Amina does not do that; Zawadi could." - "Yes."
            draft = replace(draft, staff=None)
        return draft

    @property
    def _given_away(self) -> str | None:
        """The service of the freed slot that this message declines."""
        done = self.did("decline_upsell")
        if done is None or done.facts.get("kind") != OfferKind.SLOT_RECOVERY:
            return None
        return str(done.facts["service_handle"])

    def does(self, draft: Draft) -> bool:
        """Tell whether the staff member of a draft does its service."""
        return any(
            each["staff"] == draft.staff and draft.service in each["services"]
            for each in self.situation.staff
        )

    @cached_property
    def now(self) -> datetime:
        """The present moment in the business's zone."""
        return datetime.fromisoformat(self.situation.now)

    @property
    def today(self) -> date:
        """The present day in the business's zone."""
        return self.now.date()

    def has(self, *intents: Intent) -> bool:
        """Tell whether the message has one of these intents."""
        return any(intent in self.wish.intents for intent in intents)

    def did(self, tool: str) -> Done | None:
        """Return this turn's last call of a tool."""
        return next((each for each in reversed(self.done) if each.tool == tool), None)

    @property
    def proposals(self) -> list[dict[str, Any]]:
        """Proposals that a yes can still confirm."""
        return [each for each in self.situation.proposals if not each["lapsed"]]

    @property
    def offers(self) -> list[dict[str, Any]]:
        """Offers that a yes can still accept in time."""
        return [each for each in self.situation.offers if not each["late"]]

    @property
    def freed(self) -> list[dict[str, Any]]:
        """Freed slots that a yes can still take in time."""
        return [each for each in self.offers if each["kind"] == OfferKind.SLOT_RECOVERY]

    @property
    def extras(self) -> list[dict[str, Any]]:
        """Offers beside a booking of this conversation."""
        return [each for each in self.offers if each["kind"] != OfferKind.SLOT_RECOVERY]

    @property
    def late_offers(self) -> list[dict[str, Any]]:
        """Offers that silence ended, which a late yes may revive (X11)."""
        return [each for each in self.situation.offers if each["late"]]

    @property
    def booked(self) -> list[dict[str, Any]]:
        """The guest's live bookings ahead."""
        return [
            each for each in self.situation.appointments if each["status"] in ("held", "confirmed")
        ]

    @property
    def business(self) -> dict[str, Any]:
        """The business as the situation has it."""
        return self.situation.business

    def service_name(self, handle: str) -> str:
        """Return the name behind a service's handle."""
        for each in self.situation.services:
            if each["service"] == handle:
                return str(each["name"])
        return handle
