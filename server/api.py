"""Every router, on one page."""

from fastapi import FastAPI

from server.access import endpoints as sessions
from server.conversations import endpoints as widget
from server.conversations import gateway, widget_socket
from server.desk import controls, socket
from server.desk import endpoints as desk


def mount(app: FastAPI) -> None:
    """Put every router into the application."""
    app.include_router(sessions.router)  # /api/v1/sessions
    app.include_router(widget.router)  # /api/v1/widget
    app.include_router(desk.router)  # /api/v1/conversations
    app.include_router(desk.knowledge)  # /api/v1/knowledge
    app.include_router(controls.router)  # /api/v1/switches, /api/v1/handoff-policy
    app.include_router(gateway.router)  # /api/v1/bot
    app.include_router(widget_socket.router)  # /ws/widget
    app.include_router(socket.router)  # /ws/console
