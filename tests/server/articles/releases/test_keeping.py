"""Files follow the database, broken ones are written again, and the schedule keeps its times."""

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from knowledge.embedding.hashing import HashingEmbedder
from server.articles.releases import repository
from server.articles.releases.errors import NotApproved, NothingToPublish
from server.articles.releases.keeping import PATIENCE
from server.articles.releases.wanted import Wanted
from tests.support.knowledge import REFUND
from tests.support.releases import EDNA, Newsroom, names


async def test_where_the_database_serves_nothing_the_files_are_left_alone(quick_room: Newsroom) -> None:
    old = quick_room.library.build([REFUND])
    quick_room.library.serve(old.id)
    await quick_room.keeping.sweep()
    assert quick_room.library.pointed() == old.id


async def test_a_pointer_that_is_behind_is_moved_to_what_the_database_says(room: Newsroom) -> None:
    await room.write("returns", "One.")
    first = await room.publish()
    await room.write("returns", "Two.")
    second = await room.publish()
    other = Newsroom(room.store, room.home, room.clock)
    other.library.serve(first["id"])
    await room.keeping.follow()
    assert room.library.pointed() == second["id"]
    assert other.found("two") == [("returns", 2)]


def spoil(home: Path, what: str) -> None:
    """Break the files of a library in one of the ways that files break."""
    knowledge = home / "knowledge"
    if what == "all gone":
        shutil.rmtree(knowledge)
    elif what == "segments gone":
        shutil.rmtree(knowledge / "segments")
    elif what == "release file cut":
        [path] = (knowledge / "releases").glob("r*.json")
        path.write_bytes(path.read_bytes()[:40])
    else:
        for path in (knowledge / "segments").rglob("*"):
            if path.is_file():
                path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@pytest.mark.parametrize("what", ["all gone", "segments gone", "release file cut", "segments cut"])
async def test_missing_or_broken_files_are_written_again_from_the_database(room: Newsroom, what: str) -> None:
    await room.write("returns", "Send it back within thirty days.", tags=["returns"])
    await room.write("refunds", "Refunds take seven working days.")
    before = await room.publish()
    found = room.found("send it back")
    spoil(room.home, what)
    room.reopen()
    await room.keeping.follow()
    assert room.library.pointed() == before["id"]
    room.library.verify(before["id"])
    assert room.found("send it back") == found
    assert len(await room.releases()) == 1


class Another(HashingEmbedder):
    """Another embedder, as a changed setting would bring."""

    def __init__(self) -> None:
        """Make the stand-in's vectors under another name."""
        super().__init__()
        self.fingerprint = "another-1"


async def test_another_embedder_gets_a_release_of_its_own_and_the_old_one_serves_meanwhile(room: Newsroom) -> None:
    await room.write("returns", "Send it back within thirty days.")
    first = await room.publish()
    room.reopen(embedder=Another())
    assert room.library.refresh()
    assert room.found("send it back") == [("returns", 1)]
    await room.keeping.follow()
    rows = await room.releases()
    assert (rows[1]["state"], rows[1]["by"], rows[1]["changes"]) == ("ready", "system", [])
    assert rows[1]["embedder"] == "another-1"
    assert room.library.pointed() == rows[1]["id"] != first["id"]
    assert not room.library.search(_query("send it back")).degraded
    await room.keeping.follow()
    assert len(await room.releases()) == 2


async def test_two_processes_with_two_embedders_do_not_undo_each_other_for_ever(quick_room: Newsroom) -> None:
    room = quick_room
    await room.write("returns", "Send it back within thirty days.")
    await room.publish()
    other = Newsroom(room.store, room.home, room.clock)
    other.reopen(embedder=Another())
    for _ in range(4):
        await other.keeping.follow()
        await room.keeping.follow()
    assert len(await room.releases()) <= 3


async def test_an_embedder_that_changed_while_another_release_was_built_is_seen_afterwards(
    quick_room: Newsroom,
) -> None:
    room = quick_room
    await room.write("returns", "Send it back within thirty days.")
    await room.publish()
    room.reopen(embedder=Another())
    async with room.store.writing() as connection:
        row = (await room.releases())[0]
        other = {name: row[name] for name in ("base", "note", "by", "articles", "changes", "started_at")}
        later = {"number": 2, "instance": "server-2", "lease_until": room.clock() + timedelta(minutes=1)}
        await repository.begin(connection, {**other, **later})
    await room.keeping.follow()
    room.clock.move(timedelta(minutes=2))
    await room.keeping.bury()
    await room.keeping.follow()
    assert [(row["number"], row["state"]) for row in await room.releases()] == [
        (1, "ready"),
        (2, "failed"),
        (3, "ready"),
    ]


