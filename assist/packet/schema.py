"""The JSON Schema that the packet is published with."""

import json
from typing import Any

from assist.packet.model import SCHEMA_VERSION, ContextPacket


def packet_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of the context packet."""
    schema = ContextPacket.model_json_schema(mode="serialization")
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": f"Context packet {SCHEMA_VERSION}"}
    return {**schema, **head}


def schema_text() -> str:
    """Return the schema as the text of its published file."""
    return json.dumps(packet_schema(), indent=2, sort_keys=True, ensure_ascii=False) + "\n"
