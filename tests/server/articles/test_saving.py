"""Saving: every save is a revision that stays, two at once lose nothing, translations know when they are outdated."""

import asyncio
from typing import Any

import pytest

from server.articles import repository
from server.articles.content import TEXT_LENGTH, Content, content_from, content_of, digest_of, to_knowledge
from server.articles.errors import (
    ArticleExists,
    ArticleNotFound,
    ArticleTooLarge,
    NotAllowed,
    NotText,
    RevisionConflict,
    RevisionNotFound,
    SlugTaken,
    UnknownTag,
    VersionConflict,
)
from server.articles.service import ArticleChange, NewArticleIn, SaveIn
from server.house import House
from server.kit.errors import HouseError, Invalid
from server.store.base import Row
from tests.support.articles import ADA, EVA, TOM, approved, audited, content, row_of, saved, shown, tagged, written
from tests.support.server import hire, refusal


async def _revision(house: House, number: int, locale: str = "en") -> Row:
    async with house.store.reading() as db:
        return await repository.needed_revision(db, "returns", locale, number)


async def _article(house: House, article_id: str = "returns") -> Row:
    async with house.store.reading() as db:
        return await repository.needed_article(db, article_id)


async def _outdated(house: House, locale: str) -> bool:
    async with house.store.reading() as db:
        article = await repository.needed_article(db, "returns")
        source = await repository.translation(db, "returns", article["source_locale"])
        return repository.is_outdated(await repository.needed_translation(db, "returns", locale), article, source)


async def test_every_save_is_a_revision_and_none_is_ever_changed(house: House) -> None:
    await tagged(house, "returns", "parcels")
    await written(house, tags=["returns"])
    first = await _revision(house, 1)
    await saved(house, by=TOM, title="Send it back again", tags=["parcels"], regions=["de", "AT"])
    assert dict(await _revision(house, 1)) == dict(first)
    second = await _revision(house, 2)
    assert (second["parent"], second["author"], second["regions"]) == (1, "Tom Reyes", ["AT", "DE"])
    row = await row_of(house)
    assert (row["title"], row["tags"], row["regions"], row["latest"]) == (
        "Send it back again",
        ["parcels"],
        ["AT", "DE"],
        2,
    )


async def test_the_same_content_again_is_no_new_revision_even_from_an_old_base(house: House) -> None:
    await written(house)
    assert await saved(house) == 1
    assert await saved(house, text="Bring it to a shop.") == 2
    late = SaveIn(base=1, content=content(text="Bring it to a shop."))
    assert await house.articles.save("returns", "en", late, EVA) == (2, False), (
        "An answer was lost and asked for again."
    )
    assert len(await audited(house)) == 2


async def test_of_two_who_save_at_once_exactly_one_is_stored_and_the_other_is_told_by_whom(house: House) -> None:
    await written(house)
    people = (EVA, TOM, ADA)
    saves = [
        house.articles.save("returns", "en", SaveIn(base=1, content=content(text=f"Of {who.name}.")), who)
        for who in people
    ]
    done = await asyncio.gather(*saves, return_exceptions=True)
    won = [result for result in done if not isinstance(result, BaseException)]
    lost = [result for result in done if isinstance(result, RevisionConflict)]
    assert won == [(2, False)]
    assert len(lost) == 2, done
    author = (await _revision(house, 2))["author"]
    assert (await _revision(house, 2))["text"] == f"Of {author}."
    for error in lost:
        facts = error.facts
        assert (facts["base"], facts["latest"], facts["latest_author"]) == (1, 2, author)
        assert facts["latest_at"].endswith("+00:00")
    assert (await row_of(house))["latest"] == 2


async def test_of_two_who_begin_a_translation_at_once_exactly_one_is_stored(house: House) -> None:
    await written(house)
    saves = [
        house.articles.save("returns", "de", SaveIn(base=None, content=content(text=f"Von {who.name}.")), who)
        for who in (EVA, TOM)
    ]
    done = await asyncio.gather(*saves, return_exceptions=True)
    assert [result for result in done if not isinstance(result, BaseException)] == [(1, True)]
    [error] = [result for result in done if isinstance(result, BaseException)]
    assert isinstance(error, RevisionConflict)
    assert error.facts["latest"] == 1


async def test_of_two_who_make_the_same_article_at_once_one_is_told_that_it_exists(house: House) -> None:
    done = await asyncio.gather(written(house, by=EVA), written(house, by=TOM), return_exceptions=True)
    assert "returns" in done
    [error] = [result for result in done if isinstance(result, BaseException)]
    assert isinstance(error, ArticleExists), repr(error)


