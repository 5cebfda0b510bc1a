"""What somebody may not see never shows: not in a search, not in a list, not by its id."""

from collections.abc import Iterator
from itertools import product

import pytest

from knowledge.errors import ArticleMissing
from knowledge.index.faiss import FaissIndexes
from knowledge.index.memory import MemoryIndexes
from knowledge.index.port import VectorIndexes
from knowledge.library import Library
from knowledge.types import ANY, Article, Query, Scope
from tests.support.knowledge import library

LOCALES = ("en", "de", "en-GB")
REGIONS: tuple[tuple[str, ...], ...] = ((), ("EU",), ("EU", "UK"))
ACCOUNTS: tuple[tuple[str, ...], ...] = ((), ("larkfield",), ("fjord",))
AUDIENCES = (("public",), ("agents",), ("agents", "billing"))
TAGS: tuple[tuple[str, ...], ...] = ((), ("lamps",))


def articles() -> Iterator[Article]:
    for number, (locale, regions, accounts, audience, tags) in enumerate(
        product(LOCALES, REGIONS, ACCOUNTS, AUDIENCES, TAGS)
    ):
        yield Article(
            id=f"a{number}", title="Refund of a lamp", text="Money back.", locale=locale, regions=regions,
            accounts=accounts, audience=audience, tags=tags,
        )  # fmt: skip


EVERYTHING = tuple(articles())
SCOPES = [
    Scope(locale=locale, region=region, account=account, audience=frozenset(audience), tags=frozenset(tags))
    for locale, region, account, audience, tags in product(
        ("en", "en-GB", "en_gb", "DE", "fr", ANY),
        (None, "EU", "UK", "US", ANY),
        (None, "fjord", "nobody", ANY),
        ({"public"}, {"public", "agents"}, {"billing"}, set()),
        (set(), {"lamps"}),
    )
]


@pytest.fixture(scope="module", params=[MemoryIndexes(), FaissIndexes(), FaissIndexes(flat_limit=5)])
def shelf(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Library:
    vectors: VectorIndexes = request.param
    made = library(tmp_path_factory.mktemp("library"), vectors=vectors)
    # Two releases, so that a scope is also kept across segments and past articles that are gone.
    made.serve(made.build(EVERYTHING[: len(EVERYTHING) * 3 // 4]).id)
    made.serve(made.build(EVERYTHING[3:]).id)
    return made


def expected(scope: Scope) -> set[str]:
    """The rule said again, in another way than the code says it."""
    wanted = scope.locale.replace("_", "-").lower()
    found = set()
    for article in EVERYTHING[3:]:
        reads = wanted == ANY or article.locale.lower() in {wanted, wanted.partition("-")[0]}
        there = not article.regions or scope.region == ANY or scope.region in article.regions
        brand = not article.accounts or scope.account == ANY or scope.account in article.accounts
        asked = not scope.tags or bool(scope.tags & set(article.tags))
        if reads and there and brand and asked and scope.audience & set(article.audience):
            found.add(article.id)
    return found


def test_a_search_finds_exactly_what_the_scope_allows(shelf: Library) -> None:
    for scope in SCOPES:
        query = Query(
            text="refund lamp money", limit=500, locale=scope.locale, region=scope.region, account=scope.account,
            audience=scope.audience, tags=scope.tags,
        )  # fmt: skip
        found = {hit.passage.article_id for hit in shelf.search(query).hits}
        allowed = expected(scope)
        assert found <= allowed, scope
        # Each side names at most 50 candidates; with fewer allowed, every one of them is found.
        assert len(found) == len(allowed) or len(found) >= 50, scope


def test_lists_and_single_articles_keep_to_the_scope(shelf: Library) -> None:
    for scope in SCOPES[::7]:
        allowed = expected(scope)
        assert {article.id for article in shelf.articles(scope=scope)} == allowed
        for article in EVERYTHING[::11]:
            try:
                seen = shelf.article(article.id, locale=article.locale, scope=scope).id in allowed
            except ArticleMissing:
                seen = article.id not in allowed
            assert seen, (scope, article)


def test_who_is_not_known_sees_only_what_is_for_all(shelf: Library) -> None:
    for article in shelf.articles(scope=Scope()):
        assert (article.regions, article.accounts) == ((), ())
        assert "public" in article.audience
