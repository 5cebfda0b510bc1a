"""The page of all settings, written from the classes that read them."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from server.settings import Settings

HEAD = """# Settings

Written by `make wire` from `server/settings.py`; a test compares the two, so change the class and not this page.

Every setting is an environment variable: `WARMLINE_`, then for most of them the block and two underscores, then the
name. There is no file of settings. Limits that people change while everything runs (the handoff rules, the AI
switches) are not here: see [handoff.md](handoff.md).

`make run` chooses free loopback ports for the bot, its actions and the demo company, and passes their addresses and
tokens on, so that none of the `URL` and `TOKEN` settings needs to be set for it. Secrets have no default.
"""

FOOT = """## Read by the set-up, not by the server

| variable | default | meaning |
|---|---|---|
| `WARMLINE_PYTHON` | the first that runs | Python 3.11 or newer for the house; one that does not fit is an error. |
| `WARMLINE_BOT_PYTHON` | the first that runs | Python 3.10 for the bot; one that does not fit is an error. |
| `WARMLINE_TORCH_WHEELS` | empty | Folder or page of links with further wheels, such as a CPU-only torch. |
"""

BOUNDS = {"ge": "at least", "gt": "above", "le": "at most", "lt": "below"}


def settings_markdown() -> str:
    """Return docs/settings.md: one table a block, one row a setting, with variable, kind, default and meaning."""
    prefix = Settings.model_config.get("env_prefix", "")
    delimiter = Settings.model_config.get("env_nested_delimiter") or "__"
    own = {name: field for name, field in Settings.model_fields.items() if not _is_block(field)}
    parts = [HEAD, _section("The process", Settings.__doc__, prefix, own)]
    for name, field in Settings.model_fields.items():
        if _is_block(field):
            block: type[BaseModel] = _kind(field)
            parts.append(_section(f"`{name}`", block.__doc__, f"{prefix}{name}{delimiter}", block.model_fields))
    return "\n".join([*parts, FOOT])


def _section(title: str, meaning: str | None, prefix: str, fields: Mapping[str, FieldInfo]) -> str:
    rows = "".join(f"{row}\n" for row in _rows(prefix, fields))
    return f"## {title}\n\n{meaning or ''}\n\n| variable | kind | default | meaning |\n|---|---|---|---|\n{rows}"


def _rows(prefix: str, fields: Mapping[str, FieldInfo]) -> Iterator[str]:
    for name, field in fields.items():
        cells = (f"`{prefix.upper()}{name.upper()}`", _accepted(field), _default(field), field.description or "")
        yield f"| {' | '.join(cells)} |"


def _kind(field: FieldInfo) -> Any:
    """Return the type of a field; of `X | None` the X."""
    options = [option for option in get_args(field.annotation) if option is not type(None)]
    return options[0] if options and get_origin(field.annotation) is not Literal else field.annotation


def _is_block(field: FieldInfo) -> bool:
    kind = _kind(field)
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _accepted(field: FieldInfo) -> str:
    kind = _kind(field)
    if get_origin(kind) is Literal:
        return " or ".join(f"`{choice}`" for choice in get_args(kind))
    names = {
        bool: "`true` or `false`",
        int: "whole number",
        float: "number",
        str: "text",
        Path: "path",
        SecretStr: "secret",
    }
    bounds = [
        f"{word} {value:g}"
        for limit in field.metadata
        for short, word in BOUNDS.items()
        if (value := getattr(limit, short, None)) is not None
    ]
    return ", ".join([names.get(kind, str(kind)), *bounds])


def _default(field: FieldInfo) -> str:
    value = field.default
    if isinstance(value, SecretStr) or value is None or value == "":
        return "empty"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"
