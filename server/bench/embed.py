"""Embedding many passages with the embedder that serves, against the same model as its makers run it.

The floor is `SentenceTransformer.encode` on torch with its own batches of 32, on the same weights and with as many
threads. Both get the same texts by turns, and the median of the rounds counts.
"""

import statistics
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from server.bench.corpus import texts

SHORTEST, LONGEST = 20, 180
"""Words a passage."""
THREADS = 2


def measure(*, count: int, rounds: int, say: Callable[[str], None] = lambda _: None) -> dict[str, Any]:
    """Return passages a second of both, their ratio, and how far their vectors are apart."""
    import torch
    from sentence_transformers import SentenceTransformer

    from knowledge.embedding.export import export_minilm, package_folder
    from knowledge.embedding.minilm import MiniLM

    passages = texts(count, shortest=SHORTEST, longest=LONGEST)
    torch.set_num_threads(THREADS)
    floor = SentenceTransformer(str(package_folder()), device="cpu")
    with tempfile.TemporaryDirectory(prefix="warmline-embed-") as folder:
        export_minilm(Path(folder) / "minilm")
        ours = MiniLM(Path(folder) / "minilm", threads=THREADS)

    def theirs(texts: Sequence[str]) -> Any:
        return floor.encode(list(texts), normalize_embeddings=True, show_progress_bar=False)

    apart = 1 - float(np.min(np.sum(ours.embed(passages) * theirs(passages), axis=1)))
    rates: list[tuple[float, float]] = []
    for number in range(rounds):
        say(f"round {number + 1} of {rounds}")
        rates.append((_rate(ours.embed, passages), _rate(theirs, passages)))
    return {
        "ratio": round(statistics.median(mine / other for mine, other in rates), 3),
        "passages_per_second": round(statistics.median(mine for mine, _ in rates), 1),
        "torch_passages_per_second": round(statistics.median(other for _, other in rates), 1),
        "passages": count,
        "rounds": rounds,
        "largest_cosine_distance": round(apart, 7),
    }


def _rate(embed: Callable[[Sequence[str]], Any], passages: Sequence[str]) -> float:
    began = perf_counter()
    embed(passages)
    return len(passages) / (perf_counter() - began)
