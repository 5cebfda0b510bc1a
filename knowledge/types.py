"""The library's small vocabulary: articles in, hits out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

ANY = "*"
"""As a query's locale, region or account: that filter is off (editors and agents may want that, customers never)."""

PUBLIC = "public"
"""The audience that everybody belongs to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One translation of one article; `text` is Markdown without front matter.

    Empty `regions` or `accounts` mean everywhere and every brand. Whoever belongs to one of `audience` may read it.
    `revision` is given by the library when the article enters a release and is 0 before.
    """

    id: str
    title: str
    text: str
    locale: str = "en"
    regions: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    audience: tuple[str, ...] = (PUBLIC,)
    type: str = "article"
    tags: tuple[str, ...] = ()
    summary: str = ""
    updated: date | None = None
    review_by: date | None = None
    revision: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A piece of an article that can be found and cited; `heading` is the path above it, outermost first."""

    id: str
    article_id: str
    revision: int
    locale: str
    heading: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Who asks, and so what may be found at all.

    An article bound to regions or accounts is found only by who names one of them: `None` means that it is not known,
    so only unbound articles are found. A locale finds itself and its language (`en-GB` finds `en`, not `en-US`).
    `tags`, when given, must share at least one with the article's.
    """

    locale: str = "en"
    region: str | None = None
    account: str | None = None
    audience: frozenset[str] = frozenset({PUBLIC})
    tags: frozenset[str] = frozenset()

    def allows(self, article: Article) -> bool:
        """Whether this article may be shown."""
        return (
            self._reads(article.locale)
            and (not article.regions or self.region == ANY or self.region in article.regions)
            and (not article.accounts or self.account == ANY or self.account in article.accounts)
            and not self.audience.isdisjoint(article.audience)
            and (not self.tags or not self.tags.isdisjoint(article.tags))
        )

    def _reads(self, locale: str) -> bool:
        wanted, offered = self.locale.casefold().replace("_", "-"), locale.casefold().replace("_", "-")
        return wanted in (ANY, offered) or wanted.split("-")[0] == offered


@dataclass(frozen=True, slots=True, kw_only=True)
class Query(Scope):
    """What to look for; `history` holds earlier turns of the conversation, newest last, and counts for less."""

    text: str
    history: tuple[str, ...] = ()
    limit: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """Why a passage was found; ranks count from 1 and are None where that side did not find it."""

    terms: tuple[str, ...]
    """Words of the passage that matched, as written there."""
    lexical_rank: int | None
    vector_rank: int | None
    cosine: float
    """Cosine of query and passage, -1 to 1; 0 when the search was lexical only."""
    coverage: float
    """Share of the query's weight of words that the passage holds, 0 to 1."""
    fused: float
    """What the hits are sorted by, before calibration."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A passage that may answer; `score` is the calibrated probability (0 to 1) that it does."""

    release: str
    passage: Passage
    title: str
    snippet: str
    """The part of the passage nearest to the query, at most about 40 words, plain text."""
    score: float
    confident: bool
    """Whether the score reaches the floor below which nothing should be offered as an answer."""
    why: Why


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """The hits of one search, best first; there are none when the scope allows none."""

    release: str
    hits: tuple[Hit, ...]
    confident: bool
    """Whether the best hit is confident; if not, the honest answer is that there is none."""
    took_ms: float
    terms: tuple[str, ...]
    """The words looked for after typing errors were put right, as stems."""
    degraded: bool = False
    """True when the embedder failed and only words were compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseInfo:
    """What a release says about itself."""

    id: str
    """Sortable and speakable: `r0007-1a2b3c4d`."""
    fingerprint: str
    """SHA-256 over content, chunker and embedder; two releases of the same content have the same one."""
    built_at: datetime
    note: str
    articles: int
    passages: int
    embedded: int
    """How many passages were embedded for it; the others were reused from the release before."""
    embedder: str
    """The embedder's fingerprint."""
    unchanged: bool = False
    """True when `build` found that this release already holds exactly these articles."""
    changes: Mapping[str, int] = field(default_factory=dict)
    """How many articles were `added`, `changed`, `removed` against the release before."""
