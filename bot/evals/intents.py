"""How well intents are read, by the components of config.yml themselves: trained on one file, asked on another.

Rows are JSON lines of `text` and `label`; the label `oos` (or `out_of_scope`) is a message that no intent is for. Such
rows may be in the training file too and are then an intent like any other, as the bot's own out_of_scope skill is.
A message counts as taken for out of scope when that intent wins, or when the pipeline falls back and the bot asks.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

OOS = "oos"
OUTSIDE = frozenset({"oos", "out_of_scope"})
BINS = 15
# The head's calibration needs three folds that each see every intent, and its arithmetic more than two intents.
FEWEST_INTENTS, FEWEST_EXAMPLES, FOLDS = 3, 2, 3
# Names in config.yml without a dot are Rasa's own.
RASAS = {"WhitespaceTokenizer": "rasa.nlu.tokenizers.whitespace_tokenizer.WhitespaceTokenizer"}


class RowsWrong(ValueError):
    """The rows cannot be measured on; the message is a sentence for the operator."""


@dataclass(frozen=True)
class Heard:
    """What the pipeline made of one message.

    `said` is the intent after the fallback had its say (`oos` for both ways out), `head` the intent before, and
    `confidence` the head's confidence in it. `unsure` is 1 - the confidence in the best intent that is not `oos`.
    """

    said: str
    head: str
    confidence: float
    unsure: float
    novelty: float
    seconds: float


@dataclass
class Pipeline:
    """The pipeline of the bot, outside of Rasa's training graph: the same components in the same order."""

    config: Path
    _parts: list[Any] = field(default_factory=list)

    def train(self, rows: list[tuple[str, str]]) -> float:
        """Train on (text, label) rows and return the seconds that took, the encoding of the texts included."""
        from rasa.engine.graph import ExecutionContext, GraphSchema
        from rasa.engine.storage.local_model_storage import LocalModelStorage
        from rasa.engine.storage.resource import Resource
        from rasa.shared.nlu.constants import INTENT, TEXT
        from rasa.shared.nlu.training_data.message import Message
        from rasa.shared.nlu.training_data.training_data import TrainingData
        from rasa.shared.utils.common import class_from_module_path
        from rasa.shared.utils.io import read_yaml_file

        context = ExecutionContext(GraphSchema({}), node_name="eval")
        data = TrainingData([Message(data={TEXT: text, INTENT: label}) for text, label in rows])
        self._parts = []
        spent = 0.0
        with tempfile.TemporaryDirectory() as folder:
            storage = LocalModelStorage(Path(folder))
            for place, item in enumerate(read_yaml_file(self.config)["pipeline"]):
                kind = class_from_module_path(RASAS.get(item["name"], item["name"]))
                config = {**kind.get_default_config(), **{key: item[key] for key in item if key != "name"}}
                resource = Resource(f"part-{place}")
                part = kind.create(config, storage, resource, context)
                started = time.perf_counter()
                if hasattr(part, "train"):
                    resource = part.train(data)
                    # What is asked is what a server would read back, not what training left in memory.
                    part = kind.load(config, storage, resource, context)
                if hasattr(part, "process_training_data"):
                    data = part.process_training_data(data)
                spent += time.perf_counter() - started
                self._parts.append(part)
        return spent

    def hear(self, text: str) -> Heard:
        """Read one message as a conversation would bring it."""
        from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME as FALLBACK
        from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
        from rasa.shared.nlu.training_data.message import Message

        messages = [Message(data={TEXT: text})]
        started = time.perf_counter()
        for part in self._parts:
            messages = part.process(messages)
        spent = time.perf_counter() - started
        [message] = messages
        ranking = [one for one in message.get(INTENT_RANKING_KEY) or [] if one["name"] != FALLBACK]
        if not ranking:
            return Heard(said=OOS, head=OOS, confidence=0.0, unsure=1.0, novelty=1.0, seconds=spent)
        known = max((one["confidence"] for one in ranking if one["name"] != OOS), default=0.0)
        name = message.get(INTENT)["name"]
        return Heard(
            said=OOS if name == FALLBACK else name,
            head=ranking[0]["name"],
            confidence=ranking[0]["confidence"],
            unsure=1.0 - known,
            novelty=message.get("novelty"),
            seconds=spent,
        )


def evaluate(config: Path, train: Path, test: Path) -> dict[str, Any]:
    """Train on one file, ask the other, and return the figures; raises RowsWrong."""
    learned, asked = read(train), read(test)
    check(learned, asked)
    pipeline = Pipeline(config)
    seconds = pipeline.train(learned)
    heard = [pipeline.hear(text) for text, _ in asked]
    return {
        **figures([label for _, label in asked], heard),
        "train_seconds": round(seconds, 2),
        "parse_p50_ms": round(float(np.percentile([one.seconds for one in heard], 50)) * 1000, 2),
        "parse_p95_ms": round(float(np.percentile([one.seconds for one in heard], 95)) * 1000, 2),
        "train_rows": len(learned),
        "test_rows": len(asked),
        "intents": len({label for _, label in learned} - {OOS}),
        "oos_train_rows": sum(label == OOS for _, label in learned),
    }


