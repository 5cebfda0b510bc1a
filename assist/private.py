"""Private details in a text, with their places: what must not stand in an article and is masked in a log.

Small and exact: shapes that prove themselves (a checksum, a known prefix) or say what they are ("order 44110"). Names
of people are found only where a title or "my name is" stands before them.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Literal

Label = Literal[
    "email", "phone", "card", "iban", "order_number", "invoice_number", "customer_number", "ip_address", "person"
]

LONGEST = 200_000
ROLES = frozenset(
    {
        "accounts", "billing", "business", "careers", "complaints", "contact", "customerservice", "datenschutz", "dpo",
        "finance", "hallo", "hello", "help", "hilfe", "info", "jobs", "kontakt", "legal", "mail", "marketing",
        "newsletter", "no-reply", "noreply", "office", "orders", "postmaster", "press", "presse", "privacy", "returns",
        "sales", "security", "service", "shop", "support", "team", "warranty", "webmaster",
    }
)  # fmt: skip
"""Local parts of mailboxes that belong to a role and to nobody (after RFC 2142)."""

_IBAN_LENGTHS = {
    "AD": 24, "AT": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "EE": 20, "ES": 24,
    "FI": 18, "FR": 27, "GB": 22, "GI": 23, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IS": 26, "IT": 27, "LI": 21,
    "LT": 20, "LU": 20, "LV": 21, "MC": 27, "MT": 31, "NL": 18, "NO": 15, "PL": 28, "PT": 25, "RO": 24, "SE": 24,
    "SI": 19, "SK": 24, "SM": 27, "TR": 26,
}  # fmt: skip
_IBAN = "|".join(rf"{country}\d{{2}}(?:[ ]?[A-Z0-9]){{{length - 4}}}" for country, length in _IBAN_LENGTHS.items())
_CAPITAL = r"[A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ']+"
_NAME = rf"{_CAPITAL}(?:[ -]{_CAPITAL}){{0,3}}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A private detail: `text` is what stands at `start` to `end` (characters, end not included)."""

    label: Label
    start: int
    end: int
    text: str


def private_spans(text: str) -> tuple[Span, ...]:
    """Return the private details of a text in its order, none overlapping another.

    Where two readings overlap the one that proves more wins: a card number is no phone number. Mailboxes of a role
    (`help@`, `privacy@`) are nobody's and left out. Only the first 200,000 characters are looked at.
    """
    looked = text[:LONGEST]
    found: list[Span] = []
    taken = bytearray(len(looked))
    for label, pattern, proves in _SHAPES:
        for match in pattern.finditer(looked):
            start, end = match.span("it")
            if not any(taken[start:end]) and proves(match.group("it")):
                taken[start:end] = b"\x01" * (end - start)
                found.append(Span(label=label, start=start, end=end, text=match.group("it")))
    return tuple(sorted(found, key=lambda span: span.start))


def masked(text: str, spans: Iterable[Span] | None = None) -> str:
    """Return the text with each private detail replaced by its label in brackets: `[email]`."""
    return "".join(_masked(text, private_spans(text) if spans is None else spans))


def _masked(text: str, spans: Iterable[Span]) -> Iterator[str]:
    place = 0
    for span in spans:
        yield text[place : span.start]
        yield f"[{span.label}]"
        place = span.end
    yield text[place:]


