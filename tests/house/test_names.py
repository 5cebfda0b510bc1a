"""Our top-level names are generic; nobody else in this environment may have them."""

from importlib.metadata import packages_distributions
from pathlib import Path

import assist
import channels
import knowledge
import server

ROOT = Path(__file__).parents[2]


def test_no_other_distribution_provides_our_names() -> None:
    strangers = {
        name: others
        for name in ("assist", "channels", "knowledge", "server")
        if (others := [found for found in packages_distributions().get(name, ()) if found != "warmline"])
    }
    assert strangers == {}


def test_our_names_are_imported_from_here() -> None:
    for package in (assist, channels, knowledge, server):
        assert package.__file__ is not None
        assert Path(package.__file__).is_relative_to(ROOT)
