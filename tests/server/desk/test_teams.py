"""What is written for one team is read by its people only, and never goes into what everybody reads."""

from datetime import UTC, datetime
from pathlib import Path

from knowledge.embedding.hashing import HashingEmbedder
from knowledge.library import Library
from knowledge.types import Article
from server.access import repository as access
from tests.support.chat import served, signed_in
from tests.support.server import hire, opened, settle, visit

SECRET = Article(
    id="goodwill-limits",
    title="Goodwill limits of billing",
    text="Billing may waive a late fee of up to 40 EUR without asking anybody.",
    audience=("team:billing",),
)
OPEN = Article(id="late-fees", title="Late fees", text="A late fee is added when an invoice is overdue.")


async def test_a_teams_article_is_found_and_read_by_its_people_only(sqlite_url: str, tmp_path: Path) -> None:
    library = Library(tmp_path / "knowledge", HashingEmbedder(), lambda: datetime(2026, 3, 1, tzinfo=UTC))
    library.serve(library.build([SECRET, OPEN]).id)
    async with opened(sqlite_url, tmp_path, library=library) as house, served(house) as door:
        await hire(house, "Kim Larsen", "agent")
        billing = await hire(house, "Bo Ek", "agent")
        async with house.store.writing() as db:
            table = access.AGENTS
            await db.execute(table.update().where(table.c.id == billing.id).values(teams=["billing"]))
        taken = await (await visit(house)).write("I want a person, may the late fee be waived?")
        await settle(house)
        asked = f"/api/v1/conversations/{taken.conversation_id}/suggestions?q=may billing waive a late fee"
        found = {}
        for name in ("kim", "bo"):
            async with signed_in(door, f"{name}@example.com") as who:
                _, offered = await who.get(asked)
                status, _ = await who.get("/api/v1/knowledge/articles/goodwill-limits")
                found[name] = (any(item["article_id"] == SECRET.id for item in offered["items"]), status)
        assert found == {"kim": (False, 404), "bo": (True, 200)}
