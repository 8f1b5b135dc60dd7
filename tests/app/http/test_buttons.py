"""A button means one thing only, in its own conversation, however long it was on a screen (O1)."""

from datetime import timedelta

import pytest

from scheduler.jobs import run_due
from tests.support.looking import one, rows
from tests.support.visiting import Site, Visitor, said

pytestmark = pytest.mark.anyio
BOTH = pytest.mark.parametrize("database", ["sqlite", "postgres"], indirect=True)
ASK = "manicure tomorrow at 2"
NO_BUTTONS: list[object] = [
    "yes",
    "offer:nothing:yes",
    "offer::yes",
    "offer:x:maybe",
    "offer:x:yes:yes",
    "proposal:\x00:yes",
    "slot:manicure:amina:tomorrow",
    "slot:manicure:amina:2026-11-24T14:00:00",
    "slot:manicure:amina:0001-01-01T00:00:00+14:00",
    "slot:manicure:amina:9999-12-31T23:59:59-14:00",
    "slot:manicure:cora:2026-11-24T14:00:00+03:00",
    "slot:nothing:amina:2026-11-24T14:00:00+03:00",
    "slot:manicure:amina:2026-11-24T14:00:00+03:00\x00",
    "slot:" + "x" * 200,
    "é",
    "",
    7,
    None,
]
FORGED = [
    "2026-11-22T14:00:00+03:00",  # over
    "2026-11-24T03:00:00+03:00",  # closed
    "2026-11-24T14:01:00+03:00",  # beside the grid
    "2026-11-24T14:00:30+03:00",
    "2026-11-24T14:00:00.5+03:00",
    "2099-01-01T10:00:00+03:00",  # too far ahead
]


async def booked(site: Site) -> list[tuple[object, ...]]:
    sql = "SELECT service_id, status FROM appointments WHERE status IN ('held', 'confirmed')"
    return await rows(site.services.store, sql)


async def test_an_old_button_does_not_answer_the_newer_question(
    site: Site, visitor: Visitor
) -> None:
    await visitor.say(ASK)
    yes = visitor.choice("Yes, book it")
    await visitor.press("Yes, book it")
    assert visitor.labels[0] == "Yes, add it"
    answer = await visitor.post({"choice": yes})
    assert answer.status_code == 202
    assert await site.door.turns.finished(20)
    assert [service for service, _ in await booked(site)] == ["manicure"]


@BOTH
async def test_a_button_whose_time_is_over_books_nothing_by_itself(
    site: Site, visitor: Visitor
) -> None:
    await visitor.say(ASK)
    yes = visitor.choice("Yes, book it")
    site.clock.advance(timedelta(hours=2))
    await run_due(site.services)
    assert "Yes, book it" not in [each["label"] for each in (await visitor.read())["choices"]]
    answer = await visitor.post({"choice": yes})
    assert answer.status_code == 202
    assert await site.door.turns.finished(20)
    assert await booked(site) == []
    assert len(await visitor.texts()) >= 2


async def test_a_no_pressed_long_after_the_yes_unbooks_nothing(
    site: Site, visitor: Visitor
) -> None:
    await visitor.say(ASK)
    no = visitor.choice("No")
    await visitor.press("Yes, book it")
    await visitor.post({"choice": no})
    assert await site.door.turns.finished(20)
    assert len(await booked(site)) == 1


@BOTH
async def test_a_button_of_another_conversation_is_none_of_this_one(
    site: Site, visitor: Visitor
) -> None:
    await visitor.say(ASK)
    yes = visitor.choice("Yes")
    async with site.visitor() as other:
        for _ in range(2):
            refused = await other.post({"choice": yes})
            assert refused.status_code == 422
            await other.say("hello")
    assert await booked(site) == []


@BOTH
async def test_what_is_no_button_is_refused_and_stored_nowhere(site: Site) -> None:
    for first in range(0, len(NO_BUTTONS), 9):
        async with site.visitor() as visitor:
            for choice in NO_BUTTONS[first : first + 9]:
                refused = await visitor.post({"choice": choice})
                assert refused.status_code == 422, choice
                assert refused.headers["content-type"] == "application/problem+json"
    assert await one(site.services.store, "SELECT count(*) FROM messages") == 0


@BOTH
async def test_a_forged_time_is_judged_like_one_that_was_typed(site: Site) -> None:
    for start in FORGED:
        async with site.visitor() as visitor:
            answer = await visitor.post({"choice": f"slot:manicure:amina:{start}"})
            assert answer.status_code == 202
            assert await site.door.turns.finished(20)
            assert await visitor.texts(), start
    found = await rows(site.services.store, "SELECT starts_at FROM appointments")
    assert [str(at) for (at,) in found if not str(at)[:19].endswith("0:00")] == []
    assert await booked(site) == []


async def test_a_yes_to_what_was_asked_before_a_person_took_over_books_nothing(
    site: Site, visitor: Visitor
) -> None:
    await visitor.say(ASK)
    yes = visitor.choice("Yes")
    async with site.services.store.begin(site.business) as work:
        thread = await work.threads.latest("web", visitor.id)
        assert thread
        await work.threads.change(thread.id, person_since=site.clock.now())
    thread_now = await visitor.read()
    assert (thread_now["with_person"], thread_now["choices"]) == (True, [])
    await visitor.post({"choice": yes})
    assert await site.door.turns.finished(20)
    assert await booked(site) == []
    assert not (await visitor.read())["answering"]


async def test_both_answers_of_a_question_always_stand_beside_each_other(
    site: Site, visitor: Visitor
) -> None:
    events = await visitor.say(ASK)
    assert said(events)
    assert [each["style"] for each in visitor.choices] == ["primary", "quiet"]
    assert len({each["about"] for each in visitor.choices}) == 1
