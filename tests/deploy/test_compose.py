"""docker-compose.yml as far as it can be judged without Docker; the rest was tried with a Docker engine."""

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy import compose
from deploy.local import rabbitmq, rights
from deploy.local.rights import RIGHTS
from deploy.local.settings import SERVICES

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def containers() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())
    return dict(read["services"])


@pytest.fixture
def made(tmp_path: Path) -> Path:
    compose.make(tmp_path / "compose")
    return tmp_path / "compose"


def test_every_container_of_ours_finds_its_settings(containers: dict[str, Any], made: Path) -> None:
    parts = {
        one["environment"]["MAILLAGE_PART"]
        for one in containers.values()
        if "MAILLAGE_PART" in one.get("environment", {})
    }
    assert parts == {path.stem for path in made.glob("*.env")}


def test_what_the_servers_read_is_made(containers: dict[str, Any], made: Path) -> None:
    named = [containers["postgres"]["environment"]["POSTGRES_PASSWORD_FILE"]]
    named += re.findall(r"/run/maillage/\S+", (made / "broker" / "20-maillage.conf").read_text())
    assert len(named) == 2
    assert all((made / Path(name).name).is_file() for name in named)
    assert "broker:/etc/rabbitmq/conf.d:ro" in containers["rabbitmq"]["volumes"]


def test_only_the_container_that_makes_the_secrets_may_write_them(containers: dict[str, Any]) -> None:
    mounts = {name: [v for v in one.get("volumes", []) if v.startswith("secrets:")] for name, one in containers.items()}
    assert {name for name, found in mounts.items() if found == ["secrets:/run/maillage"]} == {"secrets"}
    assert all(found in (["secrets:/run/maillage"], ["secrets:/run/maillage:ro"]) for found in mounts.values())


def test_no_secret_stands_in_the_file(made: Path) -> None:
    text = (PROJECT / "docker-compose.yml").read_text()
    known = compose.read_or_make_secret(made)
    assert known.values["SECRET"] not in text
    assert "PASSWORD:" not in text
    assert "://" not in text.replace("http://127.0.0.1", "")


def test_making_them_again_keeps_the_passwords_and_the_keys(made: Path) -> None:
    before = {path: path.read_bytes() for path in made.rglob("*") if path.is_file()}
    compose.make(made)
    assert {path: path.read_bytes() for path in made.rglob("*") if path.is_file()} == before


def test_every_open_port_is_bound_to_loopback(containers: dict[str, Any]) -> None:
    ports = [port for one in containers.values() for port in one.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_the_databases_are_migrated_before_any_service_starts(containers: dict[str, Any]) -> None:
    for service in SERVICES:
        for name in (service, f"{service}-relay"):
            assert containers[name]["depends_on"]["migrations"] == {"condition": "service_completed_successfully"}


def test_a_service_can_run_as_several_processes_and_nothing_else_does(containers: dict[str, Any]) -> None:
    replicated = {name for name, one in containers.items() if "deploy" in one}
    assert replicated == set(SERVICES)
    for name in replicated:
        assert containers[name]["deploy"] == {"replicas": "${MAILLAGE_PROCESSES:-1}"}
        assert not {"container_name", "ports", "hostname"} & containers[name].keys()


def test_every_process_is_without_privileges(containers: dict[str, Any]) -> None:
    ours = [one for one in containers.values() if one["image"] == "maillage"]
    assert len(ours) == 2 * len(SERVICES) + 5
    for one in ours:
        assert one["read_only"] is True
        assert one["cap_drop"] == ["ALL"]


def test_the_broker_knows_the_accounts_that_the_processes_use(made: Path) -> None:
    known = json.loads((made / "definitions.json").read_text())
    users = {user["name"] for user in known["users"]}
    assert "guest" not in users
    assert users == RIGHTS.keys()
    accounts = {name: name for name in RIGHTS} | {"demonstration": "cli"}
    del accounts["cli"]
    for name, account in accounts.items():
        [url] = [line for line in (made / f"{name}.env").read_text().splitlines() if "AMQP_URL" in line]
        assert url.split("//")[1].split(":")[0] == account


def test_a_broker_that_runs_is_started_anew_when_the_rights_are_others(containers: dict[str, Any]) -> None:
    """Compose makes a container anew when what the file says of it has changed; what is in a volume does not count."""
    stands = json.dumps(rights.definitions(rabbitmq.VHOST), sort_keys=True)
    digest = hashlib.sha256(stands.encode()).hexdigest()[:12]
    assert containers["rabbitmq"]["labels"] == {"maillage.rights": digest}


def test_no_account_of_the_broker_may_do_more_than_its_process_must(made: Path) -> None:
    known = json.loads((made / "definitions.json").read_text())
    assert {user["tags"] for user in known["users"]} == {""}
    assert {one["user"]: (one["configure"], one["write"], one["read"]) for one in known["permissions"]} == {
        name: (one.configure, one.write, one.read) for name, one in RIGHTS.items()
    }
    keys = {(one["user"], one["exchange"]): (one["write"], one["read"]) for one in known["topic_permissions"]}
    for name, one in RIGHTS.items():
        for exchange, theirs in one.keys.items():
            assert keys.pop((name, exchange)) == (theirs.write, theirs.read)
    assert not keys
