"""The process manager, with small programs in place of the network's own."""

import os
import signal
import socket
import sys
import urllib.request
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from deploy.local import plan, ports, processes, settings
from deploy.local.supervision import Supervisor
from tests.running import until

PAGES = """
import http.server, sys
print("listening", flush=True)
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), http.server.SimpleHTTPRequestHandler).serve_forever()
"""

TELLER = "import os, time; print(os.environ['GREETING'], flush=True); time.sleep(60)"
GREETING = "100% of two, three; amqp://people:secret@127.0.0.1:5672/maillage"


def program(
    name: str, folder: Path, code: str, *arguments: str, ready: Callable[[], bool] = lambda: True
) -> plan.Program:
    source = folder / f"{name}.py"
    source.write_text(code)
    return plan.Program(
        name=name,
        wave=1,
        command=[sys.executable, str(source), *arguments],
        environment={"GREETING": GREETING},
        folder=folder,
        ready=ready,
    )


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    [wish] = ports.free_ports(1)
    manager = Supervisor(settings.read_or_make(tmp_path, gateway_port=wish))
    yield manager
    if manager.is_running():
        manager.end()


@pytest.fixture
def pages(tmp_path: Path) -> plan.Program:
    [port] = ports.free_ports(1)
    url = f"http://127.0.0.1:{port}/"
    return program("pages", tmp_path, PAGES, str(port), ready=partial(plan.answers, url))


def test_start_returns_when_the_program_is_ready(supervisor: Supervisor, pages: plan.Program) -> None:
    supervisor.launch([pages])
    supervisor.start([pages])
    assert pages.ready()
    supervisor.stop([pages])
    assert not pages.ready()


def test_a_program_that_ends_at_start_is_reported_with_the_end_of_its_log(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    broken = program("broken", tmp_path, 'import sys; sys.exit("no such table: projects")', ready=lambda: False)
    supervisor.launch([broken])
    with pytest.raises(processes.NotReadyError, match=r"(?s)broken ended.*no such table: projects"):
        supervisor.start([broken])


def test_a_program_that_never_gets_ready_is_reported(supervisor: Supervisor, tmp_path: Path) -> None:
    mute = program("mute", tmp_path, "import time; time.sleep(60)", ready=lambda: False)
    supervisor.launch([mute])
    with pytest.raises(processes.NotReadyError, match="mute is not ready"):
        supervisor.start([mute], seconds=3)


def test_a_program_that_is_killed_comes_back(supervisor: Supervisor, pages: plan.Program) -> None:
    supervisor.launch([pages])
    supervisor.start([pages])
    pid = supervisor.states()["pages"]["pid"]
    os.kill(pid, signal.SIGKILL)
    assert until(lambda: supervisor.states()["pages"]["pid"] not in (0, pid))
    assert until(pages.ready)


def test_a_killed_process_manager_leaves_no_program_behind(supervisor: Supervisor, pages: plan.Program) -> None:
    supervisor.launch([pages])
    supervisor.start([pages])
    os.kill(int(supervisor._remote.getPID()), signal.SIGKILL)
    assert until(lambda: not pages.ready())
    assert not supervisor.is_running()


def test_the_environment_arrives_as_it_was_given(supervisor: Supervisor, tmp_path: Path) -> None:
    teller = program("teller", tmp_path, TELLER)
    supervisor.launch([teller])
    supervisor.start([teller])
    assert until(lambda: GREETING in supervisor.log("teller").read_text())


def test_a_stranger_is_not_let_in(supervisor: Supervisor, pages: plan.Program, tmp_path: Path) -> None:
    supervisor.launch([pages])
    known = settings.read(tmp_path)
    assert known is not None
    stranger = Supervisor(settings.LocalSettings(tmp_path, {**known.values, "SECRET": "guessed"}))
    assert not stranger.is_running()
    with pytest.raises(urllib.request.HTTPError, match="401"):
        urllib.request.urlopen(f"http://127.0.0.1:{known.port('SUPERVISOR')}/")


def test_it_listens_on_loopback_only(supervisor: Supervisor, pages: plan.Program, tmp_path: Path) -> None:
    supervisor.launch([pages])
    known = settings.read(tmp_path)
    assert known is not None
    with socket.socket() as elsewhere:
        elsewhere.bind(("127.0.0.2", known.port("SUPERVISOR")))
