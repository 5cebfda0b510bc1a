"""The one door of the bot: `train`, `eval-intents`, `rasa --port N`, `actions --port N`.

Both servers listen on 127.0.0.1 only.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import io
import json
import logging
import os
import shutil
import sys
import tempfile
import time
import warnings
from pathlib import Path

HERE = Path(__file__).resolve().parent
HOST = "127.0.0.1"
MISSING = 3
QUIET = {
    "RASA_TELEMETRY_ENABLED": "false",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "CUDA_VISIBLE_DEVICES": "",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "LOG_LEVEL": "ERROR",
}
# What a model is made of: a change in any of these asks for a new one.
PIPELINE = ("sentence_vectors", "spelling", "patterns", "intent_head")
INGREDIENTS = ("domain.yml", "config.yml", *(f"components/{name}.py" for name in PIPELINE), "skills/*/*.yml")


def home() -> Path:
    """The folder of everything this machine makes: WARMLINE_HOME, else .warmline."""
    return Path(os.environ.get("WARMLINE_HOME", ".warmline")).resolve()


def encoder_mark() -> str:
    """What tells one encoder from another: its manifest, or the size of the model file where no manifest is."""
    folder = Path(os.environ.get("WARMLINE_ENCODER") or home() / "models" / "minilm")
    manifest, model = folder / "manifest.json", folder / "model.onnx"
    if manifest.is_file():
        return hashlib.sha256(manifest.read_bytes()).hexdigest()
    return str(model.stat().st_size) if model.is_file() else "none"


def fingerprint() -> str:
    """Twelve hex digits over skills, domain, configuration, components, encoder and the version of Rasa."""
    from importlib.metadata import version

    digest = hashlib.sha256(f"{version('rasa')} {encoder_mark()}".encode())
    for pattern in INGREDIENTS:
        for path in sorted(HERE.glob(pattern)):
            digest.update(f"\0{path.relative_to(HERE).as_posix()}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def model_path() -> Path:
    """Where the model of the current fingerprint is, or would be."""
    return home() / "bot" / "models" / f"warmline-{fingerprint()}.tar.gz"


def say(line: str) -> None:
    """One line of progress, at once."""
    print(line, flush=True)


def hush() -> None:
    """Warnings and chatter of the libraries below are not for the operator."""
    # Libraries reset the filters while they load; what shows a warning they leave alone.
    warnings.filterwarnings("ignore")
    warnings.showwarning = lambda *_, **__: None
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for name in ("apscheduler", "asyncio", "matplotlib", "sanic.access", "sanic.root", "tensorflow"):
        logging.getLogger(name).setLevel(logging.ERROR)

    import structlog

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))


def sweep(models: Path) -> None:
    """Remove what killed trainings left behind: workshops that nobody has touched for an hour."""
    for left in models.glob(".training-*"):
        if time.time() - left.stat().st_mtime > 3600:
            shutil.rmtree(left, ignore_errors=True)


def train(*, force: bool = False) -> int:
    """Train the model of the current fingerprint unless it is there; prints its path on the last line."""
    target = model_path()
    if target.is_file() and not force:
        say("training the bot: nothing changed, skipped")
        say(str(target))
        return 0
    encoder = Path(os.environ.get("WARMLINE_ENCODER") or home() / "models" / "minilm")
    if not (encoder / "model.onnx").is_file():
        say(f"training the bot: the sentence encoder is missing at {encoder}")
        return MISSING
    started = time.monotonic()
    say("training the bot: loading Rasa")
    hush()
    from components.light_start import start_light

    start_light(serving=False)
    from rasa.model_training import train as rasa_train

    skills = sorted(path.name for path in (HERE / "skills").iterdir() if path.is_dir())
    say(f"training the bot: {len(skills)} skills")
    target.parent.mkdir(parents=True, exist_ok=True)
    sweep(target.parent)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".training-") as workshop:
        with contextlib.redirect_stdout(io.StringIO()):
            result = rasa_train(
                domain=[str(HERE / "domain.yml"), str(HERE / "skills")],
                config=str(HERE / "config.yml"),
                training_files=[str(HERE / "skills")],
                output=workshop,
                fixed_model_name="model",
                force_training=True,
            )
        if result.code != 0 or not result.model:
            say("training the bot: failed")
            return 1
        Path(result.model).replace(target)
    say(f"training the bot: done in {time.monotonic() - started:.0f} s")
    say(str(target))
    return 0


def eval_intents(train_file: Path, test_file: Path) -> int:
    """Measure the pipeline on files of JSON lines (text, label); prints one JSON object, or one line and 1."""
    hush()
    from components.light_start import start_light

    start_light(serving=False)
    from evals.intents import RowsWrong, evaluate

    try:
        with contextlib.redirect_stdout(io.StringIO()):
            result = evaluate(HERE / "config.yml", train_file, test_file)
    except (RowsWrong, OSError) as wrong:
        say(str(wrong))
        return 1
    say(json.dumps(result))
    return 0


def serve_rasa(port: int) -> int:
    """Serve the model of the current fingerprint; one line and exit code 3 when there is none."""
    model = model_path()
    if not model.is_file():
        say(f"no trained model at {model}: run `python bot/run.py train` first")
        return MISSING
    if not os.environ.get("WARMLINE_BOT__TOKEN"):
        say("WARMLINE_BOT__TOKEN is not set: the bot does not open its door without a token")
        return MISSING
    # endpoints.yml names these; an unset one would stop Rasa from reading it.
    os.environ.setdefault("WARMLINE_ACTIONS__URL", f"http://{HOST}:5055")
    os.environ.setdefault("WARMLINE_ACTIONS__TOKEN", "")
    os.environ.setdefault("WARMLINE_BOT_TRACKER", str(home() / "bot" / "tracker.db"))
    hush()
    from components.light_start import start_light
    from components.quick_turns import quicken

    start_light(serving=True)
    quicken()
    from rasa.core.run import serve_application
    from rasa.core.utils import AvailableEndpoints

    serve_application(
        model_path=str(model),
        interface=HOST,
        port=port,
        credentials=str(HERE / "credentials.yml"),
        enable_api=False,
        endpoints=AvailableEndpoints.read_endpoints(str(HERE / "endpoints.yml")),
    )
    return 0


def serve_actions(port: int) -> int:
    """Serve the custom actions to Rasa."""
    token = os.environ.get("WARMLINE_ACTIONS__TOKEN")
    if not token:
        say("WARMLINE_ACTIONS__TOKEN is not set: the actions do not open their door without a token")
        return MISSING
    hush()
    from actions.service import application

    application(token).run(host=HOST, port=port, workers=1, access_log=False, motd=False)
    return 0


def main(arguments: list[str] | None = None) -> int:
    """Read the command and do it; returns the exit code."""
    parser = argparse.ArgumentParser(prog="bot/run.py", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("train", help="train the model, if anything changed").add_argument(
        "--force", action="store_true"
    )
    measure = commands.add_parser("eval-intents", help="measure the pipeline on rows of text and label")
    for name in ("--train", "--test"):
        measure.add_argument(name, type=Path, required=True)
    for name in ("rasa", "actions"):
        commands.add_parser(name, help=f"serve {name}").add_argument("--port", type=int, required=True)
    wanted = parser.parse_args(arguments)
    os.environ.update({name: os.environ.get(name, value) for name, value in QUIET.items()})
    os.environ["WARMLINE_HOME"] = str(home())
    os.environ.setdefault("RASA_CACHE_DIRECTORY", str(home() / "bot" / "cache"))
    sys.path.insert(0, str(HERE))
    if wanted.command == "train":
        return train(force=wanted.force)
    if wanted.command == "eval-intents":
        return eval_intents(wanted.train, wanted.test)
    return serve_rasa(wanted.port) if wanted.command == "rasa" else serve_actions(wanted.port)


if __name__ == "__main__":
    sys.exit(main())
