"""Releases are kept, checked, restored and forgotten; trials are none of that."""

import gc
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest

from knowledge.errors import EmbedderChanged, LinksBroken, ReleaseBroken, ReleaseMissing
from knowledge.index.faiss import FaissIndexes
from knowledge.library import Library
from knowledge.snapshot import Snapshot
from knowledge.stock import KEPT_IN_MEMORY
from knowledge.types import Article, Query, ReleaseInfo
from tests.support.knowledge import LAMP, PASSWORD, REFUND, BrokenEmbedder, CountingEmbedder, library

ALL = tuple(replace(article, revision=3) for article in (REFUND, PASSWORD, LAMP))
MANY = (*ALL, *(replace(LAMP, id=f"lamp-{number}", title=f"Lamp {number}", revision=1) for number in range(20)))
NEW_LAMP = replace(LAMP, text=LAMP.text + "\n\n## It hums\n\nTurn the dimmer up.", revision=4)
QUESTIONS = ("refund", "it flickers", "LF-200 loose", "lamp 7", "money to the card", "zzz")


def answers(shelf: Library, release: str) -> list[list[tuple[str, int, float]]]:
    """What a release answers, passage by passage."""
    return [
        [
            (hit.passage.id, hit.passage.revision, round(hit.score, 5))
            for hit in shelf.search(query, release=release).hits
        ]
        for query in (Query(text=text, limit=10) for text in QUESTIONS)
    ]


def damage(home: Path, name: str = "passages.npz") -> int:
    """Break that file in every segment; gives how many there were."""
    files = list(home.glob(f"segments/*/{name}"))
    for path in files:
        path.write_bytes(path.read_bytes()[:-10] + b"0123456789")
    return len(files)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "library"


def two_segments(home: Path) -> tuple[Library, ReleaseInfo]:
    """A library whose second release has one large segment without one article, and one small."""
    shelf = library(home, vectors=FaissIndexes())
    first = shelf.build(MANY, number=1)
    second = shelf.change(first.id, put=[NEW_LAMP], number=2)
    shelf.serve(second.id)
    assert len(list(home.glob("segments/*"))) == 2
    return shelf, second


def test_a_whole_release_is_verified(home: Path) -> None:
    shelf, second = two_segments(home)
    shelf.verify(second.id)
    with pytest.raises(ReleaseMissing):
        shelf.verify("r0009-00000000")


@pytest.mark.parametrize(
    "name", ["segment.json", "articles.jsonl", "articles.npz", "passages.npz", "words.npz", "vectors.index"]
)
def test_other_bytes_of_the_same_length_are_found_and_the_release_is_restored(home: Path, name: str) -> None:
    shelf, second = two_segments(home)
    before = answers(shelf, second.id)
    damage(home, name)
    fresh = library(home, vectors=FaissIndexes())
    with pytest.raises(ReleaseBroken):
        fresh.verify(second.id)
    with pytest.raises(ReleaseBroken):
        fresh.search(Query(text="refund"))
    members = [article for article in MANY if article.id != LAMP.id] + [NEW_LAMP]
    assert fresh.restore(second.id, members) == second
    fresh.verify(second.id)
    fresh.serve(second.id)
    assert answers(fresh, second.id) == before
    assert fresh.members(second.id) == {(one.id, one.locale): one.revision for one in members}
    assert answers(library(home, vectors=FaissIndexes()), second.id) == before


def test_what_broke_on_disk_is_not_served_although_it_is_in_memory(home: Path) -> None:
    shelf = library(home)
    first = shelf.serve(shelf.build(MANY, number=1).id)
    second = shelf.change(first.id, put=[NEW_LAMP], number=2)
    small = min(home.glob("segments/*"), key=lambda folder: (folder / "articles.jsonl").stat().st_size)
    (small / "vectors.index").unlink()
    with pytest.raises(ReleaseBroken):
        shelf.serve(second.id)
    assert shelf.pointed() == first.id
    assert shelf.serving() == first


