"""The pages that are written from the code are as the code is now; the others name what there is."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assist.decisions import RULES
from assist.types import Reason
from server.access.roles import PERMISSIONS
from server.cli.asyncapi import CLOSES, asyncapi
from server.cli.settings_doc import settings_markdown
from server.cli.wire import written_docs
from server.realtime import connection
from server.realtime.frames import CONSOLE_IN, CONSOLE_OUT, WIDGET_IN, WIDGET_OUT
from server.settings import Settings

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [*ROOT.glob("*.md"), *DOCS.rglob("*.md")]
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")


@pytest.mark.parametrize("name", ["settings.md", "asyncapi.json"])
def test_a_written_page_is_as_the_code_is(name: str) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == written_docs()[name], "Run `make wire`."


def test_no_secret_stands_in_the_settings_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WARMLINE_BOT__TOKEN", "not-for-print")
    page = settings_markdown()
    assert "not-for-print" not in page
    assert "| `WARMLINE_BOT__TOKEN` | secret | empty |" in page


def test_every_setting_has_a_row_and_a_meaning() -> None:
    rows = [line for line in settings_markdown().splitlines() if line.startswith("| `WARMLINE_")]
    blocks = [field.default for field in Settings.model_fields.values() if hasattr(field.default, "model_fields_set")]
    own = len(Settings.model_fields) - len(blocks)
    from_code = [row for row in rows if len(row.split(" | ")) == 4]
    assert len(from_code) == own + sum(len(type(block).model_fields) for block in blocks)
    assert [row for row in from_code if row.rsplit(" | ", 1)[1] == " |"] == []


def test_every_frame_is_in_the_asyncapi_document() -> None:
    document = asyncapi("1")
    sides = (("widgetHears", WIDGET_IN), ("widgetSays", WIDGET_OUT), ("consoleHears", CONSOLE_IN))
    for operation, adapter in (*sides, ("consoleSays", CONSOLE_OUT)):
        names = {ref["$ref"].rpartition("/")[2] for ref in document["operations"][operation]["messages"]}
        kinds = {document["components"]["messages"][name]["name"] for name in names}
        assert kinds == set(adapter.json_schema()["discriminator"]["mapping"])


def test_every_reference_of_the_asyncapi_document_leads_somewhere() -> None:
    document = json.loads(json.dumps(asyncapi("1")))
    for ref in _references(document):
        place = document
        for step in ref.removeprefix("#/").split("/"):
            assert step in place, ref
            place = place[step]


def test_every_close_code_is_explained() -> None:
    codes = {value for name, value in vars(connection).items() if name.startswith("CLOSE_")}
    assert codes <= set(CLOSES)


def test_every_rule_and_every_reason_is_in_the_page_about_handoffs() -> None:
    page = (DOCS / "handoff.md").read_text(encoding="utf-8")
    names = [rule.__name__ for rule in RULES]
    rows = re.findall(r"^\| \d+ \| `(\w+)` \|", page, re.MULTILINE)
    assert rows == names, "The table must have the rules in the order in which they are asked."
    assert [reason for reason in Reason if f"`{reason}`" not in page] == []


def test_every_permission_is_in_the_page_about_security() -> None:
    page = (DOCS / "security.md").read_text(encoding="utf-8")
    # A row may name several of one kind: the first in full, the others from their dot on.
    written = {name for name in PERMISSIONS if f"`{name}`" in page or f"`{name[name.index('.') :]}`" in page}
    assert set(PERMISSIONS) == written


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_between_pages_leads_somewhere(page: Path) -> None:
    targets = LINK.findall(page.read_text(encoding="utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)