async def test_articles_without_an_id_get_one_from_their_title_that_is_free(house: House) -> None:
    def new(title: str, **more: Any) -> NewArticleIn:
        return NewArticleIn(locale="en", content=content(title), **more)

    made = [await house.articles.create(new(title), EVA) for title in ("Größe ändern!", "Grosse andern", "日本語", "…")]
    assert made == ["grosse-andern", "grosse-andern-2", "article", "article-2"]
    both = await asyncio.gather(*(house.articles.create(new("At once"), EVA) for _ in range(3)))
    assert sorted(both) == ["at-once", "at-once-2", "at-once-3"]
    assert (await house.articles.create(new("Facets"), EVA)) == "facets-article"
    with_slug = await house.articles.create(new("Something", slug="some-thing"), EVA)
    assert with_slug == "some-thing"
    error = await refusal(house.articles.create(new("Else", id="else", slug="some-thing"), EVA))
    assert isinstance(error, SlugTaken)
    assert error.facts["article_id"] == "some-thing"


async def test_an_old_slug_leads_to_its_article_for_ever(house: House) -> None:
    await written(house)
    before = await _article(house)
    assert before["slug"] == "send-it-back"
    await house.articles.change("returns", ArticleChange(version=1, slug="returns-made-easy"), EVA)
    async with house.store.reading() as db:
        assert await repository.old_slugs(db, "returns") == ["send-it-back"]
    taken = NewArticleIn(id="other", slug="send-it-back", locale="en", content=content())
    assert isinstance(await refusal(house.articles.create(taken, EVA)), SlugTaken)
    await written(house, "third", title="Send it back")
    assert (await _article(house, "third"))["slug"] == "send-it-back-2"
    await house.articles.change("returns", ArticleChange(version=2, slug="send-it-back"), EVA)
    async with house.store.reading() as db:
        assert await repository.old_slugs(db, "returns") == ["returns-made-easy"]
    change = ArticleChange(version=1, slug="returns-made-easy")
    assert isinstance(await refusal(house.articles.change("third", change, EVA)), SlugTaken)


async def test_an_article_is_changed_from_the_version_that_was_read(house: House) -> None:
    eva = await hire(house, "Eva Lund", "knowledge_editor")
    await written(house)
    change = ArticleChange.model_validate({"version": 1, "owner_id": eva.id, "review_by": "2027-01-31", "type": "faq"})
    await house.articles.change("returns", change, EVA)
    row = await _article(house)
    assert (row["owner"], row["type"], str(row["review_by"]), row["version"]) == ("Eva Lund", "faq", "2027-01-31", 2)
    assert isinstance(await refusal(house.articles.change("returns", change, EVA)), VersionConflict)
    await house.articles.change("returns", ArticleChange(version=2, type="playbook"), EVA)
    row = await _article(house)
    assert (row["owner"], row["type"], row["version"]) == ("Eva Lund", "playbook", 3), "What is not named stays."
    await house.articles.change("returns", ArticleChange(version=3, owner_id=None), EVA)
    assert (await _article(house))["owner"] is None
    stranger = ArticleChange(version=4, owner_id=EVA.id)
    assert isinstance(await refusal(house.articles.change("returns", stranger, EVA)), NotAllowed)


async def test_what_failed_an_audit_is_freed_by_an_editor_and_withheld_by_none(house: House) -> None:
    await written(house)
    async with house.store.writing() as db:
        await repository.withhold(db, "returns", "Two answers were wrong.", now=house.clock())
    assert (await _article(house))["withheld_at"] == house.clock()
    wrong = ArticleChange(version=2, withheld=True)
    assert isinstance(await refusal(house.articles.change("returns", wrong, EVA)), NotAllowed)
    await house.articles.change("returns", ArticleChange(version=2, withheld=False), EVA)
    row = await _article(house)
    assert (row["withheld_at"], row["withheld_reason"]) == (None, None)


async def test_a_translation_is_outdated_once_a_newer_source_is_published(house: House) -> None:
    await written(house)
    await saved(house, locale="de", title="Zurücksenden", text="Drucken Sie das Etikett.")
    assert (await row_of(house, locale="de"))["source_revision"] == 1
    assert not await _outdated(house, "de")
    await saved(house, text="Print the label within 30 days.")
    assert await _outdated(house, "de"), "While nothing is published the newest revision counts."
    await approved(house)
    await shown(house)
    await saved(house, text="Print the label within 60 days.")
    current = SaveIn(
        base=1,
        content=content(title="Zurücksenden", text="Drucken Sie das Etikett binnen 30 Tagen."),
        source_revision=2,
    )
    await house.articles.save("returns", "de", current, TOM)
    assert not await _outdated(house, "de"), "Once one is published it is that one that counts."
    await approved(house)
    await shown(house)
    assert await _outdated(house, "de")
    assert not await _outdated(house, "en"), "The source is never outdated."


