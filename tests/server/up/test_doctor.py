"""What `warmline doctor` finds in a home that lacks things, and what it advises."""

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from server.kit.secrets import save_secrets
from server.settings import RedisSettings, Settings
from server.store import migrate
from server.up import doctor
from server.up.doctor import Check, as_json, as_text
from server.up.locks import only_run
from server.up.places import Places


@pytest.fixture
def places(tmp_path: Path) -> Places:
    (tmp_path / "home").mkdir()
    return Places(root=tmp_path, home=tmp_path / "home")


@pytest.fixture
def settings(places: Places) -> Settings:
    return Settings(home=places.home, port=0)


def test_an_empty_checkout_is_looked_through_to_the_end(settings: Settings, places: Places) -> None:
    checks = doctor.doctor(settings, root=places.root)
    found = {check.name: check.state for check in checks}
    assert found["python environment"] == found["sentence encoder"] == "fail"
    assert found["database"] == found["web apps"] == found["mood model"] == "warn"
    assert found["redis"] == found["processes"] == "ok"
    assert all(check.remedy for check in checks if check.state != "ok" and "could not be looked at" not in check.what)


def test_the_text_has_the_remedy_below_and_the_json_says_whether_all_is_well() -> None:
    checks = [
        Check(name="disk", state="ok", what="9 GB free"),
        Check(name="port", state="fail", what="busy", remedy="stop it"),
    ]
    assert [line.split() for line in as_text(checks).splitlines()][1:] == [["✗", "port", "busy"], ["→", "stop", "it"]]
    told = json.loads(as_json(checks))
    assert told["ok"] is False
    assert told["checks"][1] == {"name": "port", "state": "fail", "what": "busy", "remedy": "stop it"}


def test_secrets_that_others_can_read_are_a_failure(places: Places) -> None:
    save_secrets(places.home, {"bot_token": "x"})
    assert doctor.secrets(places).state == "ok"
    (places.home / "secrets.json").chmod(0o644)
    assert doctor.secrets(places).remedy.startswith("chmod 600 ")


def test_a_changed_encoder_file_is_found(places: Places) -> None:
    folder = places.home / "models" / "minilm"
    folder.mkdir(parents=True)
    hashes = {}
    for name in ("model.onnx", "tokenizer.json"):
        (folder / name).write_text(name)
        hashes[name] = sha256(name.encode()).hexdigest()
    manifest = {
        "name": "tiny", "weights_sha256": "", "onnx_sha256": hashes["model.onnx"], "dimensions": 4, "max_tokens": 8,
        "tokenizer_sha256": hashes["tokenizer.json"], "opset": 17, "writer": 1,
    }  # fmt: skip
    (folder / "manifest.json").write_text(json.dumps(manifest))
    assert doctor.encoder(places).state == "ok"
    (folder / "model.onnx").write_text("bit rot")
    assert doctor.encoder(places).what.startswith("model.onnx in ")


def test_a_database_that_is_not_migrated_is_told_from_one_that_is(settings: Settings, places: Places) -> None:
    (places.home / "warmline.db").touch()
    assert doctor.database(settings).remedy == "Run `warmline migrate`."
    migrate.upgrade(settings.database_url())
    assert doctor.database(settings).what == f"SQLite at {migrate.head()}"


async def test_a_redis_that_does_not_answer_is_found(settings: Settings) -> None:
    away = settings.model_copy(update={"redis": RedisSettings(url="redis://127.0.0.1:9/0")})
    found = await doctor.redis(away)
    assert (found.state, found.remedy.split()[1]) == ("fail", "WARMLINE_REDIS__URL")


async def test_each_process_of_a_running_house_is_asked(places: Places) -> None:
    with only_run(places.home) as file:
        assert [check.what for check in await doctor.processes(places)] == ["starting"]
        file.write_text(json.dumps({"pid": 1, "url": "", "health": {"rasa": "http://127.0.0.1:9/", "still": ""}}))
        found = {check.name: check.state for check in await doctor.processes(places)}
    assert found == {"rasa": "fail", "still": "ok"}


def test_a_look_that_breaks_is_a_finding(monkeypatch: pytest.MonkeyPatch, settings: Settings, places: Places) -> None:
    def breaks(_: Places) -> Check:
        raise RuntimeError("odd")

    monkeypatch.setattr(doctor, "home", breaks)
    assert doctor.doctor(settings, root=places.root)[0].what == "could not be looked at: RuntimeError: odd"


@pytest.mark.parametrize(
    ("free", "state"), [(10e9, "ok"), (1e9, "warn"), (0.1e9, "fail")], ids=["enough", "little", "none"]
)
def test_a_disk_that_fills_is_told_in_time(
    free: float, state: str, places: Places, monkeypatch: pytest.MonkeyPatch, usage: Callable[[float], object]
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage(free))
    assert doctor.disk(places).state == state


@pytest.fixture
def usage() -> Callable[[float], object]:
    """Makes what `shutil.disk_usage` returns."""

    class Usage:
        def __init__(self, free: float) -> None:
            self.free = free

    return Usage
