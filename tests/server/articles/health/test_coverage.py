"""Coverage by workflow: what is asked, how much of it is answered, which articles and gaps there are."""

from server.articles.health.coverage import words_of
from tests.support.articles import tagged
from tests.support.chat import Served, signed_in
from tests.support.health import ask, measured, published


async def test_each_workflow_shows_questions_share_articles_by_type_and_gaps(door: Served) -> None:
    house = door.house
    await tagged(house, "returns", "lamps")
    await published(house, "send-back", "Print the label.", tags=["returns"])
    await published(house, "label-faq", "It is in the parcel.", tags=["returns"], type="faq")
    await published(house, "angry", "Keep calm.", type="playbook", audience=["agents"])
    await ask(house, "Where is my label?", times=3, confident=True, score=0.9, article_id="angry")
    await ask(house, "Can I send a sofa to the moon?", times=1)
    await ask(house, "Is it raining?", times=2, intent="out_of_scope")
    await ask(house, "hello", times=9, intent="greet")
    await measured(house)
    async with signed_in(door, "ada@example.com") as ada:
        status, found = await ada.get("/api/v1/knowledge-health/coverage")
    assert status == 200
    assert found["types"] == {"article": 1, "faq": 1, "playbook": 1}
    first, second = found["workflows"]
    assert first == {
        "intent": "returns_faq",
        "title": "Returns faq",
        "questions": 4,
        "answered": 3,
        "share": 0.75,
        "articles": 3,
        "types": {"article": 1, "faq": 1, "playbook": 1},
        "gaps": 1,
    }
    assert (second["intent"], second["share"], second["articles"], second["gaps"]) == ("out_of_scope", 0.0, 0, 1)


def test_names_are_compared_by_their_words() -> None:
    assert words_of("returns_faq") & words_of("return")
    assert words_of("order_status") & words_of("orders")
    assert not words_of("warranty_faq") & words_of("delivery-faq")
