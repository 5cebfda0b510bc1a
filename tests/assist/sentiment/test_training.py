"""The head is trained once, stored at once, and read back the same."""

from pathlib import Path

import numpy as np
import pytest

from assist.sentiment import load
from assist.sentiment.combined import CombinedSentiment, Head, HeadBroken
from assist.sentiment.lexicon import LexiconSentiment
from assist.sentiment.messages import MESSAGES, Message, load_messages
from assist.sentiment.training import fit, head_path, train
from tests.support.assist import real_embed, word_vectors


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a head trained on hashed words."""
    folder = tmp_path_factory.mktemp("home")
    train(folder, word_vectors, embedder="words")
    return folder


def auroc(values: list[float], bad: list[bool]) -> float:
    """Return the share of pairs in which the bad one has the higher value (ties count half)."""
    high = np.array([value for value, yes in zip(values, bad, strict=True) if yes])[:, None]
    low = np.array([value for value, yes in zip(values, bad, strict=True) if not yes])[None, :]
    return float(((high > low) + 0.5 * (high == low)).mean())


def test_an_unchanged_head_is_not_trained_again(home: Path) -> None:
    again = train(home, word_vectors, embedder="words")
    assert not again.trained


def test_another_embedder_means_another_head(home: Path, tmp_path: Path) -> None:
    other = train(tmp_path, word_vectors, embedder="other words")
    assert other.trained
    assert other.version != train(home, word_vectors, embedder="words").version
    assert sorted(path.name for path in head_path(tmp_path).parent.iterdir()) == ["head.json"]


def test_a_stored_head_reads_the_same_moods_with_or_without_given_vectors(home: Path) -> None:
    model, texts = load(home, word_vectors), ["this is ridiculous", "thank you so much", "order 44110"]
    assert isinstance(model, CombinedSentiment)
    assert model.read(texts) == model.read(texts, word_vectors(texts))
    assert [one.label for one in model.read(texts)] == ["negative", "positive", "neutral"]
    assert {one.model for one in model.read(texts)} == {model.version}
    assert model.read([]) == []


def test_a_message_without_words_has_no_mood(home: Path) -> None:
    for found in load(home, word_vectors).read(["", "...", "\x00"]):
        assert (found.score, found.label) == (0.0, "neutral")


def test_without_head_or_embedder_the_lexicon_reads(home: Path, tmp_path: Path) -> None:
    assert isinstance(load(home, None), LexiconSentiment)
    assert isinstance(load(tmp_path, word_vectors), LexiconSentiment)


def test_a_broken_head_is_said_and_trained_anew(tmp_path: Path) -> None:
    head_path(tmp_path).parent.mkdir(parents=True)
    head_path(tmp_path).write_text("{", encoding="utf-8")
    with pytest.raises(HeadBroken, match=r"head\.json"):
        load(tmp_path, word_vectors)
    assert train(tmp_path, word_vectors, embedder="words").trained
    assert isinstance(load(tmp_path, word_vectors), CombinedSentiment)


def test_vectors_of_another_length_are_refused(home: Path) -> None:
    model = CombinedSentiment(Head.from_file(head_path(home)), word_vectors)
    with pytest.raises(HeadBroken, match="64"):
        model.read(["hello"], word_vectors(["hello"], 32))


def test_the_messages_are_many_and_each_is_there_once() -> None:
    messages = load_messages()
    assert len(messages) >= 700
    assert len({one.text.casefold() for one in messages}) == len(messages)
    assert {one.label for one in messages} == {"negative", "neutral", "positive"}
    assert all((one.intensity == 0) == (one.label == "neutral") for one in messages)
    held = sum(one.held_out for one in messages) / len(messages)
    assert 0.15 < held < 0.25


def test_a_wrong_row_is_named_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "messages.tsv"
    file.write_text("label\tintensity\ttext\nneutral\t0\thello\nangry\t1\tgrr\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"messages\.tsv:3"):
        load_messages(file)
    assert MESSAGES.with_name("README.md").is_file()


@pytest.fixture(scope="module")
def held_out() -> tuple[CombinedSentiment, list[Message]]:
    """The real model trained without the fifth that is kept aside, and that fifth."""
    embed = real_embed()
    learn = [one for one in load_messages() if not one.held_out]
    head, _ = fit(learn, embed, name="test")
    return CombinedSentiment(head, embed), [one for one in load_messages() if one.held_out]


def test_the_trained_head_reads_unseen_messages_better_than_the_lexicon(
    held_out: tuple[CombinedSentiment, list[Message]],
) -> None:
    model, kept = held_out
    texts, bad = [one.text for one in kept], [one.label == "negative" for one in kept]
    ours = auroc([mood.negative for mood in model.read(texts)], bad)
    words = auroc([mood.negative for mood in LexiconSentiment().read(texts)], bad)
    assert ours >= 0.9
    assert ours > words + 0.05


def test_anger_is_told_from_a_factual_complaint(held_out: tuple[CombinedSentiment, list[Message]]) -> None:
    model, _ = held_out
    angry, late, asked = model.read(
        ["This is the third time I ask, this is ridiculous", "my parcel is late", "Where is my order 44110?"]
    )
    assert angry.score < -0.6
    assert late.score > -0.45
    assert abs(asked.score) < 0.15
