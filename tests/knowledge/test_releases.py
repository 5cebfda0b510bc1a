"""Releases: built aside, told apart, kept, served, rolled back."""

from dataclasses import fields, replace
from datetime import date
from pathlib import Path

import pytest

from knowledge.content import CONTENT_FIELDS, content_of
from knowledge.errors import ArticleMissing, EmbedderFailed, LinksBroken, ReleaseBroken, ReleaseMissing
from knowledge.index.faiss import FaissIndexes
from knowledge.types import Article, Query
from tests.support.knowledge import (
    LAMP,
    NOON,
    PASSWORD,
    REFUND,
    BrokenEmbedder,
    CountingEmbedder,
    library,
    serving,
)

ALL = (REFUND, PASSWORD, LAMP)
NEW_LAMP = replace(LAMP, text=LAMP.text + "\n\n## It hums\n\nTurn the dimmer up.")


def test_a_release_says_what_it_holds(tmp_path: Path) -> None:
    info = library(tmp_path).build(ALL, note="first")
    assert info.id == f"r0001-{info.fingerprint[:8]}"
    assert (info.articles, info.passages, info.embedded) == (3, 5, 5)
    assert (info.note, info.built_at, info.unchanged) == ("first", NOON, False)
    assert info.changes == {"added": 3, "changed": 0, "removed": 0}


def test_every_field_of_an_article_but_its_revision_is_content() -> None:
    assert {field.name for field in fields(Article)} == {*CONTENT_FIELDS, "revision"}
    assert content_of(replace(LAMP, revision=7)) == content_of(LAMP)
    for change in ({"audience": ("agents",)}, {"review_by": date(2026, 1, 1)}, {"tags": ()}, {"locale": "de"}):
        assert content_of(replace(LAMP, **change)) != content_of(LAMP)


def test_building_does_not_serve(tmp_path: Path) -> None:
    shelf = library(tmp_path)
    info = shelf.build(ALL)
    assert shelf.serving() is None
    with pytest.raises(ReleaseMissing, match="No release is served"):
        shelf.search(Query(text="refund"))
    shelf.serve(info.id)
    assert shelf.serving() == info


def test_the_same_articles_are_the_same_release(tmp_path: Path) -> None:
    embedder = CountingEmbedder()
    shelf = library(tmp_path, embedder=embedder)
    first = shelf.build(ALL)
    embedder.texts.clear()
    again = shelf.build(reversed(ALL))
    assert again == replace(first, unchanged=True)
    assert embedder.texts == []
    assert shelf.releases() == (first,)


def test_one_changed_passage_is_one_embedded_passage(tmp_path: Path) -> None:
    embedder = CountingEmbedder()
    shelf = library(tmp_path, embedder=embedder)
    shelf.build(ALL)
    embedder.texts.clear()
    info = shelf.build([REFUND, PASSWORD, NEW_LAMP])
    assert info.embedded == 1
    assert info.changes == {"added": 0, "changed": 1, "removed": 0}
    assert len([text for text in embedder.texts if "hums" in text]) == 1
    # The title's vector is the second text: it goes into that of the passage.
    assert len(embedder.texts) == 2


def test_revisions_count_changes_and_are_never_given_twice(tmp_path: Path) -> None:
    shelf = library(tmp_path)

    def revision(*articles: Article) -> int | None:
        release = shelf.build(articles).id
        try:
            return shelf.article("lumen-lamp", release=release).revision
        except ArticleMissing:
            return None

    assert revision(*ALL) == 1
    assert revision(REFUND, PASSWORD, NEW_LAMP) == 2
    assert revision(REFUND, replace(PASSWORD, title="New"), NEW_LAMP) == 2
    assert revision(*ALL) == 3
    assert revision(REFUND, PASSWORD) is None
    assert revision(*ALL) == 4


def test_an_older_release_can_be_read_searched_and_served_again(tmp_path: Path) -> None:
    shelf = serving(tmp_path, ALL)
    first = shelf.serving()
    assert first is not None
    second = shelf.serve(shelf.build([REFUND, PASSWORD, NEW_LAMP]).id)
    assert shelf.search(Query(text="it hums")).hits[0].passage.heading == ("It hums",)
    then = shelf.search(Query(text="it hums"), release=first.id)
    assert then.release == first.id
    assert all(hit.passage.heading != ("It hums",) and hit.release == first.id for hit in then.hits)
    assert shelf.article("lumen-lamp", revision=1, release=first.id).text == LAMP.text
    assert shelf.article("lumen-lamp", revision=2).text == NEW_LAMP.text
    with pytest.raises(ArticleMissing, match="revision 1"):
        shelf.article("lumen-lamp", revision=1)
    shelf.serve(first.id)
    assert shelf.serving() == first
    assert [info.id for info in shelf.releases()] == [second.id, first.id]


def test_a_new_process_finds_what_is_served(tmp_path: Path) -> None:
    info = serving(tmp_path, ALL).serving()
    other = library(tmp_path)
    assert other.serving() == info
    assert other.articles() == tuple(replace(article, revision=1) for article in (LAMP, PASSWORD, REFUND))


