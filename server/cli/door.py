"""The commands, and how their failures end: one line on standard error and an exit code."""

import sys

import typer

from knowledge.errors import KnowledgeError
from server.cli import bench, evaluate, kb, people, running, wire
from server.kit.errors import HouseError

app = typer.Typer(
    name="warmline",
    help="Agent-assist and chatbot server.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("serve")(running.serve)
app.command("worker")(running.worker)
app.command("up")(running.up)
app.command("doctor")(running.doctor)
app.command("migrate")(running.migrate)
app.command("wire")(wire.wire)
app.add_typer(people.app, name="user")
app.add_typer(kb.app, name="kb")
app.add_typer(evaluate.app, name="eval")
app.add_typer(bench.app, name="bench")


def main() -> None:
    """Run a command. Exit codes: 0 done, 1 refused or failed, 2 wrongly called, 130 interrupted."""
    try:
        app()
    except HouseError as error:
        fail(f"{error.detail} [{error.code}]")
    except KnowledgeError as error:
        fail(f"{error} [{error.code}]")
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        fail(f"{error.strerror or error}{where}")
    except KeyboardInterrupt:
        sys.exit(130)


def fail(message: str) -> None:
    """Say what is wrong in one line and end with 1."""
    typer.echo(f"warmline: {message}", err=True)
    sys.exit(1)
