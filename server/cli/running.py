"""Running things: serve, worker, up, doctor, migrate."""

import gc
import os
import sys
from typing import Annotated

import typer


def serve() -> None:
    """Serve API, sockets, widget and console until Ctrl-C."""
    import uvicorn

    from server.app import make_app
    from server.kit.logs import set_up_logs
    from server.settings import Settings
    from server.wiring import open_house

    settings = Settings()
    set_up_logs()
    # What is loaded now stays: the collector need not walk through it again and again in the middle of turns.
    gc.set_threshold(20_000, 20, 50)
    uvicorn.run(
        make_app(settings, open_house),
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        ws_max_size=1024 * 1024,
        ws_max_queue=64,
        ws_ping_interval=None,
        # Frames are small and many: packing each costs more than it saves.
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=5,
        server_header=False,
    )


def worker() -> None:
    """Run turns, timers and deliveries without serving anything."""
    import asyncio

    from server.kit.logs import set_up_logs
    from server.settings import Settings
    from server.wiring import open_house

    set_up_logs()
    settings = Settings().model_copy(update={"workers_inside": True})

    async def work() -> None:
        async with open_house(settings):
            await asyncio.Event().wait()

    asyncio.run(work())


def up() -> None:
    """Set up what is missing, then start everything and look after it."""
    os.execv(sys.executable, [sys.executable, "-m", "server.up", "run"])  # noqa: S606  # our own module


def doctor(*, as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False) -> None:
    """Say what is missing or broken, and what to do about it."""
    from server.settings import Settings
    from server.up import doctor as surgery

    checks = surgery.doctor(Settings())
    if as_json:
        typer.echo(surgery.as_json(checks))
    else:
        marks = {"ok": "✓", "warn": "!", "fail": "✗"}
        for check in checks:
            remedy = f"  →  {check.remedy}" if check.remedy and check.state != "ok" else ""
            typer.echo(f" {marks[check.state]} {check.name}: {check.what}{remedy}")
    if any(check.state == "fail" for check in checks):
        raise typer.Exit(1)


def migrate(
    *, new: Annotated[str, typer.Option("--new", help="Write the next migration from the models instead.")] = ""
) -> None:
    """Bring the database to the newest shape; running it again does nothing."""
    from server.settings import Settings
    from server.store import migrate as store

    if new:
        typer.echo(store.write_next(new))
        return
    settings = Settings()
    settings.home.mkdir(parents=True, exist_ok=True)
    typer.echo(f"database at {store.upgrade(settings.database_url())}")
