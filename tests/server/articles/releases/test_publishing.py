"""Publishing is all or nothing: what is approved gets in, and everything says the same afterwards."""

import asyncio
import errno
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from typing_extensions import override

from knowledge.embedding.hashing import HashingEmbedder
from knowledge.types import Query
from server.articles.releases import repository
from server.articles.releases.errors import (
    BuilderLost,
    BuildFailed,
    LinksAreBroken,
    NotApproved,
    NothingToPublish,
    ReasonNeeded,
    ReleaseRunning,
    ServedMoved,
)
from server.articles.releases.wanted import Wanted
from tests.support.knowledge import BrokenEmbedder
from tests.support.releases import EDNA, Newsroom, names


async def test_the_first_release_holds_what_is_approved_and_nothing_else(room: Newsroom) -> None:
    await room.write("returns", "Send it back within thirty days.")
    await room.write("secret-plans", "Not for anybody yet.", approved=False)
    row = await room.publish(note="the beginning")
    assert (row["state"], row["number"], row["by"], row["note"]) == ("ready", 1, "Edna Editor", "the beginning")
    assert room.found("send it back") == [("returns", 1)]
    assert room.library.pointed() == row["id"]
    translation = await room.translation("returns")
    assert (translation["state"], translation["published"]) == ("published", 1)
    assert (await room.translation("secret-plans"))["published"] is None
    assert row["changes"] == [
        {"article_id": "returns", "locale": "en", "title": "Returns", "what": "added", "from": None, "to": 1}
    ]


async def test_a_changed_article_keeps_the_others_and_embeds_only_its_own_passages(room: Newsroom) -> None:
    await room.write("returns", "Send it back within thirty days.")
    await room.write("refunds", "Refunds take seven working days.")
    first = await room.publish()
    await room.write("returns", "Send it back within sixty days.")
    second = await room.publish()
    assert second["base"] == first["id"]
    assert (second["articles"], second["embedded"]) == (2, 1)
    assert room.found("send it back within days")[0] == ("returns", 2)
    assert room.found("send it back within days", first["id"])[0] == ("returns", 1)
    assert names(second["changes"], "what") == ["changed"]


async def test_every_step_is_in_the_audit_trail(room: Newsroom) -> None:
    await room.write("returns", "Send it back.")
    row = await room.publish(note="hello")
    await room.publisher.publish([Wanted(article_id="returns", locale="en", what="retire")], by=EDNA)
    entries = await room.audit()
    assert names(entries, "action") == ["release.served", "article.published", "release.served", "article.retired"]
    assert {entry["actor"] for entry in entries} == {"edna@example.com"}
    assert entries[1]["target"] == "article:returns:en"
    assert entries[1]["data"] == {"revision": 1, "release": row["id"]}


async def test_a_retired_article_is_found_no_more_and_a_newer_draft_goes_on(room: Newsroom) -> None:
    await room.write("returns", "Send it back.")
    await room.write("refunds", "Refunds take days.")
    await room.publish()
    await room.write("returns", "Send it back to us.", approved=False)
    retire = [Wanted(article_id=one, locale="en", what="retire") for one in ("returns", "refunds")]
    row = await room.publisher.publish(retire, by=EDNA)
    assert row["articles"] == 0
    assert room.found("send it back") == []
    returns, refunds = await room.translation("returns"), await room.translation("refunds")
    assert (returns["state"], returns["published"]) == ("draft", None)
    assert (refunds["state"], refunds["published"]) == ("retired", None)


async def test_only_the_revision_that_was_approved_can_be_published(quick_room: Newsroom) -> None:
    room = quick_room
    await room.write("returns", "Send it back.")
    await room.write("drafts", "Not yet.", approved=False)
    with pytest.raises(NotApproved):
        await room.publish("drafts")
    with pytest.raises(NotApproved):
        await room.publisher.publish([Wanted(article_id="returns", locale="en", revision=7)], by=EDNA)
    await room.publish()
    with pytest.raises(NothingToPublish):
        await room.publish()
    with pytest.raises(NothingToPublish):
        await room.publish("returns")
    assert names(await room.releases(), "state") == ["ready"]


async def test_a_newer_draft_does_not_hold_back_what_was_approved(quick_room: Newsroom) -> None:
    room = quick_room
    await room.write("returns", "Send it back.")
    await room.write("returns", "Send it back please.", approved=False)
    assert (await room.publish("returns"))["changes"][0]["to"] == 1
    translation = await room.translation("returns")
    assert (translation["state"], translation["published"], translation["latest"]) == ("draft", 1, 2)


async def test_what_has_a_later_time_of_its_own_waits_for_it(quick_room: Newsroom) -> None:
    room = quick_room
    await room.write("returns", "Send it back.")
    await room.write("sale", "Everything is cheaper.")
    await room.set("sale", publish_at=room.clock() + timedelta(days=1))
    await room.publish()
    assert (await room.translation("sale"))["state"] == "approved"
    await room.publish("sale")
    sale = await room.translation("sale")
    assert (sale["state"], sale["publish_at"]) == ("published", None)


