"""Markdown of other tools: front matter, ids and locales from paths, and what is no text."""

from datetime import date
from pathlib import Path

import pytest

from knowledge.parsing.archive import Unreadable
from knowledge.parsing.drafts import TEXT_LIMIT
from tests.knowledge.parsing.files import kept, read_all, zipped

OURS = """---
id: change-address
title: "Change the address"
locale: de
region: [DE, AT]
audience: [agents, "team:billing"]
accounts: larkfield
type: faq
tags: [delivery, orders]
summary: "Until it is packed."
review_by: 2027-09-01
slug: adresse
source_locale: en
revision: 4
source_revision: 3
---

Open **My account**.
"""


def test_our_own_front_matter_says_everything(tmp_path: Path) -> None:
    [one], problems = read_all(kept(tmp_path, OURS, "a.md"), "markdown")
    assert problems == []
    assert (one.id, one.title, one.locale, one.text) == (
        "change-address",
        "Change the address",
        "de",
        "Open **My account**.",
    )
    assert (one.regions, one.accounts, one.audience) == (("DE", "AT"), ("larkfield",), ("agents", "team:billing"))
    assert (one.type, one.tags, one.summary, one.slug) == (
        "faq",
        ("delivery", "orders"),
        "Until it is packed.",
        "adresse",
    )
    assert (one.review_by, one.revision) == (date(2027, 9, 1), 4)
    assert (one.source_locale, one.source_revision, one.notes) == ("en", 3, ())


def test_without_front_matter_the_path_gives_the_id_and_the_first_heading_the_title(tmp_path: Path) -> None:
    path = zipped(tmp_path, {"guide/how-to_pay.md": "No heading.", "guide/refunds.md": "# Get *money* back\n\nWait."})
    articles, _ = read_all(path, "markdown")
    # The folder that everything lies in does not count.
    assert [(one.id, one.title, one.text) for one in articles] == [
        ("how-to_pay", "How to pay", "No heading."),
        ("refunds", "Get money back", "Wait."),
    ]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("de/pay.md", ("pay", "de")),
        ("pay.pt-br.md", ("pay", "pt-BR")),
        ("docs/zh_Hans/pay/index.md", ("docs-pay", "zh-Hans")),
        ("docs/ui/pay.md", ("docs-ui-pay", "en")),
        ("pay.md", ("pay", "en")),
    ],
)
def test_folders_and_endings_name_the_locale(tmp_path: Path, path: str, expected: tuple[str, str]) -> None:
    articles, _ = read_all(zipped(tmp_path, {path: "Text.", "other/x.md": "Text."}), "markdown")
    assert expected in [(one.id, one.locale) for one in articles]


def test_the_default_locale_holds_where_nothing_says_otherwise(tmp_path: Path) -> None:
    [one], _ = read_all(kept(tmp_path, "# Hola\n\nTexto.", "a.md"), "markdown", locale="es", tags=("web",))
    assert (one.locale, one.tags) == ("es", ("web",))


def test_other_tools_keys_are_understood_and_unknown_ones_are_noted(tmp_path: Path) -> None:
    path = zipped(
        tmp_path,
        {
            "ms.md": "---\ntitle: Web services\ndescription: 'How.'\nms.date: 06/25/2021\nauthor: y\n---\n"
            "# Web services\n\nText.",
            "docusaurus.md": "---\nid: Intro\nslug: /start/here\ntags: [{label: Getting Started}]\nfoo: 1\n---\n"
            "# Hi\n\nText.",
            "hugo.md": '+++\ntitle = "Hugo"\ndraft = true\nlanguage = "fr"\n+++\nText.',
        },
    )
    articles, problems = read_all(path, "markdown")
    assert problems == []
    docusaurus, hugo, microsoft = articles
    assert (microsoft.title, microsoft.summary, microsoft.text, microsoft.notes) == (
        "Web services",
        "How.",
        "Text.",
        (),
    )
    assert (docusaurus.id, docusaurus.slug, docusaurus.tags) == ("intro", "here", ("getting-started",))
    assert docusaurus.labels == {"getting-started": "Getting Started"}
    assert docusaurus.notes == ("Not known and left out: foo.",)
    assert (hugo.title, hugo.locale, hugo.finished) == ("Hugo", "fr", False)


