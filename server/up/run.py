"""`warmline up`: the steps, then the children, until somebody stops it."""

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping

from server.access.demo import DEMO_PEOPLE
from server.kit.secrets import load_secrets
from server.up.children import children, reachable
from server.up.failures import SetupFailed, unwritable
from server.up.keeper import Surroundings
from server.up.locks import only_run
from server.up.places import Places, places
from server.up.ports import check_free
from server.up.progress import Board
from server.up.setup import INTERRUPTED, check_home
from server.up.steps import Walk, steps
from server.up.supervisor import Supervisor

PORT = 8080
HOST = "127.0.0.1"


def up(environ: Mapping[str, str] = os.environ) -> int:
    """Sets up what is missing, starts everything and supervises it until Ctrl-C or SIGTERM; returns the exit code."""
    return _told(lambda board: _up(places(environ), board, environ))


def prepare(environ: Mapping[str, str] = os.environ) -> int:
    """Makes the models that the tests need, and starts nothing; returns the exit code."""
    here = places(environ)

    def models(board: Board) -> None:
        check_home(here.home)
        Walk(here, board).do(tuple(step for step in steps(here) if step.for_tests))

    return _told(models)


def _told(work: Callable[[Board], None]) -> int:
    """Does the work; what goes wrong is told in one line."""
    board = Board(sys.stdout)
    # Until the children run, SIGTERM ends the set-up the way Ctrl-C does.
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        work(board)
    except SetupFailed as failure:
        board.note(f" ✗ {failure}")
        return 1
    except OSError as error:
        board.note(f" ✗ {unwritable('warmline up', error)}")
        return 1
    except KeyboardInterrupt:
        board.note(" ✗ Stopped. Running it again carries on.")
        return INTERRUPTED
    finally:
        signal.signal(signal.SIGTERM, before)
    return 0


def _up(here: Places, board: Board, environ: Mapping[str, str]) -> None:
    host, port = environ.get("WARMLINE_HOST") or HOST, _port(environ)
    check_home(here.home)
    with only_run(here.home) as run_file:
        check_free(host, port)
        Walk(here, board).do(steps(here))
        url = f"http://{reachable(host)}:{port}"
        family = children(here, host=host, port=port)
        began = float(environ.get("WARMLINE_UP_SINCE") or time.time())
        about = {"pid": os.getpid(), "url": url, "health": {child.name: child.health for child in family}}
        run_file.write_text(json.dumps(about), encoding="utf-8")
        around = Surroundings(logs=here.logs, say=lambda line: board.note(f" ! {line}"))
        asyncio.run(_supervise(Supervisor(family, around), board, lambda: welcome(here, url, time.time() - began)))
        board.note(" ✓ Everything has stopped.")


async def _supervise(house: Supervisor, board: Board, greeting: Callable[[], str]) -> None:
    stop, risen = asyncio.Event(), asyncio.Event()
    _listen(stop, house, board)
    with board.step("processes") as line:
        line.say(house.state)
        running, rising = asyncio.create_task(house.run(stop, risen.set)), asyncio.create_task(risen.wait())
        await asyncio.wait({running, rising}, return_when=asyncio.FIRST_COMPLETED)
        rising.cancel()
        if running.done():
            running.result()
    if risen.is_set():
        board.note(greeting())
    await running


def _listen(stop: asyncio.Event, house: Supervisor, board: Board) -> None:
    """Ctrl-C, SIGTERM or a closed terminal ends everything; asked a second time, at once."""

    def asked() -> None:
        if stop.is_set():
            house.force()
        else:
            board.note(" … stopping everything (again to force it)")
            stop.set()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, asked)


def welcome(here: Places, url: str, seconds: float) -> str:
    """What stands on the terminal when everything is up: addresses, demo sign-ins, how to stop."""
    doors = {
        "the demo shop with the widget": "/demo",
        "the desk, for agents and editors": "/console",
        "the help centre": "/help",
        "the API and its description": "/api/docs",
    }
    rows = [f"   {url + path:<36} {what}" for what, path in doors.items()]
    known = load_secrets(here.home)
    people = [(email, known.get(f"password:{email}"), roles) for email, _, roles in DEMO_PEOPLE]
    if any(word for _, word, _ in people):
        rows += ["", "   Sign in to the desk as"]
        rows += [
            f"   {email:<26} {word:<16} {', '.join(roles).replace('_', ' ')}" for email, word, roles in people if word
        ]
    rows += ["", f"   Logs are in {here.logs}. Ctrl-C stops everything."]
    return "\n".join(["", f" ✓ Warmline is ready after {seconds:.0f} s.", "", *rows, ""])


def _port(environ: Mapping[str, str]) -> int:
    given = environ.get("WARMLINE_PORT") or str(PORT)
    if not given.isdigit() or not 0 < int(given) < 65_536:
        raise SetupFailed(f"WARMLINE_PORT is {given}, which is not a port (1 to 65535).")
    return int(given)
