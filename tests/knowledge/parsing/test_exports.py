"""Exports of Zendesk Guide and of Chatwoot's help centre."""

from pathlib import Path
from typing import Any

import pytest

from knowledge.parsing.archive import Unreadable
from tests.knowledge.parsing.files import as_json, kept, read_all, relinked, zipped

HOME = "https://shop.zendesk.com/hc/en-us/articles"
GUIDE: dict[str, Any] = {
    "count": 2,
    "next_page": None,
    "articles": [
        {
            "id": 36001,
            "title": "Send it back",
            "body": f'<h2>How</h2><p>See <a href="{HOME}/36002-Refunds#when">refunds</a>, '
            '<a href="/hc/de/articles/36002">again</a>, '
            '<a href="https://other.zendesk.com/hc/articles/36002">other</a>, '
            '<a href="/hc/en-us/articles/999">gone</a>.</p>',
            "locale": "en-us",
            "source_locale": "en-us",
            "label_names": ["Returns"],
            "section_id": 7,
            "draft": False,
            "html_url": f"{HOME}/36001-Send-it-back",
            "user_segment_id": None,
            "translations": [
                {"locale": "en-us", "title": "Send it back", "body": "x"},
                {"locale": "de", "title": "Zurücksenden", "body": "<p>So.</p>", "draft": True},
            ],
        },
        {
            "id": 36002,
            "title": "Refunds",
            "body": "<p>Soon.</p>",
            "locale": "en-us",
            "section_id": 8,
            "html_url": f"{HOME}/36002-Refunds",
            "user_segment_id": 5,
        },
    ],
    "sections": [
        {"id": 7, "name": "After the order", "category_id": 1},
        {"id": 8, "name": "Money", "category_id": 1, "parent_section_id": 7},
    ],
    "categories": [{"id": 1, "name": "Shop"}],
    "translations": [
        {"source_id": 36002, "source_type": "Article", "locale": "fr", "title": "Argent", "body": "<p>Vite.</p>"}
    ],
}


def test_a_guide_gives_articles_translations_and_tags(tmp_path: Path) -> None:
    articles, problems = read_all(as_json(tmp_path, GUIDE), "zendesk")
    assert problems == []
    assert [(one.id, one.locale, one.title, one.source_locale) for one in articles] == [
        ("36001", "en-US", "Send it back", "en-US"),
        ("36001", "de", "Zurücksenden", "en-US"),
        ("36002", "en-US", "Refunds", "en-US"),
        ("36002", "fr", "Argent", "en-US"),
    ]
    assert articles[0].tags == articles[1].tags == ("returns", "after-the-order", "shop")
    assert articles[2].tags == ("money", "after-the-order", "shop")
    assert [one.finished for one in articles] == [True, False, True, True]


def test_what_only_some_may_see_there_is_for_staff_here(tmp_path: Path) -> None:
    articles, _ = read_all(as_json(tmp_path, GUIDE), "zendesk")
    assert [one.audience for one in articles] == [("public",), ("public",), ("agents",), ("agents",)]


def test_links_between_articles_of_a_guide_are_found_in_every_spelling(tmp_path: Path) -> None:
    text = relinked(as_json(tmp_path, GUIDE), "zendesk")["36001/en-US"].text
    assert "[refunds](article:36002#when)" in text
    assert "[again](article:36002)" in text
    assert "[other](https://other.zendesk.com/hc/articles/36002)" in text
    assert ", gone." in text


def test_pages_of_the_api_in_an_archive_are_one_guide(tmp_path: Path) -> None:
    pages = {
        name: as_json(tmp_path, {name: GUIDE[name]}, f"{name}.json").read_bytes() for name in ("articles", "sections")
    }
    articles, _ = read_all(zipped(tmp_path, {f"{name}.json": data for name, data in pages.items()}), "zendesk")
    assert articles[0].tags == ("returns", "after-the-order")


SHOP = "/hc/shop/articles"
HELP: dict[str, Any] = {
    "portal": {"slug": "shop", "custom_domain": "help.shop.test", "config": {"default_locale": "en"}},
    "categories": [{"id": 1, "name": "Orders & delivery", "slug": "orders", "locale": "en"}],
    "articles": [
        {
            "id": 12,
            "title": "Zurück",
            "slug": "1690000001-zurueck",
            "content": "Ja.",
            "status": "published",
            "locale": "de",
            "associated_article_id": 11,
        },
        {
            "id": 11,
            "title": "Return",
            "slug": "1690000000-return",
            "content": f"[keep]({SHOP}/1690000002-keep) [k](https://help.shop.test{SHOP}/1690000002-keep) "
            f"[n]({SHOP}/none)",
            "description": "How.",
            "status": 1,
            "category_id": 1,
            "meta": {"tags": ["Returns"]},
        },
        {
            "id": 13,
            "title": "Keep",
            "slug": "1690000002-keep",
            "content": "Text.",
            "status": "archived",
            "locale": "en",
        },
    ],
}


def test_a_help_centre_gives_articles_and_then_their_translations(tmp_path: Path) -> None:
    articles, problems = read_all(as_json(tmp_path, HELP), "chatwoot")
    assert problems == []
    assert [(one.id, one.slug, one.locale, one.source_locale) for one in articles] == [
        ("1690000000-return", "return", "en", ""),
        ("1690000002-keep", "keep", "en", ""),
        ("1690000000-return", "return", "de", ""),
    ]
    assert articles[0].tags == ("returns", "orders-delivery")
    assert articles[0].summary == "How."
    assert [one.finished for one in articles] == [True, False, True]


def test_links_of_a_help_centre_are_found(tmp_path: Path) -> None:
    text = relinked(as_json(tmp_path, HELP), "chatwoot")["1690000000-return/en"].text
    assert text == "[keep](article:1690000002-keep) [k](article:1690000002-keep) n"


@pytest.mark.parametrize("kind", ["zendesk", "chatwoot"])
@pytest.mark.parametrize("data", ["", "no json", '{"articles": [{"id": 1}]}', '{"other": []}', "[1, 2]"])
def test_another_file_is_refused(tmp_path: Path, kind: str, data: str) -> None:
    with pytest.raises(Unreadable):
        read_all(kept(tmp_path, data, "a.json"), kind)


def test_a_file_that_is_cut_off_is_refused_with_its_line(tmp_path: Path) -> None:
    path = as_json(tmp_path, GUIDE)
    whole = path.read_text()
    path.write_text(whole[: whole.index('"categories"')])
    with pytest.raises(Unreadable) as refused:
        read_all(path, "zendesk")
    assert refused.value.line == whole[: whole.index('"categories"')].count("\n") + 1


def test_an_article_beyond_measure_is_a_problem_and_the_others_are_not(tmp_path: Path) -> None:
    large = {**GUIDE["articles"][1], "id": 3, "body": "<p>" + "a" * (9 * 1024 * 1024)}
    articles, [problem] = read_all(as_json(tmp_path, {"articles": [large, GUIDE["articles"][1]]}), "zendesk")
    assert [one.id for one in articles] == ["36002"]
    assert problem.code == "article_too_large"
