"""The company as a process of its own, on a real port."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from tests.support.demo import TOKEN

ROOT = Path(__file__).parents[2]


async def start(home: Path, *arguments: str, token: str = TOKEN) -> asyncio.subprocess.Process:
    """The process, with its output in a pipe."""
    environment = {**os.environ, "WARMLINE_HOME": str(home), "WARMLINE_COMPANY__TOKEN": token}
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "demo.company", *arguments),
        cwd=ROOT,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


@pytest.fixture
async def address(tmp_path: Path) -> AsyncIterator[str]:
    """Where a started company listens; it has stopped afterwards."""
    process = await start(tmp_path, "--port", "0")
    assert process.stdout is not None
    line = (await process.stdout.readline()).decode().strip()
    yield line.rpartition(" ")[2]
    process.terminate()
    await process.communicate()


async def test_it_serves_on_loopback_to_who_has_the_token(address: str) -> None:
    assert address.startswith("http://127.0.0.1:")
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{address}/health") as reply:
            assert reply.status == 401
        headers = {"Authorization": f"Bearer {TOKEN}"}
        async with session.get(f"{address}/orders/44110", headers=headers) as reply:
            assert (await reply.json())["status"] == "shipped"


async def test_a_caller_that_hangs_up_on_a_slow_company_has_changed_nothing(address: str) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        await session.post(f"{address}/faults", json={"mode": "timeout", "count": 1})
        wish = {"order": "43871", "email": "ana.ruiz@example.com", "reason": "Broken"}
        with pytest.raises(TimeoutError):
            await session.post(f"{address}/refunds", json=wish, timeout=aiohttp.ClientTimeout(total=0.2))
        async with session.get(f"{address}/effects") as reply:
            assert (await reply.json())["refunds"] == 0


async def test_it_refuses_to_start_without_a_token(tmp_path: Path) -> None:
    process = await start(tmp_path, "--port", "0", token="")
    _, said = await process.communicate()
    assert process.returncode == 2
    assert b"Set WARMLINE_COMPANY__TOKEN" in said


async def test_a_busy_port_is_said_in_one_line(tmp_path: Path, address: str) -> None:
    process = await start(tmp_path, "--port", address.rpartition(":")[2])
    _, said = await process.communicate()
    assert process.returncode == 2
    assert len(said.splitlines()) == 1
    assert b"--port" in said


async def test_seeding_only_prints_a_summary_and_twice_changes_nothing(tmp_path: Path) -> None:
    said = []
    for _ in range(2):
        process = await start(tmp_path, "--seed-only", "--today", "2026-03-16", token="")
        out, _ = await process.communicate()
        assert process.returncode == 0
        said.append(out.decode())
    assert said[0] == said[1]
    assert "Loaded for 2026-03-16" in said[0]
    assert "320 customers" in said[0]
    assert "orders 43871, 44110" in said[0]
