"""The messages that the sentiment head learns from, and the part of them that tests keep aside."""

import csv
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from assist.types import MoodLabel

MESSAGES = Path(__file__).parent / "data" / "messages.tsv"
_HELD_OUT = 51  # of 256: a fifth


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A labelled message; ``intensity`` from 0 (neutral) to 1 (furious or delighted)."""

    text: str
    label: MoodLabel
    intensity: float

    @property
    def score(self) -> float:
        """Return the mood that the label and its intensity mean, -1 to 1."""
        return {"negative": -1.0, "neutral": 0.0, "positive": 1.0}[self.label] * self.intensity

    @property
    def held_out(self) -> bool:
        """Say whether tests keep this message aside; it depends on the text alone, so new rows move no old ones."""
        return hashlib.sha256(self.text.encode()).digest()[0] < _HELD_OUT


def load_messages(path: Path = MESSAGES) -> tuple[Message, ...]:
    """Read a file of the columns label, intensity, text; raises ValueError with file and line for a wrong row."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return tuple(_message(row, f"{path.name}:{number}") for number, row in enumerate(rows, start=2))


def fingerprint(messages: Sequence[Message]) -> str:
    """Return a hash of texts and labels."""
    digest = hashlib.sha256()
    for one in messages:
        digest.update(f"{one.label}\t{one.intensity}\t{one.text}\n".encode())
    return digest.hexdigest()


def _message(row: dict[str, str], where: str) -> Message:
    label, intensity, text = row.get("label"), row.get("intensity"), row.get("text")
    if label not in {"negative", "neutral", "positive"} or not text or not intensity:
        raise ValueError(f"{where}: a row needs label, intensity and text.")
    value = float(intensity)
    if not 0 <= value <= 1:
        raise ValueError(f"{where}: the intensity must lie between 0 and 1.")
    return Message(text=text, label=cast(MoodLabel, label), intensity=value)
