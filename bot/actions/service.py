"""The action server: Rasa's executor behind a token, on a small application of our own."""

from __future__ import annotations

import hmac
import logging
from typing import Any

from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection, ActionNotFoundException
from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, json

from actions.desk import DOORWAY
from actions.registry import ACTIONS

log = logging.getLogger(__name__)


def application(token: str, name: str = "warmline_actions") -> Sanic:
    """The web application; `token` must come as a bearer token or, as Rasa sends it, as the query parameter `token`."""
    executor = ActionExecutor()
    for action in ACTIONS:
        executor.register_action(action)
    app = Sanic(name, configure_logging=False)

    @app.middleware("request")
    async def guard(request: Request) -> HTTPResponse | None:
        header = request.headers.get("authorization", "").removeprefix("Bearer ")
        given = header or request.args.get("token") or ""
        if request.path == "/health" or hmac.compare_digest(given.encode(), token.encode()):
            return None
        return json({"status": 401, "code": "unauthorized"}, status=401, content_type="application/problem+json")

    @app.get("/health")
    async def health(request: Request) -> HTTPResponse:
        return json({"status": "ok"})

    @app.post("/webhook")
    async def webhook(request: Request) -> HTTPResponse:
        call: dict[str, Any] | None = request.json
        if not call:
            return json({"error": "The body is not an action call."}, status=400)
        try:
            return json(await executor.run(call))
        except ActionExecutionRejection as rejected:
            return json({"error": rejected.message, "action_name": rejected.action_name}, status=400)
        except ActionNotFoundException as missing:
            return json({"error": missing.message, "action_name": missing.action_name}, status=404)

    @app.after_server_stop
    async def close(app: Sanic, loop: Any) -> None:
        if DOORWAY.session is not None:
            await DOORWAY.session.close()

    return app
