"""Who goes first, and whom nobody has read yet, holds an offer up for a moment (U4, O11)."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from jirani.rules.contact import Prevention
from jirani.rules.decision import ALLOWED, Reason, refuse
from jirani.rules.facts import StayOffer, Terms
from jirani.rules.message import Message
from jirani.rules.reading import Meaning
from jirani.rules.stays.sending import Sending, Step
from jirani.services.clock import SetClock
from jirani.services.stays import deciding
from jirani.services.stays.deciding import Deciding
from tests.support.one_row import OneRow, a_work
from tests.support.stay_facts import EARLY, LATE, SETTINGS, local, scheduled, staying

pytestmark = pytest.mark.anyio

NOW = local(6, 12, 9)
TICK = timedelta(microseconds=1)
ROW = scheduled(EARLY, NOW)
TERMS = Terms(date(2026, 6, 15), 2500, "USD", wall=time(9), standard=time(16))


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


SENT = Sending(Step.SEND, ALLOWED, TERMS, NOW + timedelta(hours=9), (NOW, NOW))
NO = refuse(Reason.NO_PRICE, "There is no price for it.")


def entering(patch: pytest.MonkeyPatch, sends: bool = True) -> tuple[Deciding, OneRow, list[str]]:
    row, did = OneRow(), list[str]()

    def does(name: str, answer: Any = None) -> None:
        async def done(*_: Any, **__: Any) -> Any:
            did.append(name)
            return answer

        patch.setattr(Deciding, name, done)

    does("noted")
    does("_send", sends)
    does("_postpone")
    patch.setattr(deciding, "failed", row.failed)
    services: Any = SimpleNamespace(clock=SetClock(NOW))
    work: Any = SimpleNamespace(stay_offers=row)
    nothing: Any = None
    return Deciding(services, work, nothing, nothing, ROW, "token"), row, did


@pytest.mark.parametrize(
    ("sending", "sends", "ends", "did"),
    [
        (SENT, True, [], ["_send", "noted"]),
        (SENT, False, [], ["_send"]),  # another has it: nothing was decided here
        (Sending(Step.EXPIRE, NO), True, ["expired"], ["noted"]),
        (Sending(Step.WITHDRAW, NO), True, ["withdrawn"], ["noted"]),
        (Sending(Step.POSTPONE, NO, postponed_to=NOW), True, [], ["_postpone", "noted"]),
        (Sending(Step.RETRY, NO), True, [], ["noted"]),
        (Sending(Step.LEAVE, NO), True, [], ["noted"]),
    ],
)
async def test_each_answer_is_entered_as_what_it_is_u5(
    monkeypatch: pytest.MonkeyPatch,
    sending: Sending,
    sends: bool,
    ends: list[str],
    did: list[str],
) -> None:
    judge, row, done = entering(monkeypatch, sends)
    nothing: Any = None
    await judge._enter(sending, nothing, None)
    assert done == did
    assert [args[1] for args in row.told("settle")] == ends


@pytest.mark.parametrize(
    ("sending", "leaves", "sent"),
    [
        (SENT, True, True),
        (SENT, False, False),
        (replace(SENT, terms=None), True, False),
        (replace(SENT, expires_at=None), True, False),
    ],
)
async def test_only_what_is_ours_to_send_claims_hours_and_leaves_u8(
    monkeypatch: pytest.MonkeyPatch, sending: Sending, leaves: bool, sent: bool
) -> None:
    left = OneRow()
    for name in ("take_claim", "language_for", "queue_offer"):
        monkeypatch.setattr(deciding, name, getattr(left, name))
    monkeypatch.setattr(deciding, "offer_text", lambda *_: "Would you like it?")
    offers, ledger = OneRow(leaving=leaves), OneRow()
    work = a_work(messages=OneRow(()), stay_offers=offers, offers=ledger)
    services: Any = SimpleNamespace(clock=SetClock(NOW), ids=SimpleNamespace(new=lambda: "c"))
    case: Any = SimpleNamespace(business=None, dials=None)
    stay = staying(date(2026, 6, 15), date(2026, 6, 20))
    asked: Any = SimpleNamespace(settings=None, claims=())
    judge = Deciding(services, work, case, stay, ROW, "token")
    assert await judge._send(sending, asked, None) is sent
    for name in ("take_claim", "queue_offer"):
        assert len(left.told(name)) == sent
    assert len(ledger.told("contacted")) == sent


@pytest.mark.parametrize(
    ("sending", "heard", "waits"),
    [(SENT, True, True), (SENT, False, False), (Sending(Step.EXPIRE, NO), True, False)],
)
async def test_nothing_is_sent_while_a_guest_is_being_heard(
    monkeypatch: pytest.MonkeyPatch, sending: Sending, heard: bool, waits: bool
) -> None:
    did: list[str] = []

    def does(of: Any, name: str, answer: Any = None) -> None:
        async def done(*_: Any, **__: Any) -> Any:
            did.append(name)
            return answer

        monkeypatch.setattr(of, name, done)

    for name, answer in (("sold_at", SETTINGS), ("claims_at", ()), ("prevention_of", Prevention())):
        does(deciding, name, answer)
    does(Deciding, "_another_goes_first", False)
    does(Deciding, "_guest_is_being_heard", heard)
    does(Deciding, "_postpone")
    does(Deciding, "_enter")
    monkeypatch.setattr(deciding, "judge", lambda asked: sending)
    services: Any = SimpleNamespace(clock=SetClock(NOW), contact=None)
    stay, nothing = staying(date(2026, 6, 15), date(2026, 6, 20)), None
    work: Any = nothing
    await Deciding(services, work, work, stay, ROW, "token").decide()
    assert ("_postpone" in did, "_enter" in did) == (waits, not waits)
