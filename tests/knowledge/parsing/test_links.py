"""Links between articles of an import, and the pictures beside them."""

import hashlib
from pathlib import Path

import pytest

from knowledge.parsing.links import Relinker
from tests.knowledge.parsing.files import PNG, relinked, zipped

PICTURE = hashlib.sha256(PNG).hexdigest()[:32]


def changed(text: str) -> tuple[str, list[str]]:
    """Rewrite links: `a.md` is known, http stays, all else leads nowhere."""

    def target(was: str) -> str | None:
        if was.startswith("a.md"):
            return "article:a" + was[4:]
        return was if was.startswith("http") else None

    relinker = Relinker(link=target, image=lambda was: "image:1" if was == "a.png" else None)
    return relinker.text(text), relinker.lost


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("See [A](a.md).", "See [A](article:a)."),
        ("[A](a.md#part 'Title')", "[A](article:a#part 'Title')"),
        ("[A](<a.md>)", "[A](article:a)"),
        ("[b](b.md) gone", "b gone"),
        ("[b (c)](b_(c).md)", "b (c)"),
        ("[x](http://x.test/a)", "[x](http://x.test/a)"),
        ("![p](a.png)", "![p](image:1)"),
        ("![lost](b.png)", "lost"),
        ("[![p](a.png)](a.md)", "[![p](image:1)](article:a)"),
        ("[![p](a.png)](b.md)", "![p](image:1)"),
        ("`[A](a.md)` [A](a.md)", "`[A](a.md)` [A](article:a)"),
        ("[`code`](a.md)", "[`code`](article:a)"),
        ("```\n[A](a.md)\n```\n[A](a.md)", "```\n[A](a.md)\n```\n[A](article:a)"),
        ("> ~~~\n> [A](a.md)\n> ~~~\n", "> ~~~\n> [A](a.md)\n> ~~~\n"),
        ("[A][1] and [B][2]\n\n[1]: a.md\n[2]: b.md\n", "[A][1] and B\n\n[1]: article:a\n\n"),
        ('<a href="a.md">A</a> <a href="b.md">B</a>', '<a href="article:a">A</a> <a>B</a>'),
        (r"\[no](b.md)", r"\[no](b.md)"),
        ("a ` b [A](a.md)", "a ` b [A](article:a)"),
    ],
)
def test_targets_change_and_all_else_stays(text: str, expected: str) -> None:
    assert changed(text)[0] == expected


def test_what_leads_nowhere_is_reported() -> None:
    assert changed("[b](b.md) ![c](c.png) [d][d]\n\n[d]: d.md")[1] == ["d.md", "b.md", "c.png"]


@pytest.mark.parametrize(
    "text", ["[" * 100_000, "[a](b " * 20_000, "`" * 99_999 + "[", "[a](b" + " " * 100_000, "![" * 50_000 + "]("]
)
def test_a_text_made_to_be_slow_is_not(text: str) -> None:
    assert isinstance(changed(text)[0], str)


def test_relative_links_between_files_become_links_between_articles(tmp_path: Path) -> None:
    files = {
        "en/guide/a.md": "[b](b.md) [c](../c.md#top) [d](/en/guide/d) [me](a.md) [none](none.md)",
        "en/guide/b.md": "[a](./a.md)",
        "en/c.md": "[mail](mailto:a@example.com) [site](https://example.com/x.md)",
        "en/guide/d/index.md": "[b](../b.md?view=1)",
        "de/guide/a.md": "[b](b.md)",
    }
    found = relinked(zipped(tmp_path, files), "markdown")
    assert found["guide-a/en"].text == (
        "[b](article:guide-b) [c](article:c#top) [d](article:guide-d) [me](article:guide-a) none"
    )
    assert found["guide-a/en"].lost == ("none.md",)
    assert found["guide-b/en"].text == "[a](article:guide-a)"
    assert found["c/en"].text == "[mail](mailto:a@example.com) [site](https://example.com/x.md)"
    assert found["guide-d/en"].text == "[b](article:guide-b)"
    # There is no German b, but there is the article.
    assert found["guide-a/de"].text == "[b](article:guide-b)"


def test_pictures_in_the_archive_are_taken_along_and_others_are_not(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "docs/a.md": "![x](img/x.png) ![y](/img/x.png) ![fake](img/fake.png) ![web](https://example.com/i.png)",
        "docs/img/x.png": PNG,
        "static/img/x.png": PNG,
        "docs/img/fake.png": b"no picture",
    }
    found = relinked(zipped(tmp_path, files), "markdown")["docs-a/en"]
    assert found.text == f"![x](image:{PICTURE}) ![y](image:{PICTURE}) fake ![web](https://example.com/i.png)"
    assert found.images == {PICTURE: "static/img/x.png"}
    assert found.lost == ("img/fake.png",)


def test_pictures_of_an_export_are_found_by_their_id(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "en/a.md": f"![x](image:{PICTURE}) ![y](image:{'0' * 32})",
        f"images/{PICTURE}.png": PNG,
    }
    found = relinked(zipped(tmp_path, files), "markdown")["a/en"]
    assert found.text == f"![x](image:{PICTURE}) y"
    assert found.lost == (f"image:{'0' * 32}",)


def test_links_by_id_hold_and_broken_ones_become_words(tmp_path: Path) -> None:
    files = {"a.md": "---\nid: KB-1\n---\n[b](article:KB-2) [c](article:none)", "b.md": "---\nid: KB-2\n---\nText."}
    found = relinked(zipped(tmp_path, files), "markdown")["kb-1/en"]
    assert found.text == "[b](article:kb-2) c"
