"""The embedder that serves: all-MiniLM-L6-v2 on onnxruntime, from the folder that `export` writes."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np

from knowledge.embedding import bfloat16
from knowledge.embedding.bfloat16 import Bfloat16
from knowledge.embedding.export import MAX_TOKENS, read_manifest, sha256
from knowledge.embedding.onnx import onnxruntime
from knowledge.embedding.port import Vectors
from knowledge.errors import EmbedderFailed, ModelBroken, ModelMissing

# What one run of the model reads, in tokens. More do not fit a core's cache: batches of 32 passages of 110 tokens gave
# 30 passages a second of CPU time, batches of four of them 44.
TOKENS_AT_ONCE = 512

# From how many tokens a call on they are many. To compile the model for them takes, once, as long as 3000 tokens do in
# float32; an article of some pages has fewer, and never loads it.
MANY_TOKENS = 2048


class MiniLM:
    """Encodes English text in about 3 ms a short text; at most 256 tokens of each text count.

    `threads` is how many batches of one call run side by side. Many texts at once are computed in bfloat16 where that
    is much faster (see `knowledge.embedding.bfloat16`), all others in float32.
    """

    languages = ("en",)
    """What it was made for; passages in any other language are found by words."""

    def __init__(self, folder: Path, *, threads: int = 2, fast: bool | None = None) -> None:
        """Load and check the model; `ModelMissing` or `ModelBroken` when the folder is not what `export` wrote.

        `fast` allows bfloat16 for many texts; by default what is installed and the processor decide.
        """
        runtime = onnxruntime()
        from tokenizers import Tokenizer

        manifest = read_manifest(folder)
        model, tokenizer = folder / "model.onnx", folder / "tokenizer.json"
        for file, wanted in ((model, manifest.onnx_sha256), (tokenizer, manifest.tokenizer_sha256)):
            if not file.is_file():
                raise ModelMissing(file)
            if sha256(file) != wanted:
                raise ModelBroken(folder, f"{file.name} is not the one that its manifest names")
        self.name = manifest.name
        self.dimensions = manifest.dimensions
        # The weights and the writer of the graph decide the vectors. The machine moves only their last digits (a cosine
        # of at least .9999): a release that one machine built with bfloat16 is searched by another without it.
        self.fingerprint = f"{manifest.name}:{manifest.weights_sha256[:16]}:{manifest.max_tokens}:{manifest.writer}"
        options = runtime.SessionOptions()
        # Each run keeps to the thread that asks for it, and several batches run side by side: two threads that share
        # one batch wait for each other after every matrix.
        self._threads = threads
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        self._session = runtime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        self._model = model
        self._fast = bfloat16.pays() if fast is None else fast
        self._many: Bfloat16 | None = None
        self._opening = Lock()
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.no_padding()

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a text, float32 of shape [len(texts), 384]; texts of like length share a batch."""
        token_ids = [encoding.ids for encoding in self._tokenizer.encode_batch_fast(list(texts))]
        lengths = [len(ids) for ids in token_ids]
        vectors = np.empty((len(token_ids), self.dimensions), dtype=np.float32)
        many = self._for_many() if sum(lengths) >= MANY_TOKENS else None

        def fill(rows: Sequence[int]) -> None:
            vectors[rows] = self._run([token_ids[row] for row in rows], many)

        batches = list(_batches(lengths, TOKENS_AT_ONCE if many is None else bfloat16.TOKENS_AT_ONCE))
        if self._threads == 1 or len(batches) < 2:
            for rows in batches:
                fill(rows)
        else:
            with ThreadPoolExecutor(self._threads) as pool:
                # The result is asked for so that an error is raised here.
                list(pool.map(fill, batches))
        return vectors

    @property
    def arithmetic(self) -> str:
        """What computes many texts at once: `bfloat16` or `float32`."""
        return "bfloat16" if self._for_many() else "float32"

    def _for_many(self) -> Bfloat16 | None:
        """The model for many texts, compiled when it is first asked for; None if float32 must do."""
        with self._opening:
            if self._fast and self._many is None:
                try:
                    self._many = Bfloat16(self._model, threads=self._threads)
                except (ImportError, OSError, RuntimeError):
                    # Slower, but the same vectors: a broken installation is no reason to publish nothing.
                    self._fast = False
            return self._many

    def _run(self, token_ids: Sequence[Sequence[int]], many: Bfloat16 | None) -> Any:
        longest = max(len(ids) for ids in token_ids)
        shape = (len(token_ids), longest if many is None else bfloat16.padded(longest))
        ids = np.zeros(shape, dtype=np.int64)
        mask = np.zeros(shape, dtype=np.int64)
        for row, tokens in enumerate(token_ids):
            ids[row, : len(tokens)] = tokens
            mask[row, : len(tokens)] = 1
        inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros(shape, dtype=np.int64)}
        try:
            return self._session.run(["sentence_embedding"], inputs)[0] if many is None else many.run(inputs)
        except Exception as problem:
            # The runtimes' errors have no common base but Exception.
            raise EmbedderFailed(self.name, str(problem)) from problem


def _batches(lengths: Sequence[int], most: int) -> Iterator[list[int]]:
    """Rows of like length together, the longest first, at most `most` tokens with their padding or one alone."""
    rows: list[int] = []
    for row in sorted(range(len(lengths)), key=lambda row: -lengths[row]):
        longest = lengths[rows[0]] if rows else 0
        # A title beside a long passage would be padded to many times its length.
        if rows and ((len(rows) + 1) * longest > most or 2 * lengths[row] < longest):
            yield rows
            rows = []
        rows.append(row)
    if rows:
        yield rows
