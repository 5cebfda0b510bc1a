"""The main job in a real browser: a customer's page with the widget, and an agent's desk beside it.

Screenshots of every station are kept in tests/output/, light and dark, wide and narrow.
"""

import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, FrameLocator, Page, ViewportSize, async_playwright, expect

from server.bench.stack import Stack
from server.kit.secrets import load_secrets
from tests.support.databases import missing
from tests.support.stack import stack_in_thread

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240), pytest.mark.xdist_group("journeys")]
OUTPUT = Path("tests/output")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WIDE: ViewportSize = {"width": 1440, "height": 900}
NARROW: ViewportSize = {"width": 390, "height": 844}
SLOW_MS = 20_000


@pytest.fixture
def shop(home: Path) -> Any:
    """A house whose web apps are built."""
    if not Path("web/dist/console/index.html").exists() or not Path("web/dist/widget/widget.js").exists():
        missing("The built web apps (`make setup` builds them)")
    with stack_in_thread(home) as running:
        yield running


@asynccontextmanager
async def browser() -> AsyncIterator[Browser]:
    """Start the machine's Chromium."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        missing("Chromium")
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=program, args=list(QUIET))
        try:
            yield started
        finally:
            await started.close()


async def shoot(page: Page, name: str) -> None:
    """Keep a picture of a page, light and dark."""
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        await page.screenshot(path=OUTPUT / f"{name}-{scheme}.png")
    await page.emulate_media(color_scheme="light", reduced_motion="reduce")


async def customer(context: BrowserContext, stack: Stack) -> tuple[Page, FrameLocator]:
    """Open the company's page and the chat in it."""
    page = await context.new_page()
    await page.goto(f"{stack.url}/demo/")
    await page.locator("warmline-chat").get_by_role("button").first.click()
    frame = page.frame_locator("warmline-chat iframe")
    await expect(frame.get_by_role("textbox")).to_be_visible(timeout=SLOW_MS)
    return page, frame


async def write(frame: FrameLocator, text: str) -> None:
    """Write a message in the widget and send it."""
    await frame.get_by_role("textbox").fill(text)
    await frame.get_by_role("textbox").press("Enter")


async def agent_at_desk(context: BrowserContext, stack: Stack) -> Page:
    """Sign an agent in."""
    page = await context.new_page()
    await page.goto(f"{stack.url}/console/")
    await page.get_by_label("E-mail address").fill("kim@larkfield.example")
    await page.get_by_label("Password", exact=True).fill(load_secrets(stack.home)["password:kim@larkfield.example"])
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("navigation", name="Views")).to_be_visible(timeout=SLOW_MS)
    return page


async def test_from_the_first_word_to_resolved_in_two_browsers(shop: Stack) -> None:
    async with browser() as started:
        at_home = await started.new_context(viewport=WIDE, color_scheme="light")
        at_work = await started.new_context(viewport=WIDE, color_scheme="light")
        errors: list[str] = []
        page, chat = await customer(at_home, shop)
        desk = await agent_at_desk(at_work, shop)
        for watched in (page, desk):
            watched.on("pageerror", lambda error: errors.append(str(error)))
        log = chat.get_by_role("log")

        await write(chat, "Where is my order 44110?")
        await expect(log).to_contain_text("Order 44110 is on its way with DHL", timeout=SLOW_MS)
        await write(chat, "How long does a refund take?")
        await expect(log).to_contain_text(re.compile("5.7 working days"), timeout=SLOW_MS)
        await shoot(page, "widget-answers")

        await write(chat, "this is the third time I ask, this is ridiculous")
        await expect(log).to_contain_text(re.compile("person|colleague"), timeout=SLOW_MS)
        await shoot(page, "widget-waiting")

        await desk.get_by_role("navigation", name="Views").get_by_text(re.compile("Waiting|Unassigned|Team")).click()
        line = desk.get_by_role("region", name="Conversations").get_by_text("third time").first
        await expect(line).to_be_visible(timeout=SLOW_MS)
        await line.click()
        packet = desk.get_by_role("region", name="What happened so far")
        await expect(packet).to_be_visible(timeout=SLOW_MS)
        await expect(packet).to_contain_text("44110")
        await shoot(desk, "desk-waiting")

        await desk.get_by_role("button", name=re.compile("^Take conversation")).first.click()
        await expect(chat.get_by_text("Kim").first).to_be_visible(timeout=SLOW_MS)
        await write(chat, "How many days do I have to return it?")
        insert = desk.get_by_role("button", name=re.compile("^Insert .*", re.IGNORECASE)).first
        await expect(insert).to_be_enabled(timeout=SLOW_MS)
        await shoot(desk, "desk-suggestions")
        await insert.click()
        reply = desk.get_by_role("textbox", name=re.compile("^Reply to"))
        await expect(reply).not_to_have_value("", timeout=SLOW_MS)
        await reply.press("End")
        await reply.press_sequentially(" Kind regards, Kim")
        await shoot(desk, "desk-inserted")
        await desk.get_by_role("button", name=re.compile("^Send")).first.click()
        await expect(log).to_contain_text("Kind regards, Kim", timeout=SLOW_MS)
        await shoot(page, "widget-agent")

        await page.set_viewport_size(NARROW)
        await shoot(page, "widget-agent-narrow")
        await desk.set_viewport_size(NARROW)
        await shoot(desk, "desk-narrow")
        await desk.set_viewport_size(WIDE)

        await desk.get_by_role("button", name="Resolve").click()
        await expect(chat.get_by_text(re.compile("has ended|closed")).first).to_be_visible(timeout=SLOW_MS)
        await shoot(page, "widget-ended")
        assert errors == []


async def test_hostile_words_stay_words_and_a_reload_forgets_nothing(shop: Stack) -> None:
    async with browser() as started:
        context = await started.new_context(viewport=WIDE)
        page, chat = await customer(context, shop)
        hostile = '<img src=x onerror="document.title=1"><script>document.title=2</script>'
        title = await page.title()
        await write(chat, hostile)
        await expect(chat.get_by_role("log")).to_contain_text(hostile, timeout=SLOW_MS)
        await page.reload()
        frame = page.frame_locator("warmline-chat iframe")
        await expect(frame.get_by_role("log")).to_contain_text(hostile, timeout=SLOW_MS)
        assert await page.title() == title
