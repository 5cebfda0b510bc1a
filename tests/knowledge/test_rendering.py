"""Markdown to HTML: what readers see, where links lead, and what no text can do."""

import re
import time
from html.parser import HTMLParser

import pytest
from typing_extensions import override

from knowledge.errors import TextTooLarge, TextTooTangled
from knowledge.rendering import LARGEST, Rendered, plain, render


def page(text: str, **more: str) -> Rendered:
    """The text with every article and picture there but those called `gone`."""
    return render(
        text,
        link=lambda name: None if name == "gone" else f"/help/en/{name}",
        image=lambda name: None if name == "gone" else f"/help/images/{name}",
        **more,  # type: ignore[arg-type]  # title and locale are texts
    )


class Tags(HTMLParser):
    """Every tag with its attributes, as a browser would take them."""

    def __init__(self, html: str) -> None:
        """Read it all."""
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep it."""
        self.found.append((tag, dict(attrs)))


def test_what_editors_write_becomes_the_elements_that_they_mean() -> None:
    html = page("Some *soft*, **strong** and ~~old~~ words, `code`.\n\n1. one\n2. two\n\n- a\n\n---\n\n> said").html
    for expected in ("<em>soft</em>", "<strong>strong</strong>", "<s>old</s>", "<code>code</code>", "<hr>"):
        assert expected in html
    assert re.search(r"<ol dir=\"auto\">\s*<li>one</li>\s*<li>two</li>\s*</ol>", html)
    assert re.search(r"<blockquote dir=\"auto\">\s*<p>said</p>", html)


def test_headings_begin_below_the_pages_own_and_skip_no_level() -> None:
    found = page("# A\n\n#### B\n\n## C\n\n###### D\n\n# E").headings
    assert [(one.level, one.text) for one in found] == [(2, "A"), (3, "B"), (3, "C"), (4, "D"), (2, "E")]


def test_a_first_heading_that_repeats_the_title_is_left_out() -> None:
    assert "Refunds" not in page("# Refunds\n\nSoon.", title="Refunds").html
    assert "<h2" in page("# Refunds\n\nSoon.", title="Returns").html


def test_anchors_are_unique_speak_every_script_and_are_linked_by_their_words() -> None:
    made = page("## Same\n\n## Same\n\n## Same 2\n\n## كيف؟\n\n## !!!\n\n[up](#same) [كيف](#كيف) [no](#nowhere)")
    assert [one.anchor for one in made.headings] == ["s-same", "s-same-2", "s-same-2-2", "s-كيف", "s-section"]
    assert 'href="#s-same"' in made.html
    assert 'href="#s-كيف"' in made.html
    assert '<span class="broken">no</span>' in made.html
    assert made.broken == ("#nowhere",)


def test_links_to_articles_lead_where_the_caller_says_and_broken_ones_stay_words() -> None:
    made = page("[one](article:refunds#how-long) [two](article:gone) [three](article:refunds)")
    assert '<a href="/help/en/refunds#s-how-long">one</a>' in made.html
    assert '<span class="broken">two</span>' in made.html
    assert made.links == ("refunds", "gone")
    assert made.broken == ("article:gone",)


def test_the_same_text_may_lead_elsewhere_for_another_caller() -> None:
    text = "[one](article:refunds)"
    assert "/help/en/refunds" in page(text).html
    other = render(text, link=lambda name: f"article:{name}", image=lambda _: None)
    assert 'href="article:refunds"' in other.html


def test_links_out_are_marked_and_other_schemes_are_words() -> None:
    html = page("[a](https://x.org/?a=1&b=2) [b](ftp://x.org) [c](//x.org) [d](/up) <me@x.org> [t](tel:+4912)").html
    assert '<a href="https://x.org/?a=1&amp;b=2" rel="noopener nofollow">a</a>' in html
    assert html.count('class="broken"') == 3
    assert 'href="mailto:me@x.org"' in html
    assert 'href="tel:+4912"' in html


def test_pictures_are_ours_or_links() -> None:
    made = page(
        '![Plan "B"](image:ab12 "How") ![lost](image:gone) ![far](https://x.org/p.png) [![in](https://x.org/p)](article:a)'
    )
    assert '<img src="/help/images/ab12" alt="Plan &quot;B&quot;" title="How" loading="lazy">' in made.html
    assert '<span class="broken">lost</span>' in made.html
    assert '<a href="https://x.org/p.png" rel="noopener nofollow">far</a>' in made.html
    assert '<a href="/help/en/a"><span class="broken">in</span></a>' in made.html
    assert made.images == ("ab12", "gone")


def test_a_table_can_be_scrolled_by_the_keyboard_and_is_named_by_its_heading() -> None:
    html = page("## Prices\n\n| A | B |\n|---|--:|\n| 1 | 2 |").html
    assert '<div class="table" tabindex="0" role="group" aria-labelledby="s-prices"><table dir="auto">' in html
    assert '<th scope="col" class="end">B</th>' in html
    assert html.rstrip().endswith("</table>\n</div>")


def test_code_reads_from_left_to_right_and_is_never_markup() -> None:
    html = page('```py extra\nx < 1 & "a" <script>\n```').html
    assert (
        '<pre dir="ltr" tabindex="0"><code class="language-py">x &lt; 1 &amp; "a" &lt;script&gt;\n</code></pre>' in html
    )


@pytest.mark.parametrize(
    ("text", "locale", "kind", "title"),
    [
        ("> [!WARNING]\n> Hot.", "en", "warning", "Warning"),
        ("> [!TIP]\n> Kalt.", "de-AT", "tip", "Tipp"),
        ("> **Note:** Hot.", "en", "note", ""),
        ("> **Hinweis**\n> Kalt.", "de", "note", ""),
    ],
)
def test_quotations_that_are_notes_look_like_notes(text: str, locale: str, kind: str, title: str) -> None:
    html = page(text, locale=locale).html
    assert f'class="callout {kind}" role="note"' in html
    assert (f'<p class="callout-title">{title}</p>' in html) == bool(title)
    assert "[!" not in html
    assert "blockquote" not in html


def test_plain_tags_stay_when_they_are_closed_and_others_lose_their_markup() -> None:
    html = page(
        'a<br>b <kbd class="x">Ctrl</kbd> <b>open <marquee>c</marquee>\n\n'
        "<details open><summary>More</summary>\n\n*in*\n\n</details>"
    ).html
    assert "a<br>b <kbd>Ctrl</kbd> open c" in html
    assert re.search(r"<details><summary>More</summary>\s*<p dir=\"auto\"><em>in</em></p>\s*</details>", html)


HOSTILE = [
    "<script>alert(1)</script>",
    "a <script>alert(1)</script> b",
    "<img src=x onerror=alert(1)>",
    "a <img src=x onerror=alert(1)",
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<details open ontoggle=alert(1)>x",
    '<b onmouseover="alert(1)">x</b>',
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "![x](data:image/svg+xml;base64,PHN2Zz4=)",
    "![x](javascript:alert(1))",
    '![x](image:a"onerror="alert(1))',
    '[x](article:a"onclick="alert(1))',
    '[x](https://x.org/"onclick="alert(1))',
    '[x](https://x.org "a\\" onclick=\\"alert(1)")',
    '<https://x.org/"onclick=alert(1)>',
    "<javascript:alert(1)>",
    "<a href=javascript:alert(1)>x</a>",
    "<iframe src=//evil.example></iframe>",
    "<form action=//evil.example><input name=p><button>go</button></form>",
    "<base href=//evil.example><meta http-equiv=refresh content=0>",
    "<style>*{display:none}</style><link rel=stylesheet href=//evil.example>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<x <script>alert(1)</script>",
    "</div></main><h1 id=main>x</h1>",
    '```"><script>alert(1)</script>\nx\n```',
    "| <script>alert(1)</script> |\n|---|\n| [x](javascript:1) |",
    "## <img src=x onerror=alert(1)> x",
    "> [!NOTE]<script>alert(1)</script>\n> x",
]
SAFE_ADDRESS = re.compile(r"(https?://|mailto:|tel:|/help/|#s-)")


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_in_a_text_becomes_a_program(text: str) -> None:
    html = page(f"Before.\n\n{text}\n\nAfter.").html
    for tag, attributes in Tags(html).found:
        assert tag not in {"script", "style", "svg", "math", "iframe", "form", "input", "base", "meta", "link", "h1"}
        assert not [name for name in attributes if name.startswith("on") or name == "style"], html
        for name in ("href", "src"):
            assert SAFE_ADDRESS.match(attributes.get(name) or "#s-"), html
        assert (attributes.get("id") or "s-").startswith("s-")


TANGLES = {
    "quotes": "> " * 10_000 + "x",
    "brackets": "[" * 10_000,
    "pictures": "![" * 100_000,
    "links": "[a](" * 40_000,
    "lists": "\n".join(" " * depth + "- a" for depth in range(600)),
    "cells": "|" + "a|" * 30_000,
}
ODD = {
    "headings": "# a\n" * 60_000,
    "pictures": ("![" * 18 + "\n\n") * 6_000,
    "stars": ("_*" * 9_900 + "\n\n") * 12,
    "details": "<details>" * 22_000,
    "bold": ("<b>" * 6_000 + "\n\n") * 13,
    "comments": "<!--" * 60_000,
    "ticks": "`" * 200_000,
    "references": "[a]: <b\n\n" * 20_000,
    "labels": ("[a]" * 6_000 + "\n\n") * 13,
}


@pytest.mark.parametrize("text", TANGLES.values(), ids=list(TANGLES))
def test_a_tangle_is_refused_in_a_blink(text: str) -> None:
    began = time.process_time()
    with pytest.raises(TextTooTangled):
        page(text)
    assert time.process_time() - began < 2


@pytest.mark.parametrize("text", ODD.values(), ids=list(ODD))
def test_odd_texts_of_the_largest_size_take_seconds_at_most(text: str) -> None:
    began = time.process_time()
    page(text)
    assert time.process_time() - began < 10


def test_five_megabytes_are_refused_with_both_numbers() -> None:
    with pytest.raises(TextTooLarge, match="5,000,000") as refused:
        page("x" * 5_000_000)
    assert refused.value.limit == LARGEST
    assert len(plain("<x" * 3_000_000).html) < 2_000_000


def test_broken_characters_do_not_break_the_page() -> None:
    assert "<p" in page("a\x00b \ud800 c\x07").html
    assert plain("<\ud800>").html.startswith("<pre")
