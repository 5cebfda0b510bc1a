"""The room's door: lists with filters, a review from draft to approval, what two editors are told, what is refused."""

import io
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import aiohttp
from sqlalchemy import update

from server.articles import repository
from server.articles.repository import AGENTS
from server.house import House
from tests.support.articles import TOM, approved, saved, shown, tagged, written
from tests.support.chat import Browser, Served, signed_in
from tests.support.server import hire

ROOT = "/api/v1/articles"
SAID = {"title": "Send it back", "text": "## How\n\nPrint the label."}


async def _ids(who: Browser, **query: str) -> list[str]:
    asked = "&".join(f"{name}={quote(value)}" for name, value in query.items())
    status, answer = await who.get(f"{ROOT}?{asked}")
    assert status == 200, answer
    assert answer["total"] == len(answer["items"])
    return [f"{line['id']}/{line['locale']}" for line in answer["items"]]


async def _filled(house: House) -> None:
    await tagged(house, "parcels", "money")
    robin = await hire(house, "Robin Vega", "knowledge_editor")
    await written(house, "returns", title="Send it back", tags=["parcels"], regions=["DE"])
    await written(house, "refunds", title="Your money", text="It takes 100% of 5_7 days.", tags=["money", "parcels"])
    await written(house, "secret", title="For staff", audience=["agents", "team:returns"], type="playbook")
    await saved(house, "returns", "de", title="Zurück", text="Etikett drucken.")
    await saved(house, "returns", title="Send it back", text="Print the label twice.", tags=["parcels"], regions=["DE"])
    await approved(house, "refunds")
    async with house.store.writing() as db:
        day = house.clock().date()
        await repository.change_article(db, "refunds", owner_id=robin.id, owner="Robin Vega", review_by=day)
        await repository.change_article(db, "secret", review_by=day - timedelta(days=1))
        await repository.withhold(db, "secret", "Wrong.", now=house.clock())


async def test_an_article_of_a_team_is_not_there_for_agents_of_another(door: Served, eva: Browser) -> None:
    house = door.house
    await hire(house, "Olga Lind")
    await hire(house, "Tess Maier")
    async with house.store.writing() as db:
        await db.execute(update(AGENTS).where(AGENTS.c.email == "tess@example.com").values(teams=["returns"]))
    await written(house, "returns", audience=["public"])
    await written(house, "secret", title="Whom to call", audience=["team:returns"])
    await written(house, "opened", title="It was ours", audience=["team:returns"])
    await saved(house, "opened", title="It is everybody's")
    one = f"{ROOT}/secret"
    doors = [one, *(f"{one}/{name}" for name in ("cited-by", "links", "translations/en", "translations/EN"))]
    doors += [f"{one}/translations/en/{name}" for name in ("revisions", "revisions/1", "comments", "checks")]
    doors += [f"{one}/translations/en/diff?left=1&right=1", f"{ROOT}/opened/translations/en/revisions/1"]
    doors += [f"{ROOT}/opened/translations/en/diff?left=1&right=2"]
    async with signed_in(door, "olga@example.com") as olga:
        assert await _ids(olga) == ["opened/en", "returns/en"]
        assert await _ids(olga, q="call") == []
        assert (await olga.get(f"{ROOT}/facets"))[1]["teams"] == []
        for path in doors:
            status, answer = await olga.get(path)
            assert (path, status, answer["code"]) == (path, 404, "article_not_found")
        assert (await olga.get(f"{ROOT}/opened/translations/en/revisions/2"))[0] == 200
    async with signed_in(door, "tess@example.com") as tess:
        assert set(await _ids(tess)) == {"opened/en", "returns/en", "secret/en"}
        for who in (tess, eva):
            assert [(await who.get(path))[0] for path in doors] == [200] * len(doors)


