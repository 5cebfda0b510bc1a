"""`warmline doctor`: what is missing or broken in this installation, and what to do about it."""

import asyncio
import json
import os
import shutil
import stat
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from knowledge.embedding.export import read_manifest, sha256
from knowledge.errors import KnowledgeError
from server.kit.secrets import load_secrets
from server.settings import Settings
from server.store import migrate
from server.up import apps
from server.up.children import Child, bearer
from server.up.environments import Environment, torn_packages
from server.up.failures import SetupFailed
from server.up.keeper import trouble
from server.up.locks import is_held
from server.up.places import ROOT, Places
from server.up.ports import check_free
from server.up.pythons import NoPython, ask, find_bot_python
from server.up.setup import GIGABYTE

State = Literal["ok", "warn", "fail"]
LITTLE_DISK = 2.0
NO_DISK = 0.3
"""Gigabytes free below which the home is in trouble soon, and now."""
AGAIN = "Run `make run`; it does what is missing."


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was looked at; `remedy` is empty where nothing is to be done."""

    name: str
    state: State
    what: str
    remedy: str = ""


def doctor(settings: Settings, *, root: Path = ROOT) -> list[Check]:
    """Looks at everything that `make run` sets up and starts; never raises, never mends."""
    places = Places(root=root, home=settings.home.expanduser().resolve())
    looks: Sequence[tuple[str, Callable[[], Check]]] = (
        ("home", lambda: home(places)),
        ("secrets", lambda: secrets(places)),
        ("disk", lambda: disk(places)),
        ("python environment", lambda: environment(places.house())),
        ("bot python", lambda: bot_python(places)),
        ("bot environment", lambda: environment(places.bot())),
        ("web apps", lambda: web_apps(places)),
        ("sentence encoder", lambda: encoder(places)),
        ("mood model", lambda: mood_model(places)),
        ("bot model", lambda: bot_model(places)),
        ("database", lambda: database(settings)),
        ("redis", lambda: asyncio.run(redis(settings))),
        ("port", lambda: port(settings, places)),
    )
    return [*(_look(name, look) for name, look in looks), *asyncio.run(processes(places))]


def as_json(checks: Sequence[Check]) -> str:
    """The checks as one JSON object, `{"ok": bool, "checks": [...]}`."""
    return json.dumps({"ok": not any(check.state == "fail" for check in checks), "checks": [asdict(c) for c in checks]})


def as_text(checks: Sequence[Check]) -> str:
    """The checks as lines for a person, the remedy under what needs one."""
    marks = {"ok": "✓", "warn": "!", "fail": "✗"}
    rows: list[str] = []
    for check in checks:
        rows.append(f" {marks[check.state]} {check.name:<20} {check.what}")
        if check.remedy:
            rows.append(f"   {'':<20} → {check.remedy}")
    return "\n".join(rows)


def _look(name: str, look: Callable[[], Check]) -> Check:
    """A look that fails in a way nobody thought of is itself a finding."""
    try:
        return look()
    except Exception as error:  # noqa: BLE001  # told to the person who asked
        return Check(name=name, state="fail", what=f"could not be looked at: {type(error).__name__}: {error}")


def home(places: Places) -> Check:
    """Whether the home is there and can be written to."""
    if not places.home.is_dir():
        return Check(name="home", state="warn", what=f"{places.home} is not there yet", remedy=AGAIN)
    if not os.access(places.home, os.W_OK | os.X_OK):
        remedy = "Make its owner the account that runs Warmline, or set WARMLINE_HOME."
        return Check(name="home", state="fail", what=f"{places.home} cannot be written to", remedy=remedy)
    return Check(name="home", state="ok", what=str(places.home))


def secrets(places: Places) -> Check:
    """Whether the secrets are there and for their owner's eyes only."""
    file = places.home / "secrets.json"
    if not file.exists():
        return Check(name="secrets", state="warn", what="not made yet", remedy=AGAIN)
    mode = stat.S_IMODE(file.stat().st_mode)
    if mode & 0o077:
        what = f"{file} can be read by others (mode {mode:o})"
        return Check(name="secrets", state="fail", what=what, remedy=f"chmod 600 {file}")
    return Check(name="secrets", state="ok", what=f"mode {mode:o}")


