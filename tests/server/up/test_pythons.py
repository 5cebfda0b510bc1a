"""Which Python is taken, where several names lie on the path and only some of them run."""

import ast
from pathlib import Path

import pytest

from server.up import pythons
from server.up.pythons import NoPython, ask, fetch_bot_python, find_bot_python, find_house_python
from tests.support.up import broken_shim, fake_python, script


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder on the path, but for the shell's own; no other Python is known."""
    folder = tmp_path / "path"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setattr("sys.executable", str(tmp_path / "none"))
    return folder


def test_the_named_bot_python_comes_first(path: Path, tmp_path: Path) -> None:
    fake_python(path / "python3.10", "3.10")
    named = fake_python(tmp_path / "mine", "3.10")
    found = find_bot_python({"WARMLINE_BOT_PYTHON": str(named)})
    assert found is not None
    assert found.path == str(named)


def test_a_named_bot_python_of_another_version_is_refused(path: Path, tmp_path: Path) -> None:
    fake_python(path / "python3.10", "3.10")
    named = fake_python(tmp_path / "mine", "3.11")
    with pytest.raises(NoPython, match=r"WARMLINE_BOT_PYTHON is .*mine, which is not a Python 3\.10 that runs"):
        find_bot_python({"WARMLINE_BOT_PYTHON": str(named)})


def test_a_python_on_the_path_comes_before_pyenv_versions(path: Path, tmp_path: Path) -> None:
    fake_python(path / "python3.10", "3.10")
    fake_python(tmp_path / "pyenv/versions/3.10.13/bin/python3.10", "3.10")
    found = find_bot_python({"PYENV_ROOT": str(tmp_path / "pyenv")})
    assert found is not None
    assert found.path == str(path / "python3.10")


def test_a_shim_that_fails_is_passed_over_for_the_newest_pyenv_version_that_runs(path: Path, tmp_path: Path) -> None:
    broken_shim(path / "python3.10")
    for version in ("3.10.9", "3.10.13"):
        fake_python(tmp_path / f".pyenv/versions/{version}/bin/python3.10", "3.10")
    broken_shim(tmp_path / ".pyenv/versions/3.10.14/bin/python3.10")
    found = find_bot_python({"HOME": str(tmp_path)})
    assert found is not None
    assert found.path.endswith("3.10.13/bin/python3.10")


def test_no_bot_python_is_a_fact_and_uv_may_fetch_one(path: Path, tmp_path: Path) -> None:
    assert find_bot_python({}) is None
    fetched = fake_python(tmp_path / "fetched", "3.10")
    uv = script(tmp_path / "uv", f'[ "$2" = find ] && echo {fetched} || true')
    found = fetch_bot_python(str(uv))
    assert found is not None
    assert found.path == str(fetched)
    assert fetch_bot_python(str(broken_shim(tmp_path / "other-uv"))) is None


def test_the_house_takes_the_version_its_locks_were_tried_with_first(path: Path) -> None:
    for version in ("3.13", "3.12", "3.11"):
        fake_python(path / f"python{version}", version)
    assert find_house_python({}).version == (3, 11)


def test_the_house_passes_over_shims_and_pythons_that_are_too_old(path: Path) -> None:
    broken_shim(path / "python3.11")
    broken_shim(path / "python3.12")
    fake_python(path / "python3.13", "3.13")
    fake_python(path / "python3", "3.9")
    assert find_house_python({}).path == str(path / "python3.13")


def test_the_named_house_python_comes_first_and_must_fit(path: Path, tmp_path: Path) -> None:
    fake_python(path / "python3.11", "3.11")
    newer = fake_python(tmp_path / "newer", "3.13")
    assert find_house_python({"WARMLINE_PYTHON": str(newer)}).path == str(newer)
    older = fake_python(tmp_path / "older", "3.9")
    with pytest.raises(NoPython, match=r"WARMLINE_PYTHON is .*older, which is not a Python 3\.11 or newer that runs"):
        find_house_python({"WARMLINE_PYTHON": str(older)})


def test_without_any_python_one_line_says_what_to_do(path: Path) -> None:
    fake_python(path / "python3", "3.9")
    with pytest.raises(
        NoPython, match=r"^No Python 3\.11 or newer .* Install one, or set WARMLINE_PYTHON to its path\.$"
    ):
        find_house_python({})


def test_something_that_answers_with_nonsense_is_no_python(path: Path) -> None:
    script(path / "python3.10", "echo welcome")
    assert ask("python3.10") is None


@pytest.mark.parametrize(
    "file", [Path(pythons.__file__), Path(pythons.__file__).parents[2] / "docker" / "bootstrap.py"]
)
def test_an_old_python_can_read_the_files_that_look_for_a_newer_one(file: Path) -> None:
    ast.parse(file.read_text(encoding="utf-8"), feature_version=(3, 8))
