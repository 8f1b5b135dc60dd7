"""Who goes first, and whom nobody has read yet, holds an offer up for a moment (U4, O11)."""

from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from jirani.rules.facts import StayOffer
from jirani.rules.message import Message
from jirani.rules.reading import Meaning
from jirani.services.clock import SetClock
from jirani.services.stays import deciding
from jirani.services.stays.deciding import Deciding
from tests.support.stay_facts import EARLY, LATE, local, scheduled

pytestmark = pytest.mark.anyio

NOW = local(6, 12, 9)
TICK = timedelta(microseconds=1)
ROW = scheduled(EARLY, NOW)


class Rows:
    """What stands in the rows: the newest messages, the guest's waiting offers."""

    def __init__(self, messages: list[Message], offers: list[StayOffer]) -> None:
        self.messages = self.stay_offers = self
        self._messages, self._offers = messages, offers

    async def last(self, thread_id: str, most: int) -> list[Message]:
        return self._messages[-most:]

    async def of_customer(self, customer_id: str, statuses: object) -> list[StayOffer]:
        return self._offers


def judge(*messages: Message, offers: tuple[StayOffer, ...] = ()) -> Deciding:
    services: Any = SimpleNamespace(clock=SetClock(NOW))
    work: Any = Rows([*messages], [ROW, *offers])
    nothing: Any = None
    return Deciding(services, work, nothing, nothing, ROW, "token")


def said(author: str, at: datetime, meaning: Meaning | None = None) -> Message:
    reading = {"meaning": str(meaning)} if meaning else None
    return Message("thread", 1, author, "No thanks", "en", reading, None, at)


async def test_a_guest_who_has_just_written_is_read_before_they_are_written_to() -> None:
    three = timedelta(minutes=3)
    unread = said("guest", NOW - three + TICK)
    assert await judge(unread)._guest_is_being_heard()
    assert await judge(unread, said("agent", NOW))._guest_is_being_heard()
    for heard in (
        said("guest", NOW - three),
        said("guest", NOW, Meaning.QUESTION),
        said("person", NOW),
    ):
        assert not await judge(heard)._guest_is_being_heard()
    spoken = [said("agent", NOW)] * 20  # of so many newest messages the guest's is looked for
    assert await judge(unread, *spoken[1:])._guest_is_being_heard()
    assert not await judge(unread, *spoken)._guest_is_being_heard()
    assert not await judge(unread, said("guest", NOW, Meaning.ACCEPT))._guest_is_being_heard()
    assert not await judge()._guest_is_being_heard()


@pytest.mark.parametrize(
    ("other", "waits"),
    [
        (scheduled(LATE, NOW), True),
        (scheduled(LATE, NOW + TICK), False),
        (replace(scheduled(LATE, NOW), due_at=None), False),
        (replace(scheduled(LATE, NOW), leaving_at=NOW), False),
    ],
)
async def test_only_what_is_due_and_not_leaving_goes_first(
    monkeypatch: pytest.MonkeyPatch, other: StayOffer, waits: bool
) -> None:
    async def ranking(work: object, due: list[StayOffer]) -> list[StayOffer]:
        return due[::-1]

    monkeypatch.setattr(deciding, "ranking", ranking)
    assert await judge(offers=(other,))._another_goes_first() is waits
    assert not await judge()._another_goes_first()


async def test_who_waits_for_another_waits_ten_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    waited = []

    async def postpone(
        self: object, to: datetime, reason: str, until: datetime | None = None
    ) -> None:
        waited.append((to - NOW, reason))

    async def first(self: object) -> bool:
        return True

    monkeypatch.setattr(Deciding, "_postpone", postpone)
    monkeypatch.setattr(Deciding, "_another_goes_first", first)
    await judge().decide()
    assert waited == [(timedelta(seconds=10), "another_goes_first")]
