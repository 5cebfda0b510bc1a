"""The running bot that all conversation tests share."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import run
from components.light_start import start_light
from tests.support import Company, Customer, House

start_light(serving=True)


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Rasa, the actions and the stand-in server, once for all tests."""
    if not run.model_path().is_file():
        pytest.exit(f"There is no trained model at {run.model_path()}: {sys.executable} run.py train", returncode=3)
    house = House(tmp_path_factory.mktemp("bot"))
    yield house
    house.close()


@pytest.fixture
def company(house: House) -> Iterator[Company]:
    """The stand-in's memory, empty and healthy at the start and the end of each test."""
    house.company.reset()
    yield house.company
    house.company.reset()


@pytest.fixture
def customer(house: House, company: Company) -> Customer:
    """Somebody unknown, in a new conversation."""
    return house.customer()


@pytest.fixture
def skills() -> list[str]:
    """The names of all skill folders."""
    return sorted(path.name for path in (Path(run.HERE) / "skills").iterdir() if path.is_dir())
