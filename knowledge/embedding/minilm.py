"""The embedder that serves: all-MiniLM-L6-v2 on onnxruntime, from the folder that `export` writes."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.embedding.export import MAX_TOKENS, read_manifest, sha256
from knowledge.embedding.port import Vectors
from knowledge.errors import EmbedderFailed, ModelBroken, ModelMissing

# What one run of the model reads, in tokens. More do not fit a core's cache: batches of 32 passages of 110 tokens gave
# 30 passages a second of CPU time, batches of four of them 44.
TOKENS_AT_ONCE = 512


class MiniLM:
    """Encodes English text in about 3 ms a short text; at most 256 tokens of each text count.

    `threads` is how many batches of one call run side by side.
    """

    languages = ("en",)
    """What it was made for; passages in any other language are found by words."""

    def __init__(self, folder: Path, *, threads: int = 2) -> None:
        """Load and check the model; `ModelMissing` or `ModelBroken` when the folder is not what `export` wrote."""
        import onnxruntime
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
        # The weights and the writer of the graph decide the vectors; the machine moves only the last bits.
        self.fingerprint = f"{manifest.name}:{manifest.weights_sha256[:16]}:{manifest.max_tokens}:{manifest.writer}"
        options = onnxruntime.SessionOptions()
        # Each run keeps to the thread that asks for it, and several batches run side by side: two threads that share
        # one batch wait for each other after every matrix.
        self._threads = threads
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.no_padding()

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a text, float32 of shape [len(texts), 384]; texts of like length share a batch."""
        token_ids = [encoding.ids for encoding in self._tokenizer.encode_batch_fast(list(texts))]
        vectors = np.empty((len(token_ids), self.dimensions), dtype=np.float32)

        def fill(rows: Sequence[int]) -> None:
            vectors[rows] = self._run([token_ids[row] for row in rows])

        batches = list(_batches([len(ids) for ids in token_ids]))
        if self._threads == 1 or len(batches) < 2:
            for rows in batches:
                fill(rows)
        else:
            with ThreadPoolExecutor(self._threads) as pool:
                # The result is asked for so that an error is raised here.
                list(pool.map(fill, batches))
        return vectors

    def _run(self, token_ids: Sequence[Sequence[int]]) -> Any:
        shape = (len(token_ids), max(len(ids) for ids in token_ids))
        ids = np.zeros(shape, dtype=np.int64)
        mask = np.zeros(shape, dtype=np.int64)
        for row, tokens in enumerate(token_ids):
            ids[row, : len(tokens)] = tokens
            mask[row, : len(tokens)] = 1
        inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros(shape, dtype=np.int64)}
        try:
            return self._session.run(["sentence_embedding"], inputs)[0]
        except Exception as problem:
            # onnxruntime's errors have no common base but Exception.
            raise EmbedderFailed(self.name, str(problem)) from problem


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Rows of like length together, the longest first, at most `TOKENS_AT_ONCE` with their padding or one alone."""
    rows: list[int] = []
    for row in sorted(range(len(lengths)), key=lambda row: -lengths[row]):
        longest = lengths[rows[0]] if rows else 0
        # A title beside a long passage would be padded to many times its length.
        if rows and ((len(rows) + 1) * longest > TOKENS_AT_ONCE or 2 * lengths[row] < longest):
            yield rows
            rows = []
        rows.append(row)
    if rows:
        yield rows
