"""What every vector index keeps to; the plain one in memory is the measure."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from knowledge.index.faiss import FaissIndexes
from knowledge.index.memory import MemoryIndexes
from knowledge.index.port import VectorIndexes

KINDS: dict[str, VectorIndexes] = {
    "memory": MemoryIndexes(),
    "faiss flat": FaissIndexes(),
    "faiss graph": FaissIndexes(flat_limit=10),
}


@pytest.fixture(params=list(KINDS.values()), ids=list(KINDS))
def indexes(request: pytest.FixtureRequest) -> VectorIndexes:
    found: VectorIndexes = request.param
    return found


def unit(count: int, dimensions: int = 16, seed: int = 1) -> NDArray[np.float32]:
    drawn = np.random.default_rng(seed).normal(size=(count, dimensions)).astype(np.float32)
    vectors: NDArray[np.float32] = drawn / np.linalg.norm(drawn, axis=1, keepdims=True)
    return vectors


@pytest.mark.parametrize("share", [1.0, 0.5, 0.03])
def test_the_nearest_allowed_rows_are_found(indexes: VectorIndexes, share: float) -> None:
    vectors = unit(400)
    index, exact = indexes.build(vectors), MemoryIndexes().build(vectors)
    allowed = np.random.default_rng(2).random(400) < share
    same = 0.0
    for query in unit(20, seed=3):
        found = index.search(query, 10, allowed)
        assert allowed[found].all()
        assert len(found) == min(10, np.count_nonzero(allowed))
        same += len(set(found.tolist()) & set(exact.search(query, 10, allowed).tolist())) / len(found)
    assert same / 20 >= 0.98


def test_nothing_allowed_finds_nothing(indexes: VectorIndexes) -> None:
    assert indexes.build(unit(30)).search(unit(1)[0], 5, np.zeros(30, dtype=np.bool_)).shape == (0,)


def test_a_single_allowed_row_is_found_wherever_it_is(indexes: VectorIndexes) -> None:
    index = indexes.build(unit(50))
    for row in range(50):
        allowed = np.zeros(50, dtype=np.bool_)
        allowed[row] = True
        assert index.search(unit(1, seed=9)[0], 5, allowed).tolist() == [row]


def test_vectors_come_back_as_they_went_in(indexes: VectorIndexes, tmp_path: Path) -> None:
    vectors = unit(40)
    indexes.build(vectors).save(tmp_path / "vectors.index")
    rows = np.array([3, 0, 39], dtype=np.int64)
    index = indexes.load(tmp_path / "vectors.index")
    np.testing.assert_array_equal(index.vectors(rows), vectors[rows])
    everything = np.ones(40, dtype=np.bool_)
    assert index.search(vectors[7], 1, everything).tolist() == [7]
