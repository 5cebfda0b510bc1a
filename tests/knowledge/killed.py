"""A builder that kills itself at a given operation on the disk: `python -m tests.knowledge.killed ACTION HOME...`.

Each home is one step further: the process forks, and the fork sends itself SIGKILL before the operation of its number.
Says for each home whether the fork was killed or came to its end.
"""

import os
import shutil
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.library import Library
from knowledge.types import Article
from tests.support.knowledge import LAMP, PASSWORD, REFUND, library

ALL = tuple(replace(article, revision=1) for article in (REFUND, PASSWORD, LAMP))
NEW_LAMP = replace(LAMP, text=LAMP.text + "\n\nIt hums.", revision=2)
NEXT: tuple[Article, ...] = (*ALL[:2], NEW_LAMP)


def change(home: Path) -> None:
    """Make the next release and serve it."""
    shelf = library(home)
    shelf.serve(shelf.change(newest(shelf), put=[NEW_LAMP], number=2).id)


def build(home: Path) -> None:
    """The same from the whole set."""
    shelf = library(home)
    shelf.serve(shelf.build(NEXT, number=2).id)


def prune(home: Path) -> None:
    """Forget all but what is served."""
    library(home).prune([])


def restore(home: Path) -> None:
    """Write the newest release again."""
    shelf = library(home)
    shelf.restore(newest(shelf), NEXT)


def newest(shelf: Library) -> str:
    """The id of the newest release."""
    return shelf.releases()[0].id


def die_at(step: int) -> None:
    """Before the operation of that number nothing more happens, and a file that it would open is half written."""
    done = 0

    def counted(real: Callable[..., Any]) -> Callable[..., Any]:
        def operation(*arguments: Any, **named: Any) -> Any:
            nonlocal done
            done += 1
            if done >= step:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*arguments, **named)

        return operation

    def half(real: Callable[..., Any]) -> Callable[..., Any]:
        def operation(path: Path, mode: str = "r", *arguments: Any, **named: Any) -> Any:
            nonlocal done
            if "w" in mode and path.name != "build.lock":
                done += 1
                if done >= step:
                    with real(path, "wb") as file:
                        file.write(b"half of what was to be wri")
                    os.kill(os.getpid(), signal.SIGKILL)
            return real(path, mode, *arguments, **named)

        return operation

    for name in ("rename", "replace", "mkdir", "unlink"):
        setattr(Path, name, counted(getattr(Path, name)))
    Path.open = half(Path.open)  # type: ignore[method-assign]
    os.fsync = counted(os.fsync)
    shutil.rmtree = counted(shutil.rmtree)  # type: ignore[assignment]
    np.savez = counted(np.savez)


def main() -> None:
    """Run the action once a home, dying one operation later each time."""
    action = {"change": change, "build": build, "prune": prune, "restore": restore}[sys.argv[1]]
    for step, home in enumerate(sys.argv[2:], start=1):
        child = os.fork()
        if not child:
            die_at(step)
            action(Path(home))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        print("killed" if os.WIFSIGNALED(status) else f"ended {os.WEXITSTATUS(status)}", flush=True)  # noqa: T201
        if not os.WIFSIGNALED(status):
            break


if __name__ == "__main__":
    main()
