"""Stands in for Rasa in unit tests: answers from a list of patterns, or fails as told."""

import re
from collections.abc import Sequence

from server.botlink.port import BotMessage, BotReply, BotSilent, Reply, Understanding


class ScriptedBot:
    """The first pattern that is found in the message decides the answer; without one it did not understand."""

    def __init__(self, script: Sequence[tuple[str, BotReply]] = ()) -> None:
        self.script = list(script)
        self.heard: list[BotMessage] = []
        self.silent: BotSilent | None = None

    async def reply(self, message: BotMessage) -> BotReply:
        """Answer from the script; raise `BotSilent` when `silent` is set."""
        self.heard.append(message)
        if self.silent is not None:
            raise self.silent
        for pattern, reply in self.script:
            if re.search(pattern, message.message, re.IGNORECASE):
                return reply
        return BotReply(
            messages=[Reply(text="I did not understand that.")],
            understanding=Understanding(intent="out_of_scope", confidence=0.3),
            signals=["clarify"],
            model="scripted",
        )

    async def healthy(self) -> bool:
        """Tell whether it is not silenced."""
        return self.silent is None
