"""An article's way in real browsers: written, reviewed, published, read, and taken back. Pictures in tests/output/."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import BrowserContext, Page, expect

from server.bench.stack import Stack
from server.kit.secrets import load_secrets
from tests.journeys.test_browser import SLOW_MS, WIDE, browser, shoot
from tests.support.agents import agent
from tests.support.databases import missing
from tests.support.newspaper import NOOR, served
from tests.support.stack import stack_in_thread

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240), pytest.mark.xdist_group("journeys")]
EDDA = "edda@larkfield.example"
ARTICLE = "/console/knowledge/articles/refund-times/en"
NEWS = "Since this week the money is back after three working days."


@pytest.fixture
def shop(home: Path) -> Any:
    """A house whose console is built."""
    if not Path("web/dist/console/index.html").exists():
        missing("The built console (`make setup` builds it)")
    with stack_in_thread(home) as running:
        yield running


async def _signed_in(context: BrowserContext, stack: Stack, email: str, errors: list[str]) -> Page:
    page = await context.new_page()
    page.on("pageerror", lambda error: errors.append(str(error)))
    await page.goto(f"{stack.url}/console/knowledge/articles")
    await page.get_by_label("E-mail address").fill(email)
    await page.get_by_label("Password", exact=True).fill(load_secrets(stack.home)[f"password:{email}"])
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("button", name="Sign in")).not_to_be_visible(timeout=SLOW_MS)
    await page.goto(f"{stack.url}/console/knowledge/articles")
    await expect(page.get_by_role("region", name="Articles")).to_be_visible(timeout=SLOW_MS)
    return page


async def test_an_article_is_written_reviewed_published_read_and_taken_back(shop: Stack) -> None:
    async with browser() as started, agent(shop.url, shop.home, NOOR) as approver:
        before = await served(approver)
        errors: list[str] = []
        contexts = [await started.new_context(viewport=WIDE, color_scheme="light") for _ in range(3)]
        edda = await _signed_in(contexts[0], shop, EDDA, errors)
        reader = await contexts[2].new_page()

        await edda.get_by_role("textbox", name="Search titles and texts").fill("when will i get")
        line = edda.get_by_role("link", name="When will I get my refund?", exact=True)
        await expect(line).to_be_visible(timeout=SLOW_MS)
        await shoot(edda, "knowledge-list")
        await line.click()
        text = edda.get_by_role("textbox", name="Text, English")
        await expect(text).to_be_visible(timeout=SLOW_MS)
        await text.click()
        await edda.keyboard.press("Control+Home")
        await edda.keyboard.insert_text(f"{NEWS}\n\n")
        await edda.get_by_role("radiogroup", name="View").get_by_text("Split").click()
        await expect(edda.get_by_role("region", name="Preview")).to_contain_text(NEWS, timeout=SLOW_MS)
        await shoot(edda, "knowledge-writing")
        await text.click()
        await edda.keyboard.press("Control+s")
        status = edda.get_by_role("region", name="Status")
        await expect(status).to_contain_text("is a draft", timeout=SLOW_MS)
        await status.get_by_role("button", name="Submit for review").click()
        await edda.get_by_role("dialog").get_by_role("button", name="Submit for review").click()
        await expect(status).to_contain_text("asks a second person", timeout=SLOW_MS)
        await shoot(edda, "knowledge-submitted")

        noor = await _signed_in(contexts[1], shop, NOOR, errors)
        await noor.goto(f"{shop.url}{ARTICLE}")
        await noor.get_by_role("button", name="Review…").click()
        await expect(noor.get_by_role("heading", name=re.compile("Review of revision"))).to_be_visible(timeout=SLOW_MS)
        await expect(noor.get_by_text(NEWS).first).to_be_visible(timeout=SLOW_MS)
        await shoot(noor, "knowledge-review")
        await noor.get_by_role("button", name="Approve…").click()
        await noor.get_by_role("dialog").get_by_role("button", name="Approve", exact=True).click()
        status = noor.get_by_role("region", name="Status")
        await status.get_by_role("button", name="Publish", exact=True).click(timeout=SLOW_MS)
        publish = noor.get_by_role("dialog").get_by_role("button", name="Publish", exact=True)
        await expect(noor.get_by_role("dialog")).to_contain_text(
            re.compile("judged quer", re.IGNORECASE), timeout=SLOW_MS
        )
        await shoot(noor, "knowledge-publish")
        await publish.click()
        await expect(status).to_contain_text(re.compile("Readers see revision"), timeout=SLOW_MS)

        await reader.goto(f"{shop.url}/help/en/refund-times")
        await expect(reader.get_by_role("main")).to_contain_text(NEWS)
        await shoot(reader, "knowledge-help-after")

        made = await served(approver)
        await noor.goto(f"{shop.url}/console/knowledge/releases/{made['number']}")
        release = noor.get_by_role("region", name=f"Release {made['number']}")
        await expect(release.get_by_role("link", name="When will I get my refund?")).to_be_visible(timeout=SLOW_MS)
        await shoot(noor, "knowledge-release")
        await noor.goto(f"{shop.url}/console/knowledge/releases/{before['number']}")
        await noor.get_by_role("button", name="Serve this release again").click(timeout=SLOW_MS)
        await noor.get_by_label("Why").fill("The bank is slower than it said.")
        await noor.get_by_role("button", name=f"Serve release {before['number']}").click()
        await expect(noor.get_by_text("is served now, everywhere")).to_be_visible(timeout=SLOW_MS)
        await shoot(noor, "knowledge-rollback")
        await reader.reload()
        await expect(reader.get_by_role("main")).not_to_contain_text(NEWS)
        await shoot(reader, "knowledge-help-before")
        assert errors == []
