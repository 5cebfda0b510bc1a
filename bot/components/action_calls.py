"""Takes the largest cost out of a call to the action server: Rasa checks its own answer schema anew at every call.

`jsonschema.validate` first checks the schema against the meta-schema. That schema is a large constant of Rasa, and its
check costs more than the rest of the turn. Here the schema is checked once, and every answer as before.
"""

from __future__ import annotations

from typing import Any


def check_schema_once() -> None:
    """Let all action calls of this process share one compiled validator."""
    from jsonschema import validators
    from rasa.core.actions.action import RemoteAction

    schema = RemoteAction.action_response_format_spec()
    kind = validators.validator_for(schema)
    kind.check_schema(schema)
    validator = kind(schema)

    def validate(action: RemoteAction, result: dict[str, Any]) -> bool:
        validator.validate(result)
        return True

    RemoteAction._validate_action_result = validate  # noqa: SLF001 - Rasa has no setting for it
