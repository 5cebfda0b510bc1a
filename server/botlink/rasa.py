"""The bot as it runs in earnest: Rasa in its own process, spoken to over HTTP (bot/components/channel.py)."""

import aiohttp
from pydantic import ValidationError

from server.botlink.port import BotMessage, BotReply, BotSilent


class RasaBot:
    """Speaks to one Rasa process, or to a balancer in front of several."""

    def __init__(self, http: aiohttp.ClientSession, *, url: str, token: str) -> None:
        self._http = http
        self._turn = f"{url.rstrip('/')}/webhooks/warmline/webhook"
        self._health = f"{url.rstrip('/')}/webhooks/warmline/"
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    async def reply(self, message: BotMessage) -> BotReply:
        """Ask Rasa; raise `BotSilent` when it is unreachable or answers with something else than an answer."""
        try:
            async with self._http.post(
                self._turn, data=message.model_dump_json().encode(), headers=self._headers
            ) as response:
                body = await response.read()
                if response.status != 200:
                    why = f"The bot answered {response.status}."
                    raise BotSilent("error", why)
            return BotReply.model_validate_json(body)
        except ValidationError as error:
            raise BotSilent("error", "The bot's answer was not understood.") from error
        except (aiohttp.ClientError, OSError) as error:
            raise BotSilent("unreachable", str(error)) from error

    async def healthy(self) -> bool:
        """Tell whether Rasa has a model loaded and answers."""
        try:
            async with self._http.get(
                self._health, headers=self._headers, timeout=aiohttp.ClientTimeout(total=2)
            ) as response:
                return response.status == 200
        except (aiohttp.ClientError, OSError, TimeoutError):
            return False
