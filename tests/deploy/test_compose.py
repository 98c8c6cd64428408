"""docker-compose.yml as far as it can be judged without Docker; the rest was tried with a Docker engine."""

import json
import stat
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy import compose
from deploy.local.settings import SERVICES

PROJECT = Path(__file__).resolve().parents[2]
MADE = "./.local/compose/"


@pytest.fixture(scope="module")
def containers() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())
    return dict(read["services"])


@pytest.fixture
def made(tmp_path: Path) -> Path:
    compose.make(tmp_path / "compose")
    return tmp_path / "compose"


def test_everything_that_the_containers_refer_to_is_made(containers: dict[str, Any], made: Path) -> None:
    wanted = [one["env_file"].removeprefix(MADE[2:]) for one in containers.values() if "env_file" in one]
    wanted += [
        volume.split(":")[0].removeprefix(MADE)
        for one in containers.values()
        for volume in one.get("volumes", [])
        if volume.startswith(".")
    ]
    assert wanted
    assert {name for name in wanted if not (made / name).is_file()} == set()


def test_no_secret_stands_in_the_file(made: Path) -> None:
    text = (PROJECT / "docker-compose.yml").read_text()
    known = compose.read_or_make_secret(made)
    assert known.values["SECRET"] not in text
    assert "PASSWORD:" not in text
    assert "://" not in text.replace("http://127.0.0.1", "")


def test_only_the_owner_gets_at_the_secrets(made: Path) -> None:
    assert stat.S_IMODE(made.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in made.glob("*.env")} == {0o600}


def test_making_them_again_keeps_the_passwords_and_the_keys(made: Path) -> None:
    before = {path.name: path.read_bytes() for path in made.iterdir()}
    compose.make(made)
    assert {path.name: path.read_bytes() for path in made.iterdir()} == before


def test_every_open_port_is_bound_to_loopback(containers: dict[str, Any]) -> None:
    ports = [port for one in containers.values() for port in one.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_the_databases_are_migrated_before_any_service_starts(containers: dict[str, Any]) -> None:
    for service in SERVICES:
        for name in (service, f"{service}-relay"):
            assert containers[name]["depends_on"]["migrations"] == {"condition": "service_completed_successfully"}


def test_every_process_is_without_privileges(containers: dict[str, Any]) -> None:
    ours = [one for one in containers.values() if one["image"] == "maillage"]
    assert len(ours) == 2 * len(SERVICES) + 4
    for one in ours:
        assert one["read_only"] is True
        assert one["cap_drop"] == ["ALL"]


def test_the_broker_knows_the_accounts_that_the_processes_use(made: Path) -> None:
    known = json.loads((made / "definitions.json").read_text())
    users = {user["name"] for user in known["users"]}
    assert "guest" not in users
    for name in (*SERVICES, "gateway", "demonstration"):
        [url] = [line for line in (made / f"{name}.env").read_text().splitlines() if "AMQP_URL" in line]
        assert url.split("//")[1].split(":")[0] in users
