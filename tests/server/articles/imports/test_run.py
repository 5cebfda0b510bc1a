"""The run: what becomes of each row, publishing at the end, stopping and going on."""

from pathlib import Path

import pytest
from PIL import Image

from knowledge.types import Query
from server.articles import repository as articles
from server.articles.images import IMAGES
from server.articles.imports import running
from server.house import House
from server.kit.errors import Invalid
from server.store.base import Row
from tests.server.articles.imports.files import article, became, folder, imported, ran, rows_of, texts, uploaded
from tests.support.articles import EVA, audited, saved, states, written


async def test_rows_become_drafts_with_a_history_that_says_where_they_come_from(house: House, tmp_path: Path) -> None:
    row = await imported(house, tmp_path, {"en/a.md": "# First\n\nText.", "de/a.md": "# Erstes\n\nText."})
    assert (row["state"], row["total"], row["done"]) == ("done", 2, 2)
    assert row["report"]["outcomes"] == {"created": 2}
    assert await states(house) == {"a/en": "draft", "a/de": "draft"}
    async with house.store.reading() as db:
        german = await articles.needed_revision(db, "a", "de", 1)
    assert (german["author"], german["note"], german["source_revision"]) == (
        "Eva Lund",
        "Imported from articles.zip",
        1,
    )
    made = await article(house, "a")
    assert (made["slug"], made["source_locale"], made["origin"]) == ("first", "en", "articles.zip: en/a.md")
    assert ("eva@example.com", "article.imported", f"import:{row['id']}") in await audited(house)


async def test_the_same_file_again_changes_nothing_and_a_new_one_what_is_new(house: House, tmp_path: Path) -> None:
    await imported(house, tmp_path, {"a.md": "One.", "b.md": "One."})
    again = await imported(house, tmp_path, {"a.md": "One.", "b.md": "One."})
    assert again["report"]["outcomes"] == {"kept": 2}
    newer = await imported(house, tmp_path, {"a.md": "Two.", "b.md": "One."})
    assert newer["report"]["outcomes"] == {"changed": 1, "kept": 1}
    assert await texts(house) == {"a/en": (2, "draft", "Two."), "b/en": (1, "draft", "One.")}


async def test_what_was_edited_here_is_left_alone_unless_theirs_is_wanted(house: House, tmp_path: Path) -> None:
    await imported(house, tmp_path, {"a.md": "One."})
    await saved(house, "a", text="Ours.")
    left = await imported(house, tmp_path, {"a.md": "Theirs."})
    assert left["report"]["outcomes"] == {"skipped": 1}
    assert (await texts(house))["a/en"] == (2, "draft", "Ours.")
    taken = await imported(house, tmp_path, {"a.md": "Theirs."}, take="theirs")
    assert taken["report"]["outcomes"] == {"changed": 1}
    assert (await texts(house))["a/en"] == (3, "draft", "Theirs.")
    # From then on it is theirs again.
    assert (await imported(house, tmp_path, {"a.md": "Newer."}))["report"]["outcomes"] == {"changed": 1}


async def test_what_is_edited_between_the_dry_run_and_the_run_is_left_alone_too(house: House, tmp_path: Path) -> None:
    await imported(house, tmp_path, {"a.md": "One."})
    row = await folder(house, tmp_path, {"a.md": "Two.", "b.md": "New."})
    await saved(house, "a", text="Ours.")
    await written(house, "b", text="Ours too.")
    done = await ran(house, row)
    assert done["report"]["outcomes"] == {"skipped": 2}
    assert {text for _, _, text in (await texts(house)).values()} == {"Ours.", "Ours too."}


async def test_an_import_that_was_removed_still_counts_as_one(house: House, tmp_path: Path) -> None:
    row = await imported(house, tmp_path, {"a.md": "One."})
    await house.imports.remove(row["id"], EVA)
    assert not (tmp_path / "imports" / str(row["id"])).exists()
    assert (await imported(house, tmp_path, {"a.md": "Two."}))["report"]["outcomes"] == {"changed": 1}


async def test_publishing_makes_one_release_of_what_was_finished(house: House, tmp_path: Path) -> None:
    files = {"a.md": "Print the label. [b](b.md)", "b.md": "Wait.", "c.md": "---\ndraft: true\n---\nNot yet."}
    row = await imported(house, tmp_path, files, publish=True)
    assert await states(house) == {"a/en": "published", "b/en": "published", "c/en": "draft"}
    release = row["report"]["release"]
    assert (release["number"], release["id"]) == (1, house.library.pointed())
    assert house.library.search(Query(text="print label")).hits[0].passage.article_id == "a"
    async with house.store.reading() as db:
        line = await articles.needed_translation(db, "a", "en")
    assert (line["approved"], line["approved_by"]) == (1, "Eva Lund")
    assert ("eva@example.com", "article.approved_by_import", f"import:{row['id']}") in await audited(house)


