"""HTML to Markdown: content without what is around it, and without what could do harm."""

from pathlib import Path

import pytest

from knowledge.parsing.html_pages import markdown_of
from tests.knowledge.parsing.files import kept, read_all, relinked, zipped

PAGE = """<!doctype html><html lang="de-AT"><head><title>Shop | Hilfe</title>
<meta name="description" content="Wie es geht."><meta name="keywords" content="Versand, Zoll">
<link rel="canonical" href="https://shop.test/hilfe/zurueck"></head>
<body><nav><a href="/">Home</a></nav><main><h1>Zurück&shy;senden</h1><p>Erst <b>drucken</b>.</p></main>
<footer>Impressum</footer><script>alert(1)</script></body></html>"""


def test_a_page_gives_its_title_language_and_content_and_nothing_around_it(tmp_path: Path) -> None:
    [one], _ = read_all(kept(tmp_path, PAGE, "zurueck.html"), "html")
    assert (one.id, one.locale, one.title) == ("zurueck", "de-AT", "Zurück\u00adsenden")
    assert (one.text, one.summary, one.tags) == ("Erst **drucken**.", "Wie es geht.", ("versand", "zoll"))


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<h2>Two</h2><p>One<br>line</p>", "## Two\n\nOne  \nline"),
        ("<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>", "- a\n  - b\n- c"),
        ("<ol start=3><li>a</li><li>b</li></ol>", "3. a\n4. b"),
        ("<p><a href='https://x.test'>x</a> <em>e</em> <strong>s</strong></p>", "[x](https://x.test) *e* **s**"),
        ("<pre><code class='language-sh'>a  b\nc</code></pre>", "```sh\na  b\nc\n```"),
        ("<p>Use <code>a_b</code></p>", "Use `a_b`"),
        (
            "<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>",
            "| a | b |\n| --- | --- |\n| 1 | 2 |",
        ),
        ("<table><tr><td>1</td><td>2</td></tr></table>", "| 1 | 2 |\n| --- | --- |"),
        ("<blockquote>q</blockquote>", "> q"),
        ("<img src='i.png' alt='I'>", "![I](i.png)"),
        ("<p>unclosed <b>bold", "unclosed **bold**"),
        ("5 &lt; 6 &amp; 7", "5 < 6 & 7"),
    ],
)
def test_markup_becomes_markdown(html: str, markdown: str) -> None:
    assert markdown_of(html) == markdown


@pytest.mark.parametrize(
    "html",
    [
        "<p>ok</p><script>alert(1)</script>",
        "<p onclick='alert(1)'>ok</p>",
        "<p>ok</p><iframe src='https://x.test'></iframe>",
        "<p><a href='javascript:alert(1)'>ok</a></p>",
        "<p>ok</p><!-- secret -->",
        "<p>ok</p><style>p{}</style>",
    ],
)
def test_nothing_that_acts_gets_through(html: str) -> None:
    assert markdown_of(html).strip() in {"ok", "[ok]()"}


def test_what_is_nested_beyond_measure_is_a_problem(tmp_path: Path) -> None:
    _, [problem] = read_all(kept(tmp_path, "<div>" * 100_000, "a.html"), "html")
    assert problem.code == "not_readable"
    assert "nested" in problem.why


def test_old_pages_that_close_nothing_are_not_nested(tmp_path: Path) -> None:
    rows = "<tr><td>a<td>b" * 500
    [one], _ = read_all(kept(tmp_path, f"<title>T</title><table>{rows}</table>", "a.html"), "html")
    assert one.text.count("| a | b |") == 500


def test_pages_in_an_archive_link_to_each_other(tmp_path: Path) -> None:
    files = {"en/a.html": "<h1>A</h1><a href='b.html#x'>b</a>", "en/b.htm": "<h1>B</h1><a href='a.html'>a</a>"}
    found = relinked(zipped(tmp_path, files), "html")
    assert (found["a/en"].text, found["b/en"].text) == ("[b](article:b#x)", "[a](article:a)")


def test_a_pages_own_word_on_its_encoding_is_believed(tmp_path: Path) -> None:
    page = '<meta charset="windows-1252"><h1>Grüße</h1><p>Ja</p>'.encode("cp1252")
    [one], _ = read_all(kept(tmp_path, page, "a.html"), "html")
    assert one.title == "Grüße"
