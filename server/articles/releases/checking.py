"""Trying a release out: what would change, what would break, what the judged queries say. Nothing is stored."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from knowledge.errors import KnowledgeError, ReleaseMissing
from knowledge.parsing.markdown import ARTICLE_LINK, links
from knowledge.types import Article
from server.articles.content import to_knowledge
from server.articles.releases import planning, repository
from server.articles.releases.errors import NothingToPublish, SearchFailed
from server.articles.releases.images import images_in
from server.articles.releases.publisher import Publisher
from server.articles.releases.wanted import Plan, Wanted
from server.articles.workbench.service import yardstick


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What publishing would do."""

    gate: dict[str, Any]
    changes: list[dict[str, Any]]
    links: list[tuple[str, str]]


async def check(publisher: Publisher, wanted: Sequence[Wanted] | None) -> Checked:
    """Try out what `publish` would do; raises what it raises before anything is built, and `SearchFailed`."""
    async with publisher.store.reading() as connection:
        plan = await planning.plan(connection, wanted, now=publisher.clock())
        rows = await repository.contents(connection, plan.put)
        shown = images_in(rows)
        there = await repository.images(connection, shown)
    queries, limit = await yardstick(publisher.store)
    put = [to_knowledge(row, row) for row in rows]

    def tried() -> tuple[dict[str, Any], list[tuple[str, str]]]:
        with publisher.library.trial(plan.base, put=put, drop=list(plan.drop)) as trial:
            before = publisher.builder.comparable(plan.base, trial.info.embedder)
            gate = publisher.builder.gate.judge(before, trial.search, queries, limit, gone=plan.gone)
        return gate, _broken(plan, put, publisher.builder.held(plan.base))

    try:
        gate, broken = await asyncio.to_thread(tried)
    except KnowledgeError as error:
        raise SearchFailed(error) from error
    absent = [(article, f"image:{image}") for image, by in shown.items() if image not in there for article in by]
    return Checked(gate=gate, changes=plan.changes, links=broken + absent)


async def stand(publisher: Publisher) -> dict[str, Any]:
    """Return what the gate says of what waits, and that something does (`waiting`).

    Where nothing waits the served release is judged against itself. Raises `SearchFailed` where there is none.
    """
    try:
        return (await check(publisher, None)).gate | {"waiting": True}
    except NothingToPublish:
        served = await publisher.served()
    queries, limit = await yardstick(publisher.store)
    try:
        if served is None:
            raise ReleaseMissing("")
        search = planning.searching(publisher.library, served["release"])
        document = await asyncio.to_thread(publisher.builder.gate.judge, search, search, queries, limit)
    except KnowledgeError as error:
        raise SearchFailed(error) from error
    return document | {"waiting": False}


def _broken(plan: Plan, put: Iterable[Article], base: Iterable[Article]) -> list[tuple[str, str]]:
    """The links of what is put in that lead nowhere, and those of the rest that lead to what goes."""
    ids = {article_id for article_id, _ in plan.after}
    found = [(article.id, target) for article in put for target in links(article.text) if target not in ids]
    for article in base:
        if (article.id, article.locale) in plan.after and (article.id, article.locale) not in plan.put:
            gone = [one for one in plan.gone if f"{ARTICLE_LINK}{one}" in article.text]
            found += [(article.id, target) for target in (links(article.text) if gone else ()) if target in plan.gone]
    return list(dict.fromkeys(found))
