"""The command line of the knowledge base: what it takes in, publishes, takes back and gives out again."""

import json
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from server.cli.kb import app
from server.kit.errors import HouseError

RETURNS = """---
id: returns
title: Returns
locale: en
tags: [returns]
---

Send it back within thirty days. See [refunds](article:refunds).
"""
REFUNDS = """---
id: refunds
title: Refunds
locale: en
---

Refunds take seven working days.
"""


class Desk:
    """A folder of articles and a home with a database."""

    def __init__(self, folder: Path, home: Path) -> None:
        self.folder, self.home = folder, home
        folder.mkdir()
        self.write("returns", RETURNS)
        self.write("refunds", REFUNDS)
        self.write("README", "This is no article.")

    def write(self, name: str, text: str) -> None:
        """Write a file into the folder."""
        (self.folder / f"{name}.md").write_text(text)

    def kb(self, *words: object) -> str:
        """Run a command that ends well and return what it says."""
        result = self.result(*words)
        if isinstance(result.exception, HouseError):
            raise result.exception
        assert result.exit_code == 0, (result.output, result.exception)
        return result.output

    def result(self, *words: object) -> Result:
        """Run a command."""
        return CliRunner().invoke(app, [str(word) for word in words])

    def found(self, question: str) -> list[tuple[str, int]]:
        """Return article and revision of what a search finds first."""
        found = json.loads(self.kb("search", question, "--json"))
        return [(hit["passage"]["article_id"], hit["passage"]["revision"]) for hit in found["hits"][:1]]


