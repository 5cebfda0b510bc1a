"""A port that somebody has, and a home that somebody runs in."""

import json
import os
import socket
from pathlib import Path

import pytest

from server.up.failures import SetupFailed
from server.up.locks import is_held, only_run, refuse_second_run
from server.up.ports import check_free, holder, pick_free


def test_a_busy_port_is_told_with_its_holder_and_what_to_do() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        who = holder(port)
        with pytest.raises(SetupFailed) as refused:
            check_free("127.0.0.1", port)
    by = f" by {who[1]} (pid {os.getpid()})" if who else ""
    assert str(refused.value) == f"Port {port} is in use{by}. Set WARMLINE_PORT to another or stop it."


def test_a_free_port_is_no_trouble_and_free_ports_differ() -> None:
    ports = pick_free(3)
    assert len(set(ports)) == 3
    check_free("127.0.0.1", ports[0])
    assert holder(ports[0]) is None


def test_a_second_run_in_one_home_is_refused_in_one_line(tmp_path: Path) -> None:
    with only_run(tmp_path) as file:
        file.write_text(json.dumps({"pid": 4711, "url": "http://127.0.0.1:8080"}))
        assert is_held(tmp_path)
        with pytest.raises(SetupFailed, match=r"already runs in .* \(pid 4711, http://127\.0\.0\.1:8080\)"):
            refuse_second_run(tmp_path)
        with pytest.raises(SetupFailed, match="Stop it, or set WARMLINE_HOME"), only_run(tmp_path):
            pytest.fail("two runs held one home")
    assert not is_held(tmp_path)
    refuse_second_run(tmp_path)


def test_a_home_where_nothing_ever_ran_is_free(tmp_path: Path) -> None:
    assert not is_held(tmp_path / "nowhere")
