"""The embedder that serves: all-MiniLM-L6-v2 on onnxruntime, from the folder that `export` writes."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.embedding.export import MAX_TOKENS, read_manifest, sha256
from knowledge.embedding.port import Vectors
from knowledge.errors import EmbedderFailed, ModelBroken, ModelMissing

BATCH = 32


class MiniLM:
    """Encodes English text in about 3 ms a short text on two threads; at most 256 tokens of each text count."""

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
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        # A thread that spins between two requests takes a core from everything else on a small machine.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.no_padding()

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a text, float32 of shape [len(texts), 384]; texts of like length share a batch."""
        encoded = self._tokenizer.encode_batch_fast(list(texts))
        vectors = np.empty((len(encoded), self.dimensions), dtype=np.float32)
        order = sorted(range(len(encoded)), key=lambda index: len(encoded[index].ids))
        for start in range(0, len(order), BATCH):
            rows = order[start : start + BATCH]
            vectors[rows] = self._run([encoded[row].ids for row in rows])
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
