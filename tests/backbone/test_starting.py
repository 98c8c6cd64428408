"""A service and its relay start before the broker lets them in: they say why, keep trying calmly, and begin (F29)."""

from __future__ import annotations

import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from deploy.local import ports, servers
from tests.backbone.trial import CAREFUL, RELAY, all_told, effects, keep_to_tell, settings_of_trial, told
from tests.running import Keys, Process, running, until

#: Tries per second that are calm: the service has two connections to open, each waits a second in between.
CALM = 4.0


@pytest.fixture
def name() -> str:
    """Of an account and of a virtual host that are not there yet."""
    return f"later-{uuid4().hex[:8]}"


@pytest.fixture
def control(servers_folder: Path, name: str) -> Iterator[Callable[..., str]]:
    control = servers.node_in(servers_folder).control
    yield control
    control("delete_vhost", name)
    control("delete_user", name)


def said(process: Process) -> list[str]:
    return [str(line) for line in process.said()]


def is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz") as page:
            return bool(page.status == 200)
    except urllib.error.HTTPError:
        return False


def test_f29_who_is_not_let_in_says_so_stays_up_and_begins_once_it_is(
    new_database: Callable[[str], str], broker_url: str, keys: Keys, name: str, control: Callable[..., str]
) -> None:
    where = urlsplit(broker_url)
    url = f"amqp://{name}:hunter2@{where.hostname}:{where.port}/{name}"
    [port] = ports.free_ports(1)
    settings = {**settings_of_trial(new_database, url, keys), "MAILLAGE_HEALTH_PORT": str(port)}
    relay_settings = {key: value for key, value in settings.items() if key != "MAILLAGE_HEALTH_PORT"}
    fact = told(29)
    keep_to_tell(settings, fact)
    began = time.monotonic()
    not_yet = "Connection to broker lost, trying to re-establish connection..."
    with (
        running(CAREFUL, ready=not_yet, **settings) as careful,
        running(RELAY, "elsewhere", ready="relay_interrupted", **relay_settings) as relay,
    ):

        def says(process: Process, reason: str) -> bool:
            return any(reason in line for line in said(process))

        until(lambda: says(careful, "ACCESS_REFUSED - Login was refused"))
        until(lambda: says(relay, "ACCESS_REFUSED - Login was refused"))
        assert not is_ready(port)
        control("add_user", name, "hunter2")
        control("set_user_tags", name, "impersonator")
        until(lambda: says(careful, f"vhost {name} not found"))
        control("add_vhost", name)
        control("set_permissions", "--vhost", name, name, "^$", "^$", "^$")
        until(lambda: says(careful, "ACCESS_REFUSED - access to exchange"))
        assert not is_ready(port)
        tries = sum(not_yet in line for line in said(careful))
        assert tries / (time.monotonic() - began) < CALM

        control("set_permissions", "--vhost", name, name, ".*", ".*", ".*")
        until(lambda: is_ready(port))
        until(lambda: all_told(settings))
        until(lambda: effects(settings, fact) == 1)
        assert careful.is_alive()
        assert "hunter2" not in "".join([*said(careful), *said(relay)])
