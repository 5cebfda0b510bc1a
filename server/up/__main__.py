"""The doors that the Makefile uses, each a word after `python -m server.up`.

run            what `make run` ends in
prepare        makes the models that the tests need
npm WORD ...   the workspace's npm, with the Node that the set-up found or fetched
"""

import os
import subprocess
import sys
from collections.abc import Sequence

from server.up.apps import find_node, npm_environment
from server.up.places import places
from server.up.run import prepare, up


def main(words: Sequence[str]) -> int:
    """Does what the first word says; returns the exit code."""
    match list(words):
        case [] | ["run"]:
            return up()
        case ["prepare"]:
            return prepare()
        case ["npm", *rest]:
            return npm(rest)
        case _:
            sys.stderr.write(f"{(__doc__ or '').strip()}\n")
            return 2


def npm(words: Sequence[str]) -> int:
    """Runs npm in web/; without any Node it says so, which only a CI run takes for a failure."""
    here = places(os.environ)
    node = find_node(here.tools)
    if node is None:
        sys.stderr.write(" ✗ No Node 20.19 or newer is here: the web apps are neither checked nor tested.\n")
        return 1 if os.environ.get("CI") else 0
    env = {**os.environ, **npm_environment(node)}
    return subprocess.run([*node.npm, *words], cwd=here.web, env=env, check=False).returncode  # noqa: S603  # asked for by name


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
