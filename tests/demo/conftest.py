"""The company on a fresh copy of its data."""

import shutil
from pathlib import Path

import pytest

from demo.company.ledger import Ledger
from demo.company.records import Records
from tests.support.demo import Caller, company, seeded


@pytest.fixture(scope="session")
def records() -> Records:
    """What the company knows on the day of the tests."""
    return seeded()


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory, records: Records) -> Path:
    """A loaded file to copy."""
    path = tmp_path_factory.mktemp("company") / "company.db"
    Ledger(path).load_once(lambda: records)
    return path


@pytest.fixture
def home(tmp_path: Path, loaded: Path) -> Path:
    """A folder with data of its own."""
    shutil.copy(loaded, tmp_path / "company.db")
    return tmp_path


@pytest.fixture
def caller(home: Path) -> Caller:
    """Someone with the right token."""
    return Caller(company(home, seeded))
