"""What people said to each other in the PMS forbids an offer, and never allows one (U4)."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from pydantic_ai import ModelMessage, ModelResponse
from pydantic_ai.models.function import AgentInfo, FunctionModel

from agent.reader import TrainedReader
from agent.turn import Guest
from jirani.connectors.memory_pms_faults import HookFault
from jirani.rules.facts import OfferKind, OfferStatus
from jirani.services import Services
from jirani.services.stays.by_hand import ByHand, Spoken, heard_by_hand
from jirani.services.stays.polling import poll
from scheduler.jobs import run_due
from tests.support.hostile import calling
from tests.support.lodge import (
    AFTER,
    BEFORE,
    CLEANING,
    EARLY,
    LATE,
    ON_THE_DAY,
    Lodge,
    local,
    open_lodge,
)

HOST, GUEST = False, True
OFFER = "Would you like an early check-in on Friday, from noon, for $30?"


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ([], ByHand()),
        ([(HOST, OFFER)], ByHand(offered=True)),
        ([(HOST, OFFER), (GUEST, "No thanks, 4 is fine")], ByHand(offered=True, declined=True)),
        ([(HOST, OFFER), (GUEST, "hapana asante")], ByHand(offered=True, declined=True)),
        ([(HOST, OFFER), (GUEST, "Yes please!")], ByHand(offered=True, accepted=True)),
        ([(HOST, OFFER), (GUEST, "Is there parking?")], ByHand(offered=True)),
        ([(HOST, "Do you need parking?"), (GUEST, "No thanks")], ByHand()),
        ([(HOST, "Early check-in is not possible, sorry.")], ByHand()),
        ([(HOST, "Hello!"), (GUEST, "no extras please")], ByHand(declined_all=True)),
        ([(GUEST, "stop sending me offers")], ByHand(opted_out=True)),
        ([(GUEST, "Can I talk to a real person?")], ByHand(person=True)),
        ([(HOST, OFFER), (HOST, "Hello?"), (GUEST, "no")], ByHand(offered=True)),
    ],
)
def test_a_conversation_is_read_for_what_forbids(
    said: list[tuple[bool, str]], heard: ByHand
) -> None:
    spoken = [Spoken(guest, text) for guest, text in said]
    assert heard_by_hand(TrainedReader(), spoken, EARLY) == heard


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (EARLY, "Would you like to check in early?"),
        (LATE, "Interested in a late check-out?"),
        (CLEANING, "Shall we send housekeeping?"),
        (BEFORE, "Would you like to arrive a day early?"),
        (AFTER, "How about one more night?"),
        (ON_THE_DAY, "Would you like an extra night?"),
    ],
)
def test_every_extra_has_its_names(kind: OfferKind, text: str) -> None:
    assert heard_by_hand(TrainedReader(), [Spoken(HOST, text)], kind) == ByHand(offered=True)
    assert heard_by_hand(TrainedReader(), [Spoken(HOST, "Any wishes?")], kind) == ByHand()


def test_a_no_to_one_extra_is_none_to_another() -> None:
    spoken = [Spoken(HOST, OFFER), Spoken(GUEST, "no thanks")]
    for other in (LATE, CLEANING):
        assert heard_by_hand(TrainedReader(), spoken, other) == ByHand()


async def told_of_late(services: Services, *said: tuple[bool, str]) -> Lodge:
    """Let people talk before anybody tells us of the stay."""
    lodge = await open_lodge(services, local(6, 10, 12))
    await lodge.sells(EARLY)
    lodge.pms.hooks.upcoming += [HookFault.LOST] * (1 + len(said))
    await lodge.books(date(2026, 6, 15), date(2026, 6, 20))
    for guest, text in said:
        (lodge.pms.guest_says if guest else lodge.pms.host_says)("R1", text)
    lodge.clock.at += timedelta(minutes=10)
    await poll(lodge.services)
    return lodge


def says(answer: Any) -> FunctionModel:
    """Answer whatever is to be read."""

    async def speak(_: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        if isinstance(answer, Exception):
            raise answer
        return ModelResponse([answer])

    return FunctionModel(speak, model_name="reading")


async def outcome(lodge: Lodge) -> tuple[OfferStatus, str]:
    lodge.clock.at = local(6, 12, 9)
    await run_due(lodge.services)
    offer = await lodge.offer(EARLY)
    return offer.status, offer.reason


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("said", "ended"),
    [
        ([(HOST, OFFER), (GUEST, "no thanks")], (OfferStatus.WITHDRAWN, "declined_before")),
        ([(HOST, OFFER)], (OfferStatus.EXPIRED, "already_offered")),
        ([(HOST, "Hello!"), (GUEST, "Thanks, see you")], (OfferStatus.OFFERED, "")),
    ],
)
async def test_what_was_said_before_we_listened_counts(
    services: Services, said: list[tuple[bool, str]], ended: Any
) -> None:
    assert await outcome(await told_of_late(services, *said)) == ended


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("answer", "ended"),
    [
        (calling("final_result", declined=True), (OfferStatus.WITHDRAWN, "declined_before")),
        (calling("final_result"), (OfferStatus.OFFERED, "")),
        (RuntimeError("no such model"), (OfferStatus.OFFERED, "")),
    ],
)
async def test_a_configured_model_may_find_more_and_may_fail(
    services: Services, answer: Any, ended: Any
) -> None:
    oblique = (GUEST, "About that earlier arrival you mentioned on the phone: not for us.")
    lodge = await told_of_late(services, oblique)
    lodge.services = replace(lodge.services, talks=Guest(lodge.services, says(answer)))
    assert await outcome(lodge) == ended