def disk(places: Places) -> Check:
    """How much room is left where the home lies."""
    there = places.home if places.home.exists() else places.root
    free = shutil.disk_usage(there).free / GIGABYTE
    state: State = "fail" if free < NO_DISK else "warn" if free < LITTLE_DISK else "ok"
    return Check(name="disk", state=state, what=f"{free:.1f} GB free", remedy="" if state == "ok" else "Free some.")


def environment(built: Environment) -> Check:
    """Whether an environment runs and is what its lock says."""
    if ask(str(built.python)) is None:
        return Check(name=built.name, state="fail", what=f"{built.folder} is missing or does not run", remedy=AGAIN)
    if not built.is_whole():
        what = "its install was cut short, or the lock has changed since"
        return Check(name=built.name, state="fail", what=what, remedy=AGAIN)
    torn = torn_packages(built.packages)
    if torn:
        names = ", ".join(each.name.partition("-")[0] for each in torn[:5])
        remedy = f"Delete {built.stamp}, then run `make run`; it installs them again."
        return Check(name=built.name, state="fail", what=f"files are missing or changed: {names}", remedy=remedy)
    return Check(name=built.name, state="ok", what=f"as locked, Python {built.version()}")


def bot_python(places: Places) -> Check:
    """Whether a Python 3.10 is there, should the bot's environment have to be built again."""
    try:
        found = find_bot_python(os.environ)
    except NoPython as error:
        return Check(
            name="bot python", state="fail", what=str(error), remedy="Correct WARMLINE_BOT_PYTHON or unset it."
        )
    if found is not None:
        return Check(name="bot python", state="ok", what=found.path)
    state: State = "warn" if places.bot().is_whole() else "fail"
    remedy = "Install it (pyenv install 3.10), set WARMLINE_BOT_PYTHON, or let `make run` fetch it with uv."
    return Check(name="bot python", state=state, what="no Python 3.10 on this machine", remedy=remedy)


def web_apps(places: Places) -> Check:
    """Whether widget and console are built from the sources as they are."""
    if apps.are_built(places.web):
        return Check(name="web apps", state="ok", what="built")
    what = "not built, or their sources changed since; the server runs without what is missing"
    return Check(name="web apps", state="warn", what=what, remedy=AGAIN)


def encoder(places: Places) -> Check:
    """Whether the sentence encoder's files are the ones its manifest names."""
    folder = places.home / "models" / "minilm"
    try:
        manifest = read_manifest(folder)
        wrong = [
            name
            for name, wanted in (("model.onnx", manifest.onnx_sha256), ("tokenizer.json", manifest.tokenizer_sha256))
            if sha256(folder / name) != wanted
        ]
    except (KnowledgeError, OSError) as error:
        return Check(name="sentence encoder", state="fail", what=str(error), remedy=AGAIN)
    if wrong:
        what, remedy = f"{', '.join(wrong)} in {folder} changed", f"Delete {folder}, then run `make run`."
        return Check(name="sentence encoder", state="fail", what=what, remedy=remedy)
    return Check(name="sentence encoder", state="ok", what=f"{manifest.name}, {manifest.dimensions} dimensions")


def mood_model(places: Places) -> Check:
    """Whether the trained head is there; without it the lexicon alone reads moods."""
    if (places.home / "models" / "sentiment" / "head.json").is_file():
        return Check(name="mood model", state="ok", what="trained")
    return Check(name="mood model", state="warn", what="not trained; moods are read by the lexicon alone", remedy=AGAIN)


