"""Quotations that are notes: `> [!NOTE]` as GitHub writes them, and `> **Note:** ...` in our languages."""

from typing import TYPE_CHECKING

from knowledge.languages import language

if TYPE_CHECKING:
    from markdown_it.token import Token

LABELS: dict[str, dict[str, str]] = {
    "note": {"en": "Note", "de": "Hinweis", "fr": "Remarque", "es": "Nota", "ar": "ملاحظة"},
    "tip": {"en": "Tip", "de": "Tipp", "fr": "Astuce", "es": "Consejo", "ar": "نصيحة"},
    "important": {"en": "Important", "de": "Wichtig", "fr": "Important", "es": "Importante", "ar": "مهم"},
    "warning": {"en": "Warning", "de": "Warnung", "fr": "Avertissement", "es": "Advertencia", "ar": "تحذير"},
    "caution": {"en": "Caution", "de": "Vorsicht", "fr": "Attention", "es": "Precaución", "ar": "احتراس"},
}
"""What kinds there are, and what each is called by language."""
SAID = {word.casefold(): kind for kind, words in LABELS.items() for word in words.values()} | {"achtung": "warning"}


def callouts(tokens: list["Token"], locale: str) -> list["Token"]:
    """The tokens with every quotation that is a note as a `div` of its kind; the others stay quotations."""
    from markdown_it.token import Token

    out: list[Token] = []
    open_kinds: list[str] = []
    for place, token in enumerate(tokens):
        if token.type == "blockquote_open":
            kind, marked = _kind(tokens[place + 1 : place + 3])
            open_kinds.append(kind)
            if kind:
                token.tag = "div"
                token.attrSet("class", f"callout {kind}")
                token.attrSet("role", "note")
            out.append(token)
            if marked:
                label = LABELS[kind].get(language(locale), LABELS[kind]["en"])
                out.append(Token("paragraph_open", "p", 1, attrs={"class": "callout-title"}, block=True))
                text = Token("text", "", 0, content=label)
                out.append(Token("inline", "", 0, children=[text], content=label, block=True))
                out.append(Token("paragraph_close", "p", -1, block=True))
            continue
        if token.type == "blockquote_close" and open_kinds.pop():
            token.tag = "div"
        out.append(token)
    return out


def _kind(head: list["Token"]) -> tuple[str, bool]:
    """The kind of note that a quotation with these first tokens is ("" for none), and whether a mark was taken off."""
    if len(head) < 2 or head[0].type != "paragraph_open" or not head[1].children:
        return "", False
    children = head[1].children
    first = children[0].content.strip()
    if first.startswith("[!") and first.endswith("]") and first[2:-1].casefold() in LABELS:
        del children[: 2 if len(children) > 1 and children[1].type == "softbreak" else 1]
        return first[2:-1].casefold(), True
    bold = next((place for place, child in enumerate(children) if child.type == "strong_open"), None)
    # An empty text stands before a bold beginning.
    if bold is None or any(child.content.strip() for child in children[:bold]):
        return "", False
    return SAID.get(children[bold + 1].content.strip().rstrip(":.!").rstrip().casefold(), ""), False
