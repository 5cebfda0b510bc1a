"""Every format that articles can come in, and one way to read them: a stream of articles and problems."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from knowledge.parsing.chatwoot import read_chatwoot
from knowledge.parsing.drafts import Defaults, Read
from knowledge.parsing.html_pages import read_html
from knowledge.parsing.pages import read_markdown
from knowledge.parsing.tables import read_csv, read_jsonl
from knowledge.parsing.zendesk import read_zendesk

Reader = Callable[[Path, str, Defaults], Iterator[Read]]

FORMATS: Mapping[str, Reader] = {
    "markdown": read_markdown,
    "html": read_html,
    "csv": read_csv,
    "jsonl": read_jsonl,
    "zendesk": read_zendesk,
    "chatwoot": read_chatwoot,
}


def read(path: Path, kind: str, name: str, defaults: Defaults) -> Iterator[Read]:
    """Every article in a file, and every piece of it that is none with its reason.

    `kind` is one of `FORMATS`; `name` stands for the file in what is said about it. `Unreadable` when the file is
    not of that format at all: at once where that can be seen at its beginning, later where it breaks off. Memory is
    that of one article at a time.
    """
    return FORMATS[kind](path, name, defaults)
