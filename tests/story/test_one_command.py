"""What `make up` and `make down` promise, on a network that really runs."""

import os
import signal
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import amqp
import psycopg
import pytest

from deploy.local import plan
from deploy.local.memory import of_family
from deploy.local.servers import plain
from deploy.local.stack import Stack
from tests.running import until

LISTENING = "0A"


def pids(network: Stack) -> dict[str, int]:
    return {name: state["pid"] for name, state in network.supervisor().states().items()}


def family(pid: int) -> Iterator[int]:
    yield pid
    with suppress(FileNotFoundError):  # ended meanwhile
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            yield from family(int(child))


def sockets_of(pid: int) -> Iterator[str]:
    with suppress(FileNotFoundError):
        for handle in Path(f"/proc/{pid}/fd").iterdir():
            with suppress(FileNotFoundError):  # closed meanwhile
                yield os.readlink(handle)


def addresses_listened_on(pid: int) -> set[str]:
    """The local addresses on which a process and its descendants accept connections."""
    sockets = {held for one in family(pid) for held in sockets_of(one)}
    found = set()
    for table, kind in (("tcp", socket.AF_INET), ("tcp6", socket.AF_INET6)):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            _, local, _, state, *_, inode = line.split()[:10]
            if state == LISTENING and f"socket:[{inode}]" in sockets:
                words = bytes.fromhex(local.split(":")[0])
                packed = b"".join(words[at : at + 4][::-1] for at in range(0, len(words), 4))
                found.add(socket.inet_ntop(kind, packed))
    return found


def broker(network: Stack, account: str) -> amqp.Connection:
    known = network.plan().settings
    return amqp.Connection(
        host=f"127.0.0.1:{known.port('RABBITMQ')}",
        userid=account,
        password=known.password(f"broker/{account}"),
        virtual_host="maillage",
    )


def test_a_second_up_changes_nothing(network: Stack) -> None:
    before = pids(network)
    assert network.up(print) is False
    assert pids(network) == before
    assert all(before.values())


def test_nothing_listens_beyond_this_machine(network: Stack) -> None:
    for name, pid in pids(network).items():
        assert addresses_listened_on(pid) <= {"127.0.0.1", "::1"}, name


def test_a_service_enters_no_database_but_its_own(network: Stack) -> None:
    url = plain(network.plan().database_url("people"))
    with psycopg.connect(url) as connection:
        assert connection.execute("select current_database()").fetchone() == ("people",)
    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        psycopg.connect(url.rsplit("/", 1)[0] + "/events")


def test_secrets_are_for_the_owner_alone(network: Stack) -> None:
    assert network.folder.stat().st_mode & 0o077 == 0
    for name in ("settings.env", "supervisord.conf", "keys/passport.pem", "keys/issuer.pem"):
        assert (network.folder / name).stat().st_mode & 0o077 == 0, name


def test_the_whole_network_stays_under_its_memory_bound(network: Stack) -> None:
    total = sum(of_family(pid) for pid in pids(network).values())
    assert total < 1.2e9


def test_a_service_that_is_killed_comes_back_by_itself(network: Stack) -> None:
    pid = pids(network)["events"]
    [events] = [program for program in network.plan().programs() if program.name == "events"]
    os.kill(pid, signal.SIGKILL)
    until(lambda: pids(network)["events"] not in (0, pid), 60)
    until(events.ready, 60)


def test_a_killed_database_comes_back_and_the_services_with_it(network: Stack) -> None:
    os.kill(pids(network)["postgres"], signal.SIGKILL)
    until(network.plan().database.is_ready, 60)
    until(lambda: all(program.ready() for program in network.plan().programs()), 60)


def test_data_and_messages_survive_a_stop_and_rights_that_an_older_version_gave_do_not(network: Stack) -> None:
    network.plan().broker.control("set_permissions", "--vhost", "maillage", "gateway", ".*", ".*", ".*")
    with broker(network, "gateway") as connection:
        connection.channel().basic_get("unrouted")
    database = plain(network.plan().database_url("people"))
    with psycopg.connect(database) as connection:
        connection.execute("create table kept as select 'Colette' as name")
    with broker(network, "cli") as connection:
        channel = connection.channel()
        channel.confirm_select()
        channel.basic_publish_confirm(amqp.Message("bonjour", delivery_mode=2), routing_key="dead")

    address = network.plan().url
    assert network.down() is True
    assert network.down() is False
    assert not plan.answers(f"{address}/readyz")
    assert network.up(print) is True

    assert network.plan().url == address
    with psycopg.connect(plain(network.plan().database_url("people"))) as connection:
        assert connection.execute("select name from kept").fetchone() == ("Colette",)
        connection.execute("drop table kept")
    with broker(network, "cli") as connection:
        channel = connection.channel()
        letter = channel.basic_get("dead", no_ack=True)
        assert letter is not None
        assert letter.body == "bonjour"
    with broker(network, "gateway") as connection, pytest.raises(amqp.exceptions.AccessRefused):
        connection.channel().basic_get("unrouted")