async def test_the_list_is_filtered_by_everything_that_editors_ask_for(door: Served, eva: Browser) -> None:
    await _filled(door.house)
    everything = {"returns/en", "returns/de", "refunds/en", "secret/en"}
    assert set(await _ids(eva)) == everything
    assert await _ids(eva, state="approved") == ["refunds/en"]
    assert await _ids(eva, locale="de") == ["returns/de"]
    assert await _ids(eva, type="playbook") == ["secret/en"]
    assert set(await _ids(eva, tag="parcels")) == {"returns/en", "refunds/en"}
    assert await _ids(eva, tag="parcel") == []
    assert await _ids(eva, region="DE") == ["returns/en"]
    assert await _ids(eva, audience="team:returns") == ["secret/en"]
    assert await _ids(eva, outdated="true") == ["returns/de"]
    assert set(await _ids(eva, outdated="false")) == everything - {"returns/de"}
    assert await _ids(eva, overdue="true") == ["secret/en"]
    assert set(await _ids(eva, overdue="false")) == everything - {"secret/en"}
    assert await _ids(eva, withheld="true") == ["secret/en"]
    assert await _ids(eva, owner="me") == []
    assert await _ids(eva, tag="money", state="draft") == []
    assert await _ids(eva, sort="review_by") == ["secret/en", "refunds/en", "returns/de", "returns/en"]
    assert await _ids(eva, sort="title") == ["secret/en", "returns/en", "refunds/en", "returns/de"]


async def test_words_are_looked_for_as_they_are_typed(door: Served, eva: Browser) -> None:
    await _filled(door.house)
    assert await _ids(eva, q="LABEL twice") == ["returns/en"]
    assert await _ids(eva, q="label nowhere") == []
    assert await _ids(eva, q="refunds") == ["refunds/en"], "Ids are looked through too."
    assert await _ids(eva, q="100%") == ["refunds/en"], "A per cent sign is no wildcard."
    assert await _ids(eva, q="5_7") == ["refunds/en"]
    assert await _ids(eva, q="5x7") == []
    assert await _ids(eva, q="'; DROP TABLE articles; --") == []


async def test_pages_follow_each_other_without_a_gap_whatever_the_order(door: Served, eva: Browser) -> None:
    for number in range(7):
        await written(door.house, f"a{number}", title=f"Title {number % 2}")
    for sort in ("updated", "title", "review_by"):
        for words in ("", "&q=title"):
            found: list[str] = []
            cursor = ""
            while True:
                status, page = await eva.get(f"{ROOT}?limit=3&sort={sort}{words}{cursor}")
                assert (status, page["total"]) == (200, 7)
                found += [line["id"] for line in page["items"]]
                if page["next_cursor"] is None:
                    break
                cursor = f"&cursor={page['next_cursor']}"
            assert sorted(found) == [f"a{number}" for number in range(7)]
    status, problem = await eva.get(f"{ROOT}?sort=title&cursor={quote('bm90IG91cnM=')}")
    assert (status, problem["code"]) == (422, "invalid_request")


async def test_facets_count_what_lists_are_filtered_by(door: Served, eva: Browser) -> None:
    await _filled(door.house)
    status, facets = await eva.get(f"{ROOT}/facets")
    assert status == 200
    assert facets["states"] == {"approved": 1, "draft": 3}
    assert facets["locales"] == {"de": 1, "en": 3}
    assert facets["types"] == {"article": 3, "playbook": 1}
    assert facets["tags"] == {"money": 1, "parcels": 2}
    assert facets["regions"] == {"DE": 1}
    assert [(owner["name"], owner["count"]) for owner in facets["owners"]] == [("Robin Vega", 1)]
    assert facets["teams"] == ["returns"]
    assert facets["accounts"] == ["fjord", "larkfield"]
    assert (facets["outdated"], facets["overdue"], facets["withheld"]) == (1, 1, 1)


