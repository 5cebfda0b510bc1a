"""Writing that survives a power cut: whole files and folders appear at once or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def write_whole(path: Path, content: bytes) -> None:
    """Write a file beside its place, force it to disk, and rename it there."""
    aside = path.with_name(f".{path.name}.{os.getpid()}.aside")
    try:
        with aside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    except OSError:
        aside.unlink(missing_ok=True)
        raise
    settle(path.parent)


def move_in(aside: Path, to: Path) -> None:
    """Force a folder's files to disk and rename the folder to its place, which must be free."""
    for path in aside.iterdir():
        with path.open("rb") as file:
            os.fsync(file.fileno())
    settle(aside)
    aside.rename(to)
    settle(to.parent)


def settle(folder: Path) -> None:
    """Force a folder's list of names to disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold a lock that one process at a time can have; it ends with the process, however that dies."""
    import fcntl

    with path.open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
