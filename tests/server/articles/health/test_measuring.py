"""Each look finds what was planted and nothing else, and findings live as long as what they say."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import insert, update

from server.articles.health.measuring import CHECKS, LEASE, NIGHT
from server.articles.repository import ARTICLES
from server.articles.service import ArticleChange
from server.house import House
from tests.support.articles import ADA, EVA, approved, saved
from tests.support.chat import Served, signed_in
from tests.support.health import ask, found, measured, met, published, read
from tests.support.server import clock_of, refusal

LAMP = "Use a dimmable bulb of at most forty watts. When the light flickers, the bulb is loose in its socket."
REFUND = "Refunds reach you within 14 days after the parcel has come back to our warehouse."


async def test_a_healthy_base_has_no_findings(house: House) -> None:
    await published(house, "lamp", LAMP)
    row = await measured(house)
    assert set(row["counts"].values()) == {0}
    assert row["done"] == row["total"] == len(row["counts"])


async def test_what_is_asked_and_not_answered_is_a_gap_until_an_article_answers_it(house: House) -> None:
    await published(house, "lamp", LAMP)
    await ask(house, "Do you deliver to the moon?", times=3)
    await ask(house, "do you deliver to the MOON", times=2, intent="delivery_faq")
    await ask(house, "Asked too long ago about tyres", days=91)
    await ask(house, "I want a person", intent="talk_to_person")
    await ask(house, "dimmable bulb forty watts light flickers")
    await measured(house)
    [gap] = await found(house, "gap")
    assert gap["weight"] == pytest.approx(5)
    assert gap["data"]["questions"] == 5
    assert gap["data"]["intent"] == "returns_faq"
    assert gap["data"]["intents"] == [
        {"intent": "returns_faq", "questions": 3},
        {"intent": "delivery_faq", "questions": 2},
    ]
    await ask(house, "Can you deliver to the moon?", times=4)
    await measured(house)
    [same] = await found(house, "gap")
    assert (same["key"], same["data"]["questions"]) == (gap["key"], 9)
    await published(house, "moon", "We deliver to the moon and to the stars.", title="Do you deliver to the moon?")
    await measured(house)
    assert await found(house, "gap") == []
    assert [row["state"] for row in await found(house, "gap", gone=True)] == ["gone"]


async def test_old_and_used_overdue_and_lagging_articles_are_found(house: House) -> None:
    await published(house, "lamp", LAMP)
    await published(house, "refunds", REFUND)
    await saved(house, "refunds", "de", by=EVA, title="Erstattung", text="Das Geld kommt binnen 14 Tagen.")
    await approved(house, "refunds", "de")
    await saved(house, "refunds", "en", by=EVA, title="Refunds", text=f"{REFUND} It is free.")
    await approved(house, "refunds", "en")
    await house.publisher.publish(None, by=ADA)
    async with house.store.writing() as db:
        due = house.clock().date() + timedelta(days=300)
        await db.execute(update(ARTICLES).where(ARTICLES.c.id == "lamp").values(review_by=due))
    await measured(house)
    [late] = await found(house, "outdated_translation")
    assert (late["data"]["locale"], late["data"]["translates"], late["data"]["source_revision"]) == ("de", 1, 2)
    assert [await found(house, kind) for kind in ("stale", "overdue_review", "unused")] == [[], [], []]
    clock_of(house).move(timedelta(days=367))
    await met(house, "lamp", "cited", days=5)
    await met(house, "lamp", "suggested", days=89)
    await met(house, "refunds", "cited", days=170)
    await measured(house)
    assert [(row["data"]["article_id"], row["weight"]) for row in await found(house, "stale")] == [("lamp", 2)]
    [review] = await found(house, "overdue_review")
    assert (review["data"]["article_id"], review["data"]["days"]) == ("lamp", 67)
    assert await found(house, "unused") == []


async def test_what_nobody_met_for_half_a_year_is_unused(house: House) -> None:
    for name in ("lamp", "read", "met"):
        await published(house, name, f"{LAMP} About {name}.")
    clock_of(house).move(timedelta(days=170))
    await met(house, "met", "suggested")
    await read(house, "read", helpful=True)
    await measured(house)
    assert await found(house, "unused") == []
    clock_of(house).move(timedelta(days=12))
    await published(house, "fresh", f"{REFUND} And it is new.")
    await measured(house)
    assert [row["data"]["article_id"] for row in await found(house, "unused")] == ["lamp"]


async def test_articles_written_twice_and_numbers_that_do_not_agree_are_found_with_both_sides(house: House) -> None:
    await published(house, "lamp", LAMP)
    await published(house, "lamp-again", f"Hello. {LAMP}", title="Bulbs")
    await published(house, "lamp-gb", f"Hello. {LAMP}", title="Bulbs there", regions=["GB"])
    await published(house, "refunds", REFUND, title="Refunds")
    await published(house, "money-back", REFUND.replace("14", "30").replace("come", "got"), title="Refunds and you")
    await measured(house)
    pairs = [tuple(side["article_id"] for side in row["data"]["sides"]) for row in await found(house, "duplicate")]
    assert {pair for pair in pairs if "refunds" not in pair} == {
        ("lamp", "lamp-again"),
        ("lamp", "lamp-gb"),
        ("lamp-again", "lamp-gb"),
    }
    [row] = await found(house, "contradiction")
    assert [side["number"] for side in row["data"]["sides"]] == ["30 days", "14 days"]
    assert [side["article_id"] for side in row["data"]["sides"]] == ["money-back", "refunds"]


async def test_what_readers_find_of_no_help_is_found_with_their_reasons_masked(house: House) -> None:
    await published(house, "lamp", LAMP)
    await published(house, "refunds", REFUND)
    for reason in ("unclear", "unclear", "wrong"):
        await read(house, "lamp", helpful=False, reason=reason, comment="Ask me: anna@web.example")
    for _ in range(3):
        await read(house, "lamp", helpful=True)
    for _ in range(4):
        await read(house, "refunds", helpful=False)
    await measured(house)
    [row] = await found(house, "unhelpful")
    assert (row["data"]["article_id"], row["data"]["votes"], row["data"]["unhelpful"]) == ("lamp", 6, 3)
    assert row["data"]["reasons"] == {"unclear": 2, "wrong": 1}
    assert row["data"]["comments"] == ["Ask me: [email]"] * 3


async def test_what_agents_keep_dismissing_is_withheld_until_a_person_lets_it_be_suggested(door: Served) -> None:
    house = door.house
    await published(house, "lamp", LAMP)
    await published(house, "refunds", REFUND)
    clock_of(house).move(timedelta(hours=1))
    for place in range(5):
        where = await met(house, "lamp", "suggested")
        await met(house, "lamp", "suggested", conversation=where)
        if place < 3:
            await met(house, "lamp", "dismissed", conversation=where)
        other = await met(house, "refunds", "suggested")
        if place < 2:
            await met(house, "refunds", "dismissed", conversation=other)
    await measured(house)
    [row] = await found(house, "dismissed")
    assert (row["data"]["article_id"], row["data"]["suggested"], row["data"]["dismissed"]) == ("lamp", 5, 3)
    assert house.withheld.ids == {"lamp"}
    clock_of(house).move(timedelta(days=40))
    await measured(house)
    assert [row["state"] for row in await found(house, "dismissed")] == ["open"]
    async with signed_in(door, "eva@example.com") as eva:
        _, article = await eva.get("/api/v1/articles/lamp")
        assert article["withheld_reason"].startswith("Outcome: dismissed in 3 of 5")
    await house.articles.change("lamp", ArticleChange(version=article["version"], withheld=False), EVA)
    clock_of(house).move(timedelta(days=-40))
    await measured(house)
    assert house.withheld.ids == frozenset()
    assert await found(house, "dismissed") == []


async def test_an_ignored_finding_stays_ignored_until_it_says_something_else(door: Served) -> None:
    house = door.house
    await ask(house, "Do you deliver to the moon?", times=3)
    await measured(house)
    [gap] = await found(house, "gap")
    async with signed_in(door, "eva@example.com") as eva:
        status, ignored = await eva.post(
            "/api/v1/knowledge-health/findings/ignore", {"key": gap["key"], "reason": "No rockets."}
        )
        assert (status, ignored["state"], ignored["reason"]) == (200, "ignored", "No rockets.")
        await ask(house, "Do you deliver to the moon?", times=2)
        await measured(house)
        assert [row["state"] for row in await found(house, "gap")] == ["ignored"]
        _, listed = await eva.get("/api/v1/knowledge-health/findings?kind=gap")
        assert listed["items"] == []
        await ask(house, "Do you deliver to the moon?", times=2)
        await measured(house)
        assert [(row["state"], row["data"]["questions"]) for row in await found(house, "gap")] == [("open", 7)]


async def test_one_click_makes_a_task_for_the_articles_owner_and_a_second_says_who_has_it(door: Served) -> None:
    house = door.house
    await published(house, "lamp", LAMP)
    async with signed_in(door, "eva@example.com") as eva, signed_in(door, "tom@example.com") as tom:
        _, article = await eva.get("/api/v1/articles/lamp")
        wanted = {"version": article["version"], "owner_id": tom.agent["id"], "review_by": "2026-03-01"}
        assert (await eva.call("PATCH", "/api/v1/articles/lamp", wanted))[0] == 200
        await measured(house)
        _, listed = await eva.get("/api/v1/knowledge-health/findings")
        [finding] = listed["items"]
        assert (finding["kind"], finding["article"]) == (
            "overdue_review",
            {"id": "lamp", "locale": "en", "title": "Lamp"},
        )
        status, task = await eva.post("/api/v1/knowledge-health/findings/task", {"key": finding["key"]})
        assert (status, task["owner"]["name"], task["article_id"]) == (201, "Tom Reyes", "lamp")
        assert task["due_at"] == "2026-03-23T10:30:00Z"
        assert (await tom.get("/api/v1/notices"))[1]["items"][0]["data"]["title"] == "Lamp"
        status, problem = await tom.post("/api/v1/knowledge-health/findings/task", {"key": finding["key"]})
        assert (status, problem["code"], problem["owner"]) == (409, "already_tasked", "Tom Reyes")
        await measured(house)
        _, health = await eva.get("/api/v1/knowledge-health")
        assert health["counts"] == {"overdue_review": {"tasked": 1}}
        assert health["measured_at"] == "2026-03-16T10:30:00Z"
        await tom.post(f"/api/v1/knowledge-tasks/{task['id']}/done")
        await measured(house)
        assert [row["state"] for row in await found(house, "overdue_review")] == ["open"]
        status, problem = await eva.post("/api/v1/knowledge-health/findings/task", {"key": "gap:none"})
        assert (status, problem["code"]) == (404, "finding_not_found")


async def test_findings_come_heaviest_first_page_by_page(door: Served) -> None:
    house = door.house
    for place, text in enumerate(["alpha beta", "gamma delta", "epsilon zeta", "eta theta"]):
        await ask(house, text, times=place + 1)
    await measured(house)
    async with signed_in(door, "eva@example.com") as eva:
        seen: list[str] = []
        cursor = ""
        while True:
            _, page = await eva.get(f"/api/v1/knowledge-health/findings?limit=2{cursor}")
            seen += [item["title"] for item in page["items"]]
            assert page["total"] == 4
            if page["next_cursor"] is None:
                break
            cursor = f"&cursor={page['next_cursor']}"
        assert seen == ["eta theta", "epsilon zeta", "gamma delta", "alpha beta"]
        status, _ = await eva.get("/api/v1/knowledge-health/findings?cursor=x")
        assert status == 422


async def test_one_measurement_runs_at_a_time_and_shows_how_far_it_is(door: Served) -> None:
    house = door.house
    async with signed_in(door, "eva@example.com") as eva:
        status, check = await eva.post("/api/v1/knowledge-health/refresh")
        assert (status, check["state"], check["by"], check["total"]) == (202, "running", "Eva Lund", 10)
        await house.health.idle()
        _, health = await eva.get("/api/v1/knowledge-health")
        assert (health["check"]["state"], health["check"]["done"]) == ("done", 10)
        # Another process measures.
        async with house.store.writing() as db:
            await db.execute(
                insert(CHECKS).values(
                    **{**(await house.health.newest() or {}), "id": house.ids(), "state": "running"},
                )
            )
            await db.execute(
                update(CHECKS).where(CHECKS.c.state == "running").values(
                    instance="server-2", lease_until=house.clock() + LEASE, started_at=house.clock(), finished_at=None
                )
            )  # fmt: skip
        status, problem = await eva.post("/api/v1/knowledge-health/refresh")
        assert (status, problem["code"]) == (409, "check_running")
    clock_of(house).move(LEASE + timedelta(seconds=1))
    await measured(house)


async def test_two_who_start_at_once_measure_once(house: House) -> None:
    outcomes = await asyncio.gather(*(house.health.start("Eva") for _ in range(3)), return_exceptions=True)
    await house.health.idle()
    assert sum(not isinstance(one, BaseException) for one in outcomes) == 1
    assert (await house.health.newest() or {})["state"] == "done"


async def test_it_measures_once_a_night_by_itself_and_catches_up_on_a_night_that_it_missed(house: House) -> None:
    clock = clock_of(house)
    assert not await house.health.nightly()
    clock.move(timedelta(hours=NIGHT.start + 24 - clock().hour))
    assert await house.health.nightly()
    await house.health.idle()
    assert not await house.health.nightly()
    clock.move(timedelta(hours=10))
    assert not await house.health.nightly()
    clock.move(timedelta(hours=27))
    assert await house.health.nightly()
    await house.health.idle()


async def test_without_vectors_the_other_looks_go_on_and_old_findings_stay(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    from knowledge.errors import EmbedderFailed

    await ask(house, "Do you deliver to the moon?")
    await measured(house)

    def broken(texts: list[str]) -> None:
        raise EmbedderFailed("hashing", f"it was told to, for {len(texts)} texts")

    monkeypatch.setattr(house.health, "_embed", broken)
    await house.health.start("Eva")
    await house.health.idle()
    row = await house.health.newest()
    assert row is not None
    assert row["state"] == "done"
    assert row["error"] == "gap: EmbedderFailed"
    assert len(await found(house, "gap")) == 1


async def test_a_finding_that_is_nobodys_is_refused(house: House) -> None:
    from server.articles.health import findings

    async with house.store.reading() as db:
        assert (await refusal(findings.needed(db, "gap:none"))).code == "finding_not_found"
