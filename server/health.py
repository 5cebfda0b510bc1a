"""Alive, ready, and the figures: `/healthz`, `/readyz`, `/metrics`."""

import asyncio
from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from server.access.guard import Public
from server.house import House, Wired
from server.kit.errors import HouseError

router = APIRouter(include_in_schema=False, dependencies=[Depends(Public("for whoever watches over the process"))])
PATIENCE_SECONDS = 2


@router.get("/healthz")
async def alive() -> dict[str, str]:
    """Say that the process answers."""
    return {"status": "ok"}


@router.get("/readyz")
async def ready(house: Wired) -> JSONResponse:
    """Say which parts are there. Without the database nothing goes (503); without another part less goes (200)."""
    database, bot = await asyncio.gather(_database(house), house.bot.healthy())
    release = house.suggesting.release()
    parts: dict[str, Any] = {
        "database": "ok" if database else "down",
        "bot": "ok" if bot else "down",
        "knowledge": release or "empty",
        "embedder": house.minds.embedder.name,
        "sentiment": house.minds.sentiment.version,
    }
    whole = bot and release is not None
    status = "ok" if database and whole else "degraded" if database else "down"
    return JSONResponse({"status": status, "parts": parts}, 200 if database else 503)


@router.get("/metrics")
async def metrics(request: Request) -> Response:
    """Return the figures for Prometheus."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


async def _database(house: House) -> bool:
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await house.store.ping()
    except (HouseError, TimeoutError):
        return False
    return True
