"""A summary is made of the conversation's own sentences, short, and always the same."""

from hypothesis import given, settings
from hypothesis import strategies as some

from assist.summary import summarise
from tests.support.assist import line, talk, word_vectors

TALK = talk(
    line("customer", "Hi there.", 0),
    line("bot", "Hello! How can I help you?", 1),
    line("customer", "I ordered a lamp two weeks ago, order 44110. It has not come yet.", 2, sentiment=-0.3),
    line("bot", "Order 44110 is with DHL. It is expected on Wednesday.", 3),
    line("customer", "You said that last week already, I want my money back", 4, sentiment=-0.8),
)


def test_it_says_what_the_customer_came_with_and_where_they_stand() -> None:
    text = summarise(TALK)
    assert "order 44110" in text
    assert "I want my money back" in text
    assert "Hi there" not in text
    assert text.startswith("Customer: ")


def test_what_was_agreed_is_in_it() -> None:
    assert "Bot: It is expected on Wednesday." in summarise(TALK)


def test_it_is_short_and_deterministic() -> None:
    assert summarise(TALK) == summarise(TALK)
    assert len(summarise(TALK, sentences=1)) < len(summarise(TALK, sentences=3))


def test_with_vectors_the_same_is_not_said_twice() -> None:
    broken = [line("customer", "My lamp is broken and I want another one", place) for place in range(5)]
    again = talk(*broken, line("customer", "Please send it to Leeds", 5))
    text = summarise(again, embed=word_vectors)
    assert text.count("My lamp is broken") == 1
    assert "Leeds" in text


def test_nothing_said_is_nothing_summed_up() -> None:
    assert summarise(talk()) == ""
    assert summarise(talk(("customer", "ok"))) == ""


def test_a_hundred_pages_are_summed_up_in_a_moment() -> None:
    pages = talk(
        *[("customer", f"Sentence {n} says that part {n % 7} of item {n % 5} is missing. " * 20) for n in range(60)]
    )
    assert len(summarise(pages)) < 800


@settings(deadline=None, max_examples=50)
@given(texts=some.lists(some.text(max_size=120), max_size=8), count=some.integers(0, 5))
def test_any_text_can_be_summed_up(texts: list[str], count: int) -> None:
    text = summarise(talk(*[("customer", one) for one in texts]), sentences=count)
    assert text == "" or count > 0
