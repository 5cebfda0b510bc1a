"""`warmline eval` measures any data file, says the figures on the last line, and refuses a bad file in one line."""

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from server.cli.door import main
from tests.support.stack import trained_home

Run = Callable[..., tuple[int, str, str]]
Figures = Callable[..., dict[str, Any]]

MOODS = "text,label\nThis is terrible and I hate it,negative\nThank you so much,positive\nMy order is 44110,neutral\n"
DIALOGUES = (
    '{"turns": [{"speaker": "customer", "text": "where is my order 44110", "handoff": false},'
    ' {"speaker": "bot", "text": "It is on its way."},'
    ' {"speaker": "customer", "text": "let me talk to a human", "handoff": true}]}\n'
)
DOCUMENTS = {"r": "Money comes back within a week.", "p": "Choose forgot password.", "s": "Covers can be washed."}
QUERIES = (
    '{"_id": "1", "text": "money back"}\n'
    '{"_id": "2", "text": "how", "context": ["U: covers can be washed", "S: Anything else?", "U: how"]}\n'
)
QRELS = "query-id\tcorpus-id\tscore\n1\tr\t1\n2\ts\t1\n"
LEARNED = {
    "refund": ("I want my money back", "refund me please", "give me a refund", "can I get a refund"),
    "password": ("I forgot my password", "reset my password", "my password does not work", "new password please"),
    "hours": (
        "when are you open",
        "what are your opening hours",
        "are you open on Saturday",
        "until when are you open",
    ),
}
ASKED = {"refund": "please refund my money", "password": "password forgotten", "hours": "are you open today"}
STRANGE = ("sing me a song about the sea", "the square root of seven", "who won the chess match")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Call the door as the shell does; gives exit code, output and what was said beside it."""

    def called(*arguments: str | Path) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["warmline", "eval", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return called


@pytest.fixture
def figures(run: Run) -> Figures:
    """Call the door with --json and give what the last line says."""

    def called(*arguments: str | Path) -> dict[str, Any]:
        code, out, err = run(*arguments, "--json")
        assert code == 0, err
        return dict(json.loads(out.splitlines()[-1]))

    return called


@pytest.fixture
def plain_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A home without any model, where the stand-ins answer."""
    monkeypatch.setenv("WARMLINE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("WARMLINE_KNOWLEDGE__EMBEDDER", "hashing")


@pytest.fixture
def real_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """The home with the trained models."""
    monkeypatch.setenv("WARMLINE_HOME", str(trained_home()))


def written(folder: Path, files: Mapping[str, str]) -> list[Path]:
    """Write files by their names."""
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")
    return [folder / name for name in files]


def retrieval_files(folder: Path, **changed: str) -> list[str]:
    """Write a tiny corpus and return the options that name it."""
    corpus = "".join(json.dumps({"_id": key, "title": "", "text": text}) + "\n" for key, text in DOCUMENTS.items())
    files = {"corpus": corpus, "queries": QUERIES, "qrels": QRELS} | changed
    paths = written(folder, files)
    return [word for path in paths for word in (f"--{path.name}", str(path))]


def table(rows: Mapping[str, str | tuple[str, ...]], column: str = "label") -> str:
    """Return rows of label and texts as CSV."""
    texts = [(label, [said] if isinstance(said, str) else said) for label, said in rows.items()]
    return f"text,{column}\n" + "".join(f"{text},{label}\n" for label, several in texts for text in several)


@pytest.mark.usefixtures("plain_home")
def test_moods_are_measured_on_a_file(tmp_path: Path, figures: Figures) -> None:
    [path] = written(tmp_path, {"moods.csv": MOODS})
    found = figures("sentiment", path)
    assert (found["rows"], found["auroc_negative"], found["macro_f1"]) == (3, 1.0, 1.0)


@pytest.mark.usefixtures("plain_home")
def test_several_files_of_moods_give_their_mean_and_each_of_them(tmp_path: Path, figures: Figures) -> None:
    flipped = MOODS.replace("negative", "?").replace("positive", "negative").replace("?", "positive")
    good, bad = written(tmp_path, {"good.csv": MOODS, "bad.csv": flipped})
    found = figures("sentiment", good, bad)
    each = [found["files"][str(path)]["macro_f1"] for path in (good, bad)]
    assert found["macro_f1"] == pytest.approx(sum(each) / 2, abs=1e-4)
    assert found["rows"] == 6


@pytest.mark.usefixtures("plain_home")
def test_handoffs_are_measured_on_a_file(tmp_path: Path, figures: Figures) -> None:
    [path] = written(tmp_path, {"dialogues.jsonl": DIALOGUES})
    found = figures("handoff", path)
    assert (found["cases"], found["precision"], found["recall"], found["f1"]) == (2, 1.0, 1.0, 1.0)


@pytest.mark.usefixtures("plain_home")
def test_retrieval_is_measured_with_and_without_the_turns_before(tmp_path: Path, figures: Figures) -> None:
    options = retrieval_files(tmp_path)
    found, alone = figures("retrieval", *options), figures("retrieval", *options, "--no-history")
    for side in ("fused", "lexical", "vector"):
        assert {"ndcg@10", "recall@5", "mrr@10"} <= set(found[side])
    assert found["query_p95_ms"] > 0
    assert (found["queries"], found["documents"], found["history"]) == (2, 3, True)
    assert found["lexical"]["mrr@10"] > alone["lexical"]["mrr@10"]
    assert figures("retrieval", *options, "--most", "1")["queries"] == 1


@pytest.mark.usefixtures("plain_home")
def test_without_json_the_figures_are_for_people(tmp_path: Path, run: Run) -> None:
    [path] = written(tmp_path, {"moods.csv": MOODS})
    code, out, _ = run("sentiment", path)
    assert code == 0
    assert "macro_f1: 1.0" in out.splitlines()


@pytest.mark.usefixtures("real_home")
def test_the_trained_models_of_the_home_are_what_is_measured(tmp_path: Path, figures: Figures) -> None:
    moods, dialogues = written(tmp_path, {"moods.csv": MOODS, "dialogues.jsonl": DIALOGUES})
    assert figures("sentiment", moods)["model"].startswith("minilm")
    assert figures("handoff", dialogues)["model"].startswith("minilm")
    assert figures("retrieval", *retrieval_files(tmp_path))["fused"]["mrr@10"] == 1.0


@pytest.mark.usefixtures("real_home")
@pytest.mark.timeout(120)
def test_intents_are_measured_by_the_bots_own_pipeline(tmp_path: Path, figures: Figures) -> None:
    train, test, oos = written(
        tmp_path,
        {"train.csv": table(LEARNED, "intent"), "test.csv": table(ASKED), "oos.csv": "\n".join(("text", *STRANGE))},
    )
    found = figures("intents", "--train", train, "--test", test, "--oos", oos)
    wanted = "in_scope_accuracy macro_f1 oos_recall oos_precision oos_auroc ece train_seconds parse_p50_ms"
    assert set(wanted.split()) <= set(found)
    assert all(found[name] is not None for name in wanted.split())
    assert (found["train_rows"], found["test_rows"], found["oos_test_rows"], found["intents"]) == (12, 6, 3, 3)
    assert found["in_scope_accuracy_before_doubt"] == 1.0
    assert found["oos_auroc_novelty"] == 1.0


@pytest.mark.usefixtures("real_home")
@pytest.mark.timeout(120)
def test_what_the_bot_refuses_is_said_in_its_own_words(tmp_path: Path, run: Run) -> None:
    train, test = written(tmp_path, {"train.csv": table({"a": ("x", "y", "z"), "b": ("u", "v", "w")}), "t.csv": MOODS})
    code, _, err = run("intents", "--train", train, "--test", test)
    assert code == 1
    assert "2 intents; at least 3 are needed" in err.splitlines()[-1]


@pytest.mark.usefixtures("plain_home")
@pytest.mark.parametrize(
    ("command", "content", "words"),
    [
        ("sentiment", "text,label\nfine,angry\n", "wrong, row 1: text and label"),
        ("sentiment", "", "wrong holds no rows"),
        ("handoff", '{"text": "a"}\n', "wrong, row 1: neither"),
        ("handoff", '{"turns": 3}\n', "wrong, row 1: turns is no list"),
        ("handoff", "{broken\n", "wrong:1 is not JSON"),
        ("handoff", "", "wrong holds no dialogues"),
    ],
)
def test_a_bad_file_is_refused_in_one_line(tmp_path: Path, run: Run, command: str, content: str, words: str) -> None:
    [path] = written(tmp_path, {"wrong": content})
    code, out, err = run(command, path, "--json")
    assert (code, out, len(err.splitlines())) == (1, "", 1)
    assert words in err


@pytest.mark.usefixtures("plain_home")
@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("corpus", "{broken\n", "corpus:1: not JSON"),
        ("corpus", '{"title": "no id"}\n', "corpus:1: _id and text"),
        ("queries", "[]\n", "queries:1: _id and text"),
        ("qrels", "query-id\tcorpus-id\tscore\n1 r 1\n", "qrels:2: query-id"),
        ("qrels", "query-id\tcorpus-id\tscore\nnobody\tr\t1\n", "qrels judges no query of queries"),
    ],
)
def test_bad_judgements_are_refused_in_one_line(tmp_path: Path, run: Run, name: str, content: str, words: str) -> None:
    code, out, err = run("retrieval", *retrieval_files(tmp_path, **{name: content}), "--json")
    assert (code, out, len(err.splitlines())) == (1, "", 1)
    assert words in err


