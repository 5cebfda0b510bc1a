"""The company's systems over HTTP, with a time limit on each call."""

from collections.abc import Mapping
from typing import Any

import aiohttp

from server.company.port import CompanyRefused, CompanyTimeout, CompanyUnavailable


class HttpCompany:
    """Speaks to the company's service (for the demo: `python -m demo.company`)."""

    def __init__(self, http: aiohttp.ClientSession, *, url: str, token: str, timeout_seconds: float) -> None:
        self._http = http
        self._url = url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {token}"}
        self._timeout = aiohttp.ClientTimeout(total=timeout_seconds)

    async def ask(self, path: str, query: Mapping[str, str] | None = None) -> dict[str, Any]:
        """Return the answer to a question."""
        _, answer = await self._call("GET", path, params=query)
        return answer

    async def change(self, path: str, body: Mapping[str, Any], *, key: str) -> tuple[int, dict[str, Any]]:
        """Ask for a change, once for the key."""
        return await self._call("POST", path, json=dict(body), headers={"Idempotency-Key": key})

    async def _call(
        self, method: str, path: str, *, headers: Mapping[str, str] | None = None, **options: Any
    ) -> tuple[int, dict[str, Any]]:
        if not self._url:
            raise CompanyUnavailable
        try:
            async with self._http.request(
                method,
                f"{self._url}{path}",
                headers={**self._headers, **(headers or {})},
                timeout=self._timeout,
                **options,
            ) as response:
                if response.status >= 500:
                    raise CompanyUnavailable
                answer = await response.json(content_type=None)
                if not isinstance(answer, dict):
                    raise CompanyUnavailable
                if response.status >= 400:
                    facts = {key: answer[key] for key in ("reason",) if key in answer}
                    code, detail = str(answer.get("code", "refused")), str(answer.get("detail", ""))
                    raise CompanyRefused(response.status, code, detail, facts)
                return response.status, answer
        except TimeoutError:
            raise CompanyTimeout from None
        except aiohttp.ClientConnectorError as error:
            raise CompanyUnavailable from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            if method != "GET":
                # The request may have got there and only its answer was lost: the same key finds out.
                raise CompanyTimeout from error
            raise CompanyUnavailable from error