def test_another_process_notices_a_swap(tmp_path: Path) -> None:
    here, there = serving(tmp_path, ALL), library(tmp_path)
    assert there.refresh()
    assert not there.refresh()
    second = here.serve(here.build([REFUND, PASSWORD]).id)
    assert there.search(Query(text="refund")).release == second.id
    assert not there.refresh()


def test_step_by_step_and_at_once_find_the_same(tmp_path: Path) -> None:
    steps = serving(tmp_path / "steps", [REFUND])
    for articles in ([REFUND, LAMP], [LAMP], [*ALL], [REFUND, PASSWORD, NEW_LAMP]):
        steps.serve(steps.build(articles).id)
    once = serving(tmp_path / "once", [REFUND, PASSWORD, NEW_LAMP])
    for text in ("refund", "lamp hums", "password", "LF-200", "loose bulb money"):
        mine, other = (one.search(Query(text=text, limit=10)).hits for one in (steps, once))
        assert [hit.passage.id for hit in mine] == [hit.passage.id for hit in other]
        assert [hit.score for hit in mine] == pytest.approx([hit.score for hit in other], abs=1e-4)
    made = steps.serving()
    assert made is not None
    again = library(tmp_path / "again")
    assert again.build(steps.articles()).fingerprint == made.fingerprint


def test_a_revision_and_a_number_that_are_given_are_kept(tmp_path: Path) -> None:
    embedder = CountingEmbedder()
    shelf = library(tmp_path, embedder=embedder)
    first = shelf.build([replace(REFUND, revision=7), LAMP], number=12)
    assert first.id == f"r0012-{first.fingerprint[:8]}"
    assert shelf.members(first.id) == {("refund-times", "en"): 7, ("lumen-lamp", "en"): 1}
    embedder.texts.clear()
    second = shelf.build([replace(REFUND, revision=9), LAMP], number=13)
    assert embedder.texts == []
    assert shelf.members(second.id) == {("refund-times", "en"): 9, ("lumen-lamp", "en"): 1}
    assert shelf.search(Query(text="refund"), release=second.id).hits[0].passage.revision == 9
    assert shelf.search(Query(text="refund"), release=first.id).hits[0].passage.revision == 7
    assert shelf.release(first.id) == first


def test_a_number_makes_a_release_of_its_own_even_when_nothing_changed(tmp_path: Path) -> None:
    shelf = library(tmp_path)
    first = shelf.build(ALL, number=1)
    second = shelf.change(first.id, number=2)
    assert (second.id[:5], second.unchanged, second.fingerprint) == ("r0002", False, first.fingerprint)
    assert shelf.change(second.id).unchanged


def test_a_change_is_the_base_with_some_put_in_and_others_taken_out(tmp_path: Path) -> None:
    embedder = CountingEmbedder()
    shelf = library(tmp_path, embedder=embedder)
    first = shelf.change(None, put=ALL)
    embedder.texts.clear()
    second = shelf.change(first.id, put=[NEW_LAMP], drop=[("password-reset", "en"), ("nobody", "en")], note="less")
    assert shelf.members(second.id) == {("refund-times", "en"): 1, ("lumen-lamp", "en"): 2}
    assert second.changes == {"added": 0, "changed": 1, "removed": 1}
    assert (second.embedded, len(embedder.texts)) == (1, 2)
    assert shelf.serving() is None
    # Any kept release can be a base, also an older one.
    third = shelf.change(first.id, drop=[("password-reset", "en")])
    assert shelf.members(third.id) == {("refund-times", "en"): 1, ("lumen-lamp", "en"): 1}
    assert third.id.startswith("r0003-")


def test_a_change_leaves_no_link_without_its_article(tmp_path: Path) -> None:
    shelf = library(tmp_path)
    first = shelf.build(ALL)
    with pytest.raises(LinksBroken) as caught:
        shelf.change(first.id, drop=[("refund-times", "en")])
    assert caught.value.links == (("password-reset", "refund-times"),)
    with pytest.raises(LinksBroken) as caught:
        shelf.change(first.id, put=[replace(LAMP, text="[a](article:nowhere)")])
    assert caught.value.links == (("lumen-lamp", "nowhere"),)
    assert [info.id for info in shelf.releases()] == [first.id]
    assert shelf.change(first.id, drop=[("refund-times", "en"), ("password-reset", "en")]).articles == 1


def test_segments_stay_few(tmp_path: Path) -> None:
    shelf = library(tmp_path)
    articles: list[Article] = []
    for number in range(40):
        articles.append(replace(LAMP, id=f"lamp-{number}"))
        shelf.build(articles)
    info, *_ = shelf.releases()
    assert info.articles == 40
    assert len(list((tmp_path / "segments").iterdir())) <= 40 + 6
    newest = library(tmp_path)
    newest.serve(info.id)
    assert len(newest.articles()) == 40


