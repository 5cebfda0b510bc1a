"""The switches and thresholds of the rules: data that an administrator changes while everything runs."""

import json
from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

Score = Annotated[float, Field(ge=-1, le=1)]
Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=1, le=50)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Trigger(_Part):
    """One reason to hand over; off means that its rule keeps quiet."""

    on: bool = True


class WantsPerson(Trigger):
    """The customer asks for a person, by the bot's intent or by words of their own."""

    intents: tuple[str, ...] = ("talk_to_person", "handoff", "human_handoff")
    confidence: Share = 0.5
    words: bool = True


class SensitiveTopic(Trigger):
    """Topics that no bot should answer; ``topics`` names lists in ``assist.decisions.words``."""

    topics: tuple[str, ...] = (
        "legal", "injury", "fraud", "data_protection", "self_harm", "abuse", "press", "bereavement",
    )  # fmt: skip
    intents: tuple[str, ...] = ("report_fraud", "legal_threat", "data_breach")


class NegativeSentiment(Trigger):
    """One message at or below ``score``, or two in a row at or below ``twice``, that is surely negative."""

    score: Score = -0.55
    twice: Score = -0.45
    probability: Share = 0.6


class FallingSentiment(Trigger):
    """The score falls by ``drop`` or more a message over the last ``over`` ones and has arrived at ``level``."""

    drop: Annotated[float, Field(gt=0, le=2)] = 0.2
    over: Annotated[int, Field(ge=3, le=10)] = 3
    level: Score = -0.45


class Rearm(_Part):
    """When mood may trigger again after an agent gave the conversation back.

    Any of: the mood was at ``recovered`` or above since; a message is worse than the one that was handed off by
    ``worse_by``; ``messages`` customer messages have passed.
    """

    recovered: Score = -0.1
    worse_by: Annotated[float, Field(ge=0, le=1)] = 0.1
    messages: Count = 4


class RepeatedBotReply(Trigger):
    """The bot says the same for the ``times``-th time within its ``last`` replies; sooner to an upset customer."""

    times: Annotated[int, Field(ge=2, le=10)] = 3
    times_when_upset: Annotated[int, Field(ge=2, le=10)] = 2
    upset: Score = -0.3
    last: Count = 8
    small_talk: tuple[str, ...] = ("greet", "goodbye", "bye", "thanks", "thank", "affirm", "deny", "are_you_a_bot")


class CustomerRephrasing(Trigger):
    """The customer puts the same question again: ``times`` earlier messages with a cosine of ``similarity`` or more."""

    similarity: Share = 0.8
    times: Count = 2
    times_when_upset: Count = 1
    upset: Score = -0.3
    words: bool = True
    small_talk: tuple[str, ...] = ("greet", "goodbye", "bye", "thanks", "thank", "affirm", "deny", "are_you_a_bot")


class LowConfidence(Trigger):
    """The bot could not understand again after it had asked back ``clarifications`` times in a row."""

    clarifications: Count = 1


class CompanyUnavailable(Trigger):
    """The company's system failed for the ``failures``-th time in the bot's care."""

    failures: Count = 2


class HighValue(Trigger):
    """Money above ``amount`` (in the account's currency) in one of ``intents`` or forms, or a customer of ``tiers``."""

    amount: Annotated[float, Field(gt=0)] = 500.0
    intents: tuple[str, ...] = ("request_refund", "refund", "refund_request", "cancel_order", "complaint")
    forms: tuple[str, ...] = ("refund_form",)
    tiers: tuple[str, ...] = ()


class Override(_Part):
    """Other values for a channel, a locale (``de`` also means ``de-AT``) or both; what is not named stays."""

    channel: str | None = None
    locale: str | None = None
    change: dict[str, dict[str, Any]]

    def matches(self, channel: str, locale: str) -> bool:
        """Say whether this override is meant for such a conversation."""
        spoken, own = locale.casefold(), (self.locale or "").casefold()
        of_locale = not own or spoken == own or spoken.startswith(f"{own}-")
        return of_locale and self.channel in {None, channel}

    @property
    def weight(self) -> int:
        """Later means stronger: a locale beats nothing, a channel beats a locale, both beat either."""
        return 2 * (self.channel is not None) + (self.locale is not None)


class Limits(_Part):
    """All thresholds of the rules; the defaults were chosen on the project's own dialogues."""

    wants_person: WantsPerson = WantsPerson()
    bot_down: Trigger = Trigger()
    sensitive_topic: SensitiveTopic = SensitiveTopic()
    negative_sentiment: NegativeSentiment = NegativeSentiment()
    falling_sentiment: FallingSentiment = FallingSentiment()
    rearm: Rearm = Rearm()
    bot_request: Trigger = Trigger()
    repeated_bot_reply: RepeatedBotReply = RepeatedBotReply()
    customer_rephrasing: CustomerRephrasing = CustomerRephrasing()
    low_confidence: LowConfidence = LowConfidence()
    company_unavailable: CompanyUnavailable = CompanyUnavailable()
    high_value: HighValue = HighValue()
    overrides: tuple[Override, ...] = ()

    @model_validator(mode="after")
    def _overrides_fit(self) -> Self:
        for override in self.overrides:
            self._changed(override)
        return self

    @classmethod
    def from_json(cls, source: str | bytes | Mapping[str, Any]) -> Self:
        """Read limits from JSON text or a mapping; raises ValueError with one sentence a wrong field."""
        try:
            data = json.loads(source) if isinstance(source, str | bytes) else dict(source)
            return cls.model_validate(data)
        except json.JSONDecodeError as wrong:
            raise ValueError(f"The limits are not JSON: {wrong}.") from wrong
        except ValidationError as wrong:
            faults = (f"{'.'.join(map(str, fault['loc'])) or 'limits'}: {fault['msg']}" for fault in wrong.errors())
            raise ValueError(f"The limits do not fit: {'; '.join(faults)}.") from wrong

    def for_(self, channel: str, locale: str) -> "Limits":
        """Return the limits as they are for one channel and locale, the most specific override last."""
        limits: Limits = self.model_copy(update={"overrides": ()})
        for override in sorted(self.overrides, key=lambda one: one.weight):
            if override.matches(channel, locale):
                limits = limits._changed(override)
        return limits

    def _changed(self, override: Override) -> "Limits":
        data = self.model_dump(exclude={"overrides"})
        for name, values in override.change.items():
            if name not in data:
                raise ValueError(f"An override names {name!r}, which no rule has.")
            data[name] = {**data[name], **values}
        return Limits.model_validate(data)
