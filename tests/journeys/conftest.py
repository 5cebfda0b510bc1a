"""Stacks for journeys: real Rasa, real sockets, the company's service, on both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from server.bench.stack import Stack
from tests.support.databases import KINDS, Postgres
from tests.support.stack import stack_in_thread, trained_home

PATIENT = {"WARMLINE_LIMITS__SESSIONS_PER_MINUTE": "1000"}


@pytest.fixture(scope="session")
def home() -> Path:
    """The home with the trained files."""
    return trained_home()


@pytest.fixture(scope="session", params=KINDS)
def stack(request: pytest.FixtureRequest, home: Path) -> Iterator[Stack]:
    """A running house on each database; tests leave it whole."""
    if request.param == "sqlite":
        with stack_in_thread(home, PATIENT) as running:
            yield running
        return
    server: Postgres = request.getfixturevalue("postgres")
    with server.database() as url, stack_in_thread(home, {**PATIENT, "WARMLINE_DATABASE__URL": url}) as running:
        yield running


@pytest.fixture
def fragile(home: Path) -> Iterator[Stack]:
    """A running house that a test may break."""
    with stack_in_thread(home, PATIENT) as running:
        yield running
