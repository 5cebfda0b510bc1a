"""How well the rules choose the moment to hand over: on dialogues in which somebody marked it.

A row is one dialogue: ``turns`` with ``speaker`` (customer, bot, agent) and ``text``, and the truth as ``handoff`` on
the customer turns (true: a person should take over now) or on the dialogue (true: somewhere in it). A row with only
``text`` and ``label`` or ``handoff`` is a dialogue of one message. Bot turns may carry ``signals``, customer turns
``intent`` and ``confidence``. What is not there is not used: without signals, asking back cannot be seen.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from assist.decisions import Limits, decide
from assist.decisions.facts import BotTurn, gather
from assist.evals.rows import DataFileWrong, read_rows
from assist.ports import Embed, Vectors
from assist.sentiment.line import in_line
from assist.sentiment.port import SentimentModel
from assist.types import Line, Move, Transcript, Verdict

_START = datetime(2026, 1, 1, tzinfo=UTC)
_YES = {"true", "1", "yes", "handoff", "hand_off", "escalate", "escalation"}
_SPEAKERS = {
    "customer": "customer", "user": "customer", "bot": "bot", "assistant": "bot", "agent": "bot", "system": "bot",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Turn:
    speaker: str
    text: str
    handoff: bool | None
    extra: Mapping[str, Any]


def evaluate(
    path: Path, model: SentimentModel, limits: Limits | None = None, *, embed: Embed | None = None
) -> dict[str, Any]:
    """Return precision, recall and F1 of handing over.

    Counted by customer message where the turns are marked, by dialogue where only the dialogue is. After a true or a
    first predicted handoff a marked dialogue goes on as if the bot still had it, so that each message counts alone.
    """
    counts: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    rows = read_rows(path)
    for number, row in enumerate(rows, start=1):
        turns, whole = _dialogue(row, f"{path.name}, row {number}")
        verdicts = _verdicts(turns, model, limits or Limits(), embed)
        handed = [(turn, verdict.move is Move.hand_off) for turn, verdict in verdicts]
        reasons.update(str(verdict.reason) for _, verdict in verdicts if verdict.move is Move.hand_off)
        marked = [(turn.handoff, said) for turn, said in handed if turn.handoff is not None]
        if not marked and whole is None:
            raise DataFileWrong(f"{path.name}, row {number}: neither the dialogue nor a customer turn says handoff.")
        for true, said in marked or [(bool(whole), any(said for _, said in handed))]:
            counts[f"{'true' if true == said else 'false'}_{'positive' if said else 'negative'}"] += 1
    return {"rows": len(rows), "cases": counts.total(), **_scores(counts), "reasons": dict(sorted(reasons.items()))}


def _scores(counts: Counter[str]) -> dict[str, float | int]:
    right, extra, missed = counts["true_positive"], counts["false_positive"], counts["false_negative"]
    precision = right / (right + extra) if right + extra else 0.0
    recall = right / (right + missed) if right + missed else 0.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    rounded = {"precision": round(precision, 4), "recall": round(recall, 4), "f1": round(f1, 4)}
    return {**rounded, **{name: counts[name] for name in sorted(counts)}}


def _verdicts(
    turns: list[_Turn], model: SentimentModel, limits: Limits, embed: Embed | None
) -> list[tuple[_Turn, Verdict]]:
    customer = [turn for turn in turns if turn.speaker == "customer"]
    texts = [turn.text for turn in customer]
    vectors = embed(texts) if embed and texts else None
    moods = iter(model.read(texts, vectors))
    known: dict[str, Vectors] = {}
    lines: list[Line] = []
    found = []
    for place, turn in enumerate(turns):
        at, name = _START + timedelta(seconds=20 * place), str(place)
        if turn.speaker != "customer":
            signals = tuple(turn.extra.get("signals") or ())
            lines.append(Line(author="bot", text=turn.text, at=at, message_id=name, signals=signals))
            continue
        mood = in_line(next(moods), [line.sentiment for line in lines if line.sentiment is not None])
        inbound = _inbound(turn, at, name)
        vector = None if vectors is None else vectors[len(known)]
        facts = gather(
            Transcript(conversation_id="eval", lines=tuple(lines)), inbound, owner="bot", bot=_answer(turns, place),
            mood=mood, vector=vector, earlier_vectors=known,
        )  # fmt: skip
        found.append((turn, decide(facts, limits)))
        lines.append(_inbound(turn, at, name, sentiment=mood.score))
        if vector is not None:
            known[name] = vector
    return found


def _inbound(turn: _Turn, at: datetime, name: str, *, sentiment: float | None = None) -> Line:
    extra = turn.extra
    return Line(
        author="customer", text=turn.text, at=at, message_id=name, intent=extra.get("intent"),
        confidence=extra.get("confidence"), sentiment=sentiment,
    )  # fmt: skip


def _answer(turns: list[_Turn], place: int) -> BotTurn:
    """Return what the bot said after the customer's turn; where a dialogue ends, it said something unknown."""
    said = []
    for turn in turns[place + 1 :]:
        if turn.speaker == "customer":
            break
        said.append(turn)
    signals = tuple(signal for turn in said for signal in turn.extra.get("signals") or ())
    extra = turns[place].extra
    return BotTurn(
        texts=tuple(turn.text for turn in said) or ("...",), signals=signals, intent=extra.get("intent"),
        confidence=extra.get("confidence"),
    )  # fmt: skip


def _dialogue(row: dict[str, Any], where: str) -> tuple[list[_Turn], bool | None]:
    whole = _truth(row)
    if "turns" not in row:
        if not isinstance(row.get("text"), str):
            raise DataFileWrong(f"{where}: turns or text are needed.")
        return [_Turn(speaker="customer", text=row["text"], handoff=None, extra=row)], whole
    if not isinstance(row["turns"], list) or not all(isinstance(turn, dict) for turn in row["turns"]):
        raise DataFileWrong(f"{where}: turns is no list of turns.")
    turns = []
    for turn in row["turns"]:
        speaker = _SPEAKERS.get(str(turn.get("speaker", turn.get("author", ""))).casefold())
        if speaker is None or not isinstance(turn.get("text"), str):
            raise DataFileWrong(f"{where}: a turn needs speaker (customer, bot or agent) and text.")
        marked = _truth(turn) if speaker == "customer" else None
        turns.append(_Turn(speaker=speaker, text=turn["text"], handoff=marked, extra=turn))
    if whole is None and any(turn.handoff for turn in turns):
        # Where only the true turns are marked, the others are meant to be false.
        turns = [replace(turn, handoff=bool(turn.handoff)) if turn.speaker == "customer" else turn for turn in turns]
    return turns, whole


def _truth(row: Mapping[str, Any]) -> bool | None:
    value = next((row[name] for name in ("handoff", "hand_off", "label") if row.get(name) is not None), None)
    if value is None or isinstance(value, bool):
        return value
    return str(value).strip().casefold() in _YES
