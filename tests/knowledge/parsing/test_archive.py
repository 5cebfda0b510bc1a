"""Archives that are made to harm: too large when unpacked, leading out, links, archives in archives, cut off."""

import stat
import struct
import zipfile
from pathlib import Path

import pytest

from knowledge.parsing.archive import RATIO_FROM, RATIO_LIMIT, Unreadable
from tests.knowledge.parsing.files import read_all, zipped


@pytest.mark.parametrize("name", ["../a.md", "/etc/a.md", "a/../../b.md", "C:/a.md", "..\\a.md"])
def test_a_path_that_leads_out_is_not_read(tmp_path: Path, name: str) -> None:
    articles, problems = read_all(zipped(tmp_path, {name: "Text.", "good.md": "Text."}), "markdown")
    assert [one.source for one in articles] == ["good.md"]
    assert [one.code for one in problems] == ["unsafe_entry"]


def test_symbolic_links_and_archives_within_are_not_read(tmp_path: Path) -> None:
    path = zipped(tmp_path, {"good.md": "Text.", "inner.zip": b"PK\x03\x04", "inner.tar.gz": b"x"})
    with zipfile.ZipFile(path, "a") as archive:
        link = zipfile.ZipInfo("link.md")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    articles, problems = read_all(path, "markdown")
    assert [one.source for one in articles] == ["good.md"]
    assert sorted((one.source, one.code) for one in problems) == [
        ("inner.tar.gz", "unsafe_entry"),
        ("inner.zip", "unsafe_entry"),
        ("link.md", "unsafe_entry"),
    ]


def test_what_unpacks_to_many_times_its_size_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path, {f"{number}.md": "a" * (RATIO_FROM // 2) for number in range(3)})
    assert path.stat().st_size * RATIO_LIMIT < RATIO_FROM
    with pytest.raises(Unreadable, match="200 times"):
        read_all(path, "markdown")


def test_an_archive_that_would_fill_the_memory_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path, {"a.md": "Text."})
    data = bytearray(path.read_bytes())
    at = data.rindex(b"PK\x05\x06")
    data[at + 12 : at + 16] = struct.pack("<L", 0x7FFFFFFF)
    path.write_bytes(data)
    with pytest.raises(Unreadable):
        read_all(path, "markdown")


def test_an_entry_that_lies_about_its_size_is_no_article(tmp_path: Path) -> None:
    path = zipped(tmp_path, {"a.md": "Text. " * 4000, "b.md": "Text."})
    data = bytearray(path.read_bytes())
    at = data.index(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<L", 10)
    path.write_bytes(data)
    articles, problems = read_all(path, "markdown")
    assert [one.source for one in articles] == ["b.md"]
    assert [(one.source, one.code) for one in problems] == [("a.md", "not_readable")]


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 and then nothing", b"PK\x05\x06"])
def test_what_is_cut_off_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(data or b"PK\x03\x04")
    with pytest.raises(Unreadable):
        read_all(path, "markdown")
