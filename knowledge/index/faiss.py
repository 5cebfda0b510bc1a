"""Vector search with FAISS: flat while that is quick enough, a graph (HNSW) above."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.embedding.port import Vectors
from knowledge.index.port import Mask, Rows

# Up to this many vectors every one is compared, which is exact and takes no time to build: 17 ms at 100,000 vectors of
# 384 on a busy core. A graph of 20,000 answered in 0.5 ms with recall@10 .999, and took 6 s to build.
FLAT_LIMIT = 200_000

# Malkov and Yashunin 2016: neighbours a node, and how wide the graph is searched when built and when asked.
NEIGHBOURS = 32
BUILD_WIDTH = 120
SEARCH_WIDTH = 128

# Below this share of allowed vectors the graph has too few allowed nodes to walk along; comparing those few is quicker.
SPARSE = 0.2


class FaissIndex:
    """A FAISS index whose rows are the passages of one segment; filters are id selectors inside the search."""

    def __init__(self, index: Any) -> None:
        """Take over a flat or HNSW index by inner product."""
        import faiss

        self._faiss = faiss
        self._index = index
        # read_index gives the concrete class, so a file of one kind stays of that kind.
        self._graph = isinstance(index, faiss.IndexHNSW)

    @property
    def kind(self) -> str:
        """Which of the two it is: `flat` or `hnsw`."""
        return "hnsw" if self._graph else "flat"

    def search(self, vector: NDArray[np.float32], limit: int, allowed: Mask) -> Rows:
        """The nearest allowed rows, nearest first; exact when flat or when few are allowed."""
        count = int(np.count_nonzero(allowed))
        if not count:
            return np.empty(0, dtype=np.int64)
        faiss, index = self._faiss, self._index
        # The selector only borrows these bits, so they stay in a name until the search is over. Even a selector that
        # lets everything through pays: without one FAISS shares a single query out to OpenMP threads, whose waiting for
        # each other took 47 ms for 15,000 vectors on two busy cores, against 1.7 ms in this thread alone.
        bits = np.packbits(allowed, bitorder="little")
        selector = faiss.IDSelectorBitmap(bits)
        if self._graph and count >= SPARSE * len(allowed):
            parameters = faiss.SearchParametersHNSW(sel=selector, efSearch=max(SEARCH_WIDTH, 2 * limit))
        else:
            index = index.storage if self._graph else index
            parameters = faiss.SearchParameters(sel=selector)
        query = np.ascontiguousarray(vector, dtype=np.float32)[None, :]
        _, rows = index.search(query, min(limit, count), params=parameters)
        found: Rows = rows[0][rows[0] >= 0].astype(np.int64)
        return found

    def vectors(self, rows: Rows) -> Vectors:
        """The vectors of these rows, as they were put in."""
        storage = self._index.storage if self._graph else self._index
        found: Vectors = storage.reconstruct_batch(np.ascontiguousarray(rows, dtype=np.int64))
        return found

    def save(self, path: Path) -> None:
        """Write the index with `write_index`."""
        self._faiss.write_index(self._index, str(path))


class FaissIndexes:
    """Makes `FaissIndex`es, flat up to `flat_limit` vectors."""

    name = "faiss"

    def __init__(self, flat_limit: int = FLAT_LIMIT) -> None:
        """Choose where the graph begins."""
        self._flat_limit = flat_limit

    def build(self, vectors: Vectors) -> FaissIndex:
        """An index over these vectors; a graph takes 0.3 ms a vector to build, more for large ones."""
        import faiss

        dimensions = vectors.shape[1]
        if len(vectors) <= self._flat_limit:
            index: Any = faiss.IndexFlatIP(dimensions)
        else:
            index = faiss.IndexHNSWFlat(dimensions, NEIGHBOURS, faiss.METRIC_INNER_PRODUCT)
            index.hnsw.efConstruction = BUILD_WIDTH
        index.add(np.ascontiguousarray(vectors, dtype=np.float32))
        return FaissIndex(index)

    def load(self, path: Path) -> FaissIndex:
        """Read an index that `save` wrote."""
        import faiss

        return FaissIndex(faiss.read_index(str(path)))
