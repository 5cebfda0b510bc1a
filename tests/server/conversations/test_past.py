"""What was shown once stays readable as it was, for whom it was, even when the files of its release are gone."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server.articles.releases.wanted import COMMAND_LINE, Wanted
from server.house import House
from tests.support.chat import Frame, Served, browser, served
from tests.support.releases import write
from tests.support.server import opened, visit


@pytest.fixture
async def door(database_url: str, tmp_path: Path) -> AsyncIterator[Served]:
    """A house that keeps the files of one release."""
    blocks = {"knowledge": {"keep_releases": 1}}
    async with opened(database_url, tmp_path, blocks=blocks) as house, served(house) as where:
        yield where


async def _publish(house: House, article_id: str, text: str, *, locale: str = "en", **more: object) -> None:
    async with house.store.writing() as connection:
        await write(connection, article_id, text, now=house.clock(), locale=locale, **more)  # type: ignore[arg-type]
    await house.publisher.publish(None, by=COMMAND_LINE)


async def _read(door: Served, query: str) -> tuple[int, Frame]:
    token = (await visit(door.house)).token
    async with browser(door) as who:
        status, body = await who.get(f"/api/v1/widget/articles/{query}", authorization=f"Bearer {token}")
    return status, body


async def test_an_old_revision_is_read_although_its_release_has_no_files_any_more(door: Served) -> None:
    house = door.house
    await _publish(house, "returns", "Send it back within *thirty* days.")
    await _publish(house, "returns", "Send it back within sixty days.")
    await _publish(house, "returns", "Send nothing back.")
    assert len(house.library.releases()) == 1
    status, old = await _read(door, "returns?revision=1")
    assert (status, old["revision"], old["release"][:5]) == (200, 1, "r0001")
    assert "<em>thirty</em>" in old["html"]
    status, now = await _read(door, "returns")
    assert (status, now["revision"]) == (200, 3)


async def test_an_article_that_is_retired_stays_readable_in_the_revision_that_was_shown(door: Served) -> None:
    house = door.house
    await _publish(house, "returns", "Send it back.")
    await house.publisher.publish([Wanted(article_id="returns", locale="en", what="retire")], by=COMMAND_LINE)
    status, _ = await _read(door, "returns")
    assert status == 404
    status, old = await _read(door, "returns?revision=1")
    assert (status, old["markdown"]) == (200, "Send it back.")


async def test_what_was_never_published_or_is_not_for_the_asker_is_not_there(door: Served) -> None:
    house = door.house
    await _publish(house, "limits", "Up to 50 euros.", audience=["agents"])
    await _publish(house, "rights", "In Germany two years.", regions=["DE"])
    await _publish(house, "rights", "In Germany three years.", regions=["DE"])
    await _publish(house, "limits", "Up to 60 euros.", audience=["agents"])
    async with house.store.writing() as connection:
        await write(connection, "plans", "Not yet.", now=house.clock(), approved=False)
    for query in ("limits?revision=1", "rights?revision=1", "plans?revision=1", "rights?revision=9"):
        status, problem = await _read(door, query)
        assert (status, problem["code"]) == (404, "article_not_found"), query


async def test_without_any_files_the_served_release_comes_back_and_the_old_revision_with_it(
    door: Served, tmp_path: Path
) -> None:
    from server.articles.releases.keeping import Keeping

    house = door.house
    await _publish(house, "returns", "Send it back.")
    await _publish(house, "returns", "Send nothing back.")
    shutil.rmtree(tmp_path / "knowledge")
    await Keeping(house.publisher).follow()
    assert (await _read(door, "returns"))[0] == 200
    assert (await _read(door, "returns?revision=1"))[1]["markdown"] == "Send it back."
