"""The export, and that importing it into an empty database gives the same again."""

import io
import json
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest
from PIL import Image

from knowledge.parsing.markdown import parse_article
from server.articles import repository
from server.articles.imports.exporting import What, archive, json_lines
from server.articles.service import ArticleChange
from server.house import House
from tests.server.articles.imports.files import article, imported, ran, texts, uploaded
from tests.support import databases
from tests.support.articles import EVA, approved, content, saved, states, tagged, written
from tests.support.server import clock_of, opened

ODD_TITLE = 'A "quoted" title: with #1, [brackets] and \\ Grüße 漢字 🎉'
ODD_TEXT = """---
Not a front matter.
---

# A "quoted" title

| a | b |
| - | - |
| 1 | 2 |

    indented code

```
[not](a/link.md)
```

[other](article:other) and [again](article:other#part "Title")"""


async def filled(house: House) -> None:
    """Write articles with everything that an article can have."""
    await tagged(house, "delivery", "orders")
    Image.new("RGB", (3, 2), "blue").save(buffer := io.BytesIO(), "PNG")
    lead = await imported(house, house.settings.home, {"pictured.md": "![p](p.png)", "p.png": buffer.getvalue()})
    assert lead["report"]["outcomes"] == {"created": 1}
    await written(
        house,
        "odd",
        type="faq",
        title=ODD_TITLE,
        text=ODD_TEXT,
        summary="Two lines\nand: more\u2028of them",
        tags=["orders", "delivery"],
        regions=["DE", "AT"],
        accounts=["larkfield"],
        audience=["agents", "team:billing"],
    )
    await house.articles.change("odd", ArticleChange(version=1, slug="an-odd-one", review_by=date(2027, 1, 31)), EVA)
    await written(house, "other", title="no", text="Yes.")
    for number in range(3):
        await saved(house, "other", title="no", text=f"Yes {number}.")
    # A translation of the third revision, so that it is outdated.
    async with house.store.writing() as db:
        await repository.save_revision(
            db,
            article_id="other",
            locale="de",
            content=content(title="nein", text="Ja."),
            by=EVA,
            now=house.clock(),
            source_revision=3,
        )
    await written(house, "german", locale="de", title="Deutsch zuerst", text="Ja.")
    await saved(house, "german", "en", title="English second", text="Yes.")


async def files(house: House, what: What) -> dict[str, bytes]:
    """Return the files of the archive by name."""
    data = b"".join([chunk async for chunk in archive(house.store, what, house.clock())])
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        assert packed.testzip() is None
        return {name: packed.read(name) for name in packed.namelist()}


async def packed(house: House, what: What) -> bytes:
    """Return the archive."""
    return b"".join([chunk async for chunk in archive(house.store, what, house.clock())])


@pytest.fixture
async def empty(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[House]:
    """A house on another, empty database."""
    home = tmp_path / "empty"
    home.mkdir()
    async with _house(sqlite_template, home) as house:
        yield house


@asynccontextmanager
async def _house(template: Path, home: Path) -> AsyncIterator[House]:
    with databases.sqlite_copy(template, home) as url:
        async with opened(url, home) as house:
            yield house


async def test_an_export_into_an_empty_base_gives_the_same_export(house: House, empty: House) -> None:
    await filled(house)
    clock_of(empty).move(timedelta(hours=1))
    before = await files(house, "latest")
    row = await ran(empty, await uploaded(empty, await packed(house, "latest")))
    assert row["report"]["outcomes"] == {"created": len(before) - 1}
    assert await files(empty, "latest") == before
    assert {name: text for name, (_, _, text) in (await texts(empty)).items()} == {
        name: text for name, (_, _, text) in (await texts(house)).items()
    }
    mine, theirs = await article(house, "odd"), await article(empty, "odd")
    for name in ("slug", "type", "source_locale", "review_by"):
        assert mine[name] == theirs[name]
    async with empty.store.reading() as db:
        outdated = await repository.needed_translation(db, "other", "de")
        source = await repository.needed_translation(db, "other", "en")
    assert (source["latest"], outdated["source_revision"]) == (4, 3)


async def test_what_is_published_is_published_again(house: House, empty: House) -> None:
    await filled(house)
    for name, locale in (("other", "en"), ("odd", "en")):
        await approved(house, name, locale)
    await house.publisher.publish(None, by=EVA)
    await saved(house, "other", title="no", text="A draft that nobody sees.")
    before = await files(house, "published")
    assert sorted(before) == ["en/odd.md", "en/other.md"]
    assert b"A draft" not in before["en/other.md"]
    row = await ran(empty, await uploaded(empty, await packed(house, "published")), publish=True)
    assert row["report"]["release"]["number"] == 1
    assert await states(empty) == {"odd/en": "published", "other/en": "published"}
    assert await files(empty, "published") == before


async def test_an_export_into_its_own_base_changes_nothing(house: House) -> None:
    await filled(house)
    row = await ran(house, await uploaded(house, await packed(house, "latest")), take="theirs")
    assert set(row["report"]["outcomes"]) == {"kept"}


async def test_json_lines_hold_the_same_articles(house: House, empty: House) -> None:
    await filled(house)

    async def exported(where: House) -> list[bytes]:
        data = b"".join([chunk async for chunk in json_lines(where.store, "latest")])
        return data.splitlines()

    before = await exported(house)
    first = json.loads(before[0])
    assert (first["id"], first["locale"]) == ("german", "de")
    row = await ran(empty, await uploaded(empty, b"\n".join(before), "jsonl", name="a.jsonl"))
    assert row["report"]["outcomes"] == {"created": len(before)}
    # JSON lines carry no pictures, so the one article that shows one loses it.
    assert [line for line in await exported(empty) if b"pictured" not in line] == [
        line for line in before if b"pictured" not in line
    ]


async def test_exported_files_are_articles_for_the_command_line_too(house: House) -> None:
    await filled(house)
    found = [
        parse_article(data.decode(), name) for name, data in (await files(house, "latest")).items() if name[-1] == "d"
    ]
    odd = next(one for one in found if one.id == "odd")
    assert (odd.title, odd.text, odd.slug, odd.regions) == (ODD_TITLE, ODD_TEXT, "an-odd-one", ("AT", "DE"))
