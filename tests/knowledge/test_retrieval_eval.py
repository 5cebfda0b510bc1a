"""The measurement itself is right, and both sides together are not worse than either."""

import json
from pathlib import Path

import pytest

from knowledge.embedding.hashing import HashingEmbedder
from knowledge.embedding.minilm import MiniLM
from knowledge.evals.judged import JudgedFileBroken
from knowledge.evals.retrieval import evaluate
from knowledge.index.fusion import fuse

CORPUS = {
    "r": ("Refunds", "Money comes back within a week."),
    "p": ("Password", "Choose forgot password."),
    "l": ("Lamp", "It flickers with the wrong bulb. #1 *not* markup"),
    "s": ("Sofa", "Covers can be washed."),
}
QUERIES = {
    "q1": ("money back", ["U: hello", "U: money back"], {"r": 1}),
    "q2": ("how do I wash it", ["U: I have a sofa", "S: How can I help?", "U: how do I wash it"], {"s": 1, "l": 0}),
    "q3": ("nobody judged this", [], {}),
}


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path, Path]:
    corpus, queries, qrels = (tmp_path / name for name in ("corpus.jsonl", "queries.jsonl", "qrels.tsv"))
    corpus.write_text(
        "".join(json.dumps({"_id": key, "title": title, "text": text}) + "\n" for key, (title, text) in CORPUS.items())
    )
    queries.write_text(
        "".join(
            json.dumps({"_id": key, "text": text, "context": context}) + "\n"
            for key, (text, context, _) in QUERIES.items()
        )
    )
    lines = [
        f"{key}\t{document}\t{score}" for key, (_, _, judged) in QUERIES.items() for document, score in judged.items()
    ]
    qrels.write_text("\n".join(["query-id\tcorpus-id\tscore", *lines]) + "\n")
    return corpus, queries, qrels


def test_the_figures_have_the_promised_names(files: tuple[Path, Path, Path]) -> None:
    figures = evaluate(*files, HashingEmbedder())
    assert figures["documents"] == 4
    assert figures["queries"] == 2
    for side in ("fused", "lexical", "vector"):
        assert set(figures[side]) == {"ndcg@10", "recall@1", "recall@5", "recall@10", "hit@5", "mrr@10"}
        assert all(0 <= value <= 1 for value in figures[side].values())
    assert figures["fused"]["mrr@10"] == 1.0
    assert figures["query_p95_ms"] >= figures["query_p50_ms"] > 0


def test_the_turns_before_count_only_when_asked_for(files: tuple[Path, Path, Path], minilm: MiniLM) -> None:
    assert evaluate(*files, minilm)["lexical"]["mrr@10"] == 1.0
    assert evaluate(*files, minilm, history=False, most_queries=1)["queries"] == 1


def test_no_opinion_on_one_side_leaves_the_order_to_the_other() -> None:
    import numpy as np

    cosines = np.array([0.3, 0.9, 0.5], dtype=np.float32)
    nothing = np.zeros(3, dtype=np.float32)
    assert np.argsort(-fuse(cosines, nothing)).tolist() == [1, 2, 0]
    assert fuse(None, np.array([2.0, 4.0], dtype=np.float32)).tolist() == [0.0, 1.0]
    assert fuse(cosines[:0], nothing[:0]).shape == (0,)


def test_files_of_any_system_are_read(files: tuple[Path, Path, Path]) -> None:
    plain = evaluate(*files, HashingEmbedder())
    qrels = files[2]
    for path in files:
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert evaluate(*files, HashingEmbedder())["fused"] == plain["fused"]
    lines = qrels.read_text(encoding="utf-8-sig").splitlines()[1:]
    qrels.write_text("\n".join(lines))
    assert evaluate(*files, HashingEmbedder())["fused"] == plain["fused"]
    parted = [line.split("\t") for line in lines]
    qrels.write_text("\n".join(f"{query} 0 {document} {score}" for query, document, score in parted))
    assert evaluate(*files, HashingEmbedder())["fused"] == plain["fused"]


def test_rows_that_name_nothing_are_left_out_and_counted(files: tuple[Path, Path, Path]) -> None:
    corpus, _, qrels = files
    with qrels.open("a") as file:
        file.write("q9\tr\t1\nq1\tnone\t1\n")
    with corpus.open("a") as file:
        file.write(json.dumps({"_id": "r", "title": "Again", "text": "Another."}) + "\n")
    figures = evaluate(*files, HashingEmbedder())
    assert figures["ignored"] == {
        "repeated_documents": 1,
        "repeated_queries": 0,
        "unknown_queries": 1,
        "unknown_documents": 1,
        "unjudged_queries": 1,
    }
    assert figures["documents"] == 4
    assert figures["index_bytes"] > 0


def test_queries_that_nothing_answers_are_told_apart(files: tuple[Path, Path, Path], tmp_path: Path) -> None:
    strangers = tmp_path / "strangers.jsonl"
    strangers.write_text('{"_id": "n1", "text": "who won the chess match"}\n')
    abstain = evaluate(*files, HashingEmbedder(), no_answer=strangers)["abstain"]
    assert abstain["auroc"] == 1.0
    assert (abstain["false_answers"], abstain["no_answer_queries"]) == (0.0, 1)
    assert abstain["accuracy"] == pytest.approx((abstain["answered_share"] + 1) / 2)


@pytest.mark.parametrize("line", ["q1\tr", "q1\tr\tmuch", "a b c d e 1"])
def test_a_judgement_that_is_none_is_named_with_its_line(files: tuple[Path, Path, Path], line: str) -> None:
    files[2].write_text(f"q1\tr\t1\n{line}\n")
    with pytest.raises(JudgedFileBroken, match=r"qrels\.tsv:2: "):
        evaluate(*files, HashingEmbedder())