@pytest.fixture
def desk(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk on each kind of database."""
    monkeypatch.setenv("WARMLINE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("WARMLINE_DATABASE__URL", database_url)
    monkeypatch.setenv("WARMLINE_KNOWLEDGE__EMBEDDER", "hashing")
    return Desk(tmp_path / "articles", tmp_path / "home")


def test_a_folder_is_tried_dry_then_imported_and_published_and_the_second_time_nothing_changes(desk: Desk) -> None:
    assert "would create 2" in desk.kb("import", desk.folder, "--dry-run")
    assert "created 2" in desk.kb("import", desk.folder)
    assert json.loads(desk.kb("releases", "--json"))["items"] == []
    told = desk.kb("import", desk.folder, "--publish")
    assert "kept 2" in told
    assert "release r0001-" in told
    assert desk.found("how do i send it back") == [("returns", 1)]
    assert "unchanged" in desk.kb("import", desk.folder, "--publish")
    assert len(json.loads(desk.kb("releases", "--json"))["items"]) == 1


def test_what_changed_in_the_folder_becomes_the_next_release_and_can_be_taken_back(desk: Desk) -> None:
    desk.kb("release", "--from", desk.folder, "--note", "the first")
    desk.write("refunds", REFUNDS.replace("seven", "three"))
    told = desk.kb("release", "--from", desk.folder, "--note", "quicker")
    assert "1 passages embedded" in told
    assert desk.found("refunds take working days") == [("refunds", 2)]
    listed = json.loads(desk.kb("releases", "--json"))
    assert [(row["number"], row["note"], row["served"]) for row in listed["items"]] == [
        (2, "quicker", True),
        (1, "the first", False),
    ]
    assert "release r0001-" in desk.kb("rollback", 1, "--reason", "three was a dream")
    assert desk.found("refunds take working days") == [("refunds", 1)]
    assert "* r0001-" in desk.kb("releases")


def test_what_was_taken_back_is_not_brought_back_by_the_same_files(desk: Desk) -> None:
    desk.kb("import", desk.folder, "--publish")
    desk.write("refunds", REFUNDS.replace("seven", "three"))
    desk.kb("import", desk.folder, "--publish")
    desk.kb("rollback", 1, "--reason", "three was a dream")
    assert "kept 2" in desk.kb("import", desk.folder, "--publish")
    assert desk.found("refunds take working days") == [("refunds", 1)]
    desk.write("refunds", REFUNDS.replace("seven", "eight"))
    desk.kb("import", desk.folder, "--publish")
    assert desk.found("refunds take working days") == [("refunds", 3)]


def test_a_release_can_be_kept_without_serving_it(desk: Desk) -> None:
    desk.kb("release", "--from", desk.folder)
    desk.write("refunds", REFUNDS.replace("seven", "three"))
    desk.kb("release", "--from", desk.folder, "--no-serve")
    assert desk.found("refunds take working days") == [("refunds", 1)]
    kept = json.loads(desk.kb("releases", "--json"))["items"][0]
    assert (kept["number"], kept["state"], kept["served"]) == (2, "ready", False)


def test_a_broken_link_is_told_and_nothing_is_published(desk: Desk) -> None:
    (desk.folder / "refunds.md").unlink()
    desk.kb("import", desk.folder, "--publish")
    assert desk.found("send it back") == [("returns", 1)]


def test_a_gate_that_refuses_is_told_and_does_not_stop_a_set_up(desk: Desk) -> None:
    queries = desk.folder / "questions.jsonl"
    rows = [{"q": f"refunds take seven working days {number}", "article": "refunds"} for number in range(8)]
    queries.write_text("\n".join(json.dumps(row) for row in rows))
    told = desk.kb("import", desk.folder, "--publish", "--judged", queries)
    assert "8 judged queries added" in told
    assert "recall@1 1.0" in desk.kb("gate")
    desk.write("refunds", REFUNDS.replace("Refunds take seven working days.", "Ask us."))
    desk.write("thief", REFUNDS.replace("id: refunds", "id: thief"))
    told = desk.kb("import", desk.folder, "--publish", "--judged", queries, "--even-if-refused")
    assert "not published" in told
    assert desk.found("refunds take seven working days") == [("refunds", 1)]
    told = desk.kb("gate")
    assert "is refused" in told
    assert "nDCG@10 falls by 0.369" in told
    result = desk.result("import", desk.folder, "--publish")
    assert isinstance(result.exception, HouseError)
    assert result.exception.code == "not_published"
    assert "release r0004-" in desk.kb("release", "--override", "they must not know")
    assert desk.found("refunds take seven working days")[0][0] == "thief"


def test_judged_queries_that_editors_dropped_do_not_come_back_by_themselves(desk: Desk) -> None:
    queries = desk.folder / "questions.jsonl"
    queries.write_text('{"q": "how long do refunds take", "article": "refunds"}\n')
    desk.kb("import", desk.folder, "--publish", "--judged", queries)
    queries.write_text('{"q": "another one", "article": "refunds"}\n')
    assert "judged" not in desk.kb("import", desk.folder, "--publish", "--judged", queries)
    assert "1 judged queries added, 0 known" in desk.kb("judge", queries)
    assert "0 judged queries added, 1 known" in desk.kb("judge", queries)


def test_an_export_is_read_again(desk: Desk, tmp_path: Path) -> None:
    desk.kb("import", desk.folder, "--publish")
    desk.kb("export", tmp_path / "out.zip")
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        assert len([name for name in archive.namelist() if name.endswith(".md")]) == 2
    assert "would keep 2" in desk.kb("import", tmp_path / "out.zip", "--dry-run")
    desk.kb("export", tmp_path / "out.jsonl")
    assert len((tmp_path / "out.jsonl").read_text().splitlines()) == 2


def test_what_is_bound_to_a_region_is_found_for_that_region_only(desk: Desk) -> None:
    desk.write("refunds", REFUNDS.replace("locale: en", "locale: en\nregion: [DE]"))
    desk.write("returns", RETURNS.replace(" See [refunds](article:refunds).", ""))
    desk.kb("import", desk.folder, "--publish")
    question = "refunds take seven working days"
    assert desk.found(question) != [("refunds", 1)]
    found = json.loads(desk.kb("search", question, "--region", "DE", "--json"))
    assert found["hits"][0]["passage"]["article_id"] == "refunds"


def test_what_is_not_there_or_not_known_is_said(desk: Desk, tmp_path: Path) -> None:
    for words, code in (
        (("import", tmp_path / "nowhere"), "not_found"),
        (("import", _file(tmp_path / "articles.xyz")), "no_format"),
        (("rollback", "7", "--reason", "x"), "release_not_found"),
    ):
        result = desk.result(*words)
        assert isinstance(result.exception, HouseError), result.output
        assert result.exception.code == code


def _file(path: Path) -> Path:
    path.write_text("x")
    return path
