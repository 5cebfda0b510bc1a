"""Which intent a message means, how sure that is, and how far it is from everything known."""

from __future__ import annotations

from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.classifiers.fallback_classifier import FallbackClassifier
from rasa.nlu.featurizers.featurizer import Featurizer
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from components.spelling import spelling

NOVELTY = "novelty"
RANKED = 5
FOLDS = 3


def vector_of(message: Message) -> np.ndarray | None:
    """The sentence vector of a message, shape (384,), or nothing (button payloads have none)."""
    _, sentence = message.get_dense_features(attribute=TEXT)
    return None if sentence is None else np.asarray(sentence.features[0])


def seen_by_head(vector: np.ndarray, text: str, weight: float) -> np.ndarray:
    """What the head reads: the sentence vector and, lighter, the spelling; shape (384 + 1024,)."""
    return np.concatenate([vector, weight * spelling(text)])


def softmax(logits: np.ndarray) -> np.ndarray:
    """Probabilities along the last axis."""
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def best_temperature(logits: np.ndarray, truth: np.ndarray) -> float:
    """The divisor of the logits with the least log loss on held-out rows (Guo et al. 2017, temperature scaling)."""
    candidates = np.geomspace(0.2, 5.0, 60)
    rows = np.arange(len(truth))
    losses = [-np.log(softmax(logits / t)[rows, truth] + 1e-12).mean() for t in candidates]
    return float(candidates[int(np.argmin(losses))])


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class IntentHead(IntentClassifier, GraphComponent):
    """Logistic regression on sentence vector and spelling, calibrated on held-out folds; served by numpy alone.

    Each message also gets `novelty`: 1 - cosine to the nearest training example, 0 (known) to 2.
    """

    @classmethod
    def required_components(cls) -> list[type]:
        """A featurizer must come before."""
        return [Featurizer]

    @staticmethod
    def required_packages() -> list[str]:
        """What must be installed to train this component."""
        return ["sklearn"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """C is sklearn's inverse regularisation strength; `spelling` is the weight of the spelling vector."""
        return {"C": 10.0, "max_iter": 300, "spelling": 0.6}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> IntentHead:
        """Make an untrained head."""
        return cls(config, model_storage, resource)

    def __init__(self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource) -> None:
        """Remember where to store what is learned."""
        self._config = config
        self._storage = model_storage
        self._resource = resource
        self._names: list[str] = []
        self._weights = np.zeros((0, 0), dtype=np.float32)
        self._bias = np.zeros(0, dtype=np.float32)
        self._known = np.zeros((0, 0), dtype=np.float32)

    def train(self, training_data: TrainingData) -> Resource:
        """Fit on all examples; the temperature comes from folds that the weights of that fold did not see."""
        from sklearn.linear_model import LogisticRegression
        from sklearn.model_selection import StratifiedKFold

        examples = [message for message in training_data.intent_examples if vector_of(message) is not None]
        self._names = sorted({message.get(INTENT) for message in examples})
        truth = np.array([self._names.index(message.get(INTENT)) for message in examples])
        vectors = np.stack([self._input(message) for message in examples])

        def fit(rows: np.ndarray) -> LogisticRegression:
            model = LogisticRegression(C=self._config["C"], max_iter=self._config["max_iter"], class_weight="balanced")
            return model.fit(vectors[rows], truth[rows])

        held_out = np.zeros((len(truth), len(self._names)))
        for seen, unseen in StratifiedKFold(FOLDS, shuffle=True, random_state=7).split(vectors, truth):
            held_out[unseen] = fit(seen).decision_function(vectors[unseen])
        temperature = best_temperature(held_out, truth)
        model = fit(np.arange(len(truth)))
        self._weights = (model.coef_.T / temperature).astype(np.float32)
        self._bias = (model.intercept_ / temperature).astype(np.float32)
        self._known = np.stack([vector_of(message) for message in examples]).astype(np.float32)
        with self._storage.write_to(self._resource) as folder:
            np.savez(
                folder / "head.npz",
                names=np.array(self._names),
                weights=self._weights,
                bias=self._bias,
                known=self._known,
            )
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> IntentHead:
        """Read a trained head back; nothing in the file is executable."""
        head = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder, np.load(folder / "head.npz", allow_pickle=False) as stored:
            head._names = [str(name) for name in stored["names"]]
            head._weights, head._bias, head._known = stored["weights"], stored["bias"], stored["known"]
        return head

    def process(self, messages: list[Message]) -> list[Message]:
        """Set intent, intent_ranking and novelty of each message that has a vector."""
        for message in messages:
            vector = vector_of(message)
            if vector is None:
                continue
            chances = softmax(self._input(message) @ self._weights + self._bias)
            ranking = [
                {"name": self._names[i], "confidence": float(chances[i])} for i in np.argsort(-chances)[: RANKED + 1]
            ]
            message.set("intent", ranking[0], add_to_output=True)
            message.set("intent_ranking", ranking, add_to_output=True)
            message.set(NOVELTY, float(1.0 - (self._known @ vector).max()), add_to_output=True)
        return messages

    def _input(self, message: Message) -> np.ndarray:
        return seen_by_head(vector_of(message), message.get(TEXT), self._config["spelling"])

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Later components of the pipeline train on what this one says."""
        self.process(training_data.training_examples)
        return training_data


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class Doubt(FallbackClassifier):
    """Rasa's fallback (low confidence, or two intents too close), plus one more ground: the message is too new."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Beyond `novelty` the message is not believed, unless confidence is at least `sure`."""
        return {**FallbackClassifier.get_default_config(), "novelty": 0.5, "sure": 0.95}

    def _should_fallback(self, message: Message) -> bool:
        if message.get(NOVELTY) is None:
            return False
        if super()._should_fallback(message):
            return True
        sure = message.get(INTENT)["confidence"] >= self.component_config["sure"]
        return bool(message.get(NOVELTY) > self.component_config["novelty"] and not sure)