async def test_what_was_imported_before_can_be_published_by_importing_it_again(house: House, tmp_path: Path) -> None:
    await imported(house, tmp_path, {"a.md": "Text."})
    row = await imported(house, tmp_path, {"a.md": "Text."}, publish=True)
    assert (row["report"]["outcomes"], await states(house)) == ({"kept": 1}, {"a/en": "published"})
    again = await imported(house, tmp_path, {"a.md": "Text."}, publish=True)
    assert again["report"]["release"]["code"] == "nothing_to_publish"


async def test_a_release_that_is_refused_is_reported_and_the_articles_stay_approved(
    house: House, tmp_path: Path
) -> None:
    files = {"a.md": "[b](b.md)", "b.md": "---\ndraft: true\n---\nNot yet."}
    row = await imported(house, tmp_path, files, publish=True)
    assert (row["state"], row["report"]["release"]["code"]) == ("done", "links_broken")
    assert await states(house) == {"a/en": "approved", "b/en": "draft"}


async def test_pictures_of_the_archive_are_kept_once(house: House, tmp_path: Path) -> None:
    Image.new("RGB", (3, 2), "red").save(tmp_path / "red.png")
    red = (tmp_path / "red.png").read_bytes()
    files: dict[str, str | bytes] = {
        "a.md": "![r](img/red.png) ![again](img/copy.png) ![bad](img/bad.png)",
        "img/red.png": red,
        "img/copy.png": red,
        "img/bad.png": red[:40],
    }
    row = await imported(house, tmp_path, files)
    assert "img/bad.png" in row["report"]["problems"][0]["why"]
    async with house.store.reading() as db:
        [(picture, width)] = (await db.execute(IMAGES.select().with_only_columns(IMAGES.c.id, IMAGES.c.width))).all()
    assert width == 3
    assert (await texts(house))["a/en"][2] == f"![r](image:{picture}) ![again](image:{picture}) bad"


async def test_a_slug_that_is_taken_is_replaced_and_said(house: House, tmp_path: Path) -> None:
    await written(house, "own", title="Returns")
    line = (
        b'{"id": "a", "title": "A", "text": "Text.", "slug": "returns"}\n{"id": "b", "title": "Returns", "text": "T."}'
    )
    row = await ran(house, await uploaded(house, line, "jsonl"))
    rows = await rows_of(house, row)
    assert rows[0]["detail"] == "The slug `returns` is another article's; it got `returns-2`."
    assert rows[1]["detail"] == ""
    assert {(await article(house, name))["slug"] for name in ("a", "b")} == {"returns-2", "returns-3"}


async def test_cancelling_stops_after_a_batch_and_running_again_goes_on(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "ROWS_AT_ONCE", 2)
    row = await folder(house, tmp_path, {f"{number}.md": f"Text {number}." for number in range(6)})
    batch = running.Run._batch

    async def cancelled(run: running.Run, rows: list[Row]) -> bool:
        went_on = await batch(run, rows)
        await house.imports.cancel(row["id"], EVA)
        return went_on

    monkeypatch.setattr(running.Run, "_batch", cancelled)
    stopped = await ran(house, row)
    assert (stopped["state"], stopped["done"], len(await texts(house))) == ("cancelled", 2, 2)
    monkeypatch.setattr(running.Run, "_batch", batch)
    done = await ran(house, stopped)
    assert (done["state"], done["done"], done["report"]["outcomes"]) == ("done", 6, {"created": 6})
    assert {number for number, _, _ in (await texts(house)).values()} == {1}


async def test_a_row_that_fails_leaves_the_others_of_its_batch(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save = articles.save_revision

    async def failing(connection: object, **values: object) -> int:
        number = await save(connection, **values)  # type: ignore[arg-type]  # as it came
        if values["article_id"] == "b":
            message = "Not this one."
            raise Invalid(message)
        return number

    monkeypatch.setattr(articles, "save_revision", failing)
    row = await imported(house, tmp_path, {"a.md": "A.", "b.md": "B.", "c.md": "C."})
    assert row["report"]["outcomes"] == {"created": 2, "failed": 1}
    assert await became(house, row) == [
        ("a", "en", "create", "created"),
        ("b", "en", "create", "failed"),
        ("c", "en", "create", "created"),
    ]
    assert set(await texts(house)) == {"a/en", "c/en"}