async def test_broken_files_of_another_embedder_become_a_new_release(room: Newsroom) -> None:
    await room.write("returns", "Send it back within thirty days.")
    await room.publish()
    spoil(room.home, "all gone")
    room.reopen(embedder=Another())
    await room.keeping.follow()
    assert room.found("send it back") == [("returns", 1)]
    assert names(await room.releases(), "state") == ["ready", "ready"]


async def test_what_has_its_time_is_published_and_taken_out_by_the_schedule(room: Newsroom) -> None:
    await room.write("sale", "Everything is cheaper this week.")
    noon = room.clock()
    await room.set("sale", publish_at=noon + timedelta(hours=1), expire_at=noon + timedelta(hours=2))
    await room.keeping.sweep()
    assert await room.releases() == []
    room.clock.move(timedelta(hours=1))
    await room.keeping.sweep()
    assert room.found("cheaper") == [("sale", 1)]
    [row] = await room.releases()
    assert row["by"] == "schedule"
    room.clock.move(timedelta(hours=1))
    await room.keeping.sweep()
    assert room.found("cheaper") == []
    sale = await room.translation("sale")
    assert (sale["state"], sale["published"]) == ("retired", None)
    assert names(await room.audit("article.published", "article.expired"), "actor") == ["schedule", "schedule"]
    await room.keeping.sweep()
    assert len(await room.releases()) == 2


async def test_what_expires_goes_although_others_link_to_it(room: Newsroom) -> None:
    await room.write("sale", "Everything is cheaper this week.")
    await room.write("prices", "See the [sale](article:sale) for what is cheaper.")
    await room.publish()
    await room.set("sale", expire_at=room.clock() + timedelta(hours=1))
    room.clock.move(timedelta(hours=1))
    await room.keeping.sweep()
    assert [name for name, _ in room.found("cheaper")] == ["prices"]
    assert (await room.translation("sale"))["published"] is None
    # The next release is none the worse for the link that is left.
    await room.write("other", "Something else.")
    await room.publish()
    assert room.found("something else")[0] == ("other", 1)


async def test_what_has_expired_does_not_come_back_to_stay_with_an_earlier_release(room: Newsroom) -> None:
    await room.write("sale", "Everything is cheaper this week.")
    await room.write("returns", "Send it back.")
    await room.set("sale", expire_at=room.clock() + timedelta(hours=1))
    await room.publish()
    room.clock.move(timedelta(hours=1))
    await room.keeping.sweep()
    await room.publisher.serve(1, by=EDNA, reason="something else was wrong")
    await room.keeping.sweep()
    assert "sale" not in dict(room.found("everything is cheaper"))
    assert ((await room.translation("sale"))["state"], room.found("send it back")) == ("retired", [("returns", 1)])


async def test_what_expired_before_it_was_published_never_is(quick_room: Newsroom) -> None:
    room = quick_room
    await room.write("sale", "Everything is cheaper.")
    now = room.clock()
    await room.set("sale", publish_at=now - timedelta(hours=2), expire_at=now - timedelta(hours=1))
    await room.keeping.sweep()
    assert await room.releases() == []


async def test_what_the_schedule_cannot_publish_is_told_once_and_holds_up_nobody(room: Newsroom) -> None:
    now = room.clock()
    await room.write("bad", "See [nothing](article:nothing).")
    await room.write("good", "A good one.")
    for one in ("bad", "good"):
        await room.set(one, publish_at=now)
    for _ in range(6):
        await room.keeping.sweep()
    assert room.found("a good one") == [("good", 1)]
    bad = await room.translation("bad")
    assert (bad["state"], bad["published"]) == ("approved", None)
    rows = await room.releases()
    assert sorted(names(rows, "state")) == ["failed", "failed", "ready"]
    room.clock.move(PATIENCE + timedelta(seconds=1))
    for _ in range(3):
        await room.keeping.sweep()
    assert len(await room.releases()) == 4
    told = list(await room.audit("release.failed"))
    assert len(told) == 2
    await room.write("bad", "Nothing wrong with it.")
    await room.keeping.sweep()
    assert (await room.translation("bad"))["state"] == "published"


