"""Articles as files: what is read, and what is said when it cannot be."""

from datetime import date
from pathlib import Path

import pytest

from knowledge.errors import ArticleBroken
from knowledge.parsing.folder import load_folder
from knowledge.parsing.markdown import Block, blocks, links, parse_article

WHOLE = """---
id: delivery
title: "Delivery: times"
locale: de
region: [EU, UK]
audience: [public, agents]
accounts: larkfield
type: faq
tags: [delivery]
summary: How long it takes.
updated: 2026-01-02
review_by: null
---

Two days.
"""


def test_the_front_matter_becomes_the_article() -> None:
    article = parse_article(WHOLE, "delivery.md")
    assert (article.id, article.title, article.locale) == ("delivery", "Delivery: times", "de")
    assert (article.regions, article.accounts) == (("EU", "UK"), ("larkfield",))
    assert (article.audience, article.tags) == (("public", "agents"), ("delivery",))
    assert (article.updated, article.review_by) == (date(2026, 1, 2), None)
    assert (article.text, article.revision) == ("Two days.", 0)


def test_windows_line_ends_and_a_byte_order_mark_do_no_harm() -> None:
    assert parse_article("\ufeff" + WHOLE.replace("\n", "\r\n"), "delivery.md") == parse_article(WHOLE, "d.md")


@pytest.mark.parametrize(
    ("source", "line", "why"),
    [
        ("No front matter", 1, "does not begin"),
        ("---\nid: a\n", 1, "no closing"),
        ("---\nid: a\ntitle: A\n---\n\n", 4, "has no text"),
        ("---\nid: a\ntitle: A: B\n---\nText", 3, "front matter"),
        ("---\n- a\n---\nText", 2, "not a list of"),
        ("---\nid: a\ntitle: A\ncolour: red\n---\nText", 4, "`colour` is not known"),
        ("---\nid: a\n---\nText", 2, "`title` is missing"),
        ("---\ntitle: A\nid: A b\n---\nText", 3, "small letters"),
        ("---\nid: a\ntitle: A\nlocale: no\n---\nText", 4, "put it in quotes"),
        ("---\nid: a\ntitle: A\ntags: [no]\n---\nText", 4, "put them in quotes"),
        ("---\nid: a\ntitle: A\nupdated: soon\n---\nText", 4, "must be a date"),
        ("---\nid: a\ntitle: A\nupdated: 2026-13-45\n---\nText", 2, "front matter"),
    ],
)
def test_a_broken_article_names_its_line(source: str, line: int, why: str) -> None:
    with pytest.raises(ArticleBroken, match=why) as caught:
        parse_article(source, "a.md")
    assert caught.value.line == line
    assert str(caught.value).startswith(f"a.md:{line}: ")


def test_blocks_stand_under_their_headings() -> None:
    found = blocks("Lead.\n\n# A\n\none\n\n### B\n\ntwo\n\n## C\n\nthree\n\n# D\n\nfour")
    assert [(block.heading, block.text) for block in found] == [
        ((), "Lead."),
        (("A",), "one"),
        (("A", "B"), "two"),
        (("A", "C"), "three"),
        (("D",), "four"),
    ]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("**Bold** and `code` and [a link](article:other) ![lamp](x.png)", "Bold and code and a link lamp"),
        ("one\ntwo  \nthree", "one two\nthree"),
        ("- a\n- b\n  - c\n", "- a\n- b\n  - c"),
        ("3. a\n4. b\n", "3. a\n4. b"),
        ("> said\n> so", "said so"),
        ("```sh\nls -l\n\ncd ..\n```", "ls -l\n\ncd .."),
        ("|  | Cost |\n|---|---|\n| Parcel | 4.90 |\n| Sofa | |", "Parcel; Cost: 4.90\nSofa"),
        ("<div>Inside <b>tags</b></div>", "Inside tags"),
    ],
)
def test_markup_becomes_readable_text(source: str, text: str) -> None:
    assert blocks(source) == [Block(heading=(), text=text)]


def test_an_item_with_two_paragraphs_has_one_bullet() -> None:
    assert blocks("- a\n\n  more\n- b")[0].text == "- a\nmore\n- b"


def test_links_to_articles_are_listed_once() -> None:
    text = (
        "[a](article:one) [b](article:two#part) [c](https://example.com) **[d](article:one)**\n\n| [e](article:three) |"
    )
    assert links(text) == ["one", "two", "three"]


def test_a_folder_is_read_by_path_and_notes_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "de").mkdir()
    (tmp_path / "de" / "delivery.md").write_text(WHOLE, encoding="utf-8")
    (tmp_path / "delivery.md").write_text(WHOLE.replace("locale: de", "locale: en"), encoding="utf-8")
    (tmp_path / "README.md").write_text("For editors.")
    (tmp_path / "_draft.md").write_text("Not yet.")
    assert [(article.id, article.locale) for article in load_folder(tmp_path)] == [
        ("delivery", "de"),
        ("delivery", "en"),
    ]


def test_two_files_of_one_article_are_refused(tmp_path: Path) -> None:
    for name in ("a.md", "b.md"):
        (tmp_path / name).write_text(WHOLE, encoding="utf-8")
    with pytest.raises(ArticleBroken, match=r"b\.md:2: .*already in a\.md"):
        load_folder(tmp_path)


def test_a_file_in_another_encoding_names_its_line(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(b"---\nid: a\ntitle: \xff\n---\nText")
    with pytest.raises(ArticleBroken, match=r"a\.md:3: it is not UTF-8"):
        load_folder(tmp_path)
