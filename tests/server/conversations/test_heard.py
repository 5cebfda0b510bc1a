"""What is said to a customer is read ahead, so that their next message finds its history ready."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from typing_extensions import override

from knowledge.embedding.hashing import HashingEmbedder
from knowledge.embedding.port import Vectors
from knowledge.library import Library
from knowledge.types import Article
from server.settings import Settings
from server.wiring import open_library
from tests.support.server import hire, opened, settle, visit


class Listening(HashingEmbedder):
    """Says when it was asked for certain words."""

    def __init__(self, words: str, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self._words = words
        self._loop = loop
        self.heard = asyncio.Event()

    @override
    def embed(self, texts: Sequence[str]) -> Vectors:
        """Look for the words, and do as the other."""
        if self._words in texts:
            self._loop.call_soon_threadsafe(self.heard.set)
        return super().embed(texts)


def _now() -> datetime:
    return datetime(2026, 3, 1, tzinfo=UTC)


async def test_an_agents_words_are_encoded_before_the_customer_answers(sqlite_url: str, tmp_path: Path) -> None:
    words = "Is it about the late fee of your newest invoice?"
    embedder = Listening(words, asyncio.get_running_loop())
    library = Library(tmp_path / "knowledge", embedder, _now)
    library.serve(library.build([Article(id="late-fees", title="Late fees", text="A late fee is added.")]).id)
    async with opened(sqlite_url, tmp_path, library=library) as house:
        kim = await hire(house, "Kim Larsen")
        taken = await (await visit(house)).write("I want a person")
        await settle(house)
        await house.conversations.take(taken.conversation_id, kim)
        await house.conversations.say(taken.conversation_id, kim, words, client_id="k1")
        async with asyncio.timeout(5):
            await embedder.heard.wait()


def test_a_locale_may_have_an_embedder_of_its_own_or_none(tmp_path: Path) -> None:
    settings = Settings.model_validate(
        {"home": tmp_path, "knowledge": {"embedder": "hashing", "embedders": {"de": "none", "fr": "hashing"}}}
    )
    library = open_library(settings, HashingEmbedder(), _now)
    texts = [Article(id="a", title="Liefern", text="Wir liefern.", locale=locale) for locale in ("de", "fr")]
    assert library.build(texts).embedded == 1
