"""The library's small vocabulary: articles in, hits out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from knowledge.languages import ANY, chain, plain

__all__ = [
    "ANY",
    "PUBLIC",
    "Article",
    "Disclaimer",
    "Hit",
    "Passage",
    "Query",
    "ReleaseInfo",
    "Scope",
    "SearchResult",
    "Why",
]

PUBLIC = "public"
"""The audience that everybody belongs to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One translation of one article; `text` is Markdown without front matter.

    Empty `regions` or `accounts` mean everywhere and every brand. Whoever belongs to one of `audience` may read it.
    `revision` is given by the library when the article enters a release and is 0 before; a number given is kept.
    `slug` is its name in addresses. A translation names the locale that it was made from and the revision there
    (`source_revision` 0: it is the source itself, or nobody knows).
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
    slug: str = ""
    source_locale: str = ""
    source_revision: int = 0


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
    so only unbound articles are found. A locale finds itself and its language (`en-GB` finds `en`, not `en-US`), and
    then each of `fallback` in the same way; a search shows an article in the first of them that has it. `tags`, when
    given, must share at least one with the article's. `exclude` names articles that are neither found nor read, such as
    those that failed an audit.
    """

    locale: str = "en"
    region: str | None = None
    account: str | None = None
    audience: frozenset[str] = frozenset({PUBLIC})
    tags: frozenset[str] = frozenset()
    exclude: frozenset[str] = frozenset()
    fallback: tuple[str, ...] = ()

    @property
    def locales(self) -> tuple[str, ...]:
        """The locales to read in, best first: `de-AT` with the fallback `en` is `de-at`, `de`, `en`."""
        return chain(self.locale, self.fallback)

    def allows(self, article: Article) -> bool:
        """Whether this article may be shown."""
        return (
            self._reads(article.locale)
            and article.id not in self.exclude
            and (not article.regions or self.region == ANY or self.region in article.regions)
            and (not article.accounts or self.account == ANY or self.account in article.accounts)
            and not self.audience.isdisjoint(article.audience)
            and (not self.tags or not self.tags.isdisjoint(article.tags))
        )

    def _reads(self, locale: str) -> bool:
        return self.locale == ANY or plain(locale) in self.locales


@dataclass(frozen=True, slots=True, kw_only=True)
class Query(Scope):
    """What to look for; `history` holds earlier turns of the conversation, newest last, and counts for less.

    `slots` (what the bot has filled in, by name) and `intent` (its name for what is wanted, as `refund_status`) help
    out where the last turn is short; they never outweigh what was said.
    """

    text: str
    history: tuple[str, ...] = ()
    limit: int = 5
    slots: Mapping[str, str] = field(default_factory=dict)
    intent: str | None = None


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
    exact: tuple[str, ...] = ()
    """Codes and names of things that the passage holds just as they were typed."""
    corrected: Mapping[str, str] = field(default_factory=dict)
    """Words of the query that nobody wrote, each with the known word that it was taken for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclaimer:
    """What must be said beside an article where the reader is; `text` is Markdown."""

    article_id: str
    revision: int
    locale: str
    text: str


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
    disclaimers: tuple[Disclaimer, ...] = ()
    """What must be shown with it to this reader."""
    outdated: bool = False
    """Whether it is a translation of an older revision of its source than the release holds."""


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
    language: str = ""
    """The language that the query was read in, as a code of ISO 639-1."""
    notices: tuple[str, ...] = ()
    """What the reader should know: `locale_fallback` (the best hit is not in the reader's language), `words_only` (the
    reader's language has no vectors), `degraded`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseInfo:
    """What a release says about itself."""

    id: str
    """Sortable and speakable: `r0007-1a2b3c4d`."""
    fingerprint: str
    """A hash of articles with their revisions, chunker, embedder and kind of index: the same for the same."""
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
