"""Every router, on one page, and which of them take large bodies."""

from collections.abc import Sequence

from fastapi import FastAPI

from server.access import endpoints as sessions
from server.articles import endpoints as articles
from server.articles import history_endpoints, notices, parts_endpoints, tasks
from server.articles.contributions import endpoints as contributions
from server.articles.health import audit_endpoints as audits
from server.articles.health import endpoints as knowledge_health
from server.articles.imports import endpoints as imports
from server.articles.releases import endpoints as releases
from server.articles.workbench import endpoints as workbench
from server.conversations import endpoints as widget
from server.conversations import gateway, widget_socket
from server.desk import controls, socket
from server.desk import endpoints as desk
from server.help import endpoints as help_centre

LargeBody = tuple[str, str, int]
MEGABYTE = 1024 * 1024
ARTICLE_BODY = 2 * MEGABYTE
"""An article of the largest size, with every character escaped."""

LARGE_BODIES: Sequence[LargeBody] = (
    ("POST", r"/api/v1/articles", ARTICLE_BODY),
    ("PUT", r"/api/v1/articles/[^/]+/translations/[^/]+", ARTICLE_BODY),
    ("POST", r"/api/v1/articles/[^/]+/translations/[^/]+/merge", ARTICLE_BODY),
    ("POST", r"/api/v1/articles/render", ARTICLE_BODY),
    ("POST", r"/api/v1/workbench/runs", ARTICLE_BODY),
    ("POST", r"/api/v1/judged-queries/import", 16 * MEGABYTE),
    ("POST", r"/api/v1/contributions(/check)?", ARTICLE_BODY),
    ("POST", r"/api/v1/article-images", 2 * MEGABYTE),
    ("POST", r"/api/v1/article-imports", 100 * MEGABYTE),
)
"""What may be larger than `limits.body_bytes`: method, pattern of the whole path, largest body in bytes."""


def mount(app: FastAPI) -> None:
    """Put every router into the application."""
    app.include_router(sessions.router)  # /api/v1/sessions
    app.include_router(widget.router)  # /api/v1/widget
    app.include_router(desk.router)  # /api/v1/conversations
    app.include_router(desk.knowledge)  # /api/v1/knowledge
    app.include_router(articles.router)  # /api/v1/articles
    app.include_router(history_endpoints.router)  # /api/v1/articles
    app.include_router(parts_endpoints.router)  # /api/v1/article-images, -tags, /api/v1/saved-views
    app.include_router(imports.router)  # /api/v1/article-imports
    app.include_router(imports.export_router)  # /api/v1/article-export
    app.include_router(controls.router)  # /api/v1/switches, /api/v1/handoff-policy
    app.include_router(contributions.router)  # /api/v1/contributions
    app.include_router(contributions.policy)  # /api/v1/contribution-policy
    app.include_router(knowledge_health.router)  # /api/v1/knowledge-health
    app.include_router(audits.router)  # /api/v1/article-audits
    app.include_router(tasks.router)  # /api/v1/knowledge-tasks
    app.include_router(notices.router)  # /api/v1/notices
    app.include_router(gateway.router)  # /api/v1/bot
    app.include_router(releases.router)  # /api/v1/releases
    app.include_router(releases.moves)  # /api/v1/articles/{id}/translations/{locale}/publish, /retire
    app.include_router(releases.gates)  # /api/v1/release-gate
    app.include_router(workbench.queries)  # /api/v1/judged-queries
    app.include_router(workbench.router)  # /api/v1/workbench
    app.include_router(help_centre.router)  # /help
    app.include_router(widget_socket.router)  # /ws/widget
    app.include_router(socket.router)  # /ws/console
