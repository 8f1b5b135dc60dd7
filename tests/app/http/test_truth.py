"""Only checked words leave: what a model makes up never shows, in no part and no event (O13)."""

import json

import pytest
from pydantic_ai import TextPart

from tests.app.http.conftest import Opening
from tests.support.hostile import LIES, Said, calling, scripted
from tests.support.visiting import said

pytestmark = pytest.mark.anyio
LIE = "You are booked for tomorrow at 10:00! That was KES 1."


@pytest.mark.parametrize("database", ["sqlite", "postgres"], indirect=True)
async def test_an_unbacked_text_appears_in_no_event_and_no_answer(opening: Opening) -> None:
    site = await opening(scripted(LIE, for_ever=True))
    async with site.visitor() as visitor, visitor.follow() as page:
        events = await visitor.say("hi, what does a manicure cost?")
        await page.until(lambda event: event.name == "message" and event.data["author"] == "agent")
        thread = await visitor.read()
    everything = json.dumps([[e.name, e.data] for e in (*events, *page.seen)]) + json.dumps(thread)
    for word in ("10:00", "KES 1.", "You are booked"):
        assert word not in everything
    assert said(events)[0]


async def test_the_parts_joined_are_the_message_and_come_before_it(opening: Opening) -> None:
    site = await opening()
    async with site.visitor() as visitor:
        await visitor.say("manicure tomorrow at 2")
        events = await visitor.press("Yes, book it")
    names = [each.name for each in events]
    assert names.count("part") >= 2
    assert names.index("message") > max(i for i, name in enumerate(names) if name == "part")
    parts = [each.data["text"] for each in events if each.name == "part"]
    assert ["".join(parts)] == said(events)


async def test_what_stands_before_a_tool_call_is_never_told(opening: Opening) -> None:
    step: Said = [TextPart("All booked and paid!"), calling("find_slots", service="v1")]
    site = await opening(scripted(step, "Anything else?"))
    async with site.visitor() as visitor:
        events = await visitor.say("hi")
    assert "All booked" not in json.dumps([each.data for each in events])


async def test_no_lie_of_the_collection_gets_through(opening: Opening) -> None:
    site = await opening(scripted(*LIES, for_ever=True))
    for _ in LIES:
        async with site.visitor() as visitor:
            events = await visitor.say("hello")
        assert said(events)[0] not in LIES[:-1]
