"""Lists that one reads: what is in a folder is in its list, and the other way round."""

from pathlib import Path

import pytest

from assist.decisions import RULES
from channels.registry import CHANNELS
from server.access.roles import PERMISSIONS, ROLES
from server.conversations.notices import NOTICE_OF_REASON, TEXTS

ROOT = Path(__file__).parents[2]


def test_every_channel_folder_is_in_the_registry() -> None:
    folders = {path.parent.name for path in (ROOT / "channels").glob("*/adapter.py") if path.parent.name[0] != "_"}
    assert folders <= set(CHANNELS)
    assert set(CHANNELS) - folders == {"recording"}


def test_channels_are_registered_under_their_own_names() -> None:
    assert {name: make().name for name, make in CHANNELS.items()} == {name: name for name in CHANNELS}


def test_every_rule_file_is_in_the_order_of_rules() -> None:
    files = {path.stem for path in (ROOT / "assist" / "decisions" / "rules").glob("*.py") if path.stem[0] != "_"}
    listed = {getattr(rule, "__module__", type(rule).__module__).rpartition(".")[2] for rule in RULES}
    assert files == listed


def test_every_permission_of_a_role_is_one_that_exists_and_says_what_it_is_for() -> None:
    assert set().union(*ROLES.values()) <= set(PERMISSIONS)
    assert all(meaning.endswith(".") for meaning in PERMISSIONS.values())


@pytest.mark.parametrize("language", list(TEXTS))
def test_every_language_has_every_notice_with_the_same_blanks(language: str) -> None:
    assert set(TEXTS[language]) == set(TEXTS["en"])
    for code, text in TEXTS["en"].items():
        assert ("{name}" in text) == ("{name}" in TEXTS[language][code])
    assert set(NOTICE_OF_REASON.values()) <= set(TEXTS["en"])