async def test_a_translator_may_say_that_nothing_has_to_change(house: House) -> None:
    await written(house)
    await saved(house, locale="de", text="Drucken Sie das Etikett.")
    await saved(house, text="Print the label, please.")
    same = SaveIn(base=1, content=content(text="Drucken Sie das Etikett."), source_revision=2)
    assert await house.articles.save("returns", "de", same, TOM) == (2, False)
    assert not await _outdated(house, "de")


async def test_a_restored_revision_is_a_new_one_that_says_the_same(house: House) -> None:
    await written(house)
    await saved(house, text="Something worse.")
    assert await house.articles.restore("returns", "en", 1, TOM) == 3
    first, third = await _revision(house, 1), await _revision(house, 3)
    assert (third["digest"], third["restored_from"], third["parent"]) == (first["digest"], 1, 2)
    assert content_of(third) == content_of(first)


async def test_a_new_translation_of_nothing_and_a_base_that_never_was_are_refused(house: House) -> None:
    wanted = SaveIn(base=None, content=content())
    assert isinstance(await refusal(house.articles.save("nothing", "en", wanted, EVA)), ArticleNotFound)
    await written(house)
    ghost = SaveIn(base=7, content=content())
    assert isinstance(await refusal(house.articles.save("returns", "de", ghost, EVA)), RevisionNotFound)
    blind = SaveIn(base=None, content=content(text="I never looked."))
    assert isinstance(await refusal(house.articles.save("returns", "en", blind, EVA)), RevisionConflict)


async def test_tags_come_from_the_taxonomy(house: House) -> None:
    await tagged(house, "parcels")
    error = await refusal(written(house, tags=["parcels", "zebra", "apple"]))
    assert isinstance(error, UnknownTag)
    assert error.facts["tags"] == ["apple", "zebra"]
    await written(house, tags=["parcels"])
    assert isinstance(await refusal(saved(house, tags=["zebra"])), UnknownTag)


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"text": "NUL\x00"}, NotText),
        ({"text": "bell\x07"}, NotText),
        ({"title": "half \ud800"}, NotText),
        ({"summary": "next line \x85"}, NotText),
        ({"text": "x" * (TEXT_LENGTH + 1)}, ArticleTooLarge),
        ({"text": " \n\t"}, NotAllowed),
        ({"title": " \u2003 "}, NotAllowed),
        ({"title": ""}, Invalid),
        ({"title": "x" * 301}, Invalid),
        ({"summary": "x" * 1001}, Invalid),
        ({"text": 7}, Invalid),
        ({"tags": "returns"}, Invalid),
        ({"tags": ["Re Turns"]}, NotAllowed),
        ({"regions": ["EU"]}, NotAllowed),
        ({"regions": ["Germany"]}, NotAllowed),
        ({"regions": ["QQ"]}, NotAllowed),
        ({"audience": ["everybody"]}, NotAllowed),
        ({"audience": ["team:"]}, NotAllowed),
        ({"accounts": ["lark field"]}, NotAllowed),
    ],
)
def test_content_that_makes_no_sense_is_refused_by_name(values: dict[str, Any], error: type[HouseError]) -> None:
    with pytest.raises(error):
        content_from({"title": "Title", "text": "Text"} | values)


def test_content_has_one_spelling() -> None:
    said = content_from(
        {
            "title": "  Send \n it  back ",
            "text": "One\r\ntwo\rthree",
            "tags": ["b", "a", "b"],
            "regions": ["de", "AT", "de"],
            "audience": [],
        }
    )
    assert said == Content(
        title="Send it back", text="One\ntwo\nthree", tags=["b", "a"], regions=["AT", "DE"], audience=["public"]
    )
    assert digest_of(said) == digest_of(content_from(said.model_dump()))
    assert digest_of(said) != digest_of(said.model_copy(update={"summary": "x"}))
    largest = content_from({"title": "x" * 300, "text": "x" * TEXT_LENGTH})
    assert len(largest.text) == TEXT_LENGTH


async def test_the_knowledge_base_takes_a_revision_with_everything_that_it_says(house: House) -> None:
    await tagged(house, "returns")
    await written(house, tags=["returns"], regions=["DE"], audience=["public", "team:returns"], type="faq")
    await saved(house, locale="de-AT", title="Retour", text="Etikett drucken.", regions=["AT"])
    article = await _article(house)
    source = to_knowledge(article, await _revision(house, 1))
    assert (source.id, source.locale, source.revision, source.type, source.slug) == (
        "returns",
        "en",
        1,
        "faq",
        "send-it-back",
    )
    assert (source.regions, source.audience, source.tags) == (("DE",), ("public", "team:returns"), ("returns",))
    assert (source.source_locale, source.source_revision) == ("", 0)
    translated = to_knowledge(article, await _revision(house, 1, "de-AT"))
    assert (translated.source_locale, translated.source_revision, translated.regions) == ("en", 1, ("AT",))