async def test_an_article_goes_from_a_draft_to_approved_by_two_people(door: Served, eva: Browser, ada: Browser) -> None:
    status, article = await eva.post(ROOT, {"locale": "en", "content": SAID})
    assert (status, article["id"], article["slug"], article["source_locale"]) == (
        201,
        "send-it-back",
        "send-it-back",
        "en",
    )
    where = f"{ROOT}/send-it-back/translations/en"
    status, draft = await eva.get(where)
    assert set(draft["may"]) == {"save", "submit", "restore", "schedule"}
    assert "Print the label." in draft["revision"]["html"]
    assert draft["revision"]["author"]["name"] == "Eva Lund"
    status, sent = await eva.post(f"{where}/submit", {"revision": 1, "note": "Ready."})
    assert (status, sent["state"], sent["submitted_by"]) == (200, "in_review", "Eva Lund")
    status, problem = await eva.post(f"{where}/approve", {"revision": 1})
    assert (status, problem["code"]) == (403, "missing_permission")
    status, done = await ada.post(f"{where}/approve", {"revision": 1})
    assert (status, done["state"], done["approved"], done["approved_by"]) == (200, "approved", 1, "Ada Novak")
    assert "publish" in done["may"]
    status, comments = await ada.get(f"{where}/comments")
    assert [(said["author"]["name"], said["text"]) for said in comments["items"]] == [("Eva Lund", "Ready.")]


async def test_who_wrote_it_is_told_that_a_second_person_is_needed(door: Served, eva: Browser) -> None:
    from tests.support.chat import signed_in

    async with signed_in(door, "uma@example.com") as uma:
        await uma.post(ROOT, {"id": "mine", "locale": "en", "content": SAID})
        where = f"{ROOT}/mine/translations/en"
        _, sent = await uma.post(f"{where}/submit", {"revision": 1})
        assert "approve" not in sent["may"]
        assert sent["why_not"]["approve"].startswith("Another person")
        status, problem = await uma.post(f"{where}/approve", {"revision": 1})
        assert (status, problem["code"]) == (403, "second_person_needed")


async def test_the_second_of_two_editors_gets_what_a_three_way_difference_needs(door: Served, eva: Browser) -> None:
    await written(door.house, "returns", text="One.\n\nTwo.\n\nThree.\n")
    where = f"{ROOT}/returns/translations/en"
    mine = SAID | {"text": "One, mine.\n\nTwo.\n\nThree.\n"}
    await saved(door.house, "returns", by=TOM, text="One.\n\nTwo.\n\nThree, theirs.\n")
    status, problem = await eva.put(where, {"base": 1, "content": mine})
    assert (status, problem["code"]) == (409, "revision_conflict")
    assert (problem["base"], problem["latest"], problem["latest_author"]) == (1, 2, "Tom Reyes")
    status, merge = await eva.post(f"{where}/merge", {"base": 1, "mine": mine})
    assert (status, merge["clean"], merge["latest"], merge["conflicts"]) == (200, True, 2, [])
    assert merge["merged"]["text"] == "One, mine.\n\nTwo.\n\nThree, theirs.\n"
    status, now = await eva.put(where, {"base": merge["latest"], "content": merge["merged"]})
    assert (status, now["latest"]) == (200, 3)
    status, diff = await eva.get(f"{where}/diff?left=2&right=3")
    assert diff["rows"][0]["kind"] == "changed"
    assert diff["stats"] == {"added_words": 1, "removed_words": 0}


async def test_history_tells_what_became_of_every_revision(door: Served, eva: Browser) -> None:
    await written(door.house)
    await approved(door.house)
    await shown(door.house)
    await saved(door.house, text="Two.")
    await saved(door.house, by=TOM, text="Three.")
    where = f"{ROOT}/returns/translations/en/revisions"
    status, found = await eva.get(where)
    assert [(line["number"], line["state"], line["author"]["name"]) for line in found["items"]] == [
        (3, "draft", "Tom Reyes"),
        (2, "draft", "Eva Lund"),
        (1, "published", "Eva Lund"),
    ]
    status, second = await eva.get(f"{where}/2")
    assert (status, second["text"], second["html"].strip()) == (200, "Two.", '<p dir="auto">Two.</p>')
    assert (await eva.get(f"{where}/9"))[1]["code"] == "revision_not_found"


