"""The names of the skills as a customer reads them: `utter_title_<intent>` in the domain file of the skill."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml

SKILLS = Path(__file__).resolve().parent.parent / "skills"
PREFIX = "utter_title_"


@lru_cache(maxsize=1)
def titles() -> dict[str, str]:
    """Intent to title; an intent without a title is never offered as a choice."""
    found: dict[str, str] = {}
    for path in sorted(SKILLS.glob("*/domain.yml")):
        responses = (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get("responses") or {}
        for name, variants in responses.items():
            if name.startswith(PREFIX):
                found[name.removeprefix(PREFIX)] = variants[0]["text"]
    return found
