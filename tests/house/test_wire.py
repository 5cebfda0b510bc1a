"""What the web apps are compiled against is what the server speaks."""

from pathlib import Path

import pytest

from server.cli.wire import documents

WIRE = Path(__file__).parents[2] / "web" / "wire"


@pytest.mark.parametrize("name", ["openapi.json", "frames.schema.json"])
def test_what_the_apps_have_is_current(name: str) -> None:
    path = WIRE / name
    assert path.exists(), f"{path} is not there: run `make wire`."
    assert path.read_text(encoding="utf-8") == documents()[name], f"{name} is old: run `make wire`."
