"""CSV and JSON lines."""

import json
from pathlib import Path

import pytest

from knowledge.parsing.archive import Unreadable
from tests.knowledge.parsing.files import kept, read_all, zipped

HEADER = "ID;Title;Body;Locale;Tags\n"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_columns_are_found_by_their_names_whatever_parts_them(tmp_path: Path, delimiter: str) -> None:
    header = delimiter.join(["key", "question", "answer", "lang", "labels"])
    row = delimiter.join(["KB-1", "Why?", '"Because.\nReally."', "de", '"a b,c"'])
    [one], _ = read_all(kept(tmp_path, f"{header}\n{row}\n", "a.csv"), "csv")
    assert (one.id, one.title, one.text, one.locale, one.tags) == (
        "kb-1",
        "Why?",
        "Because.\nReally.",
        "de",
        ("a-b", "c"),
    )
    assert (one.source, one.line) == ("a.csv, row 2", 2)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_every_unicode_encoding_with_its_mark_is_read(tmp_path: Path, encoding: str) -> None:
    [one], _ = read_all(kept(tmp_path, f"{HEADER}1;Grüße;Ja;de;\n".encode(encoding), "a.csv"), "csv")
    assert one.title == "Grüße"


def test_another_encoding_is_a_problem_that_names_the_row_and_never_guessed(tmp_path: Path) -> None:
    path = kept(
        tmp_path, f'{HEADER}1;Plain;"Two\nlines";en;\n2;Grüße;Ja;de;\n3;More;Text;en;\n'.encode("cp1252"), "a.csv"
    )
    articles, [problem] = read_all(path, "csv")
    assert [one.title for one in articles] == ["Plain", "More"]
    assert (problem.source, problem.line, problem.code) == ("a.csv, row 3", 4, "not_text")
    assert "encoding=" in problem.why
    articles, problems = read_all(path, "csv", encoding="cp1252")
    assert (articles[1].title, problems) == ("Grüße", [])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"just a line of prose\nand more\n",
        b"id;title\n1;x\n",
        HEADER.encode("utf-16-le"),
        b"title,title,text\na,b,c\n",
    ],
)
def test_what_is_no_table_of_articles_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(Unreadable):
        read_all(kept(tmp_path, data, "a.csv"), "csv")


def test_rows_that_do_not_fit_are_problems_and_empty_ones_are_nothing(tmp_path: Path) -> None:
    rows = "1;A;Text;en;;too many\n;;;;\n2;;No title;en;\n3;C;Text\n"
    articles, problems = read_all(kept(tmp_path, HEADER + rows, "a.csv"), "csv")
    assert [one.id for one in articles] == ["3"]
    assert [(one.source, one.code) for one in problems] == [
        ("a.csv, row 2", "not_readable"),
        ("a.csv, row 4", "incomplete"),
    ]


def test_a_field_beyond_measure_and_a_quote_without_an_end_are_problems(tmp_path: Path) -> None:
    large = f'{HEADER}1;A;"{"a" * (5 * 1024 * 1024)}";en;\n2;B;Text;en;\n'
    _, problems = read_all(kept(tmp_path, large, "a.csv"), "csv")
    assert problems[0].code == "article_too_large"
    _, [problem] = read_all(kept(tmp_path, f'{HEADER}1;A;"Text;en;\n2;B;Text;en;\n', "b.csv"), "csv")
    assert (problem.source, problem.code) == ("b.csv, row 2", "not_readable")


def test_a_zip_is_no_csv(tmp_path: Path) -> None:
    with pytest.raises(Unreadable):
        read_all(zipped(tmp_path, {"a.csv": "x"}), "csv")


def lines(*rows: object) -> str:
    """Return rows as JSON lines."""
    return "".join(f"{row if isinstance(row, str) else json.dumps(row)}\n" for row in rows)


def test_lines_of_json_are_articles_ours_and_beirs(tmp_path: Path) -> None:
    rows = lines(
        {"id": "a", "title": "A", "text": "Text.", "locale": "de", "tags": ["x"], "regions": ["DE"], "revision": 2},
        {"_id": "MED-10", "title": "", "text": "Statins may help some people.", "metadata": {"url": "x"}},
    )
    [ours, beir], problems = read_all(kept(tmp_path, rows, "a.jsonl"), "jsonl")
    assert (ours.id, ours.locale, ours.tags, ours.regions, ours.revision) == ("a", "de", ("x",), ("DE",), 2)
    assert (beir.id, beir.title, problems) == ("med-10", "Statins may help some people.", [])


def test_a_broken_line_is_a_problem_and_the_others_are_not(tmp_path: Path) -> None:
    good = {"title": "A", "text": "Text."}
    rows = lines(good, "{", "[1]", {"title": "B", "text": "a" * (5 * 1024 * 1024)}, {**good, "title": "C"})
    articles, problems = read_all(kept(tmp_path, rows, "a.jsonl"), "jsonl")
    assert [one.title for one in articles] == ["A", "C"]
    assert [(one.line, one.code) for one in problems] == [
        (2, "not_readable"),
        (3, "not_readable"),
        (4, "article_too_large"),
    ]


@pytest.mark.parametrize("text", ["not json\n", "[{}]\n", '{"title": "A", "text": "B"}\n' + "no\n" * 200])
def test_a_file_that_is_no_json_lines_is_refused_with_its_line(tmp_path: Path, text: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_all(kept(tmp_path, text, "a.jsonl"), "jsonl")
    assert refused.value.line in {1, 102}
