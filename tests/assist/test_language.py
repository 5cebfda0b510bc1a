"""The language of the text is believed when it is long and clear enough, else the conversation's."""

import pytest

from assist.language import LanguageReader
from assist.sentiment.messages import load_messages

READER = LanguageReader()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Where is my order please?", "en"), ("Wo ist meine Bestellung?", "de"), ("¿Dónde está mi pedido?", "es"),
        ("Je voudrais parler à un conseiller", "fr"), ("dove si trova il mio ordine", "it"),
    ],
)  # fmt: skip
def test_a_sentence_tells_its_language(text: str, code: str) -> None:
    found = READER.read(text, "en")
    assert (found.code, found.source) == (code, "text" if found.confidence else "locale")
    assert found.confidence > 0.7


@pytest.mark.parametrize("text", ["ok", "44110", "", "🙄", "no"])
def test_short_words_are_in_the_language_of_the_conversation(text: str) -> None:
    found = READER.read(text, "de-AT")
    assert (found.code, found.source) == ("de", "locale")


def test_only_the_languages_that_can_be_answered_are_named() -> None:
    found = LanguageReader(("en", "de")).read("¿Dónde está mi pedido, por favor?", "en")
    assert found.code in {"en", "de"}


def test_english_service_messages_are_not_mistaken() -> None:
    mistaken = [one.text for one in load_messages() if READER.read(one.text, "en").code != "en"]
    assert not mistaken


def test_no_language_at_all_is_refused() -> None:
    with pytest.raises(ValueError, match="language"):
        LanguageReader(())
