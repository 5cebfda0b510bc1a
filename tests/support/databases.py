"""Databases for tests: an SQLite file or a PostgreSQL database of its own for each test, migrated once a session.

PostgreSQL is a server of our own on a random port, in a temporary folder, with everything off that makes it durable.
It refuses to run as root, so root hands it to the nobody-like account `postgres` (or `nobody`).
"""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from server.store import migrate

KINDS = ("sqlite", "postgresql")
TEMPLATE = "warmline_template"
QUICK = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "shared_buffers=16MB",
    "max_connections=200",
    "deadlock_timeout=200ms",
    "wal_level=minimal",
    "max_wal_senders=0",
    "autovacuum=off",
)


def missing(what: str) -> None:
    """Skip a test for want of a program; where everything must be there (CI=true) that is a failure."""
    message = f"{what} is not installed here."
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)


def free_port() -> int:
    """Return a port on loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _program(name: str) -> Path | None:
    beside = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)
    if beside:
        return beside[0]
    found = shutil.which(name)
    return Path(found) if found else None


def _other_user() -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Postgres:
    """A running PostgreSQL server with a migrated template."""

    port: int

    def url(self, database: str) -> str:
        """Return the SQLAlchemy URL of a database."""
        return f"postgresql+psycopg://warmline@127.0.0.1:{self.port}/{database}"

    def run(self, statement: str) -> None:
        """Run one statement outside any transaction."""
        where = f"host=127.0.0.1 port={self.port} user=warmline dbname=postgres"
        with psycopg.connect(where, autocommit=True) as connection:
            connection.execute(statement.encode())

    @contextmanager
    def database(self, template: str = TEMPLATE) -> Iterator[str]:
        """Make a database from a template, hand out its URL, and drop it."""
        name = f"test_{uuid4().hex}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield self.url(name)
        finally:
            self.run(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    """Start a PostgreSQL server, migrate its template, and stop it at the end."""
    initdb, program = _program("initdb"), _program("postgres")
    if initdb is None or program is None:
        missing("PostgreSQL")
        return
    other = _other_user()
    # Not below pytest's folder: that one is closed to other accounts.
    folder = Path(tempfile.mkdtemp(prefix="warmline-postgres-"))
    if other:
        os.chown(folder, other["user"], other["group"])
    data, port = folder / "data", free_port()
    environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "TZ": "UTC", "HOME": str(folder)}
    common = {"cwd": folder, "env": environment, **other}
    try:
        subprocess.run(
            [initdb, "-D", data, "-U", "warmline", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"],
            check=True,
            capture_output=True,
            **common,
        )
        options = [part for option in QUICK for part in ("-c", option)]
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [program, "-D", data, "-p", str(port), "-k", folder, "-c", "listen_addresses=127.0.0.1", *options],
                stdout=log,
                stderr=log,
                **common,
            )
        try:
            server = Postgres(port=port)
            _wait_for(server, process, folder / "log")
            server.run(f"CREATE DATABASE {TEMPLATE}")
            migrate.upgrade(server.url(TEMPLATE))
            yield server
        finally:
            process.terminate()
            process.wait(timeout=20)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _wait_for(server: Postgres, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(200):
        try:
            server.run("SELECT 1")
        except psycopg.OperationalError:
            if process.poll() is not None:
                pytest.fail(f"PostgreSQL ended at once: {log.read_text()[-2000:]}")
            # Waits without polling the clock: the process either ends within the tenth of a second or goes on.
            try:
                process.wait(timeout=0.1)
            except subprocess.TimeoutExpired:
                continue
        else:
            return
    pytest.fail("PostgreSQL did not come up.")


@contextmanager
def sqlite_copy(template: Path, folder: Path) -> Iterator[str]:
    """Hand out the URL of a copy of a migrated SQLite file."""
    path = folder / "warmline.db"
    shutil.copy(template, path)
    yield f"sqlite+aiosqlite:///{path}"


def migrated_sqlite(folder: Path) -> Path:
    """Return a migrated SQLite file without a write-ahead log beside it."""
    path = folder / "template.db"
    migrate.upgrade(f"sqlite:///{path}")
    return path
