"""The second half of the set-up: models, data, database. Each step is a command that may be run again at any time."""

import os
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path

from server.up import stamps
from server.up.commands import Commands
from server.up.failures import SetupFailed
from server.up.places import Places
from server.up.progress import Board, Line

AT_ONCE = 2
"""Steps that run side by side; more of them would only take each other's processor."""

EDITOR = "edda@larkfield.example"
"""Who of the demo's people answers for its articles."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A command, what it waits for, and (where it is slow) what it is made from, so that it can be passed over."""

    name: str
    command: tuple[str, ...]
    after: tuple[str, ...] = ()
    sources: tuple[str | Path, ...] = ()
    """Words, files and folders; empty means that the command looks for itself and runs every time."""
    made: tuple[Path, ...] = field(default=())
    """What must be there for the step to be passed over."""
    gone_with: Path | None = None
    """Where this was absent when the set-up began, what the step did is gone too."""
    for_tests: bool = False
    """Whether `make test` needs it too."""


def steps(places: Places) -> tuple[Step, ...]:
    """All steps; the order is the one in which a person would do them."""
    root, home = places.root, places.home
    house, bot = str(places.house().python), str(places.bot().python)
    encoder = home / "models" / "minilm"
    database = None if os.environ.get("WARMLINE_DATABASE__URL") else home / "warmline.db"
    return (
        Step(
            name="sentence encoder",
            command=(house, "-m", "knowledge.embedding.export", str(encoder)),
            sources=(root / "knowledge" / "embedding", root / "requirements.lock"),
            made=tuple(encoder / name for name in ("model.onnx", "tokenizer.json", "manifest.json")),
            for_tests=True,
        ),
        Step(
            name="mood model",
            command=(house, "-m", "server.up.mood"),
            after=("sentence encoder",),
            sources=(root / "assist" / "sentiment", root / "knowledge" / "embedding", root / "requirements.lock"),
            made=(home / "models" / "sentiment" / "head.json",),
            for_tests=True,
        ),
        Step(
            name="bot model",
            command=(bot, "bot/run.py", "train"),
            after=("sentence encoder",),
            for_tests=True,
        ),
        Step(name="company data", command=(house, "-m", "demo.company", "--seed-only")),
        Step(name="database", command=(house, "-m", "server", "migrate"), for_tests=True),
        # The next two are not done again for nothing: they would bring back what the operator changed or took away.
        Step(
            name="demo people",
            command=(house, "-m", "server", "user", "seed-demo"),
            after=("database",),
            sources=(root / "server" / "cli", os.environ.get("WARMLINE_DATABASE__URL", "")),
            made=(home / "secrets.json",),
            gone_with=database,
            for_tests=True,
        ),
        # Articles that were edited in the console are left as they are; a release that the gate refuses is no reason
        # not to start with the one that is served.
        Step(
            name="knowledge release",
            command=(
                *(house, "-m", "server", "kb", "import", "demo/articles", "--publish", "--even-if-refused"),
                *("--judged", "demo/articles/questions.jsonl", "--owner", EDITOR),
            ),
            after=("sentence encoder", "demo people"),
            sources=(
                root / "demo" / "articles",
                root / "knowledge",
                root / "server" / "articles",
                os.environ.get("WARMLINE_DATABASE__URL", ""),
            ),
            made=(home / "knowledge",),
            gone_with=database,
            for_tests=True,
        ),
    )


class Walk:
    """Does steps, each as soon as what it waits for is there."""

    def __init__(self, places: Places, board: Board) -> None:
        """Nothing is begun yet."""
        self._places = places
        self._board = board
        self._commands = Commands()

    def do(self, wanted: tuple[Step, ...]) -> None:
        """Does the steps, passing over what is unchanged. Raises SetupFailed for the first that fails."""
        left = list(wanted)
        names = {step.name for step in wanted}
        running: dict[Future[None], Step] = {}
        done: set[str] = set()
        for step in wanted:
            if step.gone_with is not None and not step.gone_with.exists():
                stamps.clear(self._stamp(step))
        with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
            try:
                while left or running:
                    for step in [each for each in left if done.issuperset(names.intersection(each.after))]:
                        left.remove(step)
                        running[pool.submit(self._do, step)] = step
                    finished, _ = wait(running, return_when=FIRST_COMPLETED)
                    for future in finished:
                        done.add(running.pop(future).name)
                        future.result()
            except BaseException:
                self._commands.stop_all()
                raise

    def _do(self, step: Step) -> None:
        stamp = self._stamp(step)
        wanted = stamps.fingerprint(step.sources) if step.sources else ""
        if wanted and wanted in stamps.read(stamp) and all(each.exists() for each in step.made):
            self._board.done(step.name, "unchanged")
            return
        stamps.clear(stamp)
        with self._board.step(step.name) as line:
            self._run(step, line)
            absent = [each for each in step.made if not each.exists()]
            if absent:
                raise SetupFailed(f"{step.name}: it ended well but {absent[0]} is not there.")
            line.say(in_short(line.detail))
        if wanted:
            stamps.write(stamp, [wanted])

    def _stamp(self, step: Step) -> Path:
        return self._places.stamps / f"{step.name.replace(' ', '-')}.json"

    def _run(self, step: Step, line: Line) -> None:
        self._commands.run(
            step.name,
            step.command,
            log=self._places.log(step.name),
            cwd=self._places.root,
            env={"WARMLINE_HOME": str(self._places.home)},
            heard=lambda words: line.say(words[:100]),
        )


def in_short(said: str) -> str:
    """A command's last line for the terminal: a path by its name only, and nothing of what is meant for machines."""
    if said.startswith(("{", "[")):
        return ""
    return Path(said).name if said.startswith("/") else said
