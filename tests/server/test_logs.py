"""What broke is written down without what customers wrote."""

import json
from collections.abc import Iterator

import pytest
import structlog
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from server.kit.errors import HouseError
from server.kit.logs import set_up_logs
from server.store.session import Store

SECRET = "my password is swordfish"


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    before = structlog.get_config()
    yield
    structlog.configure(**before)


def _breaks(words: str) -> None:
    raise ValueError(len(words))


def test_a_traceback_in_the_log_holds_no_local_variables(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs()
    try:
        _breaks(SECRET)
    except ValueError:
        structlog.get_logger().exception("turn.broken")
    line = capsys.readouterr().err
    assert json.loads(line)["exception"]
    assert SECRET not in line


async def test_an_error_of_the_database_does_not_quote_what_was_to_be_stored(database_url: str) -> None:
    store = Store(database_url)
    with pytest.raises((DBAPIError, HouseError)) as caught:
        async with store.writing() as connection:
            await connection.execute(text("INSERT INTO no_such_table VALUES (:words)"), {"words": SECRET})
    await store.close()
    assert SECRET not in f"{caught.value} {caught.value.__cause__}"
