"""The whole conversation over HTTP, on both databases, by words and by buttons."""

from datetime import timedelta

import pytest

from jirani.connectors.payments import ChargeUpdate
from scheduler.jobs import run_due
from tests.support.visiting import Site, Visitor, last_state, said

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.parametrize("database", ["sqlite", "postgres"], indirect=True),
]


async def callbacks(site: Site, after: timedelta = timedelta(seconds=3)) -> None:
    """Let time pass, and the provider call back over HTTP."""
    await run_due(site.services)
    site.clock.advance(after)
    for update in site.gateway.due_callbacks(site.clock.now()):
        await called_back(site, update)


async def called_back(site: Site, update: ChargeUpdate) -> None:
    body = {
        "provider_ref": update.provider_ref,
        "state": update.state,
        "code": update.code,
        "amount": update.amount,
        "receipt": update.receipt,
    }
    async with site.client() as client:
        answer = await client.post(f"{site.url}{update.payment_path}", json=body)
    assert (answer.status_code, answer.json()) == (200, {"received": True})


def booked(state: dict[str, object]) -> list[tuple[str, str, str, str]]:
    bookings = state["bookings"]
    assert isinstance(bookings, list)
    return [(b["service"], b["when"], b["price_text"], b["status_text"]) for b in bookings]


async def test_a_guest_books_by_words_and_buttons_adds_the_neighbour_and_pays(
    site: Site, visitor: Visitor
) -> None:
    events = await visitor.say("hi, can I get a manicure tomorrow at 2?")
    assert "Tuesday 24 November at 14:00" in said(events)[0]
    assert visitor.labels == ["Yes, book it", "No, thanks"]
    events = await visitor.press("Yes, book it")
    assert "Pedicure" in said(events)[0]
    assert visitor.labels == ["Yes, add it", "No, thanks"]
    await visitor.press("Yes, add it")
    events = await visitor.say("Grace Wanjiku, 0712 345 678")
    state = last_state(events)
    assert booked(state) == [
        ("Manicure", "Tuesday 24 November at 14:00", "KES 1,200", "Waiting for payment"),
        ("Pedicure", "Tuesday 24 November at 14:45", "KES 1,500", "Waiting for payment"),
    ]
    assert state["payment"]["amount_text"] == "KES 2,700"
    assert state["payment"]["status"] == "pending"
    async with visitor.follow((await visitor.read())["cursor"]) as page:
        await callbacks(site)
        await run_due(site.services)
        heard = await page.until("message")
        state = (await page.until(lambda event: event.name == "state")).data
    assert "KES 2,700" in heard.data["text"]
    assert state["payment"]["status"] == "paid"
    assert {status for *_, status in booked(state)} == {"Paid"}


async def test_a_guest_books_in_swahili_and_the_buttons_speak_it_too(
    site: Site, visitor: Visitor
) -> None:
    await visitor.say("naomba manicure kesho saa nane mchana")
    assert visitor.labels == ["Ndiyo, weka", "Hapana, asante"]
    events = await visitor.press("Ndiyo, weka")
    assert visitor.labels == ["Ndiyo, ongeza", "Hapana, asante"]
    assert last_state(events)["language"] == "sw"
    events = await visitor.press("Hapana, asante")
    [[service, when, price, _]] = booked(last_state(events))
    assert (service, price) == ("Manicure", "KES 1,200")
    assert "24 Novemba" in when
    thread = await visitor.read()
    assert [each["author"] for each in thread["messages"]] == ["guest", "agent"] * 3
    assert not thread["answering"]


async def test_a_free_time_is_a_button_that_asks_for_exactly_that_time(
    site: Site, visitor: Visitor
) -> None:
    await visitor.say("what is free tomorrow afternoon for a manicure?")
    assert {each["kind"] for each in visitor.choices} == {"slot"}
    label = visitor.labels[1]
    events = await visitor.press(label)
    assert label.split(" with ")[0] in said(events)[0]
    await visitor.press("Yes, book it")
    [booking] = (await visitor.read())["bookings"]
    assert f"{booking['when']} with {booking['staff']}".endswith(label)


async def test_what_the_guest_pressed_is_shown_as_a_message_of_theirs(
    site: Site, visitor: Visitor
) -> None:
    await visitor.say("manicure tomorrow at 2")
    await visitor.press("Yes, book it")
    assert await visitor.texts("guest") == ["manicure tomorrow at 2", "Yes, book it"]
