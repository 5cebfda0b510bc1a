"""`warmline up` as a person meets it: what it starts, what it prints, what it refuses."""

import stat
import subprocess
from pathlib import Path

import pytest

from server.kit.secrets import save_secrets
from server.up.children import children, reachable
from server.up.places import places
from server.up.run import up, welcome
from server.up.setup import check_home, write_command
from server.up.vault import tokens


def test_tokens_are_made_once_and_readable_by_their_owner_only(tmp_path: Path) -> None:
    first = tokens(tmp_path)
    assert tokens(tmp_path) == first
    assert len(set(first.values())) == 4
    assert stat.S_IMODE((tmp_path / "secrets.json").stat().st_mode) == 0o600


def test_each_child_gets_the_tokens_it_needs_and_no_other(tmp_path: Path) -> None:
    family = {
        child.name: child for child in children(places({"WARMLINE_HOME": str(tmp_path)}), host="127.0.0.1", port=8080)
    }
    known = tokens(tmp_path)
    given = {
        name: {secret for secret, word in known.items() if word in child.env.values()} for name, child in family.items()
    }
    assert given == {
        "company": {"company_token"},
        "rasa": {"bot_token", "actions_token"},
        "actions": {"actions_token", "server_token"},
        "server": {"bot_token", "company_token", "server_token"},
    }
    assert all(word not in " ".join(child.command) for child in family.values() for word in known.values())


def test_all_but_the_server_listen_on_loopback_ports_of_their_own(tmp_path: Path) -> None:
    family = children(places({"WARMLINE_HOME": str(tmp_path)}), host="0.0.0.0", port=8080)  # noqa: S104
    ports = [child.command[-1] for child in family if child.name != "server"]
    assert len(set(ports)) == 3
    assert family[-1].health == "http://127.0.0.1:8080/healthz"


@pytest.mark.parametrize(
    ("host", "shown"), [("", "127.0.0.1"), ("::", "[::1]"), ("::1", "[::1]"), ("10.0.0.7", "10.0.0.7")]
)
def test_the_address_shown_can_be_opened(host: str, shown: str) -> None:
    assert reachable(host) == shown


def test_the_welcome_names_addresses_sign_ins_and_how_to_stop(tmp_path: Path) -> None:
    save_secrets(tmp_path, {"bot_token": "hidden", "password:kim@larkfield.example": "river-lamp-42"})
    said = welcome(places({"WARMLINE_HOME": str(tmp_path)}), "http://127.0.0.1:8080", 12.4)
    for expected in (
        "ready after 12 s",
        ":8080/demo",
        ":8080/console",
        ":8080/api/docs",
        "kim@larkfield.example",
        "river-lamp-42",
        "Ctrl-C",
    ):
        assert expected in said
    assert "hidden" not in said


@pytest.mark.parametrize("given", ["http", "0", "70000"])
def test_a_port_that_is_none_is_refused_in_one_line(
    given: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert up({"WARMLINE_HOME": str(tmp_path), "WARMLINE_PORT": given}) == 1
    assert capsys.readouterr().out.strip() == f"✗ WARMLINE_PORT is {given}, which is not a port (1 to 65535)."


def test_a_home_that_cannot_be_is_refused_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").touch()
    assert up({"WARMLINE_HOME": str(tmp_path / "file" / "home")}) == 1
    said = capsys.readouterr().out
    assert said.count("\n") == 1
    assert "WARMLINE_HOME" in said


def test_a_home_is_made_with_its_log_folder(tmp_path: Path) -> None:
    check_home(tmp_path / "new")
    assert [each.name for each in (tmp_path / "new").iterdir()] == ["logs"]


def test_the_command_runs_this_checkout_from_any_folder(tmp_path: Path) -> None:
    root = tmp_path / "a checkout's folder"
    here = places({}, root)
    (here.house().folder / "bin").mkdir(parents=True)
    (root / "server").mkdir()
    (root / "server" / "__main__.py").write_text("")
    here.house().python.write_text('#!/bin/sh\nprintf "%s|" "$PYTHONPATH" "$WARMLINE_HOME" "$@"\n')
    here.house().python.chmod(0o755)
    write_command(here, here.house())

    said = subprocess.run(
        [here.house().folder / "bin" / "warmline", "doctor"],
        capture_output=True,
        text=True,
        check=True,
        cwd="/",
        env={},
    ).stdout
    assert said == f"{root}|{root}/.warmline|-P|-m|server|doctor|"


def test_the_home_is_absolute_whatever_was_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert places({"WARMLINE_HOME": "home"}).home == tmp_path / "home"
    assert places({}, tmp_path).home == tmp_path / ".warmline"
