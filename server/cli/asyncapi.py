"""The two sockets as an AsyncAPI 3.0 document, built from the frames' own classes.

The document speaks for the server: its `receive` operations are what clients send (AsyncAPI Specification 3.0.0).
"""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import TypeAdapter

from server.realtime import connection, frames

SCHEMAS = "#/components/schemas/"
SIDES: Mapping[str, tuple[str, TypeAdapter[Any], TypeAdapter[Any]]] = {
    "widget": ("/ws/widget", frames.WIDGET_IN, frames.WIDGET_OUT),
    "console": ("/ws/console", frames.CONSOLE_IN, frames.CONSOLE_OUT),
}
"""Each socket: its address, what it hears, what it says."""

ABOUT = {
    "widget": "One tab of one visitor. The first frame is hello with the visitor token.",
    "console": "One tab of one agent. The session cookie comes with the handshake, its CSRF token in hello.",
}
CLOSES: Mapping[int, str] = {
    1000: "The client was silent for three heartbeats, or went away. Come back.",
    connection.CLOSE_RESTARTING: "The server ends. Come back.",
    connection.CLOSE_BAD_FRAME: "No hello in time, a first frame that is no hello, or too many frames nobody knows.",
    connection.CLOSE_TOKEN: "The token or session is not good (any more). Get another first.",
    connection.CLOSE_FORBIDDEN: "Another site's page, or the wrong CSRF token. Do not come back.",
    connection.CLOSE_TOO_SLOW: "The client did not read; its buffer was full. Come back and resume.",
    connection.CLOSE_TOO_MANY: "Too many sockets of one visitor. Come back later.",
}


def asyncapi(version: str) -> dict[str, Any]:
    """Return the document as JSON-like data; `version` is the server's."""
    inputs: list[tuple[tuple[str, str], Literal["validation"], TypeAdapter[Any]]] = [
        ((name, way), "validation", adapter)
        for name, (_, hears, says) in SIDES.items()
        for way, adapter in (("in", hears), ("out", says))
    ]
    sides, shared = TypeAdapter.json_schemas(inputs, ref_template=f"{SCHEMAS}{{model}}")
    mappings = {key: sides[key, "validation"]["discriminator"]["mapping"] for key, _, _ in inputs}
    messages = {
        _name(ref): {"name": kind, "title": _name(ref), "summary": _summary(shared, ref), "payload": {"$ref": ref}}
        for mapping in mappings.values()
        for kind, ref in mapping.items()
    }
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Warmline sockets",
            "version": version,
            "description": "Every frame is one JSON object in a text frame, told apart by its type. docs/realtime.md "
            "says how to resume.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "servers": {"local": {"host": "127.0.0.1:8080", "protocol": "ws", "description": "As make run starts it."}},
        "channels": {name: _channel(name, mappings) for name in SIDES},
        "operations": {
            f"{name}{verb}": {
                "action": action,
                "channel": {"$ref": f"#/channels/{name}"},
                "messages": [
                    {"$ref": f"#/channels/{name}/messages/{_name(ref)}"} for ref in mappings[name, way].values()
                ],
            }
            for name in SIDES
            for verb, action, way in (("Hears", "receive", "in"), ("Says", "send", "out"))
        },
        "components": {"messages": messages, "schemas": _plain(shared["$defs"])},
    }


def _channel(name: str, mappings: Mapping[Any, Mapping[str, str]]) -> dict[str, Any]:
    members = [_name(ref) for way in ("in", "out") for ref in mappings[name, way].values()]
    return {
        "address": SIDES[name][0],
        "description": ABOUT[name],
        "servers": [{"$ref": "#/servers/local"}],
        "messages": {member: {"$ref": f"#/components/messages/{member}"} for member in members},
        "x-close-codes": {str(code): meaning for code, meaning in CLOSES.items()},
    }


def _name(ref: str) -> str:
    return ref.removeprefix(SCHEMAS)


def _summary(shared: Mapping[str, Any], ref: str) -> str:
    first: str = shared["$defs"][_name(ref)].get("description", "").split("\n\n")[0]
    return " ".join(first.split())


def _plain(schema: Any) -> Any:
    """Return the schema without discriminators: AsyncAPI's are other ones, and each `type` is a constant anyway."""
    if isinstance(schema, dict):
        return {
            key: _plain(value)
            for key, value in schema.items()
            if not (key == "discriminator" and isinstance(value, dict) and "mapping" in value)
        }
    return [_plain(one) for one in schema] if isinstance(schema, list) else schema
