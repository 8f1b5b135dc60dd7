from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from evals.showing.page import page
from tests.support.browsing import DESKTOP, PHONE, Screen, screen
from tests.support.told import booked, called, result, says, seen, written

pytestmark = pytest.mark.anyio

WRONG = """\
title: Wrong {name}
covers: [O1, X1]
tags: [wrong]
language: en
turns:
  - guest: hello
    expect:
      appointments: [{{service: Manicure, start: 2026-11-22T15:00, status: confirmed}}]
      tools: {{refused: {{start_payment: charge_open}}}}
"""
RIGHT = """\
title: A guest is greeted
covers: [X11]
tags: [greeting]
language: en
turns: [{guest: hi}, {time_passes: 35s}, {guest: bye}]
"""


@pytest.fixture
def address(tmp_path: Path) -> str:
    """A report of two failed scenarios and one that passed, in a file."""
    steps = [
        says(
            "A" * 10_000,
            "https://example.com/" + "very" * 100,
            calls=[called("apply_upsell", False, "slot_taken", text="x" * 500)],
            events=["reply.unbacked"],
            seen=seen(appointments=[booked()]),
        )
    ]
    names = ("first", "second")
    failed = [result(written(tmp_path, WRONG.format(name=n), n), steps) for n in names]
    passed = result(
        written(tmp_path, RIGHT, "right"),
        [
            says("hi", "Hello!"),
            says("35s", kind="time_passes", value="35s"),
            says("bye", "Goodbye!"),
        ],
    )
    file = tmp_path / "report.html"
    file.write_text(page([passed, *failed]), "utf-8")
    return file.as_uri()


def scenario(reader: Screen, name: str) -> Any:
    return reader.page.locator(f"#{name}")


@pytest.mark.parametrize(
    ("size", "scheme"), [(PHONE, "dark"), (DESKTOP, "light")], ids=["phone-dark", "desktop"]
)
async def test_everybody_can_read_it_with_everything_open(
    browser: Browser, address: str, size: Any, scheme: Any
) -> None:
    async with screen(browser, address, viewport=size, color_scheme=scheme) as reader:
        await reader.page.evaluate(
            "for (const each of document.querySelectorAll('details')) each.open = true"
        )
        assert await reader.barriers() == []
        wide = await reader.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= size["width"]
        assert reader.faults == []


async def test_its_policy_refuses_nothing_of_its_own(browser: Browser, address: str) -> None:
    async with screen(browser, address) as reader:
        said: list[str] = []
        reader.page.on("console", lambda message: said.append(message.text))
        await reader.page.reload()
        await expect(reader.page.locator("#count")).to_have_text("all 3 shown")
        font = await reader.page.evaluate("getComputedStyle(document.body).paddingTop")
        assert (said, reader.faults, font) == ([], [], "24px")


async def test_failed_ones_are_reached_with_j_and_k_and_the_search_with_a_slash(
    browser: Browser, address: str
) -> None:
    async with screen(browser, address, viewport=DESKTOP) as reader:
        keys = reader.page.keyboard
        for key, name in (("j", "first"), ("j", "second"), ("j", "second"), ("k", "first")):
            await keys.press(key)
            await expect(scenario(reader, name).locator("> summary")).to_be_focused()
        await keys.press("/")
        await expect(reader.page.locator("#search")).to_be_focused()
        await keys.type("jk/")
        await expect(reader.page.locator("#search")).to_have_value("jk/")


async def test_it_is_filtered_by_words_outcome_tag_and_rule(browser: Browser, address: str) -> None:
    async with screen(browser, address) as reader:
        count = reader.page.locator("#count")
        await reader.page.locator("#search").fill("good BYE")
        await expect(count).to_have_text("1 of 3 shown")
        await expect(scenario(reader, "right")).to_be_visible()
        await expect(scenario(reader, "first")).to_be_hidden()
        await reader.page.locator("#search").fill("")
        for box, option, shown in (
            ("#show", "no", 2),
            ("#show", "", 3),
            ("#tag", "greeting", 1),
            ("#tag", "", 3),
            ("#rule", "X1", 2),
        ):
            await reader.page.locator(box).select_option(option)
            await expect(count).to_have_text(f"{'all' if shown == 3 else f'{shown} of'} 3 shown")


async def test_a_reason_leads_to_its_step_and_back(browser: Browser, address: str) -> None:
    async with screen(browser, address) as reader:
        await reader.page.locator("#second-1-wrong a").first.click()
        step = reader.page.locator("#second-1-1")
        await expect(step).to_be_in_viewport()
        await step.get_by_role("link", name="see why").click()
        await expect(reader.page.locator("#second-1-wrong")).to_be_in_viewport()


async def test_without_a_script_it_is_all_there_and_links_open_what_is_closed(
    browser: Browser, address: str
) -> None:
    async with screen(browser, f"{address}#right-1-3", java_script_enabled=False) as reader:
        await expect(reader.page.locator("#right-1-3")).to_be_in_viewport()
        await expect(reader.page.get_by_text("Goodbye!")).to_be_visible()
        await expect(reader.page.locator("#filters")).to_be_hidden()
