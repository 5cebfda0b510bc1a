"""Entities are found with their places and one spelling."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from assist.understanding import EntityReader, amounts

READER = EntityReader()


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("Where is my order #44110?", "order_number", "44110"),
        ("LF-43871 please", "order_number", "43871"),
        ("charged twice for order 4411, furious", "order_number", "4411"),
        ("it's 44127", "order_number", "44127"),
        ("invoice inv-2026-00871.", "invoice_number", "INV-2026-00871"),
        ("I am C-10001", "customer_number", "C-10001"),
        ("write to Ana.Ruiz@Example.com.", "email", "ana.ruiz@example.com"),
        ("I paid €1,299", "amount", "1299.00"),
        ("it was 1.234,50 EUR", "amount", "1234.50"),
        ("only 89 euros", "amount", "89.00"),
        ("EUR89.90 back", "amount", "89.90"),
        ("on 14 March 2026", "date", "14 March 2026"),
        ("since 2026-03-01", "date", "2026-03-01"),
        ("it came last Monday", "date", "last Monday"),
        ("call +49 30 1234567", "phone", "+49301234567"),
    ],
)
def test_what_is_named_is_found(text: str, kind: str, value: str) -> None:
    [found] = READER.read(text)
    assert (found.kind, found.value) == (kind, value)
    assert text[found.start : found.end] == found.text


@pytest.mark.parametrize("text", ["", "hello there", "I live in 10115 Berlin", "two lamps", "error 503", "🙄🙄"])
def test_what_is_not_named_is_not_found(text: str) -> None:
    assert READER.read(text) == ()


def test_several_entities_come_in_the_order_of_the_text() -> None:
    found = READER.read("order 44110 for €89 and invoice INV-2026-00871, $20 fee")
    assert [one.kind for one in found] == ["order_number", "amount", "invoice_number", "amount"]
    assert amounts(found) == (89.0, 20.0)


@settings(deadline=None, max_examples=50)
@given(text=some.text(max_size=200))
def test_any_text_is_read_and_places_are_true(text: str) -> None:
    found = READER.read(text)
    assert all(text[one.start : one.end] == one.text for one in found)
    assert all(one.end <= other.start for one, other in pairwise(found))
