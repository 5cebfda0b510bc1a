"""The lexicon reads moods without any training."""

import pytest

from assist.sentiment.lexicon import FEATURES, LexiconSentiment

LEXICON = LexiconSentiment()


@pytest.mark.parametrize(
    "text",
    [
        "this is the third time I ask, this is ridiculous", "still waiting, nobody answers", "this is unacceptable",
        "what a waste of time", "thanks for nothing", "I am FURIOUS", "are you kidding me", "🙄",
    ],
)  # fmt: skip
def test_service_complaints_are_negative(text: str) -> None:
    [found] = LEXICON.read([text])
    assert found.label == "negative"
    assert found.score < -0.2
    assert found.negative > 0.5
    assert found.why


@pytest.mark.parametrize(
    "text", ["thank you so much", "it works now, great", "you made my day", "no complaints at all 😊"]
)
def test_thanks_are_positive(text: str) -> None:
    [found] = LEXICON.read([text])
    assert found.label == "positive"


@pytest.mark.parametrize("text", ["", "   ", "44110", "where is my order?", "\x00\x07", "ok", "x" * 100_000])
def test_text_without_mood_is_neutral(text: str) -> None:
    [found] = LEXICON.read([text])
    assert found.label == "neutral"


def test_the_reasons_pull_the_way_the_score_went() -> None:
    [found] = LEXICON.read(["Great shop, but the service is ridiculous and unacceptable"])
    assert found.score < 0
    assert {"ridiculous", "unacceptable"} <= set(found.why)
    assert "great" not in found.why


def test_features_have_one_column_a_name_and_no_gaps() -> None:
    found = LEXICON.features(["STOP IT!!!", "sooo good", ""])
    assert found.shape == (3, len(FEATURES))
    assert abs(found).max() <= 1


def test_the_version_names_the_lexicon() -> None:
    assert LEXICON.version == LexiconSentiment().version
    assert LEXICON.version.startswith("lexicon-")
