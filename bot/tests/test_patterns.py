"""Entities of a fixed shape."""

from __future__ import annotations

import pytest

from components.patterns import found
from components.sentence_vectors import masked


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        ("44110", [("order_number", "44110")]),
        ("#44110.", [("order_number", "44110")]),
        ("LF-44110", [("order_number", "44110")]),
        ("order no. 44110?", [("order_number", "44110")]),
        ("lf 44110, please", [("order_number", "44110")]),
        ("inv-2026-871", [("invoice_number", "INV-2026-00871")]),
        ("customer C-10234", [("customer_number", "C-10234")]),
        ("mail Ana.Ruiz@Example.com!", [("email", "ana.ruiz@example.com")]),
        ("12345 EUR", [("amount", "12345")]),
        ("€1.234,50 back", [("amount", "1234.50")]),
        ("89 euros", [("amount", "89")]),
        ("call +49 170 1234567", []),
        ("call 0170 12345 67", []),
        ("my number is 4411012345", []),
        ("44110abc", []),
        ("441101", []),
        ("on 2026-03-12 or yesterday", [("date", "2026-03-12"), ("date", "yesterday")]),
        ("no numbers here", []),
    ],
)
def test_what_is_found(text: str, entities: list[tuple[str, str]]) -> None:
    assert [(one["entity"], one["value"]) for one in found(text)] == entities


def test_places_are_places_in_the_text() -> None:
    text = "refund #43871 to ana@example.com"
    assert [text[one["start"] : one["end"]] for one in found(text)] == ["#43871", "ana@example.com"]


def test_the_encoder_sees_one_number_for_all() -> None:
    assert masked("where is #51234 of tom@example.org") == "where is 44110 of ana@example.com"