def test_only_what_cannot_be_read_is_embedded_again(home: Path) -> None:
    two_segments(home)
    small = min(home.glob("segments/*"), key=lambda folder: (folder / "articles.jsonl").stat().st_size)
    (small / "words.npz").unlink()
    embedder = CountingEmbedder()
    fresh = library(home, embedder=embedder, vectors=FaissIndexes())
    [second, first] = fresh.releases()
    fresh.restore(second.id, [article for article in MANY if article.id != LAMP.id] + [NEW_LAMP])
    # One passage and what its article is about; the lamp's other passages are in the large segment as they were.
    assert len(embedder.texts) == 2
    fresh.verify(first.id)


def test_a_release_of_which_nothing_is_left_is_restored(home: Path) -> None:
    shelf, second = two_segments(home)
    before = answers(shelf, second.id)
    shutil.rmtree(home)
    fresh = library(home, vectors=FaissIndexes())
    restored = fresh.restore(second.id, [NEW_LAMP, *(article for article in MANY if article.id != LAMP.id)])
    assert (restored.id, restored.fingerprint, restored.articles) == (second.id, second.fingerprint, second.articles)
    fresh.serve(second.id)
    assert answers(fresh, second.id) == before


def test_a_damaged_file_of_a_release_is_written_again(home: Path) -> None:
    shelf, second = two_segments(home)
    (home / "releases" / f"{second.id}.json").write_text("{")
    fresh = library(home, vectors=FaissIndexes())
    with pytest.raises(ReleaseBroken):
        fresh.release(second.id)
    fresh.restore(second.id, [NEW_LAMP, *(article for article in MANY if article.id != LAMP.id)])
    fresh.verify(second.id)
    assert fresh.members(second.id) == shelf.members(second.id)


def test_other_articles_or_another_embedder_restore_nothing(home: Path) -> None:
    shelf, second = two_segments(home)
    members = [NEW_LAMP, *(article for article in MANY if article.id != LAMP.id)]
    with pytest.raises(ValueError, match="not the articles"):
        shelf.restore(second.id, [*members[1:], replace(NEW_LAMP, revision=9)])
    other = CountingEmbedder()
    other.fingerprint = "another"
    with pytest.raises(EmbedderChanged):
        library(home, embedder=other, vectors=FaissIndexes()).restore(second.id, members)
    shelf.verify(second.id)
    with pytest.raises(ReleaseMissing):
        shelf.restore("../r0001-00000000", members)


def test_a_broken_release_is_no_reason_never_to_build_again(home: Path) -> None:
    two_segments(home)
    damage(home)
    fresh = library(home, vectors=FaissIndexes())
    info = fresh.build(MANY, number=3)
    fresh.serve(info.id)
    assert fresh.search(Query(text="refund")).release == info.id


def test_pruning_keeps_what_is_named_and_what_is_served(home: Path) -> None:
    shelf = library(home)
    releases = [shelf.build(MANY, number=1)]
    for number in range(2, 6):
        lamp = replace(NEW_LAMP, revision=number + 2, title=f"Edition {number}")
        releases.append(shelf.change(releases[-1].id, put=[lamp], number=number))
    shelf.serve(releases[2].id)
    shelf.prune([releases[0].id, "r0077-00000000"])
    assert [info.id for info in shelf.releases()] == [releases[2].id, releases[0].id]
    used = {segment.name for segment in home.glob("segments/*")}
    for info in (releases[0], releases[2]):
        shelf.verify(info.id)
    shelf.prune([])
    assert [info.id for info in shelf.releases()] == [releases[2].id]
    assert {segment.name for segment in home.glob("segments/*")} <= used
    with pytest.raises(ReleaseMissing):
        shelf.search(Query(text="lamp"), release=releases[0].id)
    assert shelf.search(Query(text="edition")).hits[0].title == "Edition 3"


