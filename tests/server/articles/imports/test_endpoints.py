"""Imports over HTTP: upload, dry run, rows, run, cancel, remove, export, and who may."""

import asyncio
import io
import json
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from server.access import repository as access
from server.house import House
from tests.knowledge.parsing.files import zipped
from tests.knowledge.parsing.test_exports import GUIDE, HELP
from tests.support.articles import hire_editors, states
from tests.support.chat import Browser, Served, served, signed_in

IMPORTS = "/api/v1/article-imports"
TOKEN = "a-token-that-may-write"


@pytest.fixture
async def door(house: House) -> AsyncIterator[Served]:
    """A served house with editors."""
    await hire_editors(house)
    async with served(house) as where:
        yield where


async def upload(who: Browser, data: bytes, query: str) -> tuple[int, Any]:
    """Send a file as a body."""
    headers = {"x-csrf-token": who.csrf}
    async with who.http.post(f"{who.url}{IMPORTS}?{query}", data=data, headers=headers) as response:
        return response.status, await response.json()


async def finished(who: Browser, import_id: str) -> Any:
    """Ask until an import is over, as the console does."""
    async with asyncio.timeout(20):
        while True:
            _, found = await who.get(f"{IMPORTS}/{import_id}")
            if found["state"] not in {"reading", "running"}:
                return found
            await asyncio.sleep(0.02)


FILES = {
    "markdown": b"# Returns\n\nPrint the label.",
    "html": b"<title>Returns</title><p>Print the label.</p>",
    "csv": b"title;text\nReturns;Print the label.\n",
    "jsonl": b'{"_id": "1", "title": "Returns", "text": "Print the label."}\n',
    "zendesk": json.dumps(GUIDE).encode(),
    "chatwoot": json.dumps(HELP).encode(),
}


@pytest.mark.parametrize("kind", list(FILES))
async def test_a_file_of_each_format_is_tried_and_then_imported(door: Served, kind: str) -> None:
    async with signed_in(door, "eva@example.com") as eva:
        status, found = await upload(eva, FILES[kind], f"format={kind}&name=file&tags=imported,web")
        assert (status, found["state"], found["by"]["name"]) == (201, "checked", "Eva Lund")
        assert found["options"] == {
            "locale": "en",
            "type": "article",
            "audience": ["public"],
            "tags": ["imported", "web"],
            "encoding": "",
        }
        status, started = await eva.post(f"{IMPORTS}/{found['id']}/run", {"publish": False})
        assert (status, started["state"]) in {(202, "running"), (202, "done")}
        done = await finished(eva, found["id"])
        assert done["report"]["outcomes"] == {"created": done["total"]}


async def test_an_import_from_upload_to_removal(door: Served, tmp_path: Path) -> None:
    data = zipped(tmp_path, {"a.md": "A.", "b.md": "[a](a.md)", "c.md": b"\x00"}).read_bytes()
    async with signed_in(door, "uma@example.com") as uma:
        _, found = await upload(uma, data, "format=markdown&name=guide.zip")
        where = f"{IMPORTS}/{found['id']}"
        status, page = await uma.get(f"{where}/rows?limit=2")
        assert status == 200
        assert [(row["article_id"], row["would"], row["title"]) for row in page["items"]] == [
            ("a", "create", "A"),
            ("b", "create", "B"),
        ]
        _, rest = await uma.get(f"{where}/rows?limit=2&cursor={page['next_cursor']}")
        assert ([row["source"] for row in rest["items"]], rest["next_cursor"]) == (["c.md"], None)
        _, broken = await uma.get(f"{where}/rows?would=broken")
        assert broken["items"] == rest["items"]
        await uma.post(f"{where}/run", {"publish": True})
        done = await finished(uma, found["id"])
        assert (done["report"]["release"]["number"], done["report"]["broken"]) == (1, 1)
        assert await states(door.house) == {"a/en": "published", "b/en": "published"}
        _, listed = await uma.get(IMPORTS)
        assert [one["id"] for one in listed["items"]] == [found["id"]]
        assert (await uma.post(f"{where}/run", {}))[1]["code"] == "wrong_state"
        assert (await uma.call("DELETE", where))[0] == 204
        assert (await uma.get(where))[1]["code"] == "import_not_found"
        assert (await uma.get(IMPORTS))[1]["items"] == []


