"""What editors are refused, and why.

HouseError
├── ArticleNotFound, TranslationNotFound, RevisionNotFound, CommentNotFound,
│   TagNotFound, ViewNotFound                                                  404
├── SecondPersonNeeded                                                         403
├── ArticleExists, SlugTaken, RevisionConflict, VersionConflict, WrongState,
│   TagInUse                                                                   409
├── ArticleTooLarge, ImageTooLarge                                             413
├── NotAnImage                                                                 415
└── NotText, UnknownTag, NotAllowed, ScheduleInvalid                           422
"""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any, ClassVar

from server.kit.errors import Conflict, Forbidden, HouseError, Invalid, NotFound, TooLarge


class ArticleNotFound(NotFound):
    """There is no article with this id."""

    code = "article_not_found"

    def __init__(self, article_id: str) -> None:
        super().__init__("There is no such article.", article_id=article_id[:200])


class TranslationNotFound(NotFound):
    """The article has nothing in this locale."""

    code = "translation_not_found"

    def __init__(self, article_id: str, locale: str) -> None:
        super().__init__("The article has no such translation.", article_id=article_id[:200], locale=locale[:40])


class RevisionNotFound(NotFound):
    """The translation has no revision of this number."""

    code = "revision_not_found"

    def __init__(self, number: int) -> None:
        super().__init__("There is no such revision.", revision=number)


class CommentNotFound(NotFound):
    """The translation has no such comment."""

    code = "comment_not_found"

    def __init__(self) -> None:
        super().__init__("There is no such comment.")


class TagNotFound(NotFound):
    """The taxonomy has no such tag."""

    code = "tag_not_found"

    def __init__(self, name: str) -> None:
        super().__init__("There is no such tag.", tag=name[:100])


class ViewNotFound(NotFound):
    """There is no such saved view, or it is another person's."""

    code = "view_not_found"

    def __init__(self) -> None:
        super().__init__("There is no such view.")


class ArticleExists(Conflict):
    """The id belongs to another article."""

    code = "article_exists"

    def __init__(self, article_id: str) -> None:
        super().__init__("There is an article with this id already.", article_id=article_id)


class SlugTaken(Conflict):
    """The slug is or was another article's; old ones lead to their article for ever."""

    code = "slug_taken"

    def __init__(self, slug: str, article_id: str) -> None:
        super().__init__("Another article has or had this slug.", slug=slug, article_id=article_id)


class RevisionConflict(Conflict):
    """Somebody saved since this editor began; nothing of either is lost."""

    code = "revision_conflict"

    def __init__(self, *, base: int | None, latest: int, author: str, at: str) -> None:
        super().__init__(
            "Somebody saved this translation meanwhile. Compare and merge.",
            base=base,
            latest=latest,
            latest_author=author,
            latest_at=at,
        )


class VersionConflict(Conflict):
    """What is decided on is no longer the newest."""

    code = "version_conflict"

    def __init__(self, detail: str, **facts: Any) -> None:
        super().__init__(detail, **facts)


class WrongState(Conflict):
    """This move does not begin in the present state."""

    code = "wrong_state"

    def __init__(self, *, move: str, state: str, states: Iterable[str], because: str | None = None) -> None:
        super().__init__(
            because or f"A translation that is {state} cannot {move}.",
            move=move,
            state=state,
            allowed_in=sorted(states),
        )


class SecondPersonNeeded(Forbidden):
    """Nobody approves what they wrote or handed in themselves."""

    code = "second_person_needed"

    def __init__(self, because: str) -> None:
        super().__init__(because)


class TagInUse(Conflict):
    """Articles or other tags stand on this tag."""

    code = "tag_in_use"

    def __init__(self, name: str, *, articles: int, tags: int) -> None:
        super().__init__("Articles or other tags use this tag.", tag=name, articles=articles, tags=tags)


class ArticleTooLarge(TooLarge):
    """The text of an article has a limit in characters."""

    code = "article_too_large"

    def __init__(self, *, limit: int, length: int) -> None:
        super().__init__(f"The text of an article may have {limit} characters.", limit=limit, length=length)


class ImageTooLarge(TooLarge):
    """An image has a limit in bytes and in pixels."""

    code = "too_large"


class NotAnImage(HouseError):
    """The bytes are no whole image of a kind that we take."""

    status: ClassVar[HTTPStatus] = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    code = "not_an_image"


class NotText(Invalid):
    """Something that should be text holds what no text holds: NUL, control characters, half a character."""

    code = "not_text"

    def __init__(self, what: str, where: int) -> None:
        super().__init__(f"This is not text: {what} at character {where}.", what=what, position=where)


class UnknownTag(Invalid):
    """Tags come from one taxonomy; these are not in it."""

    code = "unknown_tag"

    def __init__(self, tags: Iterable[str]) -> None:
        super().__init__("These tags are not in the taxonomy.", tags=sorted(tags))


class NotAllowed(Invalid):
    """A value that is not one of those that there are: a locale, a region, an audience, a type, an owner."""

    code = "invalid_value"

    def __init__(self, field: str, value: str, wanted: str) -> None:
        super().__init__(f"{field}: {wanted}", field=field, value=value[:100])


class ScheduleInvalid(Invalid):
    """An end that is past, or before the beginning."""

    code = "schedule_invalid"

    def __init__(self) -> None:
        super().__init__("A translation can only cease to be shown in the future and after it has begun.")
