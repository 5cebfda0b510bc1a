"""A sentence encoder as a Rasa featurizer: one MiniLM vector a message, by onnxruntime, without torch or TensorFlow."""

from __future__ import annotations

import json
import os
import re
from collections import OrderedDict
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

DIMENSIONS = 384
LONGEST = 128
BATCH = 32

# One number is as good as another for what a sentence means, so all of them look the same to the encoder.
MASKS = (
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "ana@example.com"),
    (re.compile(r"\bINV-\d{4}-\d{3,6}\b", re.IGNORECASE), "INV-2026-00871"),
    (re.compile(r"\bC-\d{5}\b", re.IGNORECASE), "C-10001"),
    (re.compile(r"(?<![\w.,+-])(?:LF-|#)?\d{5}(?![\w-]|[.,]\d)", re.IGNORECASE), "44110"),
)


RECENT: OrderedDict[str, np.ndarray] = OrderedDict()
"""The vectors of the last texts of this process, for the channel: who asked the bot need not encode them again."""
REMEMBERED = 256


def remember(text: str, vector: np.ndarray) -> None:
    """Keep the vector of a text, shape (384,), and forget the oldest."""
    RECENT[text] = vector
    RECENT.move_to_end(text)
    while len(RECENT) > REMEMBERED:
        RECENT.popitem(last=False)


@lru_cache(maxsize=1)
def encoder_name() -> str:
    """Which encoder this is, by the name and weights in its manifest; nothing where there is none."""
    try:
        manifest = json.loads((encoder_folder() / "manifest.json").read_text(encoding="utf-8"))
        return f"{manifest['name']}:{manifest['weights_sha256'][:16]}"
    except (OSError, ValueError, KeyError):
        return ""


def encoder_folder() -> Path:
    """The folder of model.onnx and tokenizer.json: WARMLINE_ENCODER, else models/minilm under WARMLINE_HOME."""
    named = os.environ.get("WARMLINE_ENCODER")
    return Path(named) if named else Path(os.environ.get("WARMLINE_HOME", ".warmline")) / "models" / "minilm"


def masked(text: str) -> str:
    """The text with emails, order, invoice and customer numbers replaced by one fixed specimen each."""
    for pattern, specimen in MASKS:
        text = pattern.sub(specimen, text)
    return text


class Encoder:
    """MiniLM by onnxruntime on one thread: texts in, unit vectors of shape (n, 384) out."""

    def __init__(self, folder: Path) -> None:
        """Load the model and its tokenizer; raises FileNotFoundError that names the missing file."""
        import onnxruntime
        from tokenizers import Tokenizer as Pieces

        for name in ("model.onnx", "tokenizer.json"):
            if not (folder / name).is_file():
                raise FileNotFoundError(f"The sentence encoder is not there: {folder / name} is missing.")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
        )
        self._output = self._session.get_outputs()[0].name
        self._pieces = Pieces.from_file(str(folder / "tokenizer.json"))
        self._pieces.enable_truncation(LONGEST)
        self._pieces.enable_padding()

    def encode(self, texts: list[str]) -> np.ndarray:
        """Unit vectors of shape (len(texts), 384); an output per token is mean-pooled over the attention mask first."""
        pieces = self._pieces.encode_batch(texts)
        mask = np.array([piece.attention_mask for piece in pieces], dtype=np.int64)
        fed = {
            "input_ids": np.array([piece.ids for piece in pieces], dtype=np.int64),
            "attention_mask": mask,
            "token_type_ids": np.array([piece.type_ids for piece in pieces], dtype=np.int64),
        }
        [vectors] = self._session.run([self._output], fed)
        if vectors.ndim == 3:
            weights = mask[:, :, None].astype(np.float32)
            vectors = (vectors * weights).sum(axis=1) / np.maximum(weights.sum(axis=1), 1e-9)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return (vectors / np.maximum(lengths, 1e-12)).astype(np.float32)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceVectors(DenseFeaturizer, GraphComponent):
    """Gives each message its sentence vector as a dense sentence feature; button payloads ("/intent") get none."""

    @classmethod
    def required_components(cls) -> list[type]:
        """Rasa wants a tokenizer before any featurizer."""
        return [Tokenizer]

    @staticmethod
    def required_packages() -> list[str]:
        """What must be installed for this component."""
        return ["onnxruntime", "tokenizers"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Masking of numbers and emails can be switched off."""
        return {**DenseFeaturizer.get_default_config(), "mask": True}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceVectors:
        """Make the component; the encoder is loaded here, not at import."""
        return cls(execution_context.node_name, config)

    def __init__(self, name: str, config: dict[str, Any]) -> None:
        """Load the encoder of this machine."""
        super().__init__(name, config)
        self._encoder = Encoder(encoder_folder())
        self._mask = bool(config.get("mask", True))
        self._last: tuple[str, np.ndarray] | None = None

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Every configuration of this component is valid."""

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the vector of each message; the last text is remembered, because people and retries repeat themselves."""
        for message in messages:
            text = message.get(TEXT)
            if not text or text.startswith("/"):
                continue
            if self._last is None or self._last[0] != text:
                self._last = (text, self._encoder.encode([self._seen(text)]))
            remember(text, self._last[1][0])
            self._add(message, self._last[1])
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add vectors to all examples: in batches, shortest first so that little is padded, each text once."""
        examples = [message for message in training_data.training_examples if message.get(TEXT)]
        texts = sorted({self._seen(message.get(TEXT)) for message in examples}, key=len)
        vectors: dict[str, np.ndarray] = {}
        for start in range(0, len(texts), BATCH):
            batch = texts[start : start + BATCH]
            vectors.update(zip(batch, self._encoder.encode(batch), strict=True))
        for message in examples:
            self._add(message, vectors[self._seen(message.get(TEXT))][None, :])
        return training_data

    def _seen(self, text: str) -> str:
        return masked(text) if self._mask else text

    def _add(self, message: Message, vector: np.ndarray) -> None:
        message.add_features(Features(vector, FEATURE_TYPE_SENTENCE, TEXT, self._identifier))
