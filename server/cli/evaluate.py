"""Quality from the command line, on any data file. With --json the last line of output is one JSON object."""

import json
import os
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Annotated, Any

import typer

from server.kit.errors import Invalid, Unavailable

if TYPE_CHECKING:
    from server.conversations.minds import Minds

app = typer.Typer(help="Quality, on any data file given.", no_args_is_help=True)
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object as the last line.")]
OOS = "oos"


class DataRefused(Invalid):
    """A data file cannot be measured on, or a model is not as it should be; the leaf's own words say why."""

    code = "data_refused"


class BotRefused(Unavailable):
    """The bot's own environment could not measure."""

    code = "bot_refused"


@app.callback()
def about() -> None:
    """Measure with the models of this home; nothing is trained for it but what `intents` is given to learn."""


@app.command()
def sentiment(
    files: Annotated[list[Path], typer.Argument(help="Rows of text and label (negative, neutral, positive).")],
    *,
    as_json: AsJson = False,
) -> None:
    """Measure how well moods are read; of several files the mean, and each by its name."""
    from assist.evals.sentiment import evaluate

    with _refusals():
        minds = _minds()
        found = {str(path): evaluate(path, minds.sentiment) for path in files}
    if len(found) == 1:
        [result] = found.values()
    else:
        names = ("auroc_negative", "macro_f1", "lexicon_auroc_negative", "lexicon_macro_f1")
        rows = sum(one["rows"] for one in found.values())
        means = {name: _mean([one[name] for one in found.values()]) for name in names}
        result = {"rows": rows, **means, "model": minds.sentiment.version, "files": found}
    _show(result, as_json=as_json)


@app.command()
def handoff(
    file: Annotated[Path, typer.Argument(help="Dialogues: turns with speaker, text and handoff; or text and label.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Measure how well the rules, with the limits they ship with, choose the moment to hand over."""
    from assist.evals.handoff import evaluate

    with _refusals():
        minds = _minds()
        result = evaluate(file, minds.sentiment, embed=minds.embedder.embed)
    if not result["cases"]:
        raise DataRefused(f"{file.name} holds no dialogues.")
    _show({**result, "model": minds.sentiment.version}, as_json=as_json)


@app.command()
def retrieval(
    corpus: Annotated[Path, typer.Option(help="JSON lines of _id, title, text.")],
    queries: Annotated[Path, typer.Option(help="JSON lines of _id, text and, where there was talk before, context.")],
    qrels: Annotated[Path, typer.Option(help="Tab-separated query-id, corpus-id, score; or as TREC has them.")],
    locale: Annotated[str, typer.Option(help="The language of the corpus.")] = "en",
    no_answer: Annotated[
        Path | None, typer.Option(help="JSON lines of queries that nothing in the corpus answers.")
    ] = None,
    most: Annotated[int | None, typer.Option(help="Ask only the first so many judged queries.", min=1)] = None,
    *,
    history: Annotated[bool, typer.Option(help="Ask with the turns before, or with the last turn alone.")] = True,
    as_json: AsJson = False,
) -> None:
    """Measure the knowledge base's search on a corpus of its own, which is built aside and thrown away."""
    from knowledge.evals.retrieval import evaluate
    from server.settings import Settings
    from server.wiring import open_embedder

    with _refusals():
        embedder = open_embedder(Settings())
        result = evaluate(
            corpus, queries, qrels, embedder, locale=locale, history=history, most_queries=most, no_answer=no_answer
        )
    if not result["queries"]:
        raise DataRefused(f"{qrels.name} judges no query of {queries.name}.")
    _show({**result, "history": history, "model": embedder.name}, as_json=as_json)


@app.command()
def intents(
    train: Annotated[Path, typer.Option(help="Rows of text and label (or intent) to learn from.")],
    test: Annotated[Path, typer.Option(help="Rows of text and label (or intent) to ask; `oos` is out of scope.")],
    oos: Annotated[Path | None, typer.Option(help="More rows to ask, all of them out of scope.")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Train the bot's own pipeline on one file, aside, and measure it on another; the served bot stays as it is."""
    with _refusals():
        learned, asked = _labelled(train), _labelled(test)
        if oos is not None:
            asked += [{"text": row["text"], "label": OOS} for row in _labelled(oos, label=OOS)]
    typer.echo(f"training on {len(learned)} rows, then asking {len(asked)}", err=True)
    with tempfile.TemporaryDirectory(prefix="warmline-eval-") as folder:
        result = _ask_bot(_written(Path(folder) / "train.jsonl", learned), _written(Path(folder) / "test.jsonl", asked))
    _show(result, as_json=as_json)


def _minds() -> "Minds":
    from server.settings import Settings
    from server.wiring import open_embedder, open_minds

    settings = Settings()
    return open_minds(settings, open_embedder(settings))


@contextmanager
def _refusals() -> Iterator[None]:
    """Turn what the leaves refuse into one line for the operator."""
    from assist.evals.rows import DataFileWrong
    from assist.sentiment.combined import HeadBroken
    from knowledge.errors import KnowledgeError

    try:
        yield
    except (DataFileWrong, HeadBroken, KnowledgeError) as wrong:
        raise DataRefused(str(wrong)) from wrong


def _labelled(path: Path, *, label: str | None = None) -> list[dict[str, str]]:
    """Return the rows of a file as text and label; raises DataFileWrong. With `label`, all rows are of that one."""
    from assist.evals.rows import DataFileWrong, read_rows

    rows = []
    for number, row in enumerate(read_rows(path), start=1):
        text, name = row.get("text"), label or row.get("label", row.get("intent"))
        if not isinstance(text, str) or not isinstance(name, str) or not text.strip() or not name.strip():
            wanted = "text is" if label else "text and label (or intent) are"
            raise DataFileWrong(f"{path.name}, row {number}: {wanted} needed.")
        rows.append({"text": text.strip(), "label": name.strip()})
    if not rows:
        raise DataFileWrong(f"{path.name} holds no rows.")
    return rows


def _written(path: Path, rows: Sequence[dict[str, str]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def _ask_bot(train: Path, test: Path) -> dict[str, Any]:
    """Run the bot's own door to its end: Rasa has another Python and an environment of its own."""
    from server.settings import Settings
    from server.up.places import ROOT, Places

    home = Settings().home.absolute()
    python = Places(root=ROOT, home=home).bot().python
    if not python.is_file():
        raise BotRefused("The bot's environment is not there; `make run` sets it up.")
    done = subprocess.run(  # noqa: S603  # our own door
        [str(python), str(ROOT / "bot" / "run.py"), "eval-intents", "--train", str(train), "--test", str(test)],
        env={**os.environ, "WARMLINE_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    last = next(reversed(done.stdout.splitlines()), "")
    if done.returncode == 0:
        return dict(json.loads(last))
    if done.returncode == 1 and last:
        raise DataRefused(last)
    why = next(reversed(done.stderr.splitlines()), f"it ended with {done.returncode}")
    raise BotRefused(f"The bot could not measure: {why}")


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return round(fmean(known), 4) if known else None


def _show(result: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(result))
        return
    for key, value in result.items():
        typer.echo(f"{key}: {value}")