def read(path: Path) -> list[tuple[str, str]]:
    """The (text, label) rows of a file of JSON lines; both names of out of scope become one."""
    rows = []
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            text, label = row["text"].strip(), row["label"].strip()
        except (ValueError, TypeError, KeyError, AttributeError):
            text = label = ""
        if not text or not label:
            raise RowsWrong(f"{path.name}, row {number}: text and label are needed.")
        rows.append((text, OOS if label.casefold() in OUTSIDE else label))
    if not rows:
        raise RowsWrong(f"{path.name} holds no rows.")
    return rows


def check(learned: list[tuple[str, str]], asked: list[tuple[str, str]]) -> None:
    """Refuse what the head cannot be trained on, and a test that could not be answered right; raises RowsWrong."""
    counts = Counter(label for _, label in learned)
    if len(counts) < FEWEST_INTENTS:
        raise RowsWrong(f"The training rows have {len(counts)} intents; at least {FEWEST_INTENTS} are needed.")
    thin = sorted(label for label, count in counts.items() if count < FEWEST_EXAMPLES)
    if thin:
        raise RowsWrong(f"Each intent needs {FEWEST_EXAMPLES} training rows; {thin[0]} has {counts[thin[0]]}.")
    if max(counts.values()) < FOLDS:
        raise RowsWrong(f"At least one intent needs {FOLDS} training rows.")
    wanted = {label for _, label in asked} - {OOS}
    if not wanted:
        raise RowsWrong("No test row is in scope.")
    strangers = sorted(wanted - counts.keys())
    if strangers:
        raise RowsWrong(f"The test rows have an intent that no training row has: {strangers[0]}.")


def figures(truth: list[str], heard: list[Heard]) -> dict[str, Any]:
    """All that is measured on the answers; what needs out-of-scope rows is None where there are none.

    The fallback looks at confidence and at novelty, so `oos_auroc` ranks by their sum; each alone is given too.
    """
    labels, said = np.array(truth), np.array([one.said for one in heard])
    outside, taken = labels == OOS, said == OOS
    both = bool(outside.any())
    head = np.array([one.head for one in heard])
    confidence = np.array([one.confidence for one in heard])
    unsure, novelty = np.array([one.unsure for one in heard]), np.array([one.novelty for one in heard])
    intents = sorted(set(truth) - {OOS})
    return {
        "in_scope_accuracy": share(said[~outside] == labels[~outside]),
        "macro_f1": round(float(np.mean([f1(labels == one, said == one) for one in intents])), 4),
        "oos_recall": share(taken[outside]) if both else None,
        "oos_precision": share(outside[taken]) if both and taken.any() else None,
        "oos_auroc": auroc(unsure + novelty, outside),
        "ece": calibration_error(confidence[~outside], head[~outside] == labels[~outside]),
        "oos_auroc_confidence": auroc(unsure, outside),
        "oos_auroc_novelty": auroc(novelty, outside),
        "in_scope_accuracy_before_doubt": share(head[~outside] == labels[~outside]),
        "in_scope_doubted": share(taken[~outside]),
        "oos_test_rows": int(outside.sum()),
    }


def share(right: np.ndarray) -> float:
    """The share of true values, rounded."""
    return round(float(right.mean()), 4)


def f1(true: np.ndarray, said: np.ndarray) -> float:
    """The harmonic mean of precision and recall of one intent; 0 where it was neither there nor said."""
    return float(2 * (true & said).sum() / max(1, true.sum() + said.sum()))


def auroc(scores: np.ndarray, positive: np.ndarray) -> float | None:
    """The chance that a positive row scores above a negative one, ties counted half; None without either kind."""
    if positive.all() or not positive.any():
        return None
    below = np.sort(scores[~positive])
    ranks = [np.searchsorted(below, scores[positive], side=side).mean() for side in ("left", "right")]
    return round(float(np.mean(ranks)) / len(below), 4)


def calibration_error(confidence: np.ndarray, right: np.ndarray) -> float:
    """Expected calibration error over 15 bins of equal width (Guo et al. 2017)."""
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    wrong_by = [abs(confidence[bins == one].mean() - right[bins == one].mean()) for one in np.unique(bins)]
    weights = [(bins == one).mean() for one in np.unique(bins)]
    return round(float(np.dot(wrong_by, weights)), 4)
