"""The dry run says what would become of each row, and changes nothing."""

from pathlib import Path

import pytest

from server.articles import repository as articles
from server.articles.imports import repository
from server.articles.imports.errors import ImportUnreadable, ImportWrongState
from server.house import House
from tests.server.articles.imports.files import became, folder, imported, ran, rows_of, texts, uploaded
from tests.support.articles import EVA, saved, written


async def test_a_dry_run_says_what_would_become_of_each_row_and_writes_nothing(house: House, tmp_path: Path) -> None:
    await imported(house, tmp_path, {"same.md": "Same.", "newer.md": "Old.", "edited.md": "Old."})
    await saved(house, "edited", text="Edited here.")
    await written(house, "own", text="Never imported.")
    before = await texts(house)
    files: dict[str, str | bytes] = {
        "same.md": "Same.\n\n",
        "newer.md": "New.",
        "edited.md": "New.",
        "own.md": "New.",
        "fresh.md": "Fresh.",
        "broken.md": b"\x00",
    }
    row = await folder(house, tmp_path, files)
    assert (row["state"], row["total"], row["done"]) == ("checked", 6, 0)
    assert await became(house, row) == [
        ("broken.md", "", "broken", None),
        ("edited", "en", "skip", None),
        ("fresh", "en", "create", None),
        ("newer", "en", "change", None),
        ("own", "en", "skip", None),
        ("same", "en", "keep", None),
    ]
    counts = {name: row["report"][name] for name in ("create", "change", "keep", "skip", "broken")}
    assert counts == {"create": 1, "change": 1, "keep": 1, "skip": 2, "broken": 1}
    assert row["report"]["problems"][0] == {
        "source": "broken.md",
        "line": 1,
        "why": "It holds binary data, not text.",
        "would": "broken",
    }
    assert "edited here since (revision 2 by Eva Lund)" in row["report"]["problems"][1]["why"]
    assert await texts(house) == before


async def test_what_stands_twice_in_a_file_names_both_places(house: House, tmp_path: Path) -> None:
    lines = [
        '{"id": "a", "title": "A", "text": "One."}',
        '{"id": "A", "title": "A", "text": "Two."}',
        '{"id": "b", "title": "B", "text": "One.", "slug": "x"}',
        '{"id": "c", "title": "C", "text": "Two.", "slug": "x"}',
        '{"id": "b", "title": "B", "text": "German.", "locale": "de", "slug": "x"}',
    ]
    row = await uploaded(house, "\n".join(lines).encode(), "jsonl", name="a.jsonl")
    assert [one["would"] for one in await rows_of(house, row)] == ["create", "broken", "create", "broken", "create"]
    [same_id, same_slug] = [one["why"] for one in row["report"]["problems"]]
    assert "`a` in en is already in a.jsonl, line 1" in same_id
    assert "the slug `x` is already that of `b` in a.jsonl, line 3" in same_slug.lower()


async def test_words_that_addresses_need_are_no_ids(house: House, tmp_path: Path) -> None:
    row = await folder(house, tmp_path, {"search.md": "Text.", "a.md": "[s](search.md)"})
    assert {one["article_id"] for one in await rows_of(house, row)} == {"search-article", "a"}
    await ran(house, row)
    assert (await texts(house))["a/en"][2] == "[s](article:search-article)"


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ('"regions": ["XX"]', "two letters of a country"),
        ('"accounts": ["a b"]', "An account is"),
        ('"audience": ["team:A B"]', "audience"),
    ],
)
async def test_what_the_articles_room_would_refuse_is_broken_before_the_run(
    sqlite_house: House, fields: str, why: str
) -> None:
    line = f'{{"id": "a", "title": "A", "text": "Text.", {fields}}}'
    row = await uploaded(sqlite_house, line.encode(), "jsonl")
    assert row["report"]["broken"] == 1
    assert why in row["report"]["problems"][0]["why"]


async def test_links_that_lead_nowhere_are_reported_and_cyclic_ones_are_fine(house: House, tmp_path: Path) -> None:
    await written(house, "known")
    files = {"a.md": "[b](b.md) [n](none.md) [k](article:known) [x](article:unknown)", "b.md": "[a](a.md) [b](b.md)"}
    row = await folder(house, tmp_path, files)
    [problem] = row["report"]["problems"]
    assert problem["why"] == "Led nowhere and became plain text: none.md, article:unknown."
    await ran(house, row)
    found = await texts(house)
    assert found["a/en"][2] == "[b](article:b) n [k](article:known) x"
    assert found["b/en"][2] == "[a](article:a) [b](article:b)"


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("markdown", b"PK\x03\x04 cut off"),
        ("csv", b"no table"),
        ("jsonl", b"<html>"),
        ("zendesk", b'{"portal": {}}'),
        ("chatwoot", b"{"),
        ("html", b""),
    ],
)
async def test_a_file_of_another_format_is_refused_at_once_and_leaves_nothing(
    sqlite_house: House, tmp_path: Path, kind: str, data: bytes
) -> None:
    with pytest.raises(ImportUnreadable) as refused:
        await uploaded(sqlite_house, data, kind, name="file")
    assert refused.value.facts["line"] >= 1
    async with sqlite_house.store.reading() as db:
        assert await repository.page(db, after=None, limit=10) == []
    assert list((tmp_path / "imports").iterdir()) == []


async def test_what_was_not_checked_cannot_be_run_and_what_runs_cannot_be_removed(
    sqlite_house: House, tmp_path: Path
) -> None:
    row = await imported(sqlite_house, tmp_path, {"a.md": "Text."})
    with pytest.raises(ImportWrongState):
        await sqlite_house.imports.run(row["id"], EVA, publish=False, take="ours")
    with pytest.raises(ImportWrongState):
        await sqlite_house.imports.cancel(row["id"], EVA)


async def test_defaults_hold_for_what_does_not_say_otherwise(sqlite_house: House, tmp_path: Path) -> None:
    files = {"a.md": "Text.", "de/b.md": "---\naudience: public\ntags: x\n---\nText."}
    row = await imported(
        sqlite_house, tmp_path, files, locale="es", type="faq", audience=("agents",), tags=("Web shop",)
    )
    assert row["report"]["outcomes"] == {"created": 2}
    async with sqlite_house.store.reading() as db:
        one = await articles.needed_revision(db, "a", "es", 1)
        other = await articles.needed_revision(db, "b", "de", 1)
        assert (one["audience"], one["tags"]) == (["agents"], ["web-shop"])
        assert (other["audience"], other["tags"]) == (["public"], ["x", "web-shop"])
        assert await articles.taxonomy(db) >= {"web-shop", "x"}