@pytest.mark.usefixtures("plain_home")
def test_bad_intents_are_refused_before_the_bot_is_asked(tmp_path: Path, run: Run) -> None:
    good, bad = written(tmp_path, {"good.csv": table(ASKED), "bad.csv": "words,label\na,b\n"})
    for options in (("--train", bad, "--test", good), ("--train", good, "--test", good, "--oos", bad)):
        code, out, err = run("intents", *options, "--json")
        assert (code, out, len(err.splitlines())) == (1, "", 1)
        assert "bad.csv, row 1: text" in err


@pytest.mark.usefixtures("plain_home")
def test_a_file_that_is_not_there_is_said(tmp_path: Path, run: Run) -> None:
    code, _, err = run("sentiment", tmp_path / "nowhere.csv", "--json")
    assert (code, len(err.splitlines())) == (1, 1)
    assert "nowhere.csv" in err


@pytest.mark.usefixtures("plain_home")
def test_without_the_bots_environment_intents_are_refused(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    [path] = written(tmp_path, {"rows.csv": table(ASKED)})
    monkeypatch.setattr("server.up.places.ROOT", tmp_path)
    code, _, err = run("intents", "--train", path, "--test", path)
    assert code == 1
    assert "The bot's environment is not there" in err.splitlines()[-1]
