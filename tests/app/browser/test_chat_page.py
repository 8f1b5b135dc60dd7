import asyncio
from typing import Any

import pytest
from playwright.async_api import Browser, Route, expect

from jirani.services.settling import callback
from scheduler.jobs import run_due
from tests.support.browsing import DESKTOP, PHONE, Screen, screen
from tests.support.visiting import Site

pytestmark = pytest.mark.anyio

CONTACT = "Jane Wanjiku 0712 345 678"


def address(site: Site) -> str:
    return f"{site.url}/chat/{site.business}"


async def the_money_comes(site: Site) -> None:
    """Let the scheduler and the provider do what is due by now."""
    await run_due(site.services)
    for update in site.gateway.due_callbacks(site.clock.now().replace(year=2027)):
        await callback(site.services, update)
    await run_due(site.services)


async def buys_a_pair(guest: Screen) -> None:
    await guest.say("manicure tomorrow at 2 with Amina")
    await guest.press("Yes, book it")
    await guest.press("Yes, add it")
    await guest.hears("name and phone")
    await guest.say(CONTACT)
    await guest.hears("sent a request for KES 2,700")  # not the sum named with the offer


async def test_the_first_suggestion_books_what_this_business_sells(
    site: Site, browser: Browser
) -> None:
    async with screen(browser, address(site)) as guest:
        await guest.page.get_by_role("button", name="Book Haircut tomorrow at 2").click()
        await guest.hears("Shall I book your Haircut")
    async with screen(browser, address(site), locale="sw-KE") as guest:
        suggested = guest.page.locator("#suggestions button")
        await expect(suggested.first).to_have_text("Nataka nafasi ya Haircut kesho saa nane mchana")


@pytest.mark.parametrize(
    ("size", "scheme"), [(PHONE, "light"), (DESKTOP, "dark")], ids=["phone", "desktop-dark"]
)
async def test_a_guest_books_is_sold_the_neighbour_pays_and_comes_back(
    site: Site, browser: Browser, size: Any, scheme: Any
) -> None:
    async with screen(browser, address(site), viewport=size, color_scheme=scheme) as guest:
        await expect(guest.page.locator("#welcome-title")).to_be_visible()
        assert await guest.barriers() == []
        await buys_a_pair(guest)
        assert await guest.barriers() == []
        await the_money_comes(site)
        await guest.hears("received KES 2,700")
        await guest.shows("Booking: Manicure", "Paid")
        await guest.shows("Booking: Pedicure", "Paid")
        said = await guest.log.locator("li[data-author] .text").all_inner_texts()

        await guest.page.reload()
        await guest.shows("Booking: Pedicure", "Paid")
        assert await guest.log.locator("li[data-author] .text").all_inner_texts() == said
        await guest.say("what have I booked?")
        await guest.hears("Pedicure")
        assert await guest.barriers() == []
        assert guest.faults == []


async def test_the_page_speaks_swahili_to_who_speaks_it(site: Site, browser: Browser) -> None:
    async with screen(browser, address(site), locale="sw-KE") as guest:
        await expect(guest.page.get_by_role("textbox", name="Andika ujumbe")).to_be_visible()
        await guest.say("nataka manicure kesho saa nane mchana na Amina")
        await guest.press("Ndiyo, weka")
        await guest.press("Hapana, asante")
        await guest.shows("Nafasi: Manicure", "Inasubiri malipo")
        assert await guest.page.locator("html").get_attribute("lang") == "sw"
        assert await guest.barriers() == []
        assert guest.faults == []


async def test_what_is_written_offline_is_sent_once_when_the_network_is_back(
    site: Site, browser: Browser
) -> None:
    async with screen(browser, address(site)) as guest:
        await guest.say("hello")
        await guest.hears("Hi")
        await guest.page.evaluate("navigator.serviceWorker.ready")
        await guest.context.set_offline(True)
        await guest.is_("offline")
        await guest.say("manicure tomorrow at 2 with Amina")
        waiting = guest.page.locator("li[data-delivery=waiting]")
        await expect(waiting).to_have_count(1)
        assert await guest.barriers() == []

        await guest.page.reload()  # the shell and the history are on the device
        await expect(waiting).to_have_count(1)
        await guest.hears("Hi")

        await guest.context.set_offline(False)
        await guest.press("Yes, book it")
        await guest.hears("All set")
        mine = guest.page.locator("li[data-author=guest] .text", has_text="manicure tomorrow")
        await expect(mine).to_have_count(1)
        assert guest.faults == []


async def test_a_message_that_fails_can_be_tried_again(site: Site, browser: Browser) -> None:
    async with screen(browser, address(site)) as guest:
        await guest.say("hello")
        await guest.hears("Hi")

        async def fail(route: Route) -> None:
            await route.fulfill(status=500, json={"detail": "a hiccup"})

        await guest.page.route("**/messages", fail)
        await guest.say("manicure tomorrow at 2 with Amina")
        again = guest.page.get_by_role("button", name="Retry")
        await expect(again).to_be_visible(timeout=30_000)
        assert await guest.barriers() == []
        await guest.page.unroute("**/messages")
        await again.click()
        await guest.press("Yes, book it")
        await guest.hears("All set")


async def test_the_server_restarts_and_the_conversation_goes_on(
    site: Site, browser: Browser
) -> None:
    async with screen(browser, address(site)) as guest:
        await guest.say("manicure tomorrow at 2 with Amina")
        await guest.hears("Shall I book")
        answered = asyncio.Event()

        async def drop(route: Route) -> None:
            answered.set()
            await route.abort("connectionreset")

        await guest.page.route("**/events*", drop)
        site.door.closing.set()  # ends the streams, as a restart does
        await answered.wait()
        site.door.closing.clear()
        await guest.page.unroute("**/events*")
        await guest.press("Yes, book it")
        await guest.hears("All set")


async def test_everything_works_with_the_keyboard_alone(site: Site, browser: Browser) -> None:
    async with screen(browser, address(site)) as guest:
        keyboard = guest.page.keyboard
        await guest.page.get_by_role("textbox", name="Write a message").focus()
        await keyboard.type("manicure tomorrow at 2 with Amina")
        await keyboard.press("Enter")
        await guest.hears("Shall I book")
        await guest.page.locator("button[data-choice]").first.wait_for()
        for _ in range(12):
            await keyboard.press("Shift+Tab")
            if await guest.page.evaluate("document.activeElement.matches('[data-choice$=yes]')"):
                break
        await keyboard.press("Enter")
        await guest.hears("All set")


async def test_two_tabs_of_one_guest_show_the_same(site: Site, browser: Browser) -> None:
    async with screen(browser, address(site)) as guest:
        await guest.say("manicure tomorrow at 2 with Amina")
        await guest.hears("Shall I book")
        other = Screen(await guest.context.new_page(), guest.context, [])
        await other.page.goto(address(site))
        await other.hears("Shall I book")
        await guest.press("Yes, book it")
        await other.hears("All set")
        await other.shows("Booking: Manicure", "Waiting for payment")


async def test_markup_in_a_message_stays_text(site: Site, browser: Browser) -> None:
    async with screen(browser, address(site)) as guest:
        await guest.say("<img src=x onerror=alert(1)> <b>manicure</b> tomorrow at 2 with Amina")
        await guest.hears("Shall I book")
        assert await guest.page.locator("li[data-author] :is(img, b)").count() == 0
        assert guest.faults == []
