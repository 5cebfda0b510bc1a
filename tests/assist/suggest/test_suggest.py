"""Suggestions answer what the customer asks now, with their source, or not at all."""

import pytest

from assist.suggest import suggest
from assist.suggest.answer import answer
from assist.suggest.query import asked
from tests.support.assist import ScriptedLibrary, hit, line, talk

REFUND = "Refunds take five to seven working days. The money goes back to the card that you paid with."


def test_a_suggestion_can_be_inserted_and_cited() -> None:
    found = suggest(talk(("customer", "How long does a refund take?")), ScriptedLibrary((hit("refunds", REFUND),)))
    [one] = found.items
    assert one.text == REFUND
    assert (one.article_id, one.revision, one.release, one.title) == ("refunds", 2, "r0001-test", "Refunds")
    assert one.heading == "How long"
    assert one.confidence == "likely"
    assert "refund" in one.why
    assert found.confident
    assert found.took_ms > 0


def test_under_the_floor_nothing_is_offered() -> None:
    library = ScriptedLibrary((hit("refunds", REFUND, 0.15, confident=False),))
    found = suggest(talk(("customer", "Do penguins fly?")), library)
    assert (found.items, found.confident, found.release) == ((), False, "r0001-test")


def test_one_article_is_offered_once_and_the_limit_holds() -> None:
    hits = tuple(
        hit(name, REFUND, score) for name, score in [("a", 0.9), ("a", 0.8), ("b", 0.5), ("c", 0.4), ("d", 0.3)]
    )
    found = suggest(talk(("customer", "How long does a refund take?")), ScriptedLibrary(hits))
    assert [one.article_id for one in found.items] == ["a", "b", "c"]
    assert [one.confidence for one in found.items] == ["likely", "maybe", "maybe"]
    assert len({one.id for one in found.items}) == 3


def test_the_scope_of_the_conversation_is_asked_for() -> None:
    library = ScriptedLibrary()
    suggest(talk(("customer", "How long does a refund take?"), locale="de", account="fjord"), library, region="eu")
    assert library.asked is not None
    assert (library.asked.locale, library.asked.account, library.asked.region) == ("de", "fjord", "eu")
    assert library.asked.audience == {"public", "agents"}


def test_one_audience_is_taken_as_a_name_and_not_as_letters() -> None:
    library = ScriptedLibrary()
    suggest(talk(("customer", "How long does a refund take?")), library, audience="agents")
    assert library.asked is not None
    assert library.asked.audience == {"public", "agents"}


def test_a_customer_who_has_said_nothing_gets_no_search() -> None:
    library = ScriptedLibrary()
    assert suggest(talk(("bot", "Hello!"), ("customer", "hi")), library).items == ()
    assert library.asked is None


def test_the_id_of_a_suggestion_stays_while_the_revision_does() -> None:
    library = ScriptedLibrary((hit("refunds", REFUND),))
    once, again = (
        suggest(talk(("customer", text)), library).items[0].id for text in ("refund time?", "refund days please")
    )
    assert once == again


def test_venting_is_searched_by_the_question_before_it() -> None:
    found = asked(
        talk(
            ("customer", "Can I return a lamp I have used?"),
            ("bot", "Yes."),
            ("customer", "this is the third time I ask!"),
        )
    )
    assert found is not None
    assert found.text == "Can I return a lamp I have used?"


def test_the_last_question_counts_and_what_was_before_is_history() -> None:
    found = asked(
        talk(("customer", "I have a floor lamp"), ("agent", "Which one?"), ("customer", "Which bulb fits the Lumen?"))
    )
    assert found is not None
    assert found.text == "Which bulb fits the Lumen?"
    assert found.history == ("I have a floor lamp", "Which one?")


def test_a_follow_up_that_names_nothing_takes_the_question_before_it_along() -> None:
    found = asked(
        talk(("customer", "Do you deliver to Ireland?"), ("bot", "Yes."), ("customer", "and how much is it?"))
    )
    assert found is not None
    assert found.text == "Do you deliver to Ireland? and how much is it?"


def test_numbers_and_addresses_are_not_searched_for() -> None:
    found = asked(talk(("customer", "Refund order 44110 / INV-2026-00871 to ana.ruiz@example.com please")))
    assert found is not None
    for private in ("44110", "00871", "ana.ruiz"):
        assert private not in found.text


def test_what_the_bot_took_it_for_goes_along() -> None:
    found = asked(talk(line("customer", "the invoice", 0, intent="invoice_copy")))
    assert found is not None
    assert (found.text, found.intent) == ("the invoice", "invoice_copy")


PASSAGE = """Returns are free within the EU.

1. Open **My orders** and choose the [item](/orders).
2. Print the label.

> Lamps with bulbs must be packed in the original box. Otherwise the courier refuses them.
"""


def test_an_answer_has_no_markup() -> None:
    text = answer(PASSAGE, ["returns"])
    assert text.startswith("Returns are free within the EU.")
    assert not set("*[]>#") & set(text)
    assert "1. Open My orders and choose the item." in text


@pytest.mark.parametrize("passage", ["", "###", "no sentence here", "x" * 5000])
def test_any_passage_makes_an_answer_of_bearable_length(passage: str) -> None:
    assert len(answer(passage, [])) <= 850


def test_a_long_passage_gives_the_part_that_matches() -> None:
    filler = "This sentence talks about something else entirely and goes on for quite a while to fill the page. " * 8
    text = answer(f"{filler}Refunds take five working days. After that, write to us.", ["refunds", "days"])
    assert text.startswith("Refunds take five working days.")
