"""What a message names: numbers of orders, invoices and customers, addresses, amounts, dates, with their places."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import Any, Literal

Kind = Literal["order_number", "invoice_number", "customer_number", "email", "phone", "amount", "date"]

_LONGEST = 5000
_MONTH = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec",
]  # fmt: skip
_DAY = [
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "today", "tomorrow", "yesterday",
]  # fmt: skip
_CURRENCY = ["€", "$", "£", "eur", "euro", "euros", "usd", "dollar", "dollars", "gbp", "pound", "pounds", "quid"]
_AMOUNT = r"^\d{1,3}(?:[.,]\d{3})*(?:[.,]\d{1,2})?$|^\d+(?:[.,]\d{1,2})?$"

# Five digits and a name in capitals are a place on the continent ("10115 Berlin"), not an order.
_POSTCODE = re.compile(r"\d{5} [A-ZÄÖÜ][a-zäöüß]{2,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """Something that the message names: ``text[start:end]`` as written, ``value`` in one spelling."""

    kind: Kind
    text: str
    value: str
    start: int
    end: int


class EntityReader:
    """Finds entities by patterns over tokens; loads spaCy's English tokenizer with the first message."""

    def __init__(self) -> None:
        """Load nothing yet."""
        self._lock = Lock()

    def read(self, text: str) -> tuple[Entity, ...]:
        """Return the entities in the order of the text, none overlapping another."""
        if not any(map(str.isalnum, text)):
            return ()
        with self._lock:
            document = self._language(text[:_LONGEST])
        return tuple(
            Entity(
                kind=span.label_,
                text=span.text,
                value=_value(span.label_, span.text),
                start=span.start_char,
                end=span.end_char,
            )
            for span in document.ents
            if not _POSTCODE.match(text[span.start_char : span.end_char + 40])
        )

    @cached_property
    def _language(self) -> Any:
        import spacy
        from spacy.util import compile_infix_regex, compile_prefix_regex

        language = spacy.blank("en")
        # "#44110" and "EUR89" are two words each, and a hyphen inside "INV-2026-00871" or "C-10001" parts nothing.
        tokenizer: Any = language.tokenizer
        tokenizer.prefix_search = compile_prefix_regex([*(language.Defaults.prefixes or ()), "#"]).search
        tokenizer.infix_finditer = compile_infix_regex(["…", r"(?<=[a-z]{2})[.](?=[A-Z])", r"(?<=[\d])[€£$]"]).finditer
        ruler: Any = language.add_pipe("entity_ruler")
        ruler.add_patterns(_patterns())
        return language


def amounts(entities: Iterable[Entity]) -> tuple[float, ...]:
    """Return the sums of money among the entities, in the order of the text."""
    return tuple(float(entity.value) for entity in entities if entity.kind == "amount")


def _patterns() -> list[dict[str, Any]]:
    order = {"TEXT": {"REGEX": r"^\d{5}$"}}
    number = {"TEXT": {"REGEX": _AMOUNT}}
    day = {"TEXT": {"REGEX": r"^(?:[12]?\d|3[01])(?:st|nd|rd|th)?\.?$"}}
    year = {"TEXT": {"REGEX": r"^20\d\d$"}, "OP": "?"}
    month = {"LOWER": {"IN": _MONTH}}
    said = {"LOWER": {"IN": ["order", "orders", "no", "number", "nr", "nr."]}}
    digits, mark = {"TEXT": {"REGEX": r"^\d{4,8}$"}}, {"IS_PUNCT": True, "OP": "?"}
    found: list[tuple[Kind, list[dict[str, Any]]]] = [
        ("invoice_number", [{"TEXT": {"REGEX": r"(?i)^INV-?\d{4}-\d{3,6}$"}}]),
        ("customer_number", [{"TEXT": {"REGEX": r"(?i)^C-\d{4,6}$"}}]),
        ("order_number", [{"TEXT": {"REGEX": r"(?i)^LF-\d{5}$"}}]),
        ("order_number", [said, mark, digits]),
        ("order_number", [{"TEXT": "#"}, digits]),
        ("order_number", [order]),
        ("email", [{"LIKE_EMAIL": True}]),
        ("amount", [{"LOWER": {"IN": _CURRENCY}}, number]),
        ("amount", [number, {"LOWER": {"IN": _CURRENCY}}]),
        ("amount", [{"TEXT": {"REGEX": r"(?i)^(?:eur|usd|gbp)\d[\d.,]*$"}}]),
        ("date", [{"TEXT": {"REGEX": r"^\d{4}-\d\d-\d\d$|^\d{1,2}[./]\d{1,2}[./](?:\d{2}|\d{4})$"}}]),
        ("date", [month, day, year]),
        ("date", [day, {"LOWER": "of", "OP": "?"}, month, year]),
        ("date", [{"LOWER": {"IN": ["last", "next", "this"]}, "OP": "?"}, {"LOWER": {"IN": _DAY}}]),
        ("phone", [{"TEXT": {"REGEX": r"^\+?\d{9,15}$"}}]),
        ("phone", [{"TEXT": {"REGEX": r"^\+\d{1,4}$"}}, {"TEXT": {"REGEX": r"^[\d-]{2,12}$"}, "OP": "{1,5}"}]),
    ]
    return [{"label": kind, "pattern": pattern} for kind, pattern in found]


def _value(kind: str, text: str) -> str:
    if kind == "amount":
        return _plain_amount(re.sub(r"[^\d.,]", "", text))
    if kind == "order_number":
        found = re.search(r"\d{4,8}", text)
        return found.group(0) if found else text
    if kind == "email":
        return text.casefold()
    if kind == "phone":
        return re.sub(r"[^\d+]", "", text)
    return text.upper() if kind in {"invoice_number", "customer_number"} else text


def _plain_amount(digits: str) -> str:
    """Return 1234.50 for "1,234.50" and "1.234,50": the last mark parts cents when one or two digits follow."""
    marks = re.search(r"[.,](\d{1,2})$", digits)
    whole = digits[: marks.start()] if marks else digits
    cents = marks.group(1) if marks else "0"
    return f"{int(re.sub(r'[.,]', '', whole) or 0)}.{cents:0<2}"