def test_broken_links_are_all_named_and_nothing_is_built(tmp_path: Path) -> None:
    shelf = serving(tmp_path, ALL)
    before = shelf.serving()
    with pytest.raises(LinksBroken) as caught:
        shelf.build([PASSWORD, replace(LAMP, text="[a](article:nowhere) [b](article:lumen-lamp#part)")])
    assert caught.value.links == (("password-reset", "refund-times"), ("lumen-lamp", "nowhere"))
    assert shelf.serving() == before
    assert len(shelf.releases()) == 1


def test_an_article_given_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"lumen-lamp \(en\) was given twice"):
        library(tmp_path).build([LAMP, LAMP])


def test_an_embedder_that_fails_leaves_the_old_release(tmp_path: Path) -> None:
    before = serving(tmp_path, ALL).serving()
    broken = library(tmp_path, embedder=BrokenEmbedder())
    with pytest.raises(EmbedderFailed):
        broken.build([REFUND, PASSWORD, NEW_LAMP])
    assert broken.serving() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["build.lock", "current", "releases", "segments"]


def test_an_empty_release_is_a_release(tmp_path: Path) -> None:
    shelf = serving(tmp_path, [])
    assert shelf.search(Query(text="refund")).hits == ()
    assert shelf.articles() == ()
    assert shelf.serve(shelf.build(ALL).id).articles == 3
    assert shelf.serve(shelf.build([]).id).changes == {"added": 0, "changed": 0, "removed": 3}


@pytest.mark.parametrize("wrong", ["r0009-00000000", "../current", "", "r0001"])
def test_a_release_that_is_not_kept_is_missing(tmp_path: Path, wrong: str) -> None:
    shelf = serving(tmp_path, ALL)
    with pytest.raises(ReleaseMissing):
        shelf.serve(wrong)
    with pytest.raises(ReleaseMissing):
        shelf.search(Query(text="refund"), release=wrong)


@pytest.mark.parametrize(
    "name", ["segment.json", "articles.jsonl", "articles.npz", "passages.npz", "vectors.index", "words.npz"]
)
@pytest.mark.parametrize("damage", ["gone", "cut", "other bytes"])
def test_a_damaged_release_is_never_served(tmp_path: Path, name: str, damage: str) -> None:
    shelf = serving(tmp_path, ALL)
    before = shelf.serving()
    second = shelf.build([PASSWORD, REFUND, *(replace(NEW_LAMP, id=f"lamp-{number}") for number in range(9))])
    newest = max((tmp_path / "segments").iterdir(), key=lambda folder: folder.stat().st_mtime_ns)
    path = newest / name
    if damage == "gone":
        path.unlink()
    elif damage == "cut":
        path.write_bytes(path.read_bytes()[:-40])
    else:
        path.write_bytes(path.read_bytes()[:-40] + bytes(40))
    with pytest.raises(ReleaseBroken):
        shelf.verify(second.id)
    fresh = library(tmp_path)
    with pytest.raises(ReleaseBroken):
        fresh.serve(second.id)
    assert fresh.serving() == before


def test_a_pointer_to_something_broken_leaves_the_old_release_in_every_process(tmp_path: Path) -> None:
    shelf = serving(tmp_path, ALL)
    before = shelf.serving()
    (tmp_path / "current").write_text("r0042-deadbeef")
    assert shelf.search(Query(text="refund")).hits
    assert shelf.serving() == before
    (tmp_path / "current").write_text("r0043-deadbeef-and-longer")
    with pytest.raises(ReleaseMissing):
        shelf.refresh()
    assert not shelf.refresh()
    with pytest.raises(ReleaseMissing):
        library(tmp_path).search(Query(text="refund"))


def test_another_embedder_builds_everything_anew_and_searches_by_words_until_then(tmp_path: Path) -> None:
    serving(tmp_path, ALL)
    embedder = CountingEmbedder()
    embedder.fingerprint = "another"
    shelf = library(tmp_path, embedder=embedder)
    result = shelf.search(Query(text="refund"))
    assert result.degraded
    assert result.hits[0].passage.article_id == "refund-times"
    info = shelf.serve(shelf.build(ALL).id)
    assert (info.embedded, info.unchanged, info.embedder) == (5, False, "another")
    assert shelf.article("lumen-lamp").revision == 1
    assert not shelf.search(Query(text="refund")).degraded


def test_progress_is_told_while_passages_are_embedded(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    library(tmp_path).build(
        [replace(LAMP, id=f"lamp-{number}") for number in range(200)],
        progress=lambda done, all_: told.append((done, all_)),
    )
    assert told == [(256, 400), (400, 400)]


def test_it_is_the_same_on_faiss(tmp_path: Path) -> None:
    shelf = serving(tmp_path, ALL, vectors=FaissIndexes())
    shelf.serve(shelf.build([REFUND, PASSWORD, NEW_LAMP]).id)
    assert shelf.search(Query(text="it hums")).hits[0].passage.heading == ("It hums",)
    assert library(tmp_path, vectors=FaissIndexes()).search(Query(text="refund")).hits
