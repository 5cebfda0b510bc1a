"""What can go wrong in the library, as facts.

KnowledgeError
├── ModelMissing      no model folder or package
├── ModelBroken       a model's bytes are not what they should be
├── EmbedderFailed    an embedder gave something that is no set of unit vectors
├── ArticleBroken     an article's file cannot be read (names file and line)
├── LinksBroken       articles point at articles that are not in the release
├── ReleaseMissing    no kept release of that id
├── ReleaseBroken     a release's files are not what its manifest says
├── EmbedderChanged   a release cannot be restored, because today its articles would make another one
├── StorageFailed     the disk is full or refuses to write
├── ArticleMissing    no such article in that release
├── TextTooLarge      more Markdown than is rendered
└── TextTooTangled    Markdown nested so deep, or in such long pieces, that nobody wrote it
"""

from collections.abc import Sequence
from pathlib import Path


class KnowledgeError(Exception):
    """The base of everything the knowledge room raises on purpose; `code` is stable for programs."""

    code = "knowledge_error"


class ModelMissing(KnowledgeError):
    """A model's folder or package is not there."""

    code = "model_missing"

    def __init__(self, where: Path) -> None:
        """Keep where the model was looked for."""
        super().__init__(f"There is no model at {where}.")
        self.where = where


class ModelBroken(KnowledgeError):
    """A model is there, but not the one it should be."""

    code = "model_broken"

    def __init__(self, where: Path, why: str) -> None:
        """Keep which model and what is wrong with it."""
        super().__init__(f"The model at {where} cannot be used: {why}.")
        self.where = where
        self.why = why


class EmbedderFailed(KnowledgeError):
    """An embedder answered with something that is not one unit vector a text."""

    code = "embedder_failed"

    def __init__(self, name: str, why: str) -> None:
        """Keep which embedder and what was wrong."""
        super().__init__(f"The embedder {name} failed: {why}.")
        self.name = name
        self.why = why


class ArticleBroken(KnowledgeError):
    """An article cannot be read; says in which file, on which line, and why."""

    code = "article_broken"

    def __init__(self, source: str, line: int, why: str) -> None:
        """Keep the file's name, the line (from 1), and the reason as part of a sentence."""
        super().__init__(f"{source}:{line}: {why}.")
        self.source = source
        self.line = line
        self.why = why


class LinksBroken(KnowledgeError):
    """A release would hold links to articles that are not in it; `links` are (from article, to article)."""

    code = "links_broken"

    def __init__(self, links: Sequence[tuple[str, str]]) -> None:
        """Keep every broken link."""
        shown = ", ".join(f"{source} -> {target}" for source, target in links[:10])
        more = f" and {len(links) - 10} more" if len(links) > 10 else ""
        super().__init__(f"Links to articles that are not in the release: {shown}{more}.")
        self.links = tuple(links)


class ReleaseMissing(KnowledgeError):
    """No release of that id is kept; an empty id means that none is served yet."""

    code = "release_missing"

    def __init__(self, release: str) -> None:
        """Keep the id that was asked for."""
        super().__init__(f"There is no release {release}." if release else "No release is served yet.")
        self.release = release


class ReleaseBroken(KnowledgeError):
    """A release's files do not fit together."""

    code = "release_broken"

    def __init__(self, release: str, why: str) -> None:
        """Keep which release and what does not fit."""
        super().__init__(f"The release {release} cannot be used: {why}.")
        self.release = release
        self.why = why


class EmbedderChanged(KnowledgeError):
    """A release cannot be restored: with today's embedder, or way of cutting texts, its articles make another one."""

    code = "embedder_changed"

    def __init__(self, release: str) -> None:
        """Keep which release."""
        super().__init__(
            f"The release {release} cannot be restored: the embedder or the way that texts are cut has changed since."
        )
        self.release = release


class StorageFailed(KnowledgeError):
    """Nothing could be written; what was served before still is."""

    code = "storage_failed"

    def __init__(self, where: Path, problem: OSError) -> None:
        """Keep where and what the system said."""
        super().__init__(f"The knowledge base at {where} cannot be written: {problem.strerror or problem}.")
        self.where = where
        self.why = problem.strerror or str(problem)


class ArticleMissing(KnowledgeError):
    """The release has no such article in that locale and revision."""

    code = "article_missing"

    def __init__(self, article_id: str, *, locale: str, release: str, revision: int | None = None) -> None:
        """Keep what was asked for."""
        which = f"{article_id} ({locale})" if revision is None else f"{article_id} ({locale}, revision {revision})"
        super().__init__(f"There is no article {which} in release {release}.")
        self.article_id = article_id
        self.locale = locale
        self.revision = revision
        self.release = release


class TextTooLarge(KnowledgeError):
    """A text is longer than anything that is rendered."""

    code = "article_too_large"

    def __init__(self, length: int, limit: int) -> None:
        """Keep both numbers of characters."""
        super().__init__(f"The text has {length:,} characters; at most {limit:,} are rendered.")
        self.length = length
        self.limit = limit


class TextTooTangled(KnowledgeError):
    """A text is nested or run together in a way that takes too long to read."""

    code = "text_too_tangled"

    def __init__(self, why: str) -> None:
        """Keep the reason as part of a sentence."""
        super().__init__(f"The text cannot be shown: {why}.")
        self.why = why
