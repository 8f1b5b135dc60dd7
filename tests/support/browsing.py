"""A real browser before a real server: Debian's Chromium, driven by Playwright."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext, Locator, Page, async_playwright, expect

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 800}
PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PATIENCE = 15_000  # milliseconds for anything to appear
# As root there is no sandbox; and nothing may be looked up beyond this machine.
_QUIET = (
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def program() -> str | None:
    """Find a browser on this machine."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


@asynccontextmanager
async def browser(found: str) -> AsyncIterator[Browser]:
    """Run a browser until the block ends."""
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=found, args=list(_QUIET))
        try:
            yield running
        finally:
            await running.close()


@dataclass
class Screen:
    """The chat page as somebody sees it; `faults` are errors of the page itself."""

    page: Page
    context: BrowserContext
    faults: list[str]

    @property
    def log(self) -> Locator:
        """The conversation."""
        return self.page.get_by_role("log")

    async def say(self, text: str) -> None:
        """Type a message and send it with the keyboard."""
        box = self.page.locator("#text")
        await box.fill(text)
        await box.press("Enter")

    async def press(self, label: str) -> None:
        """Press a button under the newest message."""
        await self.page.locator("button[data-choice]", has_text=label).click()

    async def hears(self, text: str) -> None:
        """Wait until the business has said something."""
        said = self.page.locator("li[data-author=agent] .text", has_text=text)
        await expect(said.last).to_be_visible(timeout=PATIENCE)

    async def shows(self, card: str, status: str) -> None:
        """Wait for a card in some state."""
        there = self.page.get_by_role("article", name=card)
        await expect(there.last).to_contain_text(status, timeout=PATIENCE)

    async def is_(self, status: str) -> None:
        """Wait for the page's own state: online, offline, unreachable."""
        app = self.page.locator("#app")
        await expect(app).to_have_attribute("data-status", status, timeout=PATIENCE)

    async def barriers(self) -> list[str]:
        """Return what an accessibility checker finds serious or critical."""
        found = await Axe().run(self.page)
        return [
            f"{each['id']}: {each['help']} ({each['nodes'][0]['target']})"
            for each in found.response["violations"]
            if each["impact"] in ("serious", "critical")
        ]


@asynccontextmanager
async def screen(browser: Browser, address: str, **how: Any) -> AsyncIterator[Screen]:
    """Open an address in a browser profile of its own, where nothing moves.

    What is fading in has no contrast yet, and news may come while contrast is measured.
    """
    how = {"viewport": PHONE, "reduced_motion": "reduce", **how}
    context = await browser.new_context(locale=how.pop("locale", "en-KE"), **how)
    faults: list[str] = []
    page = await context.new_page()
    page.on("pageerror", lambda error: faults.append(str(error)))
    try:
        await page.goto(address)
        yield Screen(page, context, faults)
    finally:
        await context.close()