async def test_a_schedule_leaves_a_running_release_alone(quick_room: Newsroom) -> None:
    room = quick_room
    await room.write("sale", "Everything is cheaper.")
    await room.write("returns", "Send it back.")
    await room.set("sale", publish_at=room.clock())

    async def meanwhile(step: str) -> None:
        if step == "built":
            await Newsroom(room.store, room.home, room.clock).keeping.sweep()

    room.reopen(meanwhile)
    await room.publish("returns")
    assert names(await room.releases(), "state") == ["ready"]
    room.reopen()
    await room.keeping.sweep()
    assert len(await room.releases()) == 2


async def test_what_a_rollback_takes_back_is_a_draft_until_somebody_approves_it_again(room: Newsroom) -> None:
    await room.write("returns", "One.")
    await room.write("refunds", "Seven days.")
    first = await room.publish()
    await room.write("returns", "Two.")
    await room.write("news", "Something new.")
    second = await room.publish()
    row = await room.publisher.serve(1, by=EDNA, reason="two was wrong")
    assert (row["id"], room.library.pointed()) == (first["id"], first["id"])
    assert room.found("one two something new")[0] == ("returns", 1)
    assert "news" not in dict(room.found("something new"))
    returns, news, refunds = [await room.translation(one) for one in ("returns", "news", "refunds")]
    assert (returns["state"], returns["published"], returns["approved"]) == ("draft", 1, None)
    assert (news["state"], news["published"], news["approved"]) == ("draft", None, None)
    assert (refunds["state"], refunds["published"]) == ("published", 1)
    [entry] = await room.audit("release.served_again")
    assert (entry["data"]["reason"], entry["data"]["before"]) == ("two was wrong", second["id"])
    again = await room.publisher.serve(2, by=EDNA, reason="it was right after all")
    assert again["id"] == second["id"]
    returns, news = [await room.translation(one) for one in ("returns", "news")]
    assert (returns["state"], returns["published"]) == ("published", 2)
    assert (news["state"], news["published"]) == ("published", 1)
    assert (returns["approved"], news["approved"]) == (2, 1)


async def test_neither_the_next_release_nor_the_schedule_brings_back_what_was_taken_back(room: Newsroom) -> None:
    await room.write("returns", "One.")
    await room.publish()
    await room.write("returns", "Two.")
    await room.publish()
    await room.publisher.serve(1, by=EDNA, reason="two was wrong")
    await room.set("returns", publish_at=room.clock())
    await room.keeping.sweep()
    with pytest.raises(NothingToPublish):
        await room.publish()
    with pytest.raises(NotApproved):
        await room.publish("returns")
    assert room.found("one two") == [("returns", 1)]


async def test_after_a_rollback_the_next_release_is_made_of_what_is_served(room: Newsroom) -> None:
    await room.write("returns", "One.")
    await room.publish()
    await room.write("returns", "Two.")
    await room.write("news", "Something new.")
    await room.publish()
    await room.publisher.serve(1, by=EDNA, reason="two was wrong")
    await room.write("refunds", "Seven days.")
    third = await room.publish("refunds")
    assert room.library.members(third["id"]) == {("returns", "en"): 1, ("refunds", "en"): 1}
    from server.articles.releases import repository

    async with room.store.reading() as connection:
        for row in await repository.releases(connection, before=None, limit=10):
            assert await repository.members(connection, row["number"]) == room.library.members(row["id"])


async def test_an_article_that_was_retired_comes_back_with_its_release(room: Newsroom) -> None:
    await room.write("returns", "One.")
    await room.write("refunds", "Seven days.")
    await room.publish()
    await room.publisher.publish([Wanted(article_id="returns", locale="en", what="retire")], by=EDNA)
    await room.publisher.serve(1, by=EDNA, reason="it was needed")
    returns = await room.translation("returns")
    assert (returns["state"], returns["published"]) == ("published", 1)


async def test_a_rollback_that_dies_before_the_files_move_is_finished_by_the_next_round(room: Newsroom) -> None:
    await room.write("returns", "One.")
    first = await room.publish()
    await room.write("returns", "Two.")
    await room.publish()

    class Gone(BaseException):
        pass

    async def die(step: str) -> None:
        raise Gone

    room.reopen(die)
    with pytest.raises(Gone):
        await room.publisher.serve(1, by=EDNA, reason="two was wrong")
    room.reopen()
    assert room.found("one two") == [("returns", 2)]
    await room.keeping.follow()
    assert (room.library.pointed(), room.found("one two")) == (first["id"], [("returns", 1)])


def _query(text: str) -> Any:
    from knowledge.types import Query

    return Query(text=text)
