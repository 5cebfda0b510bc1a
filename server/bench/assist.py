"""A suggestion for one customer message in a large library, against encoding it and one search of the same vectors.

What is real: the embedder of the setting, on one thread as it serves; the conversation, whose words are a help
centre's; the whole path from the transcript to suggestions with their sources. What is made up: the articles, of the
words of the demo's articles and invented ones, as often as words come (Zipf's law), so the lists of common words are as
long as they would be; and their vectors, which are random, because embedding 100,000 passages takes most of an hour.
Both sides are asked by turns, message for message, in this one thread.
"""

import json
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from typing_extensions import override

from assist.suggest import heard, suggest
from assist.types import Line, Transcript
from knowledge.index.faiss import FaissIndex, FaissIndexes
from knowledge.library import Library
from knowledge.parsing.folder import load_folder
from knowledge.types import Query
from server.bench.corpus import RARE, articles
from server.bench.stuffed import Stuffed
from server.kit.clock import system_clock
from server.up.places import ROOT

WARM_UP = 20
TURNS = 3
NEIGHBOURS = 50
FILTERED = 100
NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
REPLIES = (
    "You can find your orders under My account.",
    "I am sorry to hear that. Which article is it about?",
    "Returns are free within 30 days.",
    "Thank you, let me have a look.",
)
WORD = re.compile(r"[a-z]{2,}")


def measure(*, passages: int, messages: int, say: Callable[[str], None] = lambda _: None) -> dict[str, Any]:
    """Return the figures: milliseconds of a suggestion and of its floor, their ratios, recall of the index."""
    from server.settings import Settings
    from server.wiring import open_embedder

    embedder = Stuffed(open_embedder(Settings(), threads=1))
    indexes = Noted()
    with tempfile.TemporaryDirectory(prefix="warmline-assist-") as folder:
        library = Library(Path(folder), embedder, system_clock, vectors=indexes)
        say(f"building {passages} passages")
        embedder.filling = True
        began = perf_counter()
        info = library.build(articles(passages, words=vocabulary()))
        library.serve(info.id)
        index_seconds = perf_counter() - began
        embedder.filling = False
        index = indexes.loaded[-1]
        everything = np.ones(info.passages, dtype=np.bool_)
        ours: list[float] = []
        floor: list[float] = []
        encoding: list[float] = []
        shown = 0
        say(f"{messages} messages")
        for number, transcript in enumerate(islice(conversations(), messages + WARM_UP)):
            text = transcript.lines[-1].text
            if len(transcript.lines) > 1:
                # For the moment when somebody answers a customer, long before the next message.
                heard(transcript.lines[-2].text, library)

            def search_alone(text: str = text) -> None:
                began = perf_counter()
                vector = embedder.embed([text])[0]
                encoding.append(_since(began))
                index.search(vector, NEIGHBOURS, everything)
                floor.append(_since(began))

            def whole(transcript: Transcript = transcript) -> int:
                began = perf_counter()
                found = suggest(transcript, library, floor=0.0)
                ours.append(_since(began))
                return len(found.items)

            # By turns, and each as often first as second: what the other left in the caches helps both alike.
            if number % 2:
                search_alone()
                shown += whole()
            else:
                shown += whole()
                search_alone()
        filtered = [_filtered(library, text) for text in islice(_questions(), FILTERED)]
    times = {
        "": ours[WARM_UP:], "floor_": floor[WARM_UP:], "encode_": encoding[WARM_UP:], "filtered_1_percent_": filtered,
    }  # fmt: skip
    figures = {
        f"{name}p{share}_ms": round(float(np.percentile(values, share)), 2)
        for name, values in times.items()
        for share in (50, 95)
    }
    return {
        "p95_ratio": round(figures["p95_ms"] / figures["floor_p95_ms"], 3),
        "p50_ratio": round(figures["p50_ms"] / figures["floor_p50_ms"], 3),
        **figures,
        "passages": info.passages,
        "messages": messages,
        "suggestions": round(shown / len(ours), 2),
        "index": index.kind,
        "index_seconds": round(index_seconds, 1),
    }


class Noted(FaissIndexes):
    """The served indexes, remembered so that the floor searches the very same one."""

    def __init__(self) -> None:
        """Begin with none."""
        super().__init__()
        self.loaded: list[FaissIndex] = []

    @override
    def load(self, path: Path) -> FaissIndex:
        """Read an index and remember it."""
        self.loaded.append(super().load(path))
        return self.loaded[-1]


def vocabulary() -> list[str]:
    """The words of the demo's articles, commonest first."""
    texts = (article.text for article in load_folder(ROOT / "demo" / "articles" / "en"))
    counted = Counter(word for text in texts for word in WORD.findall(text.casefold()))
    return sorted(counted, key=lambda word: (-counted[word], word))


def conversations() -> Iterator[Transcript]:
    """Each conversation after its first, second and third customer message; a bot or agent answers in between."""
    questions, replies = _questions(), cycle(REPLIES)
    number = 0
    while True:
        number += 1
        lines: list[Line] = []
        for _ in range(TURNS):
            # Nobody says the very same twice, so no message's vector is known before.
            lines.append(_line("customer", f"{next(questions)} ({number})", len(lines)))
            yield Transcript(conversation_id=str(number), lines=tuple(lines))
            lines.append(_line("bot", f"{next(replies)} #{number}", len(lines)))


def _questions() -> Iterator[str]:
    source = (ROOT / "demo" / "articles" / "questions.jsonl").read_text(encoding="utf-8")
    rows: Sequence[dict[str, Any]] = [json.loads(line) for line in source.splitlines()]
    return cycle([row["q"] for row in rows if row["locale"] == "en"])


def _line(author: Any, text: str, place: int) -> Line:
    return Line(author=author, text=text, at=NOON, message_id=str(place))


def _filtered(library: Library, text: str) -> float:
    """Milliseconds of a search among the hundredth of the articles that a tag lets through."""
    began = perf_counter()
    library.search(Query(text=text, tags=frozenset({RARE})))
    return _since(began)


def _since(began: float) -> float:
    return (perf_counter() - began) * 1000
