"""The walls of the house: which way imports may point, and who opens whose database tables."""

from functools import cache
from pathlib import Path

import grimp
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

ROOT = Path(__file__).parents[2]

GUESTS = {
    # The rooms above read and write conversations through the repository that conversations own, one floor down.
    "server.access.repository": {"server.articles", "server.cli", "server.desk", "server.wiring"},
    "server.conversations.repository": {"server.articles", "server.desk", "server.wiring"},
    "server.handoffs.repository": {"server.conversations", "server.desk"},
}
"""Who else may open a room's repository: rooms above it, by name, so that a new one is a decision."""


@cache
def graph() -> grimp.ImportGraph:
    """Return who imports whom."""
    return grimp.build_graph("server", "assist", "channels", "knowledge")


def test_every_wall_stands() -> None:
    assert lint_imports(config_filename=str(ROOT / ".importlinter"), no_cache=True) == EXIT_STATUS_SUCCESS


def test_a_repository_is_opened_only_by_its_own_room_and_its_named_guests() -> None:
    intruders = {
        f"{importer} -> {module}"
        for module in graph().modules
        if module.endswith(".repository")
        for importer in graph().find_modules_that_directly_import(module)
        if not importer.startswith(module.removesuffix("repository"))
        and not any(importer == guest or importer.startswith(f"{guest}.") for guest in GUESTS.get(module, set()))
    }
    assert not intruders


def test_no_guest_is_named_who_does_not_come() -> None:
    for module, guests in GUESTS.items():
        importers = graph().find_modules_that_directly_import(module)
        absent = {g for g in guests if not any(i == g or i.startswith(f"{g}.") for i in importers)}
        assert not absent, f"{absent} no longer open {module}."


def test_only_the_wiring_reads_the_settings_into_things() -> None:
    """Elsewhere settings are typed values that are handed in (`house.settings`) or read by a command."""
    allowed = (
        "server.wiring",
        "server.app",
        "server.house",
        "server.cli",
        "server.up",
        "server.bench",
        "server.settings",
    )
    readers = graph().find_modules_that_directly_import("server.settings")
    assert {reader for reader in readers if not reader.startswith(allowed)} == set()


def test_nothing_imports_the_neighbours() -> None:
    externals = grimp.build_graph("server", "assist", "channels", "knowledge", include_external_packages=True).modules
    assert externals.isdisjoint({"bot", "rasa", "rasa_sdk", "demo", "tests", "web", "docker"})


def test_neighbours_are_no_packages() -> None:
    assert [folder for folder in ("bot", "docker", "docs", "web") if (ROOT / folder / "__init__.py").exists()] == []


def test_every_folder_of_tests_is_a_package() -> None:
    bare = [
        str(folder.relative_to(ROOT))
        for folder in (ROOT / "tests").rglob("*")
        if folder.is_dir() and any(folder.glob("*.py")) and not (folder / "__init__.py").exists()
    ]
    assert bare == []