async def test_a_locale_has_one_spelling_in_addresses_too(door: Served, eva: Browser) -> None:
    await written(door.house)
    status, made = await eva.put(f"{ROOT}/returns/translations/de_at", {"content": SAID})
    assert (status, made["locale"]) == (201, "de-AT")
    status, found = await eva.get(f"{ROOT}/returns/translations/DE-at")
    assert (status, found["locale"]) == (200, "de-AT")
    for wrong in ("xx", "english", "en-XX", "de-AT-x-y", "e"):
        status, problem = await eva.get(f"{ROOT}/returns/translations/{wrong}")
        assert (status, problem["code"]) == (422, "invalid_value"), wrong


async def test_comments_are_written_by_who_edits_or_approves(
    door: Served, eva: Browser, ada: Browser, kim: Browser
) -> None:
    await written(door.house)
    where = f"{ROOT}/returns/translations/en/comments"
    said = {"revision": 1, "quote": "the label", "text": "Which one?"}
    status, problem = await kim.post(where, said)
    assert (status, problem["code"]) == (403, "missing_permission")
    status, found = await ada.post(where, said)
    [first] = found["items"]
    assert (status, first["author"]["name"], first["resolved_at"]) == (201, "Ada Novak", None)
    status, found = await eva.post(where, {"revision": 1, "text": "The grey one.", "reply_to": first["id"]})
    assert [one["reply_to"] for one in found["items"]] == [None, first["id"]]
    status, found = await eva.post(f"{where}/{first['id']}/resolve", {"resolved": True})
    assert found["items"][0]["resolved_by"] == "Eva Lund"
    status, found = await eva.post(f"{where}/{first['id']}/resolve", {"resolved": False})
    assert found["items"][0]["resolved_by"] is None
    status, problem = await eva.post(where, {"revision": 9, "text": "Where?"})
    assert (status, problem["code"]) == (404, "revision_not_found")
    await written(door.house, "other")
    elsewhere = f"{ROOT}/other/translations/en/comments"
    status, problem = await eva.post(elsewhere, {"revision": 1, "text": "Here?", "reply_to": first["id"]})
    assert (status, problem["code"]) == (404, "comment_not_found")
    assert (await eva.post(f"{elsewhere}/{first['id']}/resolve", {"resolved": True}))[0] == 404
    assert len((await kim.get(where))[1]["items"]) == 2, "Whoever may search may read them."


async def test_plans_need_the_right_to_publish_and_a_time_zone(door: Served, eva: Browser, kim: Browser) -> None:
    await written(door.house)
    where = f"{ROOT}/returns/translations/en/schedule"
    plan = {"publish_at": "2026-04-01T08:00:00+02:00", "expire_at": None}
    assert (await kim.post(where, plan))[0] == 403
    status, found = await eva.post(where, plan)
    assert (status, found["publish_at"]) == (200, "2026-04-01T06:00:00Z")
    assert (await eva.post(where, {"publish_at": "2026-04-01T08:00:00"}))[0] == 422
    status, problem = await eva.post(where, {"expire_at": "2020-01-01T00:00:00Z"})
    assert (status, problem["code"]) == (422, "schedule_invalid")


async def _raw(who: Browser, method: str, path: str, data: bytes) -> tuple[int, Any]:
    headers = {"x-csrf-token": who.csrf, "content-type": "application/json"}
    async with who.http.request(method, f"{who.url}{path}", data=io.BytesIO(data), headers=headers) as answer:
        return answer.status, await answer.json(content_type=None)


async def test_what_is_no_article_is_refused_by_name(door: Served, eva: Browser) -> None:
    where = f"{ROOT}/returns/translations/en"
    await written(door.house)

    def body(text: bytes) -> bytes:
        return b'{"base": 1, "content": {"title": "T", "text": "' + text + b'"}}'

    for text, status, code in (
        (b"\\u0000", 422, "not_text"),
        (b"\\ud800", 422, "not_text"),
        (b"\\u001b[0m", 422, "not_text"),
        (b"x" * 200_001, 413, "article_too_large"),
        (b"x" * 5_000_000, 413, "too_large"),
        (b"\xff\xfe", 400, "bad_request"),
        (b" ", 422, "invalid_value"),
    ):
        found, problem = await _raw(eva, "PUT", where, body(text))
        assert (found, problem["code"]) == (status, code), text[:20]
    largest = body(b"\\u20ac" * 200_000)
    assert (await _raw(eva, "PUT", where, largest))[0] == 200
    for wrong in (b'{"base": 1, "content": []}', b'{"base": "x", "content": null}', b"[]", b'{"base": 1e400}'):
        assert (await _raw(eva, "PUT", where, wrong))[0] == 422


