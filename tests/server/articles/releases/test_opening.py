"""A house opens although the files of its release are cut or gone, and writes them again."""

import shutil
from pathlib import Path

import pytest

from knowledge.types import Query, Scope
from server.articles.releases.keeping import Keeping
from server.articles.releases.wanted import COMMAND_LINE
from server.conversations.articles import article_out
from server.conversations.errors import KnowledgeUnavailable
from tests.support.knowledge import library
from tests.support.releases import write
from tests.support.server import opened


@pytest.mark.parametrize("lost", ["passages.npz", "articles.jsonl", "segment.json", "everything"])
async def test_a_house_opens_on_files_that_cannot_be_read(database_url: str, tmp_path: Path, lost: str) -> None:
    async with opened(database_url, tmp_path) as house:
        async with house.store.writing() as db:
            await write(db, "returns", "Send it back within thirty days.", now=house.clock())
        release = (await house.publisher.publish(None, by=COMMAND_LINE))["id"]
    if lost == "everything":
        shutil.rmtree(tmp_path / "knowledge")
    else:
        [file] = (tmp_path / "knowledge" / "segments").glob(f"*/{lost}")
        file.write_bytes(file.read_bytes()[:-20])
    async with opened(database_url, tmp_path) as house:
        if lost != "everything":
            with pytest.raises(KnowledgeUnavailable):
                await article_out(library(tmp_path / "knowledge"), house.store, "returns", revision=None, scope=Scope())
        await Keeping(house.publisher).follow()
        found = house.library.search(Query(text="send back thirty days"))
        assert (found.release, found.hits[0].passage.article_id) == (release, "returns")
