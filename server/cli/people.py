"""Staff: making accounts, and the demo's people and accounts."""

import asyncio
import secrets
from collections.abc import Sequence
from typing import Annotated

import typer

from server.access.demo import DEMO_PEOPLE
from server.access.roles import ROLES

app = typer.Typer(help="Staff accounts.", no_args_is_help=True)


@app.command("add")
def add(
    email: str,
    name: Annotated[str, typer.Option(help="The name that colleagues see; customers see the first one.")],
    role: Annotated[list[str], typer.Option(help=f"One or more of: {', '.join(ROLES)}.")],
    team: Annotated[list[str] | None, typer.Option(help="A team whose articles this person may read.")] = None,
    password: Annotated[str | None, typer.Option(envvar="WARMLINE_PASSWORD", help="Random when not given.")] = None,
) -> None:
    """Make an agent, or change the one with this e-mail; prints a password that was made up."""
    unknown = sorted(set(role) - set(ROLES))
    if unknown:
        message = f"There is no role {unknown[0]!r}; there are {', '.join(ROLES)}."
        raise typer.BadParameter(message)
    chosen = password or secrets.token_urlsafe(12)
    asyncio.run(_save([(email, name, role, chosen)], teams=team or []))
    typer.echo(f"{email}  {chosen if password is None else '(password as given)'}")


@app.command("seed-demo")
def seed_demo() -> None:
    """Make the demo company's channel accounts and people; passwords are made once and kept in the home."""
    from server.kit.secrets import load_secrets, save_secrets
    from server.settings import Settings

    home = Settings().home
    known = load_secrets(home)
    passwords = {email: known.get(f"password:{email}") or secrets.token_urlsafe(9) for email, _, _ in DEMO_PEOPLE}
    save_secrets(home, known | {f"password:{email}": password for email, password in passwords.items()})
    asyncio.run(_seed([(email, name, roles, passwords[email]) for email, name, roles in DEMO_PEOPLE]))
    for email, name, roles in DEMO_PEOPLE:
        typer.echo(f"{email}  {name} ({', '.join(roles)})")


async def _seed(people: list[tuple[str, str, list[str], str]]) -> None:
    from server.cli.demo_accounts import DEMO_ACCOUNTS, save_accounts
    from server.kit.clock import system_clock
    from server.settings import Settings
    from server.wiring import open_store

    store = open_store(Settings())
    try:
        await save_accounts(store, DEMO_ACCOUNTS, system_clock())
    finally:
        await store.close()
    await _save(people)


async def _save(people: list[tuple[str, str, list[str], str]], *, teams: Sequence[str] | None = None) -> None:
    from server.access import repository
    from server.access.passwords import Passwords
    from server.kit.clock import system_clock
    from server.kit.ids import uuid7_factory
    from server.settings import Settings
    from server.wiring import open_store

    store, passwords, ids = open_store(Settings()), Passwords(), uuid7_factory()
    try:
        for email, name, roles, password in people:
            async with store.reading() as connection:
                known = await repository.agent_by_email(connection, email)
            # A hash is made anew only for a new password: seeding again is quick and changes nothing.
            same = known is not None and await passwords.verify(known["password_hash"], password)
            hashed = known["password_hash"] if known is not None and same else passwords.hash(password)
            async with store.writing() as connection:
                await repository.save_agent(
                    connection,
                    id=ids(),
                    email=email,
                    name=name,
                    password_hash=hashed,
                    roles=roles,
                    teams=teams if teams is not None else known["teams"] if known is not None else (),
                    now=system_clock(),
                )
    finally:
        await store.close()
