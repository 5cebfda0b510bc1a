"""How well moods are read: on rows of ``text`` and ``label`` (negative, neutral, positive)."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from assist.evals.rows import DataFileWrong, read_rows
from assist.sentiment.lexicon import LexiconSentiment
from assist.sentiment.port import SentimentModel
from assist.types import Mood

_LABELS = ("negative", "neutral", "positive")
_BATCH = 256


def evaluate(path: Path, model: SentimentModel) -> dict[str, Any]:
    """Return AUROC of negative against the rest and macro-F1 of the model, and both of the lexicon alone.

    ``auroc_negative`` ranks by the probability of "negative"; None when the file holds only one side.
    """
    texts, labels = _read(path)
    started = time.perf_counter()
    moods = [mood for at in range(0, len(texts), _BATCH) for mood in model.read(texts[at : at + _BATCH])]
    spent = time.perf_counter() - started
    alone = LexiconSentiment().read(texts)
    return {
        "rows": len(texts),
        "auroc_negative": _auroc(moods, labels),
        "macro_f1": _macro_f1(moods, labels),
        "lexicon_auroc_negative": _auroc(alone, labels),
        "lexicon_macro_f1": _macro_f1(alone, labels),
        "model": model.version,
        "ms_per_text": round(spent / max(1, len(texts)) * 1000, 3),
    }


def _read(path: Path) -> tuple[list[str], list[str]]:
    texts, labels = [], []
    for number, row in enumerate(read_rows(path), start=1):
        text, label = row.get("text"), str(row.get("label", row.get("sentiment", ""))).strip().casefold()
        if not isinstance(text, str) or label not in _LABELS:
            raise DataFileWrong(f"{path.name}, row {number}: text and label (negative, neutral, positive) are needed.")
        texts.append(text)
        labels.append(label)
    if not texts:
        raise DataFileWrong(f"{path.name} holds no rows.")
    return texts, labels


def _auroc(moods: Sequence[Mood], labels: Sequence[str]) -> float | None:
    from sklearn.metrics import roc_auc_score

    bad = [label == "negative" for label in labels]
    if all(bad) or not any(bad):
        return None
    return round(float(roc_auc_score(bad, [mood.negative for mood in moods])), 4)


def _macro_f1(moods: Sequence[Mood], labels: Sequence[str]) -> float:
    from sklearn.metrics import f1_score

    present = sorted(set(labels))
    score = f1_score(labels, [mood.label for mood in moods], labels=present, average="macro", zero_division=0)
    return round(float(score), 4)
