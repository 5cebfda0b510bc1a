"""What the web apps are compiled against is what the server speaks."""

import json
from pathlib import Path

import pytest

from server.cli.wire import documents

WIRE = Path(__file__).parents[2] / "web" / "wire"


@pytest.mark.parametrize("name", ["openapi.json", "frames.schema.json"])
def test_what_the_apps_have_is_current(name: str) -> None:
    path = WIRE / name
    assert path.exists(), f"{path} is not there: run `make wire`."
    assert path.read_text(encoding="utf-8") == documents()[name], f"{name} is old: run `make wire`."


def test_no_two_models_of_the_api_have_one_name() -> None:
    schemas = json.loads((WIRE / "openapi.json").read_text())["components"]["schemas"]
    assert [name for name in schemas if "__" in name] == [], "Two rooms give this name to different things."
