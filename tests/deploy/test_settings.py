import socket
import stat
from pathlib import Path

import pytest

from deploy.local import ports, settings


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MAILLAGE_GATEWAY_PORT", "MAILLAGE_PROCESSES"):
        monkeypatch.delenv(name, raising=False)


def listening_on(port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen()
    return listener


def test_ports_are_remembered_from_start_to_start(tmp_path: Path) -> None:
    first = settings.read_or_make(tmp_path)
    assert settings.read_or_make(tmp_path).values == first.values
    assert settings.read(tmp_path) == first


def test_a_port_that_another_program_took_meanwhile_is_chosen_anew(tmp_path: Path) -> None:
    first = settings.read_or_make(tmp_path)
    with listening_on(first.port("POSTGRES")):
        second = settings.read_or_make(tmp_path)
    assert second.port("POSTGRES") != first.port("POSTGRES")
    assert second.port("RABBITMQ") == first.port("RABBITMQ")


def test_no_two_servers_share_a_port(tmp_path: Path) -> None:
    made = settings.read_or_make(tmp_path, processes=3)
    used = [made.port(name) for name in (*settings.PORTS, "GATEWAY")]
    used += [made.health_port(instance) for service in settings.SERVICES for instance in made.instances(service)]
    assert all(used)
    assert len(set(used)) == len(used)


def test_each_service_has_as_many_processes_as_are_asked_for_and_keeps_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAILLAGE_PROCESSES", "2")
    made = settings.read_or_make(tmp_path)
    assert made.instances("incubator") == ["incubator", "incubator-2"]
    monkeypatch.delenv("MAILLAGE_PROCESSES")
    assert settings.read_or_make(tmp_path).values == made.values
    monkeypatch.setenv("MAILLAGE_PROCESSES", "1")
    assert settings.read_or_make(tmp_path).instances("incubator") == ["incubator"]


@pytest.mark.parametrize("asked", ["0", "17", "-1", "two", "1.5", "\u0662"])
def test_a_number_of_processes_that_is_none_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: str
) -> None:
    monkeypatch.setenv("MAILLAGE_PROCESSES", asked)
    with pytest.raises(settings.UnusableSettingError, match="MAILLAGE_PROCESSES"):
        settings.read_or_make(tmp_path)


@pytest.mark.parametrize(
    ("cores", "gibibytes", "processes"),
    [(1, 16, 1), (2, 24, 1), (3, 24, 1), (4, 16, 2), (4, 3, 1), (6, 16, 3), (8, 8, 4), (64, 512, 4), (2, 0.5, 1)],
)
def test_a_network_takes_as_many_processes_as_the_machine_bears(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cores: int, gibibytes: float, processes: int
) -> None:
    memory = {"SC_PAGE_SIZE": 4096, "SC_PHYS_PAGES": int(gibibytes * 2**30 / 4096)}
    monkeypatch.setattr(settings.os, "sysconf", memory.__getitem__)
    monkeypatch.setattr(settings.os, "sched_getaffinity", lambda _: set(range(cores)))
    assert settings.read_or_make(tmp_path).processes == processes


def test_the_gateway_takes_the_next_port_when_its_first_is_taken(tmp_path: Path) -> None:
    [wish] = ports.free_ports(1)
    with listening_on(wish):
        assert settings.read_or_make(tmp_path, gateway_port=wish).port("GATEWAY") > wish


def test_the_gateway_port_of_the_environment_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    [asked] = ports.free_ports(1)
    monkeypatch.setenv("MAILLAGE_GATEWAY_PORT", str(asked))
    assert settings.read_or_make(tmp_path).port("GATEWAY") == asked


def test_a_gateway_port_that_was_asked_for_and_is_taken_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [asked] = ports.free_ports(1)
    monkeypatch.setenv("MAILLAGE_GATEWAY_PORT", str(asked))
    with listening_on(asked), pytest.raises(settings.PortTakenError, match=str(asked)):
        settings.read_or_make(tmp_path)
    assert settings.read(tmp_path) is None


def test_only_the_owner_can_read_the_settings(tmp_path: Path) -> None:
    settings.read_or_make(tmp_path)
    assert stat.S_IMODE((tmp_path / "settings.env").stat().st_mode) == 0o600


def test_every_account_has_a_password_of_its_own_that_lasts(tmp_path: Path) -> None:
    made = settings.read_or_make(tmp_path)
    names = ["broker/people", "broker/events", "database/people", "postgres", "supervisor"]
    passwords = [made.password(name) for name in names]
    assert len(set(passwords)) == len(names)
    again = settings.read(tmp_path)
    assert again is not None
    assert [again.password(name) for name in names] == passwords


def test_two_networks_have_nothing_in_common(tmp_path: Path) -> None:
    here, there = settings.read_or_make(tmp_path / "here"), settings.read_or_make(tmp_path / "there")
    assert here.id != there.id
    assert here.password("postgres") != there.password("postgres")


def test_a_process_that_is_new_since_the_network_was_started_has_no_port_until_the_next_start(tmp_path: Path) -> None:
    """Whoever stops the old network looks at the new plan."""
    known = settings.read_or_make(tmp_path)
    del known.values["JOURNAL_HEALTH_PORT"]
    known.save()
    old = settings.read(tmp_path)
    assert old is not None
    assert old.port("JOURNAL_HEALTH") == 0
    assert settings.read_or_make(tmp_path).port("JOURNAL_HEALTH") > 0
