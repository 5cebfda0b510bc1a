"""Private details: found where they prove themselves, with their places, and not where a text only looks like one."""

import time
from itertools import pairwise
from pathlib import Path

import pytest

from assist.private import iban, luhn, masked, private_spans

ARTICLES = sorted(Path("demo/articles").glob("*/*.md"))


@pytest.mark.parametrize(
    ("text", "label", "found"),
    [
        ("Write to anna.berg+shop@web.example please.", "email", "anna.berg+shop@web.example"),
        ("It was paid with 4111 1111 1111 1111.", "card", "4111 1111 1111 1111"),
        ("Amex 378282246310005 was refused", "card", "378282246310005"),
        ("Refund to DE89 3704 0044 0532 0130 00 please", "iban", "DE89 3704 0044 0532 0130 00"),
        ("konto gb82west12345698765432", "iban", "gb82west12345698765432"),
        ("This was order 44110 last week", "order_number", "44110"),
        ("Bestellnummer: 44110", "order_number", "44110"),
        ("see LF-44110", "order_number", "LF-44110"),
        ("the parcel of #44110 is lost", "order_number", "44110"),
        ("Invoice INV-2026-00871 is wrong", "invoice_number", "INV-2026-00871"),
        ("customer C-10001 asked", "customer_number", "C-10001"),
        ("logged in from 8.8.4.4 twice", "ip_address", "8.8.4.4"),
        ("from 2001:4860:4860::8888", "ip_address", "2001:4860:4860::8888"),
        ("ring +49 (0)30 1234 5678", "phone", "+49 (0)30 1234 5678"),
        ("ring 030 1234567 after five", "phone", "030 1234567"),
        ("phone: 905-674-3793", "phone", "905-674-3793"),
        ("Mrs Schmidt-Lang was told otherwise", "person", "Schmidt-Lang"),
        ("My name is Anna Berg and", "person", "Anna Berg"),
    ],
)
def test_a_private_detail_is_found_at_its_place(text: str, label: str, found: str) -> None:
    [span] = private_spans(text)
    assert (span.label, span.text, text[span.start : span.end]) == (label, found, found)


@pytest.mark.parametrize(
    "text",
    [
        "Write to privacy@larkfield.example or help@fjord-outdoor.example.",
        "It costs 1,234.56 or 1.234,56 EUR, since 2026-09-14 10:30:20.",
        "Pay within 14 days; a refund takes 5 to 7 working days.",
        "The number 4111 1111 1111 1112 does not add up.",
        "DE88370400440532013000 does not add up either.",
        "Version 1.2.3.4 of the app talks to 192.168.0.1 and ::1.",
        "Error LF-200 means that the bulb is loose; the lamp is model 44110.",
        "The sofa is 0800 wide at 10:00:00.",
        "Mr and Mrs are titles. My name is on the invoice.",
        "",
    ],
)
def test_what_only_looks_private_is_left_alone(text: str) -> None:
    assert private_spans(text) == ()


def test_the_shipped_articles_hold_nothing_but_their_own_examples() -> None:
    found = {span.text for path in ARTICLES for span in private_spans(path.read_text(encoding="utf-8"))}
    assert found == {"INV-2026-01234", "C-10234", "+49 30 23125 140", "+44 20 7946 0140"}


def test_masking_keeps_everything_else() -> None:
    text = "I am a@b.example, order 44110, card 4111111111111111!"
    assert masked(text) == "I am [email], order [order_number], card [card]!"
    assert masked("Nothing here.") == "Nothing here."


def test_a_card_is_no_phone_and_no_place_is_in_two_spans() -> None:
    spans = private_spans("call +49 30 1234567 or 4111 1111 1111 1111, phone: 4111 1111 1111 1111 x@y.example")
    assert [span.label for span in spans] == ["phone", "card", "card", "email"]
    assert all(left.end <= right.start for left, right in pairwise(spans))


def test_the_checksums_are_those_of_the_standards() -> None:
    assert luhn("79927398713")
    assert not luhn("79927398710")
    assert iban("NL91 ABNA 0417 1643 00")
    assert not iban("NL91 ABNA 0417 1643 01")
    assert not iban("XX91 ABNA 0417 1643 00")


@pytest.mark.parametrize("piece", ["1 ", "a@", "1:", "(01) ", "DE12 ", "A", "Mr Aa ", "a.b+c", "order 12345 ", "0 1-"])
def test_no_text_takes_long(piece: str) -> None:
    began = time.perf_counter()
    private_spans(piece * (200_000 // len(piece)))
    assert time.perf_counter() - began < 5