def bot_model(places: Places) -> Check:
    """Whether the bot is trained on its skills as they are; the bot's own code tells which model that would be."""
    question = "import sys; sys.path.insert(0, 'bot'); import run; sys.stdout.write(str(run.model_path()))"
    answer = subprocess.run(  # noqa: S603  # the bot's own code, in its own environment
        [places.bot().python, "-c", question],
        cwd=places.root,
        env={**os.environ, "WARMLINE_HOME": str(places.home)},
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    model = Path(answer.stdout)
    if model.is_file():
        return Check(name="bot model", state="ok", what=model.name.removesuffix(".tar.gz"))
    return Check(name="bot model", state="fail", what="not trained since its skills changed", remedy=AGAIN)


def database(settings: Settings) -> Check:
    """Whether the database answers and has the shape that this code knows."""
    url = settings.database_url()
    file = Path(url.partition("///")[2])
    if url.startswith("sqlite") and not file.exists():
        return Check(name="database", state="warn", what=f"{file} is not there yet", remedy=AGAIN)
    try:
        at, wanted = migrate.current(url), migrate.head()
    except Exception as error:  # noqa: BLE001  # every driver has its own
        what = f"does not answer: {str(error).splitlines()[0][:160]}"
        return Check(name="database", state="fail", what=what, remedy="Check WARMLINE_DATABASE__URL and the server.")
    if at != wanted:
        what = f"is at {at or 'nothing'}, the code wants {wanted}"
        return Check(name="database", state="fail", what=what, remedy="Run `warmline migrate`.")
    return Check(name="database", state="ok", what=f"{'SQLite' if url.startswith('sqlite') else 'PostgreSQL'} at {at}")


async def redis(settings: Settings) -> Check:
    """Whether the Redis named by a setting answers; without one it is built in."""
    if not settings.redis.url:
        return Check(name="redis", state="ok", what="built into the server process")
    from redis.asyncio import Redis
    from redis.exceptions import RedisError

    client = Redis.from_url(settings.redis.url, socket_timeout=3, socket_connect_timeout=3)
    try:
        await client.ping()
    except (RedisError, OSError) as error:
        remedy = "Check WARMLINE_REDIS__URL and the server. Nothing is lost meanwhile, but screens are late."
        return Check(name="redis", state="fail", what=f"does not answer: {error}", remedy=remedy)
    else:
        return Check(name="redis", state="ok", what="answers")
    finally:
        await client.aclose()


def port(settings: Settings, places: Places) -> Check:
    """Whether the server's port is free, or ours already."""
    if is_held(places.home):
        return Check(name="port", state="ok", what=f"this installation serves {_about(places).get('url', 'soon')}")
    try:
        check_free(settings.host, settings.port)
    except SetupFailed as busy:
        return Check(name="port", state="fail", what=str(busy), remedy="See the line above.")
    return Check(name="port", state="ok", what=f"{settings.port} is free")


async def processes(places: Places) -> list[Check]:
    """How each process of the running house answers; one line where nothing runs."""
    if not is_held(places.home):
        return [Check(name="processes", state="ok", what="not running; `make run` starts them")]
    doors: dict[str, str] = _about(places).get("health", {})
    if not doors:
        return [Check(name="processes", state="warn", what="starting")]
    words = load_secrets(places.home)
    owners = {"rasa": "bot_token", "actions": "actions_token", "company": "company_token"}
    asked = [
        Child(name=name, command=(), cwd=places.root, health=door, headers=bearer(words.get(owners.get(name, ""), "")))
        for name, door in doors.items()
    ]
    found = await asyncio.gather(*(trouble(each) for each in asked))
    return [
        Check(name=each.name, state="ok", what="answers")
        if not wrong
        else Check(name=each.name, state="fail", what=wrong, remedy=f"See {places.logs / each.name}.log.")
        for each, wrong in zip(asked, found, strict=True)
    ]


def _about(places: Places) -> dict[str, Any]:
    """What the running house wrote down about itself; empty while it starts."""
    try:
        known = json.loads((places.home / "run.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}