async def test_a_broken_link_or_picture_is_named_and_nothing_is_served(room: Newsroom) -> None:
    await room.write("returns", "See [refunds](article:refunds).")
    with pytest.raises(LinksAreBroken) as refused:
        await room.publish()
    assert refused.value.facts["links"] == [{"from": "returns", "to": "refunds"}]
    await room.write("returns", "![a picture](image:0123456789abcdef0123456789abcdef)")
    with pytest.raises(LinksAreBroken) as refused:
        await room.publish()
    assert refused.value.facts["links"] == [{"from": "returns", "to": "image:0123456789abcdef0123456789abcdef"}]
    assert room.library.pointed() is None
    rows = await room.releases()
    assert names(rows, "state") == ["failed", "failed"]
    assert "refunds" in rows[0]["error"]
    assert (await room.translation("returns"))["state"] == "approved"


async def test_retiring_what_others_link_to_is_refused(quick_room: Newsroom) -> None:
    room = quick_room
    await room.write("refunds", "Refunds take days.")
    await room.write("returns", "See [refunds](article:refunds).")
    await room.publish()
    with pytest.raises(LinksAreBroken):
        await room.publisher.publish([Wanted(article_id="refunds", locale="en", what="retire")], by=EDNA)
    assert room.found("refunds take days")[0] == ("refunds", 1)


async def test_an_embedder_that_fails_leaves_the_old_release(room: Newsroom) -> None:
    await room.write("returns", "Send it back.")
    first = await room.publish()
    await room.write("returns", "Send it back at once.")
    room.reopen(embedder=BrokenEmbedder())
    with pytest.raises(BuildFailed) as failed:
        await room.publish()
    assert failed.value.facts["number"] == 2
    room.reopen()
    assert room.library.serving() is not None
    assert room.library.pointed() == first["id"]
    assert (await room.publish())["number"] == 3


