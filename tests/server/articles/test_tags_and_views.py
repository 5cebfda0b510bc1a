"""The taxonomy and saved filters: who may change them, and what stands on what."""

from typing import Any

from tests.support.articles import audited, written
from tests.support.chat import Browser, Served

TAGS = "/api/v1/article-tags"
VIEWS = "/api/v1/saved-views"


async def _tag(who: Browser, name: str, **more: Any) -> tuple[int, Any]:
    return await who.put(f"{TAGS}/{name}", {"label": name.title(), **more})


async def test_tags_stand_below_each_other_and_are_counted(door: Served, eva: Browser, kim: Browser) -> None:
    assert (await _tag(eva, "delivery", description="Everything about parcels."))[0] == 201
    assert (await _tag(eva, "returns", parent="delivery"))[0] == 201
    assert (await _tag(eva, "returns", parent="delivery", label="Sending back"))[0] == 200
    await written(door.house, tags=["returns"])
    _, found = await kim.get(TAGS)
    assert [(tag["name"], tag["label"], tag["parent"], tag["count"]) for tag in found["items"]] == [
        ("delivery", "Delivery", None, 0),
        ("returns", "Sending back", "delivery", 1),
    ]
    assert [action for _, action, _ in await audited(door.house)] == [
        "tag.made",
        "tag.made",
        "tag.changed",
        "article.created",
    ]


async def test_no_tag_stands_below_itself(door: Served, eva: Browser) -> None:
    await _tag(eva, "a")
    await _tag(eva, "b", parent="a")
    await _tag(eva, "c", parent="b")
    for name, parent in (("a", "c"), ("a", "a"), ("b", "c"), ("d", "d"), ("d", "nothing")):
        status, problem = await _tag(eva, name, parent=parent)
        assert (status, problem["code"]) == (422, "invalid_value"), (name, parent)


async def test_a_tag_goes_only_when_nothing_stands_on_it(door: Served, eva: Browser) -> None:
    await _tag(eva, "delivery")
    await _tag(eva, "returns", parent="delivery")
    await written(door.house, tags=["returns"])
    status, problem = await eva.call("DELETE", f"{TAGS}/delivery")
    assert (status, problem["code"], problem["tags"]) == (409, "tag_in_use", 1)
    status, problem = await eva.call("DELETE", f"{TAGS}/returns")
    assert (status, problem["code"], problem["articles"]) == (409, "tag_in_use", 1)
    await _tag(eva, "lonely")
    assert (await eva.call("DELETE", f"{TAGS}/lonely"))[0] == 204
    status, problem = await eva.call("DELETE", f"{TAGS}/lonely")
    assert (status, problem["code"]) == (404, "tag_not_found")


async def test_names_of_tags_are_simple(door: Served, eva: Browser) -> None:
    for wrong in ("Returns", "a%20b", "-x", "x" * 65, "%00", "ä"):
        assert (await _tag(eva, wrong))[0] == 422, wrong


async def test_views_are_ones_own_unless_they_are_shared(door: Served, eva: Browser, kim: Browser) -> None:
    own = {"area": "articles", "name": "Mine", "query": {"owner": "me", "tags": ["a", "b"]}}
    status, mine = await kim.post(VIEWS, own)
    assert (status, mine["mine"], mine["shared"]) == (201, True, False)
    status, problem = await kim.post(VIEWS, own | {"shared": True})
    assert (status, problem["code"]) == (403, "missing_permission")
    _, shared = await eva.post(VIEWS, own | {"name": "Outdated", "shared": True})
    _, seen = await kim.get(f"{VIEWS}?area=articles")
    assert [(view["name"], view["mine"]) for view in seen["items"]] == [("Mine", True), ("Outdated", False)]
    assert seen["items"][0]["query"] == own["query"]
    assert (await kim.get(f"{VIEWS}?area=desk"))[1] == {"items": []}
    assert (await kim.call("DELETE", f"{VIEWS}/{shared['id']}"))[0] == 404
    assert (await eva.call("DELETE", f"{VIEWS}/{mine['id']}"))[0] == 404, "Another's view is none of hers."
    assert (await kim.call("DELETE", f"{VIEWS}/{mine['id']}"))[0] == 204
    assert (await eva.call("DELETE", f"{VIEWS}/{shared['id']}"))[0] == 204


async def test_a_view_is_small_and_there_are_not_too_many(door: Served, kim: Browser) -> None:
    view: dict[str, Any] = {"area": "articles", "name": "V", "query": {}}
    refused: tuple[dict[str, Any], ...] = (
        {"query": {"q": "x" * 5_000}},
        {"query": {"q": "\x00"}},
        {"query": []},
        {"area": "Über"},
        {"name": ""},
        {"name": "\x00"},
    )
    for wrong in refused:
        assert (await kim.post(VIEWS, view | wrong))[0] == 422, wrong
    for number in range(200):
        status, _ = await kim.post(VIEWS, view | {"name": f"V{number}"})
        assert status == 201
    status, problem = await kim.post(VIEWS, view)
    assert (status, problem["code"]) == (409, "too_many_views")