async def test_an_articles_text_survives_the_way_there_and_back(door: Served, eva: Browser) -> None:
    text = 'Emoji 🧵, "quotes", \\backslashes\\, tabs\there, עברית, zero\u200bwidth, <script>alert(1)</script>'
    status, _ = await eva.post(ROOT, {"id": "odd", "locale": "en", "content": SAID | {"text": text}})
    assert status == 201
    _, found = await eva.get(f"{ROOT}/odd/translations/en")
    assert found["revision"]["text"] == text
    assert "<script" not in found["revision"]["html"]


async def test_a_preview_shows_what_readers_would_see(door: Served, kim: Browser) -> None:
    await written(door.house)
    text = "# Top\n\nSee [that](article:returns) and [this](article:nothing) ![x](image:" + "0" * 32 + ")"
    status, found = await kim.post(f"{ROOT}/render", {"text": text, "locale": "en"})
    assert status == 200, found
    assert found["links"] == [{"target": "returns", "ok": True}, {"target": "nothing", "ok": False}]
    assert found["images"] == [{"id": "0" * 32, "ok": False}]
    assert "/help/en/send-it-back" in found["html"]
    assert "article:nothing" not in found["html"]
    status, problem = await kim.post(f"{ROOT}/render", {"text": "x" * 200_001})
    assert (status, problem["code"]) == (413, "article_too_large")
    status, problem = await kim.post(f"{ROOT}/render", {"text": "[" * 5_000 + "x"})
    assert status in {200, 422}


async def test_conversations_that_met_an_article_are_listed_newest_first(door: Served, kim: Browser) -> None:
    from sqlalchemy import insert

    from server.articles.uses import USES

    house = door.house
    await written(house)
    async with house.store.writing() as db:
        for number in range(5):
            await db.execute(
                insert(USES).values(
                    article_id="returns",
                    revision=1 + number % 2,
                    release="r0001-0",
                    conversation_id=house.ids(),
                    seq=number,
                    kind="cited" if number else "opened",
                    at=house.clock(),
                )
            )
    _, first = await kim.get(f"{ROOT}/returns/cited-by?limit=3")
    assert [one["seq"] for one in first["items"]] == [4, 3, 2]
    assert first["counts"] == {"cited": 4, "suggested": 0, "used": 0, "dismissed": 0, "opened": 1}
    _, rest = await kim.get(f"{ROOT}/returns/cited-by?limit=3&cursor={first['next_cursor']}")
    assert ([one["seq"] for one in rest["items"]], rest["next_cursor"]) == ([1, 0], None)
    _, second = await kim.get(f"{ROOT}/returns/cited-by?revision=2")
    assert [one["seq"] for one in second["items"]] == [3, 1]
    assert (await kim.get(f"{ROOT}/nothing/cited-by"))[0] == 404


async def test_a_name_in_the_address_is_not_taken_for_an_id(door: Served, eva: Browser) -> None:
    for wrong in ("facets", "render", "a..b", "A", ".a", "x" * 121, "a/b", ""):
        status, problem = await eva.post(ROOT, {"id": wrong, "locale": "en", "content": SAID})
        assert (status, problem["code"]) == (422, "invalid_value"), wrong
    status, _ = await eva.get(f"{ROOT}/{'x' * 121}")
    assert status == 422


async def test_nobody_stores_an_image_without_the_right_to(door: Served, kim: Browser) -> None:
    assert (await _raw(kim, "POST", "/api/v1/article-images", b"x" * 1000))[0] == 403
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{door.url}/api/v1/article-images", data=b"x" * 1000) as answer,
    ):
        assert answer.status == 401