async def test_a_full_disk_leaves_the_old_release_and_says_so(room: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    await room.write("returns", "Send it back.")
    first = await room.publish()
    await room.write("returns", "Send it back at once.")

    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", full)
        with pytest.raises(BuildFailed, match="No space left on device"):
            await room.publish()
    row = (await room.releases())[-1]
    assert (row["state"], "No space left on device" in row["error"]) == ("failed", True)
    assert room.library.pointed() == first["id"]
    assert room.found("send it back") == [("returns", 1)]
    assert (await room.publish())["state"] == "ready"
    assert room.found("send it back") == [("returns", 2)]


class Held(HashingEmbedder):
    """Waits with the first texts until somebody lets it go on."""

    def __init__(self) -> None:
        """Hold at once."""
        super().__init__()
        import threading

        self.begun, self.on = threading.Event(), threading.Event()

    @override
    def embed(self, texts: Any) -> Any:
        """The stand-in's vectors, later."""
        self.begun.set()
        assert self.on.wait(10)
        return super().embed(texts)


async def test_one_release_is_built_at_a_time_anywhere(room: Newsroom) -> None:
    await room.write("returns", "Send it back.")
    held = Held()
    room.reopen(embedder=held)
    building = await room.publisher.begin(None, by=EDNA)
    await asyncio.to_thread(held.begun.wait, 10)
    other = Newsroom(room.store, room.home, room.clock)
    with pytest.raises(ReleaseRunning) as refused:
        await other.publish()
    assert (refused.value.facts["number"], refused.value.facts["by"]) == (1, "Edna Editor")
    assert other.library.pointed() is None
    held.on.set()
    assert (await building.done)["state"] == "ready"


async def test_whoever_asked_may_go_away_and_the_release_is_finished(quick_room: Newsroom) -> None:
    room = quick_room
    await room.write("returns", "Send it back.")
    held = Held()
    room.reopen(embedder=held)
    asking = asyncio.create_task(room.publish())
    await asyncio.to_thread(held.begun.wait, 10)
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    held.on.set()
    await asyncio.gather(*room.publisher._tasks)
    assert names(await room.releases(), "state") == ["ready"]


async def test_a_release_that_was_built_on_what_is_not_served_any_more_is_not_served(room: Newsroom) -> None:
    await room.write("returns", "One.")
    first = await room.publish()
    await room.write("returns", "Two.")
    await room.publish()
    await room.write("returns", "Three.")

    async def meanwhile(step: str) -> None:
        if step == "judged":
            other = Newsroom(room.store, room.home, room.clock)
            await other.publisher.serve(1, by=EDNA, reason="two was wrong")

    room.reopen(meanwhile)
    with pytest.raises(ServedMoved):
        await room.publish()
    assert room.library.pointed() == first["id"]
    assert names(await room.releases(), "state") == ["ready", "ready", "failed"]
    room.reopen()
    fourth = await room.publish()
    assert (fourth["base"], fourth["number"]) == (first["id"], 4)


@pytest.mark.parametrize("step", ["begun", "built", "judged"])
async def test_a_builder_that_was_given_up_while_it_worked_serves_nothing(room: Newsroom, step: str) -> None:
    await room.write("returns", "One.")
    await room.publish()
    await room.write("returns", "Two.")
    slow = room.publisher
    room.reopen()
    other = room.publisher
    other.instance = "server-2"

    async def meanwhile(reached: str) -> None:
        if reached == step:
            room.clock.move(timedelta(minutes=2))
            await room.write("refunds", "Seven days.")
            await other.publish([Wanted(article_id="refunds", locale="en")], by=EDNA)

    slow._checkpoint = meanwhile
    with pytest.raises(BuilderLost):
        await slow.publish([Wanted(article_id="returns", locale="en")], by=EDNA)
    assert names(await room.releases(), "state") == ["ready", "failed", "ready"]
    served = await other.served()
    assert served is not None
    assert (served["number"], room.library.pointed()) == (3, served["release"])
    room.library.verify(served["release"])
    assert room.library.members(served["release"]) == {("refunds", "en"): 1, ("returns", "en"): 1}
    assert (await room.translation("returns"))["state"] == "approved"


async def test_an_override_wants_a_reason(quick_room: Newsroom) -> None:
    await quick_room.write("returns", "One.")
    with pytest.raises(ReasonNeeded):
        await quick_room.publish(override="  ")


async def test_a_release_can_be_kept_without_being_served(room: Newsroom) -> None:
    await room.write("returns", "One thing.")
    first = await room.publish()
    await room.write("returns", "Another thing.")
    kept = await room.publish(serve=False)
    assert (kept["state"], kept["served_at"]) == ("ready", None)
    assert room.library.pointed() == first["id"]
    assert (await room.translation("returns"))["state"] == "approved"
    assert room.library.search(Query(text="another thing"), release=kept["id"]).hits[0].passage.revision == 2
    third = await room.publish()
    assert third["base"] == first["id"]
    async with room.store.reading() as connection:
        held = [await repository.members(connection, number) for number in (1, 2, 3)]
    assert held == [{("returns", "en"): 1}, {("returns", "en"): 2}, {("returns", "en"): 2}]


async def test_numbers_of_an_older_home_are_not_given_again(quick_room: Newsroom) -> None:
    room = quick_room
    from tests.support.knowledge import REFUND

    old = room.library.build([REFUND], number=7)
    room.library.serve(old.id)
    await room.write("returns", "One thing.")
    assert (await room.publish())["number"] == 8
    assert room.found("one thing") == [("returns", 1)]


async def test_files_of_old_releases_go_and_come_back_from_the_database(room: Newsroom) -> None:
    room.reopen(keep=2)
    for number in range(1, 5):
        await room.write("returns", f"Text number {number} of many.")
        await room.publish()
    assert [info.id[:5] for info in room.library.releases()] == ["r0004", "r0003"]
    first = (await room.releases())[0]
    again = await room.publisher.serve(1, by=EDNA, reason="the first was best")
    assert again["id"] == first["id"]
    assert room.found("text number") == [("returns", 1)]


async def test_an_old_release_whose_files_cannot_be_made_again_is_served_as_a_new_one(quick_room: Newsroom) -> None:
    from sqlalchemy import update

    from tests.support.releases import ARTICLES

    room = quick_room
    room.reopen(keep=1)
    await room.write("returns", "One thing.")
    await room.publish()
    await room.write("returns", "Another thing.")
    await room.write("news", "Something new.")
    await room.publish()
    async with room.store.writing() as connection:
        renamed = update(ARTICLES).where(ARTICLES.c.id == "returns").values(slug="sending-back", type="faq")
        await connection.execute(renamed)
    row = await room.publisher.serve(1, by=EDNA, reason="the first was best")
    assert room.found("thing") == [("returns", 1)]
    assert row["state"] == "ready"
    assert (await room.translation("returns"))["published"] == 1
    returns, news = await room.translation("returns"), await room.translation("news")
    assert (returns["state"], returns["approved"]) == ("draft", None)
    assert (news["state"], news["published"]) == ("draft", None)


async def test_the_files_of_a_release_that_another_process_is_judging_are_not_tidied_away(quick_room: Newsroom) -> None:
    room = quick_room
    await room.write("returns", "One.")
    await room.publish()
    article = room.library.articles()[0]
    other = room.library.change(room.library.pointed(), put=[replace(article, text="Later.", revision=9)], number=5)
    await room.write("returns", "Two.")
    await room.publish()
    assert [info.id[:5] for info in room.library.releases()] == ["r0005", "r0002", "r0001"]
    room.library.verify(other.id)