def luhn(digits: str) -> bool:
    """Say whether the last digit checks the others (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def iban(text: str) -> bool:
    """Say whether this is an IBAN: a known country, its length, and the remainder 1 modulo 97 (ISO 13616, ISO 7064)."""
    plain = re.sub(r"\s", "", text).upper()
    if len(plain) != _IBAN_LENGTHS.get(plain[:2], 0):
        return False
    return int("".join(str(int(sign, 36)) for sign in plain[4:] + plain[:4])) % 97 == 1


def _card(text: str) -> bool:
    digits = re.sub(r"\D", "", text)
    # 2 to 6 are the schemes that people pay with (Mastercard, Amex and Diners, Visa, Maestro, Discover).
    return 13 <= len(digits) <= 19 and digits[0] in "23456" and len(set(digits)) > 1 and luhn(digits)


def _phone(text: str) -> bool:
    return 8 <= len(re.sub(r"\D", "", text)) <= 15


def _email(text: str) -> bool:
    return text.partition("@")[0].casefold() not in ROLES


def _address(text: str) -> bool:
    try:
        found = ip_address(text)
    except ValueError:
        return False
    # Loopback, private networks and the like are written in every manual and lead to nobody.
    return found.is_global


def _any(_: str) -> bool:
    return True


_SHAPES: tuple[tuple[Label, re.Pattern[str], Callable[[str], bool]], ...] = (
    (
        "email",
        re.compile(r"(?<![\w.+-])(?P<it>[\w.+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,24})(?![\w-])"),
        _email,
    ),
    ("iban", re.compile(rf"(?i)(?<!\w)(?P<it>{_IBAN})(?!\w)"), iban),
    ("card", re.compile(r"(?<![\w.,-])(?P<it>\d(?:[ -]?\d){12,18})(?![\w])(?![.,]\d)"), _card),
    ("invoice_number", re.compile(r"(?i)(?<![\w-])(?P<it>INV-?\d{4}-\d{3,6})(?![\w-])"), _any),
    ("customer_number", re.compile(r"(?i)(?<![\w-])(?P<it>C-\d{4,6})(?![\w-])"), _any),
    ("order_number", re.compile(r"(?i)(?<![\w-])(?P<it>LF-\d{5})(?![\w-])"), _any),
    (
        "order_number",
        re.compile(
            r"(?i)\b(?:order|bestellung|bestellnummer|auftrag)(?:[ ]?(?:no\.?|number|nr\.?|nummer))?[ ]*[:#]?[ ]*"
            r"(?P<it>\d{5,8})(?![\w.,/-]*\d)"
        ),
        _any,
    ),
    ("order_number", re.compile(r"(?<!\w)#(?P<it>\d{5,8})(?!\w)"), _any),
    ("ip_address", re.compile(r"(?<![\w.])(?<![Vv]ersion )(?P<it>\d{1,3}(?:\.\d{1,3}){3})(?![\w.]*\d)"), _address),
    (
        "ip_address",
        re.compile(r"(?i)(?<![\w:])(?P<it>(?:[0-9a-f]{1,4}:){2,7}:?[0-9a-f:]{0,39}[0-9a-f])(?![\w:])"),
        _address,
    ),
    ("phone", re.compile(r"(?<![\w+./-])(?P<it>(?:\+|00)[1-9](?:[ ()./-]{0,2}\d){7,13})(?!\w)"), _phone),
    (
        "phone",
        re.compile(r"(?<![\w+./,-])(?P<it>\(?0[1-9]\d{1,4}\)?[ /-]{1,2}\d(?:[ -]?\d){4,9})(?![\w.,/-]*\d)"),
        _phone,
    ),
    (
        "phone",
        re.compile(
            r"(?i)\b(?:phone|tel|telephone|mobile|call|telefon|handy|mobil)(?:[ ]?(?:no\.?|number|nr\.?|nummer))?"
            r"[ ]*[:.]?[ ]*(?P<it>\d(?:[ ()./-]{0,2}\d){7,13})(?!\w)"
        ),
        _phone,
    ),
    ("person", re.compile(rf"\b(?:Mr|Mrs|Ms|Miss|Mx|Herrn?|Frau)\.?[ ](?P<it>{_NAME})"), _any),
    (
        "person",
        re.compile(rf"(?:\b[Mm]y name is|\b[Ii]ch hei(?:ß|ss)e|\b[Mm]ein Name ist)[ ](?P<it>{_NAME})"),
        _any,
    ),
)  # fmt: skip
"""In the order of how much each proves."""
