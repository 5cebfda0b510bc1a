"""Entities that have a fixed shape: order, invoice and customer numbers, emails, amounts, dates."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

Clean = Callable[["re.Match[str]"], str]

MONTHS = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?"
    "|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
DAYS = "(?:mon|tues|wednes|thurs|fri|satur|sun)day"
NTH = "(?:st|nd|rd|th)?"
DATES = "|".join(
    (
        r"\b\d{4}-\d{2}-\d{2}\b",
        r"\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b",
        rf"\b\d{{1,2}}{NTH}(?: of)? (?:{MONTHS})\b(?: \d{{4}})?",
        rf"\b(?:{MONTHS}) \d{{1,2}}{NTH}\b(?:,? \d{{4}})?",
        rf"\b(?:today|yesterday|tomorrow|last (?:week|month)|next (?:week|month)|(?:last |next |this |on )?{DAYS})\b",
    )
)
PHONES = r"(?<!\w)(?:\+|00)\d[\d ()/-]{6,}\d|(?<![\w#-])0\d{1,5}[ /-]\d[\d /-]{3,}\d|(?<![\w#-])\d{6,}(?!\w)"
MONEY = r"EUR|euros?|GBP|pounds?|€|£|\$|USD|dollars?"


def _amount(match: re.Match[str]) -> str:
    digits = match.group("n")
    if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", digits):
        return re.sub(r"[.,]", "", digits)
    whole, _, cents = digits.replace(",", ".").rpartition(".")
    return f"{whole.replace('.', '')}.{cents}" if whole else cents


# The order matters: a stretch of text belongs to the first pattern that claims it, so that the five digits inside an
# invoice number, an amount or a phone number never become an order number.
PATTERNS: tuple[tuple[str, re.Pattern[str], Clean], ...] = (
    ("email", re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+"), lambda m: m.group().lower()),
    (
        "invoice_number",
        re.compile(r"\bINV[- ]?(?P<y>\d{4})[- ]?(?P<n>\d{3,6})\b", re.IGNORECASE),
        lambda m: f"INV-{m.group('y')}-{m.group('n').zfill(5)}",
    ),
    ("customer_number", re.compile(r"\bC[- ]?(?P<n>\d{5})\b", re.IGNORECASE), lambda m: f"C-{m.group('n')}"),
    (
        "amount",
        re.compile(
            rf"(?:(?:{MONEY})\s?(?P<n>\d+(?:[.,]\d+)*)|(?<![\w.,-])(?P<m>\d+(?:[.,]\d+)*)\s?(?:{MONEY})(?!\w))",
            re.IGNORECASE,
        ),
        lambda m: _amount(re.match(r"(?P<n>.*)", m.group("n") or m.group("m")) or m),
    ),
    (
        "date",
        re.compile(DATES, re.IGNORECASE),
        lambda m: m.group().lower(),
    ),
    (
        "phone",
        re.compile(PHONES),
        lambda m: m.group(),
    ),
    (
        "order_number",
        re.compile(r"(?<![\w.,+-])(?:LF[- ]?|#\s?)?(?P<n>\d{5})(?![\w-]|[.,/]\d)", re.IGNORECASE),
        lambda m: m.group("n"),
    ),
)


def found(text: str) -> list[dict[str, Any]]:
    """All entities of a text as Rasa's dictionaries (entity, start, end, value), in reading order, no overlaps."""
    taken: list[dict[str, Any]] = []
    for entity, pattern, clean in PATTERNS:
        for match in pattern.finditer(text):
            start, end = match.span()
            if all(end <= other["start"] or start >= other["end"] for other in taken):
                taken.append(
                    {"entity": entity, "start": start, "end": end, "value": clean(match), "confidence_entity": 1.0}
                )
    return sorted((one for one in taken if one["entity"] != "phone"), key=lambda one: one["start"])


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class Patterns(EntityExtractorMixin, GraphComponent):
    """Finds entities of a fixed shape, in one spelling ("order no. LF-44110" holds order_number 44110)."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Patterns:
        """Make the component; it has nothing to load."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Add what is found to the entities of each message; button payloads carry theirs themselves."""
        for message in messages:
            text = message.get(TEXT)
            if text and not text.startswith("/"):
                entities = self.add_extractor_name(found(text))
                message.set(ENTITIES, message.get(ENTITIES, []) + entities, add_to_output=True)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Nothing is learned from examples."""
        return training_data
