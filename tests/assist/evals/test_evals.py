"""Evaluations read any of the usual files and count as they say."""

import json
from pathlib import Path
from typing import Any

import pytest

from assist.evals import handoff, sentiment
from assist.evals.rows import DataFileWrong
from assist.sentiment import load
from assist.sentiment.lexicon import LexiconSentiment
from assist.sentiment.training import train
from tests.support.assist import real_embed

DIALOGUES = Path(handoff.__file__).with_name("data") / "dialogues.jsonl"
LEXICON = LexiconSentiment()
ROWS = [("I hate this, it is terrible", "negative"), ("thank you so much", "positive"), ("order 44110", "neutral")]


def lines(path: Path, rows: list[dict[str, Any]]) -> Path:
    """Write the rows as JSON lines."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_moods_are_evaluated_on_csv_tsv_and_json_lines(tmp_path: Path) -> None:
    comma, tab = tmp_path / "a.csv", tmp_path / "a.tsv"
    comma.write_text("text,label\n" + "".join(f'"{text}",{label}\n' for text, label in ROWS), encoding="utf-8")
    tab.write_text("label\ttext\n" + "".join(f"{label}\t{text}\n" for text, label in ROWS), encoding="utf-8")
    rows = lines(tmp_path / "a.jsonl", [{"text": text, "label": label} for text, label in ROWS])
    for path in (comma, tab, rows):
        found = sentiment.evaluate(path, LEXICON)
        assert (found["rows"], found["auroc_negative"], found["macro_f1"]) == (3, 1.0, 1.0)
        assert found["lexicon_auroc_negative"] == 1.0


def test_a_file_of_one_kind_has_no_ranking(tmp_path: Path) -> None:
    path = lines(tmp_path / "a.jsonl", [{"text": "thanks", "label": "positive"}])
    assert sentiment.evaluate(path, LEXICON)["auroc_negative"] is None


@pytest.mark.parametrize("content", ['{"text": "a"}', "text,label\na,angry\n", "{broken", "text,label\n"])
def test_a_wrong_file_is_said(tmp_path: Path, content: str) -> None:
    path = tmp_path / "wrong.txt"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(DataFileWrong, match=r"wrong\.txt"):
        sentiment.evaluate(path, LEXICON)


def turn(speaker: str, text: str, **more: Any) -> dict[str, Any]:
    """Return one turn of a dialogue."""
    return {"speaker": speaker, "text": text, **more}


def test_handoffs_are_counted_by_message_where_messages_are_marked(tmp_path: Path) -> None:
    path = lines(
        tmp_path / "a.jsonl",
        [
            {"turns": [turn("customer", "where is my order 44110", handoff=False), turn("agent", "On its way."),
                       turn("customer", "let me talk to a human", handoff=True)]},
            {"turns": [turn("customer", "my parcel is late", handoff=True), turn("bot", "It comes tomorrow.")]},
            {"turns": [turn("customer", "my lawyer will call you"), turn("customer", "I want a human", handoff=True)]},
        ],
    )  # fmt: skip
    found = handoff.evaluate(path, LEXICON)
    assert found["cases"] == 5
    assert (found["true_positive"], found["false_negative"], found["false_positive"]) == (2, 1, 1)
    assert found["precision"] == found["recall"] == found["f1"] == pytest.approx(2 / 3, abs=1e-4)
    assert found["reasons"]["explicit_request"] == 2


def test_handoffs_are_counted_by_dialogue_where_only_that_is_marked(tmp_path: Path) -> None:
    path = lines(
        tmp_path / "a.jsonl",
        [
            {"handoff": True, "turns": [turn("user", "hello"), turn("user", "agent please")]},
            {"handoff": False, "turns": [turn("user", "what are your opening hours"), turn("assistant", "Nine.")]},
        ],
    )  # fmt: skip
    assert handoff.evaluate(path, LEXICON)["f1"] == 1.0


def test_single_messages_and_signals_are_understood(tmp_path: Path) -> None:
    path = lines(
        tmp_path / "a.jsonl",
        [
            {"text": "can I speak to a person", "label": "handoff"},
            {"text": "when do you open", "label": "none"},
            {"turns": [turn("customer", "florp", handoff=False), turn("bot", "Sorry?", signals=["clarify"]),
                       turn("customer", "blarg", handoff=True), turn("bot", "Sorry?", signals=["clarify"])]},
        ],
    )  # fmt: skip
    found = handoff.evaluate(path, LEXICON)
    assert found["f1"] == 1.0
    assert found["reasons"] == {"explicit_request": 1, "low_confidence": 1}


def test_a_dialogue_without_truth_is_said(tmp_path: Path) -> None:
    path = lines(tmp_path / "a.jsonl", [{"turns": [turn("customer", "hello")]}])
    with pytest.raises(DataFileWrong, match="row 1"):
        handoff.evaluate(path, LEXICON)


def test_the_rules_hand_over_at_the_right_moment_with_the_lexicon_alone() -> None:
    assert handoff.evaluate(DIALOGUES, LEXICON)["f1"] >= 0.9


def test_the_rules_hand_over_at_the_right_moment_with_the_real_model(tmp_path: Path) -> None:
    embed = real_embed()
    train(tmp_path, embed, embedder="minilm")
    assert handoff.evaluate(DIALOGUES, load(tmp_path, embed), embed=embed)["f1"] >= 0.9