def test_included_pieces_are_put_in_where_the_archive_has_them(tmp_path: Path) -> None:
    text = "[!INCLUDE[name](includes/name.md)] and [!INCLUDE [other](includes/none.md)]."
    path = zipped(tmp_path, {"a.md": text, "includes/name.md": "---\nx: 1\n---\nBusiness Central\n"})
    [one], _ = read_all(path, "markdown")
    assert one.text == "Business Central and other."


def test_translations_come_after_what_they_translate(tmp_path: Path) -> None:
    files = {
        "de/a.md": "---\nsource_locale: en\n---\nText.",
        "en/a.md": "Text.",
        "de/b.md": "---\nsource_locale: de\n---\nText.",
        "en/b.md": "---\nsource_locale: de\n---\nText.",
    }
    articles, _ = read_all(zipped(tmp_path, files), "markdown")
    assert [(one.id, one.locale) for one in articles] == [("a", "en"), ("b", "de"), ("b", "en"), ("a", "de")]


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        (b"# A\n\nbinary \x00 data", "not_text", 3),
        (b"# A\n\ncaf\xe9", "not_text", 3),
        (bytes(range(1, 32)) * 20, "not_text", 1),
        (b"---\ntitle: [\n---\nText.", "incomplete", 3),
        (b"---\n- a\n---\nText.", "incomplete", 2),
        (b"---\ntitle: Empty\n---\n\n", "incomplete", 1),
        (b"---\naudience: everyone\n---\nText.", "incomplete", 1),
        (b"---\nregion: The whole of Europe\n---\nText.", "incomplete", 1),
        (b"---\nlocale: Klingon\n---\nText.", "incomplete", 1),
        (b"a" * (TEXT_LIMIT + 1), "article_too_large", 1),
        (b"a" * (5 * 1024 * 1024), "article_too_large", 1),
        (b"---\ntitle: " + b"a" * 301 + b"\n---\nText.", "article_too_large", 1),
    ],
    ids=lambda value: None if isinstance(value, bytes) else str(value),
)
def test_what_is_no_article_is_a_problem_with_its_place(tmp_path: Path, text: bytes, code: str, line: int) -> None:
    articles, problems = read_all(zipped(tmp_path, {"bad.md": text, "good.md": "Text."}), "markdown")
    assert [one.id for one in articles] == ["good"]
    assert [(one.source, one.code, one.line) for one in problems] == [("bad.md", code, line)]


def test_a_lone_control_character_is_dropped(tmp_path: Path) -> None:
    [one], _ = read_all(kept(tmp_path, "A page\x0cbreak.", "a.md"), "markdown")
    assert one.text == "A pagebreak."


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_says_how_a_file_is_written(tmp_path: Path, encoding: str) -> None:
    [one], _ = read_all(kept(tmp_path, "# Grüße\r\n\r\nJa.".encode(encoding), "a.md"), "markdown")
    assert (one.title, one.text) == ("Grüße", "Ja.")


def test_an_encoding_that_is_named_is_believed(tmp_path: Path) -> None:
    path = kept(tmp_path, "# Grüße\n\nJa.".encode("cp1252"), "a.md")
    _, [problem] = read_all(path, "markdown")
    assert "encoding=" in problem.why
    assert "cp1252" in problem.why
    [one], _ = read_all(path, "markdown", encoding="cp1252")
    assert one.title == "Grüße"


def test_notes_for_writers_are_no_articles(tmp_path: Path) -> None:
    path = zipped(
        tmp_path, {"_draft.md": "x", "README.md": "x", ".hidden.md": "x", "__MACOSX/a.md": "x", "a.md": "Text."}
    )
    articles, problems = read_all(path, "markdown")
    assert ([one.source for one in articles], problems) == (["a.md"], [])


def test_an_archive_without_markdown_is_not_of_this_format(tmp_path: Path) -> None:
    with pytest.raises(Unreadable):
        read_all(zipped(tmp_path, {"a.html": "<p>x</p>"}), "markdown")
