"""The demo's judged queries on the demo's articles with the model that serves: the yardstick of `make run`."""

import shutil
from pathlib import Path

import pytest

from knowledge.embedding.minilm import MiniLM
from knowledge.library import Library
from knowledge.types import Article
from server.articles.workbench.gate import Gate, GateLimit
from server.articles.workbench.importing import read
from server.articles.workbench.judged import Expected, Judged
from server.articles.workbench.measure import measure
from tests.support.knowledge import noon
from tests.support.stack import trained_home

QUESTIONS = Path("demo/articles/questions.jsonl")


def questions() -> list[Judged]:
    """The judged queries of the demo."""
    found = read(QUESTIONS.read_bytes())
    assert found.problems == ()
    return [
        Judged(
            id=str(line),
            text=one.text,
            locale=one.locale,
            expected=tuple(Expected(article_id=right.article_id, grade=right.grade) for right in one.expected),
        )
        for line, one in found.queries
    ]


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """The library of the trained home, to play with."""
    home = trained_home()
    shutil.copytree(home / "knowledge", tmp_path / "knowledge")
    return Library(tmp_path / "knowledge", MiniLM(home / "models" / "minilm", threads=1), noon)


def test_the_demo_answers_its_questions_and_a_thief_is_caught_by_the_gate(library: Library) -> None:
    queries = questions()
    served = library.serving()
    assert served is not None
    figures = measure(library.search, queries).numbers
    assert (figures["recall@5"] or 0) >= 0.8
    assert (figures["abstained_right"] or 0) >= 0.8
    stolen = [query for query in queries if "refund" in query.text][:8] or queries[:8]
    thief = Article(id="thief", title="Everything", text="\n\n".join(query.text for query in stolen), revision=1)
    with library.trial(served.id, put=[thief]) as trial:
        judged = Gate().judge(library.search, trial.search, queries, GateLimit(ndcg_drop=0.0, lost=0))
    assert not judged["passed"]
    assert any(one["stolen_by"] == {"article_id": "thief", "title": "Everything"} for one in judged["lost"]) or (
        judged["after"]["mrr@10"] < judged["before"]["mrr@10"]
    )