async def test_an_editor_cannot_use_an_import_to_publish_their_own_text_without_a_second_person(door: Served) -> None:
    async with signed_in(door, "eva@example.com") as eva:
        _, found = await upload(eva, FILES["markdown"], "format=markdown&name=a.md")
        status, problem = await eva.post(f"{IMPORTS}/{found['id']}/run", {"publish": True})
        assert (status, problem["code"]) == (403, "missing_permission")
        assert (await eva.get(f"{IMPORTS}/{found['id']}"))[1]["state"] == "checked"
        await eva.post(f"{IMPORTS}/{found['id']}/run", {})
        await finished(eva, found["id"])
        assert set((await states(door.house)).values()) == {"draft"}


async def test_publishing_wants_its_own_permission(door: Served) -> None:
    async with door.house.store.writing() as db:
        await access.save_token(
            db,
            id=door.house.ids(),
            name="importer",
            token=TOKEN,
            scopes=["knowledge.edit"],
            now=door.house.clock(),
        )
    async with signed_in(door, "eva@example.com") as eva:
        _, found = await upload(eva, FILES["markdown"], "format=markdown")
        eva.http.cookie_jar.clear()
        refused = await eva.call(
            "POST",
            f"{IMPORTS}/{found['id']}/run",
            {"publish": True},
            authorization=f"Bearer {TOKEN}",
        )
        assert (refused[0], refused[1]["code"]) == (403, "missing_permission")


@pytest.mark.parametrize(
    ("query", "data", "status", "code"),
    [
        ("format=csv", b"no table", 422, "import_unreadable"),
        ("format=markdown", b"", 422, "import_unreadable"),
        ("format=docx", b"x", 422, "invalid_request"),
        ("format=markdown&locale=klingon", b"x", 422, "invalid_value"),
        ("format=markdown&encoding=ebcdic", b"x", 422, "invalid_value"),
        ("format=markdown&audience=everyone", b"x", 422, "invalid_value"),
    ],
)
async def test_what_cannot_be_taken_in_is_refused_with_a_reason(
    door: Served, query: str, data: bytes, status: int, code: str
) -> None:
    async with signed_in(door, "eva@example.com") as eva:
        found = await upload(eva, data, query)
        assert (found[0], found[1]["code"]) == (status, code)
        assert (await eva.get(IMPORTS))[1]["items"] == []


async def test_everything_can_be_taken_out_again(door: Served) -> None:
    async with signed_in(door, "uma@example.com") as uma:
        _, found = await upload(uma, FILES["markdown"], "format=markdown&name=a.md")
        await uma.post(f"{IMPORTS}/{found['id']}/run", {"publish": True})
        await finished(uma, found["id"])
        async with uma.http.get(f"{uma.url}/api/v1/article-export?format=markdown&what=published") as response:
            assert response.headers["content-type"] == "application/zip"
            assert response.headers["content-disposition"].endswith('.zip"')
            with zipfile.ZipFile(io.BytesIO(await response.read())) as packed:
                assert packed.namelist() == ["en/a.md"]
        async with uma.http.get(f"{uma.url}/api/v1/article-export?format=jsonl&what=latest") as response:
            [line] = (await response.read()).splitlines()
            assert json.loads(line)["title"] == "Returns"


async def test_an_empty_base_exports_an_empty_archive(door: Served) -> None:
    async with signed_in(door, "eva@example.com") as eva:
        status, body = await eva.get("/api/v1/article-export?format=jsonl")
        assert (status, body) == (200, "")
        async with eva.http.get(f"{eva.url}/api/v1/article-export") as response:
            data = await response.read()
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        assert packed.namelist() == []
