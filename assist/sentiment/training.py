"""Trains the sentiment head at set-up, in seconds, from the messages in ``data``."""

import hashlib
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from assist.ports import Embed
from assist.sentiment.combined import LABELS, Head, HeadBroken, Matrix, join, log_odds, softmax
from assist.sentiment.lexicon import LexiconSentiment
from assist.sentiment.messages import Message, fingerprint, load_messages

# Sentence vectors have length 1 over hundreds of columns; times 4 a column weighs about as much as a scaled feature.
_VECTOR_SCALE, _FEATURE_SCALE = 4.0, 0.3
# Strong on purpose: cross-validation hardly tells 0.01 from 0.1, and messages from elsewhere are read better.
_INVERSE_PENALTY, _RIDGE = 0.01, 10.0
_FOLDS = 5
_TEMPERATURES = np.geomspace(0.05, 3, 60)
_WIDER = 1.6
_SOURCES = ("combined.py", "lexicon.py", "messages.py", "phrases.py", "training.py")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """What a training did; ``metrics`` come from cross-validation on the messages, so from rows not learned from."""

    path: Path
    version: str
    trained: bool
    seconds: float
    rows: int
    metrics: dict[str, float] = field(default_factory=dict)


def head_path(home: Path) -> Path:
    """Return where the head lies under the home folder."""
    return home / "models" / "sentiment" / "head.json"


def train(home: Path, embed: Embed, *, embedder: str, force: bool = False) -> Trained:
    """Train the head unless the one there was made of the same messages, code and embedder; then store it at once."""
    started = time.perf_counter()
    messages, path = load_messages(), head_path(home)
    wanted = _fingerprint(messages, embedder)
    if not force:
        old = _stored(path)
        if old is not None and old.fingerprint == wanted:
            spent = time.perf_counter() - started
            return Trained(path=path, version=old.version, trained=False, seconds=spent, rows=len(messages))
    head, metrics = fit(messages, embed, name=wanted)
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        beside.write_text(head.to_json(), encoding="utf-8")
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    spent = time.perf_counter() - started
    return Trained(
        path=path, version=head.version, trained=True, seconds=spent, rows=len(messages), metrics=metrics
    )  # fmt: skip


def fit(messages: Sequence[Message], embed: Embed, *, name: str) -> tuple[Head, dict[str, float]]:
    """Return a head trained on the messages, and its cross-validated metrics."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold, cross_val_predict

    texts = [one.text for one in messages]
    features = LexiconSentiment().features(texts)
    mean, spread = features.mean(axis=0), np.maximum(features.std(axis=0), 1e-6)
    columns = join(embed(texts), (features - mean) / spread, _VECTOR_SCALE, _FEATURE_SCALE)
    labels = np.array([LABELS.index(one.label) for one in messages])
    intensities = np.array([one.intensity for one in messages], dtype=np.float32)

    classifier = LogisticRegression(C=_INVERSE_PENALTY, max_iter=2000)
    folds = list(StratifiedKFold(_FOLDS, shuffle=True, random_state=0).split(columns, labels))
    logits = cross_val_predict(classifier, columns, labels, cv=folds, method="decision_function")
    odds = log_odds(softmax(logits)[:, 0]).reshape(-1, 1)
    platt = LogisticRegression(C=1e6).fit(odds, labels == 0)
    classifier.fit(columns, labels)
    head = Head(
        version=f"minilm-lexicon-{name[:8]}",
        fingerprint=name,
        classes=np.vstack([classifier.coef_.T, classifier.intercept_]).astype(np.float32),
        strength=_strength(columns, labels, intensities),
        mean=mean,
        spread=spread,
        vector_scale=_VECTOR_SCALE,
        feature_scale=_FEATURE_SCALE,
        slope=float(platt.coef_[0, 0]),
        shift=float(platt.intercept_[0]),
        temperature=float(min(_TEMPERATURES, key=lambda one: _log_loss(logits / one, labels))),
    )
    guesses = np.zeros(len(messages), dtype=np.float32)
    for learn, keep in folds:
        part = replace(head, strength=_strength(columns[learn], labels[learn], intensities[learn]))
        guesses[keep] = part.scores(columns[keep], logits[keep])
    truth = np.array([one.score for one in messages])
    return head, _metrics(logits, head.negative(logits), labels, guesses, truth)


def _strength(columns: Matrix, labels: Any, intensities: Any) -> Matrix:
    """Return the maps to the strength of negative and of positive messages, each learned on its own kind.

    Shape (columns + 1, 2). Ridge regression draws its guesses towards the mean; they are spread out again to vary as
    much as the labels do, up to a limit, so that the end of the scale is in use.
    """
    from sklearn.linear_model import Ridge

    maps = []
    for label in (0, 2):
        rows = labels == label
        ridge = Ridge(alpha=_RIDGE).fit(columns[rows], intensities[rows])
        guesses = ridge.predict(columns[rows])
        wider = min(_WIDER, float(intensities[rows].std() / max(1e-6, guesses.std())))
        middle = float(intensities[rows].mean())
        maps.append(np.append(ridge.coef_ * wider, middle + (ridge.intercept_ - middle) * wider))
    return np.stack(maps, axis=1).astype(np.float32)


def _metrics(logits: Any, negative: Any, labels: Any, guesses: Any, scores: Any) -> dict[str, float]:
    from sklearn.metrics import f1_score, roc_auc_score

    bad = labels == 0
    bins = np.clip((negative * 10).astype(int), 0, 9)
    gaps = [
        abs(negative[bins == one].mean() - bad[bins == one].mean()) * (bins == one).mean() for one in set(bins.tolist())
    ]
    return {
        "auroc_negative": round(float(roc_auc_score(bad, negative)), 4),
        "macro_f1": round(float(f1_score(labels, logits.argmax(axis=1), average="macro")), 4),
        "ece_negative": round(float(sum(gaps)), 4),
        "score_mae": round(float(np.abs(guesses - scores).mean()), 4),
        "score_correlation": round(float(np.corrcoef(guesses, scores)[0, 1]), 4),
    }


def _log_loss(logits: Any, labels: Any) -> float:
    return float(-np.log(softmax(logits)[np.arange(len(labels)), labels] + 1e-12).mean())


def _stored(path: Path) -> Head | None:
    try:
        return Head.from_file(path)
    except (FileNotFoundError, HeadBroken):
        return None


def _fingerprint(messages: Sequence[Message], embedder: str) -> str:
    digest = hashlib.sha256(f"{fingerprint(messages)} {embedder} {version('vadersentiment')}".encode())
    for name in _SOURCES:
        digest.update((Path(__file__).parent / name).read_bytes())
    return digest.hexdigest()
