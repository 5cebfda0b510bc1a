"""What every embedder keeps to."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from knowledge.embedding.hashing import HashingEmbedder
from knowledge.embedding.minilm import MiniLM
from knowledge.embedding.port import Embedder
from knowledge.embedding.sentence_transformers import SentenceTransformersEmbedder
from knowledge.errors import EmbedderFailed, ModelMissing

TEXTS = ["", "refund", "Where is my refund?", "the lamp " * 400, "🙂", "ä\x00b"]
SHORT = ["refund", "Where is my refund?", ""]


@pytest.fixture(params=["hashing", "minilm"])
def embedder(request: pytest.FixtureRequest) -> Embedder:
    made: dict[str, Callable[[], Embedder]] = {
        "hashing": HashingEmbedder,
        "minilm": lambda: request.getfixturevalue("minilm"),
    }
    return made[request.param]()


def test_every_text_gets_one_unit_vector(embedder: Embedder) -> None:
    vectors = embedder.embed(TEXTS)
    assert vectors.shape == (len(TEXTS), embedder.dimensions)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)


def test_no_texts_give_no_vectors(embedder: Embedder) -> None:
    assert embedder.embed([]).shape == (0, embedder.dimensions)


def test_a_vector_does_not_depend_on_its_neighbours(embedder: Embedder) -> None:
    together = embedder.embed(TEXTS + SHORT * 20)
    alone = np.vstack([embedder.embed([text]) for text in TEXTS])
    np.testing.assert_allclose(together[: len(TEXTS)], alone, atol=1e-5)


def test_several_threads_get_what_one_gets(embedder: Embedder) -> None:
    def embed(texts: Sequence[str]) -> np.ndarray:
        return embedder.embed(texts)

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(embed, [SHORT] * 8))
    for vectors in found:
        np.testing.assert_allclose(vectors, embedder.embed(SHORT), atol=1e-5)


def test_what_is_alike_is_near(embedder: Embedder) -> None:
    money, refund, lamp = embedder.embed(["my refund", "when do refunds come", "the lamp flickers"])
    assert money @ refund > money @ lamp


def test_name_and_fingerprint_are_told(embedder: Embedder) -> None:
    assert embedder.name
    assert embedder.name in embedder.fingerprint


def test_the_model_knows_synonyms(minilm: MiniLM) -> None:
    sofa, couch, password = minilm.embed(["sofa", "couch", "password"])
    assert sofa @ couch > sofa @ password + 0.3


def test_a_failure_of_the_runtime_is_one_of_ours(minilm: MiniLM, monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        def run(self, *_: object) -> None:
            raise RuntimeError("out of memory")

    monkeypatch.setattr(minilm, "_session", Broken())
    with pytest.raises(EmbedderFailed, match="out of memory"):
        minilm.embed(["refund"])


def test_another_model_is_never_fetched_unless_that_was_asked_for(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing):
        SentenceTransformersEmbedder(str(tmp_path / "some" / "model"))
