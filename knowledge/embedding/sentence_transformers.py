"""Any other sentence-transformers model, by folder or, when the operator allows it, by hub id."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from threading import Lock

import numpy as np

from knowledge.embedding.port import Vectors
from knowledge.errors import ModelMissing

SHAPING_FILES = ("config.json", "modules.json", "tokenizer.json", "sentence_bert_config.json")


class SentenceTransformersEmbedder:
    """Runs a model on torch; slower to start and to answer than the ONNX file, and open to every language."""

    def __init__(self, model: str, *, hub: bool = False, threads: int = 2) -> None:
        """Load a folder, or a hub id when `hub` is true; nothing is fetched otherwise. `ModelMissing` if not there."""
        folder = Path(model)
        if not folder.is_dir() and not hub:
            raise ModelMissing(folder)
        import torch
        from sentence_transformers import SentenceTransformer

        torch.set_num_threads(threads)
        self._model = SentenceTransformer(model, device="cpu", local_files_only=not hub)
        self._lock = Lock()
        self.name = folder.name if folder.is_dir() else model
        self.dimensions = int(self.embed(["dimensions"]).shape[1])
        self.fingerprint = f"{self.name}:{_state(folder) if folder.is_dir() else 'hub'}:{self.dimensions}"

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a text, float32 of shape [len(texts), dimensions]; one call at a time."""
        if not texts:
            return np.empty((0, self.dimensions), dtype=np.float32)
        with self._lock:
            vectors = self._model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vectors, dtype=np.float32)


def _state(folder: Path) -> str:
    """A short hash of the settings and of the weights' names and sizes; hashing gigabytes would delay every start."""
    digest = hashlib.sha256()
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = file.relative_to(folder).as_posix()
        digest.update(f"{name}:{file.stat().st_size}\n".encode())
        if file.name in SHAPING_FILES:
            digest.update(file.read_bytes())
    return digest.hexdigest()[:16]