def test_any_kept_release_can_be_searched_and_few_stay_in_memory(home: Path) -> None:
    shelf = library(home)
    infos = [
        shelf.build([replace(LAMP, title=f"Edition {number}", revision=number)], number=number)
        for number in range(1, 13)
    ]
    before = [thing for thing in gc.get_objects() if type(thing) is Snapshot]
    fresh = library(home)
    fresh.serve(infos[-1].id)
    for _ in range(2):
        for number, info in enumerate(infos, start=1):
            hit = fresh.search(Query(text="edition"), release=info.id).hits[0]
            assert (hit.title, hit.release) == (f"Edition {number}", info.id)
    gc.collect()
    # And the one that is served.
    assert sum(type(thing) is Snapshot and thing not in before for thing in gc.get_objects()) <= KEPT_IN_MEMORY + 1


@pytest.fixture
def aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary folders go."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def test_a_trial_is_searched_and_gone(home: Path, aside: Path) -> None:
    embedder = CountingEmbedder()
    shelf = library(home, embedder=embedder)
    first = shelf.serve(shelf.build(ALL).id)
    before = sorted(home.rglob("*"))
    embedder.texts.clear()
    with shelf.trial(first.id, put=[NEW_LAMP], drop=[("refund-times", "en")]) as trial:
        assert len(embedder.texts) == 2
        embedder.texts.clear()
        assert trial.search(Query(text="it hums")).hits[0].passage.heading == ("It hums",)
        assert trial.search(Query(text="refund money card")).hits[0].passage.article_id != "refund-times"
        assert {passage.article_id for passage in trial.orders(Query(text="it hums"))["fused"]} <= {
            "lumen-lamp", "password-reset",
        }  # fmt: skip
        assert (trial.info.articles, trial.info.embedded, trial.info.id[:6]) == (2, 1, "trial-")
        assert shelf.search(Query(text="it hums")).release == first.id
        assert not list(aside.iterdir())
    assert sorted(home.rglob("*")) == before
    assert [info.id for info in shelf.releases()] == [first.id]


def test_a_trial_may_link_to_what_is_not_there_yet_and_a_release_may_not(home: Path) -> None:
    shelf = library(home)
    first = shelf.build(ALL)
    draft = replace(NEW_LAMP, text="See [this](article:later).")
    with shelf.trial(first.id, put=[draft]) as trial:
        assert trial.search(Query(text="see")).hits
    with pytest.raises(LinksBroken):
        shelf.change(first.id, put=[draft])


def test_a_trial_that_fails_leaves_nothing(home: Path, aside: Path) -> None:
    shelf = library(home)
    first = shelf.build(ALL)
    with (
        pytest.raises(Exception, match="told to"),
        library(home, embedder=BrokenEmbedder()).trial(first.id, put=[NEW_LAMP]),
    ):
        pytest.fail("the embedder is broken")
    with pytest.raises(ZeroDivisionError), shelf.trial(first.id, put=[NEW_LAMP]):
        _ = 1 / 0
    assert not list(aside.iterdir())
    assert not list(home.glob("aside-*"))


def test_a_trial_needs_no_base(home: Path) -> None:
    with library(home).trial(None, put=[REFUND]) as trial:
        assert trial.search(Query(text="refund")).hits
    assert not (home / "releases").exists()


def article(number: int) -> Article:
    return replace(LAMP, id=f"lamp-{number}", revision=1)


def test_many_small_changes_make_few_segments_and_the_same_answers(home: Path) -> None:
    shelf = library(home)
    info = shelf.build([article(number) for number in range(12)], number=1)
    for number in range(60):
        changed = replace(article(number % 12), title=f"Lamp {number}", revision=number + 2)
        info = shelf.change(info.id, put=[changed], drop=[(f"lamp-{number - 7}", "en")], number=number + 2)
        shelf.prune([info.id])
        assert len(list(home.glob("segments/*"))) <= 6
    once = library(home.parent / "once")
    whole = once.build(shelf.articles(release=info.id), number=99)
    assert whole.fingerprint == info.fingerprint
    assert answers(shelf, info.id) == answers(once, whole.id)
