"""Embedding many passages with the embedder that serves, against the same model as its makers run it.

The floor is `SentenceTransformer.encode` on torch with its own batches of 32, on the same weights and with as many
threads. Both get the same texts by turns, and the median of the rounds counts. Each round has texts of its own, so that
nothing is prepared for their lengths.
"""

import statistics
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import numpy as np

from server.bench.corpus import texts

PASSAGES = (20, 180)
"""Words of the shortest and of the longest passage."""
SHORT = (8, 25)
"""The same of short texts, such as questions and titles."""
THREADS = 2

Embed = Callable[[Sequence[str]], Any]


def measure(*, count: int, rounds: int, say: Callable[[str], None] = lambda _: None) -> dict[str, Any]:
    """Return texts a second of both, their ratio, and how far their vectors are apart, for `count` texts a round."""
    import torch
    from sentence_transformers import SentenceTransformer

    from knowledge.embedding.export import export_minilm, package_folder
    from knowledge.embedding.minilm import MiniLM

    torch.set_num_threads(THREADS)
    floor = SentenceTransformer(str(package_folder()), device="cpu")
    with tempfile.TemporaryDirectory(prefix="warmline-embed-") as folder:
        export_minilm(Path(folder) / "minilm")
        ours = MiniLM(Path(folder) / "minilm", threads=THREADS)
        began = perf_counter()
        # Asked for here, because the model is compiled from a file that goes.
        arithmetic = ours.arithmetic
        prepared = perf_counter() - began

    def theirs(texts: Sequence[str]) -> Any:
        return floor.encode(list(texts), normalize_embeddings=True, show_progress_bar=False)

    passages = _compare("passages", PASSAGES, ours.embed, theirs, count=count, rounds=rounds, say=say)
    short = _compare("short texts", SHORT, ours.embed, theirs, count=count, rounds=rounds, say=say)
    return {
        **passages,
        "passages": count,
        "rounds": rounds,
        "arithmetic": arithmetic,
        "prepared_seconds": round(prepared, 2),
        "short": short,
    }


def _compare(
    kind: str,
    words: tuple[int, int],
    ours: Embed,
    theirs: Embed,
    *,
    count: int,
    rounds: int,
    say: Callable[[str], None],
) -> dict[str, float]:
    drawn = texts(count * (rounds + 1), shortest=words[0], longest=words[1])
    warm, *fresh = (drawn[start : start + count] for start in range(0, len(drawn), count))
    apart = 1 - float(np.min(np.sum(ours(warm) * theirs(warm), axis=1)))
    rates: list[tuple[float, float, float, float]] = []
    for number, some in enumerate(fresh, start=1):
        say(f"{kind}, round {number} of {rounds}")
        rates.append((*_rates(ours, some), *_rates(theirs, some)))
    return {
        "ratio": round(statistics.median(mine / other for mine, _, other, _ in rates), 3),
        "cpu_ratio": round(statistics.median(mine / other for _, mine, _, other in rates), 3),
        "passages_per_second": round(statistics.median(rate[0] for rate in rates), 1),
        "passages_per_cpu_second": round(statistics.median(rate[1] for rate in rates), 1),
        "torch_passages_per_second": round(statistics.median(rate[2] for rate in rates), 1),
        "torch_passages_per_cpu_second": round(statistics.median(rate[3] for rate in rates), 1),
        "largest_cosine_distance": round(apart, 7),
    }


def _rates(embed: Embed, some: Sequence[str]) -> tuple[float, float]:
    """Texts a second, and texts a second of processor time."""
    began, worked = perf_counter(), process_time()
    embed(some)
    return len(some) / (perf_counter() - began), len(some) / (process_time() - worked)
